"""A chief scheme has changed: its kinds of post are there, and what must be there is asked for at its levels, from today on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from chiefs.resources import schemes
from chiefs.resources.models import Scheme
from chiefs.territory import actions as rule_tables
from chiefs.territory import rules as dated

from . import defaults
from .functions import ANSWERING
from .models import Requirement


def follow(record: Scheme, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of resources.keep_scheme. Kinds of post stay when a level goes: posts may stand on them, and the past is told by them."""
    defaults.insert_kinds(defaults.kinds_of(record))
    levels = schemes.levels_of(record.levels)
    rows = Requirement.objects.filter(scheme=record, role__in=ANSWERING, required=True).order_by("since", "pk")
    standing = [row for row in rows if not dated.has_ended(row.until, days.today())]
    for row in standing:
        if row.level and row.level not in levels:
            _take_away(row, by)
    asked = {row.level for row in standing if row.jurisdiction_id is None and not row.resource_kind and row.until is None}
    for level in levels:
        if level not in asked:
            row = Requirement(scheme=record, since=_from(record, level), **defaults.wanted_at(record, level))
            rule_tables.keep(row, changed=["scheme", "role", "level"], by=by)


def _take_away(row: Requirement, by: Acting) -> None:
    """A rule that has begun ends; one that has not is no longer asked for. Neither is deleted."""
    today = days.today()
    if dated.has_begun(row.since, today):
        row.until = max(today, row.since + timedelta(days=1))
        rule_tables.keep(row, changed=["until"], by=by)
    else:
        row.required = False
        rule_tables.keep(row, changed=["required"], by=by)


def _from(scheme: Scheme, level: str) -> Any:
    """Today; the day after, where a row of today has just been ended: it lasts its day."""
    ended = Requirement.objects.filter(scheme=scheme, level=level, role__in=ANSWERING, jurisdiction=None, resource_kind="", required=True)
    return max([days.today(), *(until for until in ended.values_list("until", flat=True) if until is not None)])
