"""Which office takes a complaint in. Reads only."""

from __future__ import annotations

from datetime import date

from accountability.kit import days
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Unit
from chiefs.territory.models import Jurisdiction, Level

from .models import Complaint

INTAKE_LEVELS = (Level.COUNTY, Level.PREFECTURE)


def stands_under(unit: Unit, above: Unit, on: date) -> bool:
    """Whether ``above`` leads ``unit``, directly or over others."""
    seen: set[int] = set()
    frontier = [unit.pk]
    while frontier:
        unit_id = frontier.pop()
        for superior in posts.superiors_of(unit_id, on):
            if superior.pk == above.pk:
                return True
            if superior.pk not in seen:
                seen.add(superior.pk)
                frontier.append(superior.pk)
    return False


def candidates(place: Jurisdiction, on: date) -> list[Unit]:
    """The intakes of the place's county, then of the prefecture."""
    found: list[Unit] = []
    for above in posts.ancestors(place):
        if above.level in INTAKE_LEVELS:
            found += sorted(posts.units_with(Function.INTAKE, [above.pk], on), key=lambda unit: unit.pk)
    return found


def intake_for(place: Jurisdiction, on: date, subject: Post | None = None) -> Unit | None:
    """The intake of the county, else of the prefecture.

    A complaint about a post never comes to that post's unit, and to one that stands under it only if there is no other:
    the highest unit's own intake is then still better than none.
    """
    units = candidates(place, on)
    if subject is None:
        return next(iter(units), None)
    others = [unit for unit in units if unit.pk != subject.unit_id]
    free = [unit for unit in others if not stands_under(unit, subject.unit, on)]
    return next(iter(free or reversed(others)), None)


def intake_above(complaint: Complaint) -> Unit | None:
    """The intake of the level above the one that took the complaint, or None at the top."""
    units = candidates(complaint.jurisdiction, days.today())
    ids = [unit.pk for unit in units]
    own = ids.index(complaint.intake_unit_id) if complaint.intake_unit_id in ids else -1
    here = complaint.intake_unit.jurisdiction_id
    return next((unit for unit in units[own + 1 :] if unit.jurisdiction_id != here), None)


def desks(unit: Unit) -> list[Post]:
    """The intake desks of a unit, which are told."""
    return posts.desks_of(unit.pk, days.today(), Function.INTAKE)
