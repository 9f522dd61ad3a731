"""Indicator observations of the last years for Kangding and the prefecture, invented around the way to the plan's targets."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from accountability.kit import days
from audits.indicators import actions
from audits.indicators.models import Indicator
from chiefs.territory.models import Jurisdiction, Level

from .stage import Stage
from .world import SOURCE

YEARS = 3  # whole years before this one
BASE = 2017  # the year of the plan's own values
QUARTERLY = [(10, 1), (11, 1), (26, None)]  # air, surface water, drinking water sources: measured all the time
MISSES = 0.12  # of the values fall clearly short
PLACES = Decimal("0.01")


def plan(stage: Stage) -> None:
    """Whole years are reported in the January after, quarters a fortnight after their end; what lies before the story, on its first day."""
    year = stage.world.today.year
    periods = [(date(y, 1, 1), date(y + 1, 1, 1)) for y in range(year - YEARS, year)]
    quarters = [
        (date(y, month, 1), date(y + month // 10, (month + 2) % 12 + 1, 1)) for y in range(year - 1, year + 1) for month in (1, 4, 7, 10)
    ]
    for since, until in [*periods, *quarters]:
        reported = max(days.start_of(until + timedelta(days=14)), stage.begin)
        stage.at(stage.office_hour(reported), lambda s=since, u=until: _report(stage, s, u))


def _report(stage: Stage, since: date, until: date) -> None:
    by = stage.by(stage.world.posts["pref-statistics-statistics"])
    in_force = Jurisdiction.objects.in_force(days.today())
    indicators = Indicator.objects.exclude(direction=Indicator.Direction.TEXT).exclude(baseline=None).prefetch_related("targets")
    whole_year = until.year - since.year == 1 and since.month == 1 and until.month == 1
    for place in (in_force.get(code="513301000000"), in_force.get(level=Level.PREFECTURE)):
        for indicator in indicators:
            if not whole_year and (indicator.no, indicator.sub_no) not in QUARTERLY:
                continue
            actions.observe(
                indicator,
                jurisdiction=place,
                since=since,
                until=until,
                value=_value(stage, indicator, since.year),
                source=SOURCE,
                by=by,
                demonstration=True,
            )
            stage.counts["observations"] += 1


def _value(stage: Stage, indicator: Indicator, year: int) -> Decimal:
    """Near the straight way from the plan's value of 2017 through its targets; now and then short of it."""
    stops = {BASE: indicator.baseline or Decimal(0)}
    stops |= {t.year: t.value for t in indicator.targets.all() if t.jurisdiction_id is None and t.value is not None}
    before, after = max(y for y in stops if y <= year), min((y for y in stops if y > year), default=max(stops))
    on_the_way = stops[before]
    if after > before:
        on_the_way += (stops[after] - stops[before]) * (year - before) / (after - before)
    drift = stage.chance.randint(-40, -15) if stage.chance.random() < MISSES else stage.chance.randint(0, 12)
    better = -1 if indicator.direction == Indicator.Direction.DOWN else 1
    value = on_the_way * (1 + better * Decimal(drift) / 1000)
    return (min(value, Decimal(100)) if indicator.unit == "%" else value).quantize(PLACES)
