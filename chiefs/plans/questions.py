"""What river plans answer when a room below asks without knowing them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.papers.models import Paper

from .models import PlanItem, Progress, RiverPlan

PLAN = "plans.riverplan:"
S = RiverPlan.State


def _visible(owner: str, acting: Acting | None) -> list[bool]:
    if not owner.startswith(PLAN):
        return []
    return [True] if RiverPlan.objects.visible_to(acting).filter(pk=int(owner.removeprefix(PLAN))).exists() else []


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """Whoever may see the plan may see what was kept with it."""
    return _visible(evidence.owner, acting)


def may_open_paper(*, paper: Paper, acting: Acting | None) -> list[bool]:
    """Whoever may see the plan may read its paper."""
    return _visible(paper.owner, acting)


def open_work(*, post_id: int | None = None, unit_id: int | None = None, jurisdiction_id: int | None = None) -> list[Any]:
    """What a post or a unit still has to do by plans in force; at a place the plans that are on their way or in force."""
    if jurisdiction_id is not None:
        rows = RiverPlan.objects.filter(jurisdiction_id=jurisdiction_id, state__in=[S.DRAFT, S.REVIEWED, S.APPROVED])
        return list(rows.order_by("number"))
    named = Q(post_id=post_id) if post_id is not None else Q(unit_id=unit_id) | Q(post__unit_id=unit_id)
    plans = RiverPlan.objects.in_force(days.today()).filter(state=S.APPROVED)
    mine = PlanItem.objects.filter(named, kind=PlanItem.Kind.RESPONSIBILITY, withdrawn=False, plan__in=plans)
    items = list(mine.select_related("plan", "above__above").order_by("due", "pk"))
    done = _done({_task(item) for item in items})
    return [item for item in items if not done.get(_task(item), False)]


def _task(item: PlanItem) -> int | None:
    return item.above.above_id if item.above else None


def _done(tasks: set[int | None]) -> dict[int | None, bool]:
    """By task whether its last report says that it is done. One query."""
    last: dict[int | None, bool] = {}
    for task, percent in Progress.objects.filter(task__in=[t for t in tasks if t]).order_by("day", "pk").values_list("task", "percent"):
        last[task] = percent == 100
    return last
