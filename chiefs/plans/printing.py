"""A river plan as a paper: its title and what its template shows."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from . import reports
from .models import PlanItem, RiverPlan

TEMPLATE = "papers/river_plan.html"
CHINESE = "zh-hans"
K = PlanItem.Kind


def title(plan: RiverPlan) -> str:
    """In the language of record: the paper is Chinese."""
    with translation.override(CHINESE):
        name = plan.segment.name if plan.segment else plan.resource.name
        return _("River plan of %(water)s, edition %(edition)s") % {"water": name, "edition": plan.edition}


def context(plan: RiverPlan) -> dict[str, Any]:
    """The situation and the five lists, each line with the number that the next list refers to."""
    lines = reports.items(plan)
    numbers = _numbers(lines)
    lists = [
        (kind.value, [(numbers[item.pk], numbers.get(item.above_id or 0, ""), item) for item in lines if item.kind == kind]) for kind in K
    ]
    with translation.override(CHINESE):
        level = plan.get_highest_level_display()
    return {"plan": plan, "lists": lists, "level": level}


def _numbers(lines: list[PlanItem]) -> dict[int, str]:
    """1, 1.1, 1.1.1 …: a line carries the number of the one it answers to."""
    found: dict[int, str] = {}
    for kind in K:
        count: dict[int | None, int] = {}
        for item in (line for line in lines if line.kind == kind):
            count[item.above_id] = count.get(item.above_id, 0) + 1
            head = found.get(item.above_id or 0, "")
            found[item.pk] = f"{head}.{count[item.above_id]}" if head else str(count[item.above_id])
    return found
