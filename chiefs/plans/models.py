"""River plans (一河一策): the situation of a water, five lists that hang together, and how far the tasks have come."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Unit
from chiefs.resources.models import Resource, Segment
from chiefs.territory.models import DatedRule, Jurisdiction, Level

READERS = (Function.CHIEF, Function.CHIEF_OFFICE, Function.RECEIVER, Function.DEPARTMENT)


class PlanTerm(DatedRule):
    """For how many years a plan holds, by the level of the highest chief of the water."""

    level = models.CharField(_("level of the highest chief"), max_length=12, choices=Level.choices)
    years = models.PositiveSmallIntegerField(_("years"))

    class Meta(DatedRule.Meta):
        verbose_name = _("term of river plans")
        verbose_name_plural = _("terms of river plans")


class PlanQuerySet(GovernedQuerySet):
    def in_force(self, on):
        """Approved, and the day lies in its term; one that was replaced held until its successor began."""
        kept = Q(state=RiverPlan.State.APPROVED) | Q(state=RiverPlan.State.REPLACED)
        return self.filter(kept, Q(until__gt=on), Q(replaced_on=None) | Q(replaced_on__gt=on), since__lte=on)

    def visible_to(self, acting: Acting | None):
        """Drafts: whoever keeps the register around the place, and who works on the plan there. Approved ones: everybody's of the reach,
        and of those whose water flows through it."""
        if acting is None or not acting.may(*READERS):
            return self.none()
        inside = acting.reach.q(path="jurisdiction__path")
        through = Segment.objects.filter(acting.reach.q()).values("resource")
        published = Q(state__in=[RiverPlan.State.APPROVED, RiverPlan.State.REPLACED])
        named = PlanItem.objects.filter(Q(post_id=acting.post_id) | Q(unit_id=acting.unit_id)).values("plan")
        return self.filter(inside | (published & (Q(resource__in=through) | Q(pk__in=named))))


def _once(fields: list[str], condition: Q, name: str) -> list[models.UniqueConstraint]:
    """One such row for a water within a territory, and one for each segment: two constraints, because no segment equals no segment."""
    whole, part = ["resource", "jurisdiction", *fields], ["segment", "jurisdiction", *fields]
    return [
        models.UniqueConstraint(fields=whole, condition=condition & Q(segment=None), name=f"{name}_whole"),
        models.UniqueConstraint(fields=part, condition=condition & Q(segment__isnull=False), name=f"{name}_part"),
    ]


class RiverPlan(Governed):
    """An edition of the plan of a water or of one segment: drafted by an office, reviewed by the chief, approved by the government."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEWED = "reviewed", _("reviewed by the chief")
        APPROVED = "approved", _("approved")
        REPLACED = "replaced", _("replaced")
        DROPPED = "dropped", _("not pursued")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="plans", verbose_name=_("water"))
    segment = models.ForeignKey(
        Segment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name=_("segment"),
        help_text=_("empty: the whole water"),
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="+", verbose_name=_("whose government approves it")
    )
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    situation = models.TextField(_("situation"), blank=True)
    since = models.DateField(_("first day"))
    until = models.DateField(_("first day no longer in force"))
    highest_level = models.CharField(_("level of the highest chief"), max_length=12, choices=Level.choices)
    rule = models.ForeignKey(
        PlanTerm, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rule for the term")
    )
    term_basis = models.CharField(_("document that says another term"), max_length=200, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit that drafts it"))
    reviewer = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by"))
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.TextField(_("opinion of the chief"), blank=True)
    approver = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(null=True, blank=True)
    approval_basis = models.CharField(_("document of approval"), max_length=200, blank=True)
    replaced_on = models.DateField(_("replaced on"), null=True, blank=True)
    demonstration = models.BooleanField(_("demonstration data"), default=False)
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("river plan")
        verbose_name_plural = _("river plans")
        indexes = [models.Index(fields=["resource", "segment", "edition"], name="plan_by_water")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="plan_lasts_a_day"),
            *_once(["edition"], ~Q(state="dropped"), "plan_edition_once"),
            *_once([], Q(state="approved"), "plan_one_approved"),
            *_once([], Q(state__in=["draft", "reviewed"]), "plan_one_on_its_way"),
        ]

    def __str__(self) -> str:
        return self.number

    def runs(self, on: date) -> bool:
        """Approved, and no next edition has begun: one that was approved ahead replaces this one on its own first day."""
        ahead = self.replaced_on is not None and self.replaced_on > on
        return self.state == RiverPlan.State.APPROVED or (self.state == RiverPlan.State.REPLACED and ahead)


class PlanItem(models.Model):
    """One line of one of the five lists. Each but a problem stands under a line of the list before it."""

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("problem")
        GOAL = "goal", _("goal")
        TASK = "task", _("task")
        MEASURE = "measure", _("measure")
        RESPONSIBILITY = "responsibility", _("responsibility")

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(RiverPlan, on_delete=models.PROTECT, related_name="items", verbose_name=_("river plan"))
    kind = models.CharField(_("list"), max_length=14, choices=Kind.choices)
    above = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="below", verbose_name=_("answers to"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("text"), max_length=200)
    text_bo = models.CharField(_("text in Tibetan"), max_length=400, blank=True)
    figure = models.CharField(_("figure to be reached"), max_length=60, blank=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible post"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit"))
    due = models.DateField(_("to be done by"), null=True, blank=True)
    withdrawn = models.BooleanField(_("taken out of the draft"), default=False)

    class Meta:
        verbose_name = _("line of a river plan")
        verbose_name_plural = _("lines of river plans")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="problem", above=None) | (~Q(kind="problem") & Q(above__isnull=False)), name="plan_item_hangs"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="responsibility", due__isnull=False) & (Q(post__isnull=False, unit=None) | Q(post=None, unit__isnull=False))
                )
                | (~Q(kind="responsibility") & Q(post=None, unit=None, due=None)),
                name="plan_item_names_one",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Progress(models.Model):
    """How far a task has come, as one post reported it on a day. Rows are added; the last one counts."""

    task = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="progress", verbose_name=_("task"))
    day = models.DateField(_("as of"))
    percent = models.PositiveSmallIntegerField(_("done (%)"))
    text = models.CharField(_("what was done"), max_length=500)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by"))
    recorded_at = models.DateTimeField(default=days.now)
    client_ref = models.UUIDField(unique=True)

    class Meta:
        verbose_name = _("progress of a task")
        verbose_name_plural = _("progress of tasks")
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="progress_at_most_whole")]  # and guards.append_only

    def __str__(self) -> str:
        return f"{self.task} {self.percent} %"
