"""What cases answer when a room below asks without knowing them."""

from __future__ import annotations

from typing import Any

from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting
from chiefs.signboards.models import Signboard

from .models import Case

OWNER = "cases.case:"


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """Whoever may see the case may see its pictures."""
    if not evidence.owner.startswith(OWNER):
        return []
    return [True] if Case.objects.visible_to(acting).filter(pk=int(evidence.owner.removeprefix(OWNER))).exists() else []


def concerning(*, record: Any, acting: Acting | None) -> list[Case]:
    """Open cases about a notice board, as far as the post may see them."""
    if not isinstance(record, Signboard):
        return []
    rows = Case.objects.visible_to(acting).open().filter(signboard=record)
    return list(rows.select_related("kind", "holder", "segment").order_by("due", "pk"))


def open_work(*, post_id: int | None = None, unit_id: int | None = None, jurisdiction_id: int | None = None) -> list[Case]:
    """Open cases that a post, a unit or a place would leave behind."""
    rows = Case.objects.open()
    if post_id is not None:
        rows = rows.filter(holder_id=post_id)
    if unit_id is not None:
        rows = rows.filter(holder__unit_id=unit_id)
    if jurisdiction_id is not None:
        rows = rows.filter(jurisdiction_id=jurisdiction_id)
    return list(rows.select_related("holder").order_by("due", "pk"))
