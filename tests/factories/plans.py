"""A river plan as the real actions make it, and short ways through its life."""

from __future__ import annotations

from typing import Any

from accountability.kit import days
from chiefs.plans import actions
from chiefs.plans.actions import Line
from chiefs.plans.models import PlanItem, RiverPlan
from chiefs.posts.functions import Function
from chiefs.posts.models import Post

from .posts import Chain, acting_for

K = PlanItem.Kind


def government_desk(world: Chain) -> Post:
    """The desk of the county's government."""
    return Post.objects.get(unit=world.county.unit, kind__functions=[Function.RECEIVER.value])


def draft(world: Chain, **given: Any) -> RiverPlan:
    """The county's plan for the chain's water, begun by its chief office."""
    facts: dict[str, Any] = {
        "resource": world.segment.resource,
        "segment": None,
        "jurisdiction": world.county.unit.jurisdiction,
        "since": days.today().replace(month=1, day=1),
        "situation": "河段全长三千二百米，沿岸两个村，旺季游客较多。",
        "by": acting_for(world.office),
    }
    return actions.draft(**{**facts, **given})


def fill(plan: RiverPlan, world: Chain, *, tasks: int = 1) -> list[PlanItem]:
    """One problem and one goal, with tasks that each have a measure and the water bureau responsible; returns the tasks."""
    by = acting_for(world.office)

    def add(kind: str, text: str, above: PlanItem | None = None, **more: Any) -> PlanItem:
        return actions.add_line(plan, kind=kind, line=Line(text, **more), above=above, by=by, expect=plan.version)

    problem = add(K.PROBLEM, "旺季垃圾入河")
    goal = add(K.GOAL, "河面岸坡无垃圾", problem, text_bo="ཆུ་འགྲམ་དུ་གད་སྙིགས་མེད་པ།", figure="二类水质")
    made = []
    for number in range(tasks):
        task = add(K.TASK, f"清理岸坡垃圾{number + 1}", goal)
        measure = add(K.MEASURE, "每周清运两次", task)
        add(K.RESPONSIBILITY, "负责清运", measure, unit=world.water.unit, due=plan.since.replace(month=12))
        made.append(task)
    return made


def reviewed(world: Chain, **given: Any) -> RiverPlan:
    plan = draft(world, **given)
    fill(plan, world)
    actions.review(plan, opinion="同意报批", by=acting_for(world.county), expect=plan.version)
    return plan


def approved(world: Chain, **given: Any) -> RiverPlan:
    plan = reviewed(world, **given)
    actions.approve(plan, basis="康府函〔2026〕演示1号", by=acting_for(government_desk(world)), expect=plan.version)
    return plan
