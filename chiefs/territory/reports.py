"""What other rooms ask of the territory: which rule holds here, which county is this, which unit was it before."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from django.db.models import QuerySet

from accountability.kit import days
from accountability.ledger.registry import standing_on

from .models import Boundary, DatedRule, Jurisdiction, Reorganisation, Succession

R = TypeVar("R", bound=DatedRule)


def rule_for(rows: QuerySet[R], on: date, jurisdiction: Jurisdiction | None = None) -> R | None:
    """The row in force on a day: the one of the narrowest jurisdiction around the place, else the prefecture-wide one.

    Two rows of the same reach: the one in force later wins, then the later entered. None when there is no row.
    """
    return narrowest(list(rows.in_force(on)), jurisdiction)  # type: ignore[attr-defined]


def narrowest(found: Sequence[R], jurisdiction: Jurisdiction | None) -> R | None:
    """Of rows that are all in force: the one of the narrowest jurisdiction around the place. Asks nothing but the places above."""
    place, nearness, step = jurisdiction, {None: 99}, 0
    while place is not None:
        nearness[place.pk] = step
        place, step = place.parent, step + 1
    inside = [row for row in found if row.jurisdiction_id in nearness]
    return min(inside, key=lambda row: (nearness[row.jurisdiction_id], -row.since.toordinal(), -row.pk), default=None)


def _inside(lon: float, lat: float, ring: list[list[float]]) -> bool:
    """Whether a point lies in a closed ring: how often a ray to the east crosses its edges."""
    crossed = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


def county_at(lon: float, lat: float) -> Jurisdiction | None:
    """A hint in which county a point lies (WGS-84 degrees); within 1-2 km of a border it may name the neighbour: ask the person.

    An outline of a county that is no more means the one that it became; none where it became several.
    """
    near = Boundary.objects.filter(west__lte=lon, east__gte=lon, south__lte=lat, north__gte=lat).select_related("jurisdiction")
    for boundary in near:
        shape = boundary.geometry
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for outer, *holes in polygons:
            if _inside(lon, lat, outer) and not any(_inside(lon, lat, hole) for hole in holes):
                county = boundary.jurisdiction
                now = [county] if county.until is None or county.until > days.today() else _last(county)
                return now[0] if len(now) == 1 else None
    return None


def left_behind(act: Reorganisation) -> list[Any]:
    """What still stands on the units that ended by a change: units below them first, then what the rooms above have there."""
    ended = list(act.successions.values_list("predecessor", flat=True).distinct())
    below = Jurisdiction.objects.filter(parent__in=ended, until=None).select_related("parent").order_by("code", "pk")
    return [*below, *standing_on.ask(jurisdictions=ended, day=act.day)]


def became(act: Reorganisation) -> list[Jurisdiction]:
    """What the units named by a change became, by code: neither what lies below them nor what followed later. One query."""
    return list(Jurisdiction.objects.filter(origins__act=act, parent=act.within).distinct().order_by("code", "pk"))


def goals_of(act: Reorganisation) -> list[Jurisdiction]:
    """Where what stands on the old units may go: what they became, or what that became since; where they became nothing, the
    unit above, to which the land falls."""
    found: dict[int, Jurisdiction] = {}
    for unit in became(act) or [act.within]:
        for goal in now(unit):
            found.setdefault(goal.pk, goal)
    return list(found.values())


def _last(unit: Jurisdiction) -> list[Jurisdiction]:
    """What a unit became by the latest change, over all changes between. A query for each step."""
    frontier, seen = {unit.pk}, {unit.pk}
    found: list[Jurisdiction] = []
    while frontier:
        steps = Jurisdiction.objects.filter(origins__predecessor__in=frontier).exclude(pk__in=seen).distinct()
        following = list(steps)
        found += [step for step in following if step.until is None]
        frontier = {step.pk for step in following if step.until is not None}
        seen |= {step.pk for step in following}
    return sorted(found, key=lambda step: (step.code or "", step.pk))


def now(unit: Jurisdiction) -> list[Jurisdiction]:
    """What a unit is today: itself, or what it became by the latest change. No query for one that stands."""
    return [unit] if unit.until is None else _last(unit)


def named(act: Reorganisation) -> list[Jurisdiction]:
    """The units that a change was about, as they stood before. One query."""
    return list(Jurisdiction.objects.filter(successions__act=act, parent=act.within).distinct().order_by("code", "pk"))


def sole_successors(act: Reorganisation) -> dict[int, Jurisdiction]:
    """Ended unit -> what it became, for those that became exactly one unit by the change. One query."""
    found: dict[int, list[Jurisdiction]] = {}
    for row in act.successions.exclude(successor=None).select_related("successor"):
        found.setdefault(row.predecessor_id, []).append(row.successor)
    return {old: new[0] for old, new in found.items() if len(new) == 1}


def of_day(jurisdiction: Jurisdiction, on: date) -> list[Jurisdiction]:
    """The units that stood on a day where this one stands, or stand there since it ended; what it absorbed later counts too.

    One query or two for each step of the chain; nothing where the chain breaks (no successor is known).
    """
    forward = Jurisdiction.objects.filter(pk=jurisdiction.pk, until__lte=on).exists()
    found: list[Jurisdiction] = []
    frontier = seen = {jurisdiction.pk}
    while frontier:
        found += Jurisdiction.objects.in_force(on).filter(pk__in=frontier)
        if forward:
            gone = frontier - {unit.pk for unit in found}
            steps = Succession.objects.filter(predecessor__in=gone, day__lte=on).values_list("successor", flat=True)
        else:
            steps = Succession.objects.filter(successor__in=frontier, day__gt=on).values_list("predecessor", flat=True)
        frontier = {pk for pk in steps if pk is not None} - seen
        seen = seen | frontier
    return sorted(found, key=lambda unit: (unit.code or "", unit.pk))
