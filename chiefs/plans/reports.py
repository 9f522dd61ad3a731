"""What is read of river plans: the lists as they hang together, what is in force, how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from chiefs.posts import reports as posts
from chiefs.posts.models import Charge
from chiefs.resources.models import Resource, Segment
from chiefs.territory.models import Jurisdiction
from chiefs.territory.reports import rule_for

from . import rules
from .models import PlanItem, PlanTerm, Progress, RiverPlan

K = PlanItem.Kind
MOST_REPORTS = 24  # on the page of a task: two years of months


def highest_level(resource: Resource, segment: Segment | None, place: Jurisdiction, on: date) -> str | None:
    """The level of the highest chief within a territory who answers for the water (or the segment) on a day; None while nobody does."""
    charges = Charge.objects.in_force(on).filter(segment__resource=resource)
    if segment is not None:
        charges = charges.filter(segment=segment)
    levels = charges.values_list("post__kind__level", flat=True).distinct()
    return rules.highest(level for level in levels if rules.is_at_most(level, place.level))


def term(level: str, on: date, place: Jurisdiction) -> PlanTerm | None:
    """The rule that says for how long a plan holds."""
    return rule_for(PlanTerm.objects.filter(level=level), on, place)


def of_water(resource: Resource) -> QuerySet[RiverPlan]:
    """All editions of all plans of a water, the newest first."""
    rows = RiverPlan.objects.filter(resource=resource).select_related("resource", "segment", "jurisdiction", "unit")
    return rows.order_by("segment", "-edition")


def in_force(segment: Segment, on: date) -> RiverPlan | None:
    """The plan that holds for a segment: its own before that of the whole water, that of the nearest government before one above."""
    around = [place.pk for place in posts.ancestors(segment.jurisdiction)]
    rows = RiverPlan.objects.in_force(on).filter(
        Q(segment=segment) | Q(segment=None, resource=segment.resource_id), jurisdiction__in=around
    )
    return min(rows, key=lambda plan: (plan.segment_id is None, around.index(plan.jurisdiction_id), -plan.edition), default=None)


def goals(segment: Segment, on: date) -> list[PlanItem]:
    """What the plan in force wants to reach at a segment."""
    plan = in_force(segment, on)
    return list(plan.items.filter(kind=K.GOAL, withdrawn=False)) if plan else []


def items(plan: RiverPlan) -> list[PlanItem]:
    """The lines of a plan. One query."""
    rows = plan.items.filter(withdrawn=False).select_related("post__unit", "unit")
    return list(rows)


@dataclass
class Branch:
    """A line with the lines that answer to it; a task with the last report on it."""

    item: PlanItem
    below: list[Branch] = field(default_factory=list)
    progress: Progress | None = None

    @property
    def percent(self) -> int | None:
        """How far a task has come; None where nothing was reported yet."""
        return self.progress.percent if self.progress else None

    @property
    def responsible(self) -> list[PlanItem]:
        """The responsibilities under a task."""
        return [last.item for measure in self.below for last in measure.below]

    @property
    def latest_due(self) -> date | None:
        """By when a task is to be done: the last day of those who are responsible for it."""
        own = [self.item.due] if self.item.due else []
        return max([*own, *(day for branch in self.below if (day := branch.latest_due) is not None)], default=None)


def tree(lines: Sequence[PlanItem], reported: Iterable[Progress] = ()) -> list[Branch]:
    """The problems with everything under them. No query."""
    branches = {item.pk: Branch(item) for item in lines}
    for row in reported:
        if row.task_id in branches:
            branches[row.task_id].progress = row
    roots = []
    for branch in branches.values():
        up = branches.get(branch.item.above_id) if branch.item.above_id else None
        (up.below if up else roots).append(branch)
    return roots


def tasks_of(roots: Iterable[Branch]) -> list[Branch]:
    """The tasks of a tree, in its order."""
    found: list[Branch] = []
    for branch in roots:
        found += [branch] if branch.item.kind == K.TASK else tasks_of(branch.below)
    return found


def last_reports(plan_ids: Iterable[int]) -> QuerySet[Progress]:
    """The last report on each task of some plans that has one."""
    newest = Progress.objects.filter(task=OuterRef("task")).order_by("-day", "-pk").values("pk")[:1]
    return Progress.objects.filter(task__plan__in=list(plan_ids), pk=Subquery(newest)).select_related("post")


def earlier_reports(task: PlanItem) -> list[Progress]:
    """What was reported on a task, the newest first, as many as a page shows."""
    return list(task.progress.select_related("post").order_by("-day", "-pk")[:MOST_REPORTS])


def percents(plan_ids: Iterable[int]) -> dict[int, int | None]:
    """By plan how far it has come. Two queries, however many plans there are."""
    wanted = list(plan_ids)
    tasks: dict[int, list[int]] = {pk: [] for pk in wanted}
    for plan, task in PlanItem.objects.filter(plan__in=wanted, kind=K.TASK, withdrawn=False).values_list("plan", "pk"):
        tasks[plan].append(task)
    last: dict[int, int] = dict(last_reports(wanted).values_list("task", "percent"))
    return {plan: rules.share(last, own) for plan, own in tasks.items()}


def loose_ends(plan: RiverPlan) -> list[tuple[str, int]]:
    """What still hangs loose in a plan."""
    return rules.loose_ends([rules.Node(item.pk, item.kind, item.above_id) for item in items(plan)])


def responsible(task: PlanItem) -> QuerySet[PlanItem]:
    """The responsibilities under a task."""
    return PlanItem.objects.filter(kind=K.RESPONSIBILITY, above__above=task, withdrawn=False)
