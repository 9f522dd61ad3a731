"""What other rooms ask of the indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from chiefs.territory.models import Jurisdiction

from . import rules
from .models import Indicator, Observation, Target


@dataclass(frozen=True)
class Observed:
    """One observation with the target of its year: met or not, or None where that cannot be said."""

    stream: str
    indicator: str
    binding: bool
    since: date
    until: date
    value: Decimal | None
    text: str
    target: str
    met: bool | None
    source: str


def met(value: Decimal | None, target: Decimal | None, direction: str) -> bool | None:
    """Whether a value reaches its target; None without two numbers. Fewer is better where the plan says so."""
    if value is None or target is None or direction == Indicator.Direction.TEXT:
        return None
    return value <= target if direction == Indicator.Direction.DOWN else value >= target


def observations(jurisdiction: Jurisdiction, since: date, until: date) -> list[Observed]:
    """The valid observations of a place (or, where it has none of an indicator, of the place above) that belong to [since, until).

    A value belongs to the term that holds more than half of its days; a year that counts leaves out its own quarters
    (audits/indicators/rules.py). A corrected row gives way to its correction.
    """
    place: Jurisdiction | None = jurisdiction
    found: list[Observation] = []
    seen: set[int] = set()
    while place is not None:
        rows = Observation.objects.filter(jurisdiction=place, corrected_by=None, until__gt=since, since__lt=until)
        own: dict[int, list[Observation]] = {}
        for o in rows.select_related("indicator").order_by("indicator__no", "indicator__sub_no", "until"):
            if o.indicator_id not in seen and rules.mostly_in(o.since, o.until, since, until):
                own.setdefault(o.indicator_id, []).append(o)
        for periods in own.values():
            found += rules.without_nested(periods)
        seen |= own.keys()
        place = place.parent
    targets = _targets({o.indicator_id for o in found})
    return [_observed(o, targets) for o in found]


def _targets(indicator_ids: set[int]) -> dict[int, list[Target]]:
    """Targets by indicator, the earliest first; the prefecture-wide ones of the plan."""
    by_indicator: dict[int, list[Target]] = {}
    for target in Target.objects.filter(indicator__in=indicator_ids, jurisdiction=None).order_by("year"):
        by_indicator.setdefault(target.indicator_id, []).append(target)
    return by_indicator


def _observed(row: Observation, targets: dict[int, list[Target]]) -> Observed:
    """Compared with the latest target that was due when the period ended, else with the first one to come."""
    own = targets.get(row.indicator_id, [])
    last_day = row.until - timedelta(days=1)  # a whole year ends with the first of January of the next, and is not its
    due = [t for t in own if t.year <= last_day.year]
    target = due[-1] if due else (own[0] if own else None)
    indicator = row.indicator
    return Observed(
        stream=f"{row._meta.label_lower}:{row.pk}",
        indicator=indicator.name,
        binding=indicator.attribute == Indicator.Attribute.BINDING,
        since=row.since,
        until=row.until,
        value=row.value,
        text=row.text,
        target=target.text if target else "",
        met=met(row.value, target.value if target else None, indicator.direction),
        source=row.source,
    )
