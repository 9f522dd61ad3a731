"""Where a row says something else than the register, in a column that a file does not change: nobody is left to think it was taken."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .columns import Column, Sheet, chinese
from .reading import Row

STAYS = "stays"  # the code of such a remark
NEAR = 1e-6  # degrees: the tenth of a metre below which two points are one
MOST_SHOWN = 60  # signs of what the register holds


def tell(sheet: Sheet, row: Row, held: Mapping[str, Any]) -> None:
    """A remark at each column of a known entry that differs. ``held`` is what the register holds, by column; an empty cell says nothing."""
    for code, value in held.items():
        said = row[code]
        if said in (None, "", []) or _same(said, value):
            continue
        if value in (None, "", []):
            row.warn(code, STAYS, _("The register says nothing here, and a file does not add it: enter it on the page of the entry."))
            continue
        sentence = _("The register says “%(held)s”, and a file does not change that: correct it on the page of the entry.")
        row.warn(code, STAYS, sentence % {"held": shown(sheet.by_code[code], value)})


def _same(said: Any, held: Any) -> bool:
    if isinstance(held, float) and isinstance(said, Decimal):
        return math.isclose(float(said), held, rel_tol=0, abs_tol=NEAR)
    if isinstance(said, str) and isinstance(held, str):
        return said.split() == held.split()
    if isinstance(said, list):
        return set(said) == set(held)
    return bool(said == held)


def shown(column: Column, value: Any) -> str:
    """What the register holds, as it would stand in the file."""
    if isinstance(value, bool):
        return chinese(gettext_lazy("yes") if value else gettext_lazy("no"))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return "、".join(str(part) for part in value)
    text = " ".join(chinese(dict(column.choices).get(value, str(value))).split())
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"
