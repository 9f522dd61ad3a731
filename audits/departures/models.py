"""The audit of a leader's term: what was collected, how it was scored, what was decided, and who may read it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from accountability.papers.models import Paper
from chiefs.posts.functions import Function
from chiefs.posts.models import Person, Post, Tenure, Unit
from chiefs.territory.models import DatedRule

WORK, REVIEW = "work_dossier", "review_dossier"


class Grade(models.TextChoices):
    """Of a person in a term, per project. Not the four grades of target assessment, and not a severity."""

    GOOD = "good", _("good (好)")
    FAIRLY_GOOD = "fairly_good", _("fairly good (较好)")
    ORDINARY = "ordinary", _("ordinary (一般)")
    RATHER_POOR = "rather_poor", _("rather poor (较差)")
    POOR = "poor", _("poor (差)")


class ScoreSheet(DatedRule):
    """How a term is scored: blocks with caps, items with points, limits of the grades. 100 points when everything is assessed."""

    name = models.CharField(_("name"), max_length=120)
    least_assessed = models.DecimalField(
        _("least points that must be assessable"), max_digits=5, decimal_places=1, help_text=_("below it there is too little to score")
    )

    parts = ("blocks", "limits")

    class Meta(DatedRule.Meta):
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")

    def __str__(self) -> str:
        return self.name


class Block(models.Model):
    """A part of the sheet; what its items earn together never exceeds its own maximum."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="blocks", verbose_name=_("score sheet"))
    code = models.SlugField(_("code"), max_length=30)
    title = models.CharField(_("title"), max_length=120)
    most = models.DecimalField(_("maximum"), max_digits=5, decimal_places=1)
    order = models.PositiveSmallIntegerField(_("order"))
    parts = ("items",)

    class Meta:
        verbose_name = _("part of the sheet")
        verbose_name_plural = _("parts of the sheet")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["sheet", "code"], name="block_once")]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """One question to the evidence: a pure function of rules.METHODS, its points and its parameters."""

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="items", verbose_name=_("part of the sheet"))
    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=160)
    most = models.DecimalField(_("points"), max_digits=5, decimal_places=1)
    evidence = models.CharField(_("evidence"), max_length=20, help_text="block of evidence rows that it reads")
    method = models.CharField(_("Reckoning"), max_length=40)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["block", "code"], name="item_once")]

    def __str__(self) -> str:
        return self.title


class GradeLimit(models.Model):
    """From which score on a grade holds; 80.0 is fairly good, 79.99 is ordinary."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="limits", verbose_name=_("score sheet"))
    grade = models.CharField(_("grade"), max_length=12, choices=Grade.choices)
    from_score = models.DecimalField(_("from score"), max_digits=7, decimal_places=4)

    class Meta:
        verbose_name = _("limit of a grade")
        verbose_name_plural = _("limits of the grades")
        ordering = ["-from_score"]
        constraints = [models.UniqueConstraint(fields=["sheet", "grade"], name="limit_once")]

    def __str__(self) -> str:
        return self.get_grade_display()


class OverrideRule(DatedRule):
    """A fact that caps the grade whatever the score. Empty as shipped: no national list was found."""

    cap_grade = models.CharField(_("caps at"), max_length=12, choices=Grade.choices)
    figure = models.CharField(_("figure"), max_length=60, help_text="code of the figure that is compared")
    at_least = models.DecimalField(_("at least"), max_digits=12, decimal_places=4)

    class Meta(DatedRule.Meta):
        verbose_name = _("cap of the grade")
        verbose_name_plural = _("caps of the grade")


class AuditQuerySet(GovernedQuerySet):
    def granted_to(self, account_id: int | None, *codenames: str):
        """Audits whose dossier is open to an account today: by name, to an end date, never by a general right."""
        grants = AuditGrant.objects.filter(user_id=account_id, permission__codename__in=codenames or (WORK, REVIEW), until__gt=days.today())
        return self.filter(pk__in=grants.values("content_object"))

    def unattended(self):
        """Under way, with nobody left whose access to the dossier holds today."""
        held = AuditGrant.objects.filter(content_object=OuterRef("pk"), permission__codename=WORK, until__gt=days.today())
        return self.filter(~Exists(held), state__in=UNDER_WAY)

    def visible_to(self, acting: Acting | None):
        """That an audit exists and where it stands: who commissioned it, the bureau that is to begin it or to name a new team, whoever
        has a grant."""
        if acting is None:
            return self.none()
        rows = self.exclude(post_id=acting.post_id).exclude(person_id=acting.person_id)
        if acting.may(Function.ORGANISATION):
            return rows.filter(commissioned_by__unit_id=acting.unit_id)
        if acting.may(Function.AUDIT):
            waiting = Q(state=Audit.State.COMMISSIONED) | Q(pk__in=self.unattended().values("pk"))
            return rows.filter(Q(waiting, audit_unit_id=acting.unit_id) | Q(pk__in=self.granted_to(acting.account_id).values("pk")))
        return self.none()

    def dossier_open_to(self, acting: Acting | None):
        """Audits whose evidence, score and drafts a post may read: team and reviewers only."""
        if acting is None or not acting.may(Function.AUDIT):
            return self.none()
        return self.visible_to(acting).filter(pk__in=self.granted_to(acting.account_id).values("pk"))


class Audit(Governed):
    """One project about one person in one term. Three results are kept apart: computed, capped, decided."""

    class State(models.TextChoices):
        COMMISSIONED = "commissioned", _("commissioned")
        PREPARED = "prepared", _("team formed")
        COLLECTED = "collected", _("evidence collected")
        SCORED = "scored", _("scored")
        REVIEWED = "reviewed", _("reviewed")
        DECIDED = "decided", _("grade decided")
        ISSUED = "issued", _("report issued")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Kind(models.TextChoices):
        DEPARTURE = "departure", _("departure audit")
        MIDTERM = "midterm", _("mid-term audit")

    state = models.CharField(_("state"), max_length=14, choices=State.choices, default=State.COMMISSIONED, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="audits")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="audits")
    tenure = models.ForeignKey(Tenure, on_delete=models.PROTECT, related_name="audits")
    since = models.DateField(_("first day"))
    until = models.DateField(_("first day no longer audited"))
    basis = models.CharField(_("commission"), max_length=200)
    commissioned_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    commissioned_at = models.DateTimeField(default=days.now)
    audit_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, null=True)
    frozen_at = models.DateTimeField(null=True)
    computed_score = models.DecimalField(max_digits=12, decimal_places=8, null=True)
    computed_grade = models.CharField(max_length=12, choices=Grade.choices, blank=True)
    capped_grade = models.CharField(max_length=12, choices=Grade.choices, blank=True)
    cap_basis = models.CharField(max_length=300, blank=True)
    scored_by_id = models.BigIntegerField(null=True, help_text="account that scored; the reviewer is another")
    withdrawn_reason = models.TextField(_("reason of the withdrawal"), blank=True)
    opinion = models.TextField(_("opinion of the review"), blank=True)
    reviewed_at = models.DateTimeField(null=True)
    decided_grade = models.CharField(max_length=12, choices=Grade.choices, blank=True)
    decided_reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, related_name="+")
    process_id = models.BigIntegerField(null=True, help_text="the flow that orders the parallel evidence tasks")
    demonstration = models.BooleanField(default=False)
    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("departure audit")
        verbose_name_plural = _("departure audits")
        permissions = [(WORK, "work on this dossier"), (REVIEW, "review this dossier")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="audit_lasts_a_day"),
            models.UniqueConstraint(fields=["tenure", "kind"], condition=~Q(state__in=["issued", "withdrawn"]), name="audit_one_under_way"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def last_day(self) -> date:
        return self.until - timedelta(days=1)

    def served(self, codename: str):
        """Who was ever named for a part in this audit, whether the access still holds or not."""
        return AuditGrant.objects.filter(content_object=self, permission__codename=codename)

    def serving(self, codename: str):
        """The accounts that serve in this part, or did so last when the access of all has ended."""
        rows = self.served(codename)
        return rows.filter(until=rows.order_by("-until").values("until")[:1]).order_by("pk").values_list("user_id", flat=True)


UNDER_WAY = [Audit.State.PREPARED, Audit.State.COLLECTED, Audit.State.SCORED, Audit.State.REVIEWED, Audit.State.DECIDED]


class AuditGrant(UserObjectPermissionBase):
    """Need to know: one account, one dossier, up to a day. Written through guardian, asked with the end date."""

    content_object = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="grants")
    until = models.DateField(default=days.today, help_text="first day on which it no longer holds")


class EvidenceRow(models.Model):
    """One fact of the term as it stood when the evidence was frozen, with a hash of what it says. Never altered."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="evidence")
    block = models.CharField(max_length=20)
    place = models.PositiveIntegerField(help_text="running number in the annex")
    stream = models.CharField(max_length=120)
    day = models.DateField()
    label = models.CharField(max_length=200)
    facts = models.TextField(help_text="canonical JSON")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["audit", "place"], name="evidence_once_per_place")]


class Figure(models.Model):
    """A number in the report and the rows that it came from."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="figures")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=60)
    label = models.CharField(max_length=160)
    value = models.DecimalField(max_digits=16, decimal_places=8)
    unit = models.CharField(max_length=20, blank=True)
    rows = models.ManyToManyField(EvidenceRow, related_name="figures")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["audit", "code"], name="figure_once")]


class ScoreLine(models.Model):
    """What one item earned; without points when there was nothing to assess."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=12, decimal_places=8, null=True)

    class Meta:
        ordering = ["item__block__order", "item__order"]
        constraints = [models.UniqueConstraint(fields=["audit", "item"], name="score_line_once")]
