"""The one thing that is routed between levels, however it began."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Tenure, Unit
from chiefs.posts.reports import posts_over
from chiefs.resources.models import Scheme, Segment
from chiefs.signboards.models import Signboard
from chiefs.sites.models import Site
from chiefs.territory.models import DatedRule, Jurisdiction


class Severity(models.TextChoices):
    """Of a problem (四乱: 一般, 较严重, 重大). Not a grade, not a satisfaction: the scales share nothing."""

    GENERAL = "general", _("general")
    SERIOUS = "serious", _("rather serious")
    MAJOR = "major", _("major")


class ProblemKind(models.Model):
    """What was found: rubbish, sewage, sand, building, fish, trees, a defective sign."""

    SIGNBOARD = "signboard"  # the code of the kind that names a notice board
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_bo = models.CharField(_("Tibetan name"), max_length=100, blank=True)
    disorder = models.CharField(_("one of the four disorders"), max_length=20, blank=True)
    quantity_unit = models.CharField(_("unit of the quantity"), max_length=20, blank=True, help_text="m2, m3, pieces")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    icon = models.CharField(_("picture"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("kind of problem")
        verbose_name_plural = _("kinds of problem")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class SeverityLimit(DatedRule):
    """From which quantity a problem is rather serious or major: severity is computed, not felt."""

    kind = models.ForeignKey(ProblemKind, on_delete=models.PROTECT, related_name="limits", verbose_name=_("kind of problem"))
    serious_from = models.DecimalField(_("rather serious from"), max_digits=12, decimal_places=2, null=True, blank=True)
    major_from = models.DecimalField(_("major from"), max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta(DatedRule.Meta):
        verbose_name = _("severity limit")
        verbose_name_plural = _("severity limits")


class Label(models.TextChoices):
    """Confidentiality."""

    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")
    SENSITIVE = "sensitive", _("sensitive")
    SEALED = "sealed", _("sealed")


class CaseQuerySet(GovernedQuerySet):
    def open(self):
        return self.exclude(state=Case.State.SIGNED_OFF)

    def overdue(self, on):
        return self.open().filter(due__lt=on)

    @staticmethod
    def involved(acting: Acting) -> Q:
        """The post holds or held it, leads or assists in it, it lies in its unit's inbox, or the unit decided on its time: an
        office can look up what it decided. Asked of the one case at hand: an inbox of ten thousand costs the page of one case
        nothing."""
        own_leg = Leg.objects.filter(Q(post_id=acting.post_id) | Q(unit_id=acting.unit_id), case=OuterRef("pk"))
        own_inbox = CaseScope.objects.filter(unit_id=acting.unit_id, case=OuterRef("pk"))
        own_decision = Extension.objects.filter(decided_by__unit_id=acting.unit_id, case=OuterRef("pk"))
        return Q(Exists(own_leg)) | Q(Exists(own_inbox)) | Q(Exists(own_decision))

    def visible_to(self, acting: Acting | None):
        """What a post may see: docs/map.md, "Who may see what". The only way into the table for a reader."""
        if acting is None:
            return self.none()
        # Whoever is complained of, the unit and all that stands under it. First the rows without a subject: they are the rule.
        rows = self.filter(Q(subject_post=None) | ~Q(subject_post__in=posts_over(acting.unit_id, days.today())))
        if acting.person_id is not None:  # nor the person, in whatever other post they act
            theirs = Tenure.objects.filter(person=acting.person_id).values("post")
            rows = rows.filter(Q(subject_post=None) | ~Q(subject_post__in=theirs))
        involved = self.involved(acting) & ~Q(label=Label.SEALED)
        if acting.may(Function.CHIEF_OFFICE, Function.INTAKE):
            seen = involved | (Q(label__in=[Label.PUBLIC, Label.INTERNAL]) & acting.reach.q())
        elif acting.may(Function.CHIEF) and acting.level != "village":
            own_line = Q(scheme__code=acting.scheme) if acting.scheme else Q()
            seen = involved | (Q(label__in=[Label.PUBLIC, Label.INTERNAL]) & own_line & acting.reach.q())
        elif acting.may(Function.CHIEF, Function.RECEIVER, Function.DEPARTMENT):
            seen = involved
        else:
            return self.none()
        return rows.filter(seen)


class Case(Governed):
    """A problem on its way: found or reported, held by a post, worked on, verified by another unit, signed off."""

    class State(models.TextChoices):
        HELD = "held", _("held by a chief")
        IN_WORK = "in_work", _("being dealt with")
        DONE = "done", _("reported done, to be verified")
        VERIFIED = "verified", _("verified, to be signed off")
        SIGNED_OFF = "signed_off", _("signed off")

    class Origin(models.TextChoices):
        FINDING = "finding", _("found on patrol")
        COMPLAINT = "complaint", _("complaint")
        INSPECTION = "inspection", _("inspection")
        ORDER = "order", _("order from above")

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.HELD, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    origin = models.CharField(_("origin"), max_length=12, choices=Origin.choices)
    kind = models.ForeignKey(ProblemKind, on_delete=models.PROTECT, verbose_name=_("kind of problem"))
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("what was found"), blank=True, help_text="transfer version: cleared of whoever reported it")
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.GENERAL)
    severity_rule = models.ForeignKey(SeverityLimit, on_delete=models.PROTECT, null=True, blank=True)
    label = models.CharField(_("confidentiality"), max_length=10, choices=Label.choices, default=Label.INTERNAL)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, verbose_name=_("scheme"))
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("segment"))
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, verbose_name=_("place"))
    path = models.CharField(max_length=12, editable=False, help_text="of the jurisdiction on the day it happened")
    signboard = models.ForeignKey(
        Signboard, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("notice board it is about")
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    occurred_at = models.DateTimeField(_("happened"))
    opened_at = models.DateTimeField(_("opened"), default=days.now)
    holder = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="held_cases", verbose_name=_("holder"))
    subject_post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post complained of")
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("regulated site that it is about")
    )
    due = models.DateField(_("legal date"))
    term_id = models.BigIntegerField(_("term row by which the legal date was reckoned"), null=True)
    measure = models.TextField(_("what was done"), blank=True)
    done_at = models.DateTimeField(_("reported done"), null=True, blank=True)
    done_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit that did it")
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit that verified it")
    )
    signed_off_at = models.DateTimeField(null=True, blank=True)
    times_returned = models.PositiveSmallIntegerField(_("times sent back"), default=0)
    times_reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    demonstration = models.BooleanField(default=False)
    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["path", "opened_at"], name="case_by_path"),
            models.Index(fields=["jurisdiction", "opened_at"], name="case_by_place"),
            models.Index(fields=["segment", "occurred_at"], name="case_by_segment"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title_bo(self) -> str:
        """The title on a Tibetan page, where it is made of kind and segment and both have a Tibetan name; else empty."""
        if self.segment is None or self.title != f"{self.kind.name} · {self.segment.name}":
            return ""
        return f"{self.kind.name_bo} · {self.segment.name_bo}" if self.kind.name_bo and self.segment.name_bo else ""


class Leg(models.Model):
    """One holding of a case: who had it, from when, by when, until when. Days per level are a sum over legs.

    ``note`` is what came with it, ``answer`` what was reported done; a return after a visit begins a new holding, so that
    an earlier answer stays. Whoever signs off with a remark has an assisting leg without length that keeps it.
    """

    class Role(models.TextChoices):
        LEAD = "lead", _("holds")
        ASSIST = "assist", _("assists")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="legs")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.LEAD)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="legs")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="legs")
    level = models.CharField(max_length=12, blank=True)
    how = models.CharField(max_length=40, help_text="the move that brought it here")
    note = models.TextField(blank=True)
    received_at = models.DateTimeField()
    due = models.DateField(null=True)
    left_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        verbose_name = _("leg")
        verbose_name_plural = _("legs")
        constraints = [models.UniqueConstraint(fields=["case"], condition=Q(role="lead", left_at=None), name="leg_one_holder")]
        indexes = [
            models.Index(fields=["post", "received_at"], name="leg_by_post"),
            models.Index(fields=["unit", "case"], name="leg_by_unit"),
        ]


class CaseScope(models.Model):
    """An open case counts in this unit's inbox. Written in the same transaction as the move; gone when signed off."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="scopes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    state = models.CharField(max_length=12)
    mine = models.BooleanField(default=False, help_text="the unit must act now; otherwise it watches")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "case"], name="scope_once")]
        indexes = [
            models.Index(fields=["unit", "due", "case"], name="scope_inbox"),
            models.Index(fields=["unit", "mine", "due", "case"], name="scope_inbox_mine"),
        ]


class Extension(models.Model):
    """More time asked for; granted or not by the unit above, with its reason."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    asked_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField(_("days asked for"))
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    decision = models.TextField(_("reason of the decision"), blank=True)
    due_before = models.DateField()
    due_after = models.DateField(null=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [models.UniqueConstraint(fields=["case"], condition=Q(granted=None), name="extension_one_open")]
