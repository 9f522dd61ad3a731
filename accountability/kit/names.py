"""How a name is looked for: by a part of it, by its Tibetan form, by the first letters of its pinyin."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable
from typing import Any, cast

from django.db import models
from django.db.models import Q
from pypinyin import Style, lazy_pinyin

from .textfold import fold, is_tibetan

MOST_INITIALS = 80


def initials(text: str) -> str:
    """First letters of the pinyin of a Chinese name: 折多河 → zdh. Words decide readings (重庆 → cq); other signs are left out."""
    parts = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore")
    return "".join(parts).lower()[:MOST_INITIALS]


class InitialsField(models.CharField):
    """First letters of the pinyin of another column of the row, derived whenever the row is written.

    Django derives it in ``save`` and ``bulk_create``; whoever writes only some columns names it too (``update_fields``), or calls
    ``renewed`` before ``bulk_update``.
    """

    def __init__(self, *args: Any, of: str = "name", **kwargs: Any) -> None:
        self.of = of
        derived = {"max_length": MOST_INITIALS, "blank": True, "default": "", "editable": False, "db_index": True}
        super().__init__(*args, **{**derived, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = initials(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


def renewed(model: type[models.Model], records: Iterable[models.Model], columns: Collection[str]) -> list[str]:
    """The columns to write with ``bulk_update``: those named, and the initials of names among them, derived anew."""
    names = set(columns)
    for field in model._meta.concrete_fields:
        if isinstance(field, InitialsField) and field.of in names:
            names.add(field.name)
            for record in records:
                field.pre_save(record, add=False)
    return sorted(names)


def fill(model: type[models.Model], at_once: int = 2000) -> None:
    """Derive the initials of rows that were written before the column was there: for migrations, whose models have no own methods."""
    field = next(f for f in model._meta.concrete_fields if isinstance(f, InitialsField))
    rows = cast(Any, model)._base_manager.filter(**{field.name: ""}).only("pk", field.of).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:at_once]):
        last = batch[-1].pk
        cast(Any, model)._base_manager.bulk_update(batch, renewed(model, batch, [field.of]), batch_size=200)


def begins(letters: str, column: str = "initials") -> Q:
    """Initials that begin with these letters, as one index range: a LIKE would read the whole table on SQLite."""
    stem = letters.rstrip("z")
    upper = Q(**{f"{column}__lt": f"{stem[:-1]}{chr(ord(stem[-1]) + 1)}"}) if stem else Q()
    return Q(**{f"{column}__gte": letters}) & upper


def could_be_initials(words: str) -> bool:
    return bool(words) and set(words.lower()) <= set(string.ascii_lowercase)


def named(words: str, column: str = "name") -> Q:
    """Rows with this part of a name (of the Tibetan one in words of that script), or whose initials begin so.

    ``column``  the Chinese name, with the way to its table: "name", "unit__name"; its Tibetan form ends in _bo and its initials,
    where the table keeps them, are the column ``initials`` beside it. Each further column that is asked is a table read through.
    """
    if is_tibetan(words):
        return Q(**{f"{column}_bo__contains": fold(words)})
    words = words.strip()
    way = "contains" if words.lower() == words.upper() else "icontains"
    found = Q(**{f"{column}__{way}": words})
    if could_be_initials(words):
        table, _dot, _name = column.rpartition("__")
        found |= begins(words.lower(), f"{table}__initials" if table else "initials")
    return found
