"""Indicator observations of the last years for Kangding, invented around the plan's own values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accountability.kit import days
from audits.indicators import actions
from audits.indicators.models import Indicator
from chiefs.territory.models import Jurisdiction

from .stage import Stage
from .world import SOURCE

MOST = 14


def plan(stage: Stage) -> None:
    """One value a year and indicator, reported in the January after; and one for the running half-year."""
    for year in range(stage.world.since.year, stage.world.today.year + 1):
        whole = (date(year, 1, 1), date(year + 1, 1, 1))
        half = (date(year, 1, 1), date(year, 7, 1))
        since, until = whole if whole[1] <= stage.world.today else half
        if until <= stage.world.today:
            reported = max(days.start_of(until), stage.begin)
            stage.at(stage.office_hour(reported), lambda s=since, u=until: _report(stage, s, u))


def _report(stage: Stage, since: date, until: date) -> None:
    county = Jurisdiction.objects.get(code="513301000000", until=None)
    by = stage.by(stage.world.posts["pref-statistics-statistics"])
    numeric = Indicator.objects.exclude(direction=Indicator.Direction.TEXT).exclude(baseline=None).order_by("no", "sub_no")[:MOST]
    for indicator in numeric:
        drift = Decimal(stage.chance.randint(-15, 25)) / 1000
        sign = -1 if indicator.direction == Indicator.Direction.DOWN else 1
        value = min((indicator.baseline or Decimal(0)) * (1 + sign * drift), Decimal(100) if indicator.unit == "%" else Decimal(10**6))
        actions.observe(
            indicator,
            jurisdiction=county,
            since=since,
            until=until,
            value=value.quantize(Decimal("0.01")),
            source=SOURCE,
            by=by,
            demonstration=True,
        )
        stage.counts["observations"] += 1
