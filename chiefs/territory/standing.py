"""What still stands on units that ended by a change, and what may be done with each: the task list of a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.registry import settling

from . import reports
from .models import Jurisdiction, Reorganisation


@dataclass(frozen=True)
class Way:
    """How one record is settled, as its room says it.

    ``moves``: it can go to what the unit became; ``ends``: what happens when it does not (empty: it must go on);
    ``stays``: what it means that nothing is changed (empty: something must be done);
    ``page``: the address of its own page, for what cannot be done here; ``hint``: what has to be done there first.
    """

    kind: str
    label: str
    place: str
    moves: bool = True
    ends: str = ""
    stays: str = ""
    page: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Task:
    """One record that stands on an old unit."""

    record: models.Model
    way: Way

    @property
    def key(self) -> str:
        return key_of(self.record)

    @property
    def settled_here(self) -> bool:
        return self.way.moves or bool(self.way.ends or self.way.stays)


def key_of(record: models.Model) -> str:
    return f"{record._meta.label_lower}:{record.pk}"


def tasks_of(act: Reorganisation, acting: Acting) -> list[Task]:
    """Everything that is still to be settled, units of the territory first. What a room says nothing about may be tried."""
    records = reports.left_behind(act)
    told = {key_of(record): way for record, way in settling.ask(records=records, acting=acting)}
    return [Task(record, told.get(key_of(record)) or _plain(record)) for record in records]


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``, for units below those that ended."""
    return [
        (
            unit,
            Way(kind=str(unit.get_level_display()), label=unit.name, place=unit.parent.name if unit.parent else "", ends=_("It ends too")),
        )
        for unit in records
        if isinstance(unit, Jurisdiction)
    ]


def _plain(record: models.Model) -> Way:
    place = getattr(record, "jurisdiction", None)
    return Way(kind=capfirst(str(record._meta.verbose_name)), label=str(record), place=str(place or ""), ends=_("It ends"))
