"""How a record goes along when its unit has become another: it stays the same record, its new place is an event of its own.

Each room says what stands at a place and which act moves one of its records; what they have in common stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Protocol

from django.db import models

from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event

from . import former
from .models import Jurisdiction, Reorganisation

Standing = Callable[[Iterable[int]], models.QuerySet[Any]]


class Move(Protocol):
    """Moves one record that its caller has locked."""

    def __call__(self, record: Any, /, *, to: Jurisdiction, day: date, by: Acting) -> Any: ...


def move(
    record: Any,
    *,
    to: Jurisdiction,
    day: date,
    by: Acting,
    act: str,
    path: bool = False,
    kept: type[former.FormerPlace] | None = None,
) -> Event:
    """The same record, in the unit that its place became. The caller has checked the change of divisions.

    ``path``  the record keeps the path of where it lies now, so that a territory is one range of it; without, that of its own day
    ``kept``  where it lay until the day is kept there, because pages of a past day ask for it
    """
    if kept is not None:
        former.leave(kept, record, day)
    before, record.jurisdiction = record.jurisdiction_id, to
    if path:
        record.path = to.path
    record.save(update_fields=["jurisdiction", "path"] if path else ["jurisdiction"])
    state, facts = getattr(record, "state", ""), plain({"before": before, "now": to.pk, "day": day})
    return Event.record(f"{record._meta.label_lower}:{record.pk}", act, by, before=state, after=state, facts=facts)


def alone(places: dict[int, int], change: Reorganisation) -> dict[int, Jurisdiction]:
    """Of old unit -> what it became: where one place became one other that began with the change, and nothing else became it.

    Two governments, two committees or two rules do not become one by themselves, and a place that was there before has its own.
    One query.
    """
    goals = list(places.values())
    units = Jurisdiction.objects.filter(since=change.day).in_bulk({goal for goal in goals if goals.count(goal) == 1})
    return {old: units[new] for old, new in places.items() if new in units}


def carry(standing: Standing, move: Move, *, change: Reorganisation, places: dict[int, int], by: Acting, only_alone: bool = False) -> None:
    """What stands on units that became exactly one unit goes along (``places``: old unit -> what it became)."""
    if only_alone:
        goals = alone(places, change)
    else:
        units = Jurisdiction.objects.in_bulk(set(places.values()))
        goals = {old: units[new] for old, new in places.items()}
    for record in standing(goals).select_for_update(of=("self",)):
        move(record, to=goals[record.jurisdiction_id], day=change.day, by=by)
