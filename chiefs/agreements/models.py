"""Agreements: targets that a higher post gives and a lower one takes, and what village chiefs promise their township."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from accountability.papers.models import Paper
from audits.indicators.models import Indicator
from chiefs.posts.functions import Function
from chiefs.posts.models import Person, Post, Unit
from chiefs.territory.models import DatedRule, Jurisdiction

from . import rules

AMOUNT = {"max_digits": 18, "decimal_places": 6}
#: Desks that draft, evaluate and keep agreements.
DESKS = (Function.TARGETS, Function.CHIEF_OFFICE, Function.RECEIVER)


class SettlementGrade(models.TextChoices):
    """How a year's targets were kept. Four grades of its own: not the five of an audit, not a severity, not a satisfaction."""

    EXCELLENT = "excellent", _("excellent (优秀)")
    GOOD = "good", _("good (良好)")
    QUALIFIED = "qualified", _("qualified (合格)")
    UNQUALIFIED = "unqualified", _("unqualified (不合格)")


class SettlementRule(DatedRule):
    """From which score which grade holds, and what a target kept in part counts where no number can say it."""

    excellent_from = models.DecimalField(_("excellent from"), max_digits=5, decimal_places=2)
    good_from = models.DecimalField(_("good from"), max_digits=5, decimal_places=2)
    qualified_from = models.DecimalField(_("qualified from"), max_digits=5, decimal_places=2)
    partly = models.DecimalField(_("share of a target met in part, in words"), max_digits=4, decimal_places=3)

    class Meta(DatedRule.Meta):
        verbose_name = _("rule of settlement")
        verbose_name_plural = _("rules of settlement")

    @property
    def limits(self):
        G = SettlementGrade
        return [(G.EXCELLENT, self.excellent_from), (G.GOOD, self.good_from), (G.QUALIFIED, self.qualified_from)]


class ExpiryRule(DatedRule):
    """How many days before its end a village agreement is warned of."""

    days_ahead = models.PositiveSmallIntegerField(_("days ahead"))

    class Meta(DatedRule.Meta):
        verbose_name = _("rule of expiry warnings")
        verbose_name_plural = _("rules of expiry warnings")


class TargetAgreementQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        """The parties, their units, the evaluator, the target and chief offices around the place; drafts, the drafting office alone."""
        if acting is None:
            return self.none()
        party = Q(giver_id=acting.post_id) | Q(taker_id=acting.post_id)
        if acting.may(Function.CHIEF, *DESKS, Function.DEPARTMENT):
            party |= Q(giver__unit_id=acting.unit_id) | Q(taker__unit_id=acting.unit_id) | Q(evaluator_id=acting.unit_id)
        if acting.may(Function.TARGETS, Function.CHIEF_OFFICE):
            party |= acting.reach.q("path", "jurisdiction_id")
        seen = party & ~Q(state__in=[TargetAgreement.State.DRAFT, TargetAgreement.State.WITHDRAWN])
        return self.filter(seen | Q(office_id=acting.unit_id)) if acting.may(*DESKS) else self.filter(seen)

    def awaiting(self, post_id: int):
        """Agreements that lack the signature of a post."""
        signed = Signature.objects.filter(agreement=OuterRef("pk"), offer=OuterRef("offers"), post=post_id, takes_over=False)
        asked = Q(giver=post_id) | Q(taker=post_id)
        return self.filter(asked, ~Exists(signed), state__in=[TargetAgreement.State.OFFERED, TargetAgreement.State.HALF])

    def unsettled(self):
        """In force, whatever their period says, until they are settled, amended or ended."""
        return self.filter(state=TargetAgreement.State.SIGNED)


class TargetAgreement(Governed):
    """One edition of a target agreement (目标责任书). What was signed is never altered: an amendment is the next edition."""

    class Kind(models.TextChoices):
        YEAR = "year", _("yearly")
        TERM = "term", _("for a term of office")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OFFERED = "offered", _("offered for signature")
        HALF = "half", _("signed by one side")
        SIGNED = "signed", _("in force")
        AMENDED = "amended", _("replaced by an amendment")
        SETTLED = "settled", _("settled and closed")
        ENDED = "ended", _("ended early")
        WITHDRAWN = "withdrawn", _("withdrawn")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    number = models.CharField(_("number"), max_length=24)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    amends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments")
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    since = models.DateField(_("first day"))
    until = models.DateField(_("first day no longer covered"))
    giver = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("gives the targets"))
    taker = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("takes the targets"))
    evaluator = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("evaluated by"))
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+", verbose_name=_("place"))
    path = models.CharField(max_length=12)
    clauses = models.TextField(_("clauses"), blank=True)
    reward = models.TextField(_("reward and penalty"), blank=True)
    offers = models.PositiveSmallIntegerField(default=0, help_text="how often it was offered; a signature belongs to one offer")
    document = models.TextField(blank=True, help_text="canonical text of what is signed")
    sha256 = models.CharField(max_length=64, blank=True)
    reason = models.TextField(_("reason"), blank=True, help_text="of the last return, withdrawal or early end")
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    drafted_at = models.DateTimeField(default=days.now)
    demonstration = models.BooleanField(default=False)
    objects = TargetAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("target agreement")
        verbose_name_plural = _("target agreements")
        indexes = [models.Index(fields=["path", "since"], name="target_agreement_by_place")]
        constraints = [
            models.UniqueConstraint(fields=["number", "edition"], name="target_agreement_edition_once"),
            models.UniqueConstraint(fields=["number"], condition=Q(state="signed"), name="target_agreement_one_in_force"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(state__in=["draft", "offered", "half"]), name="target_agreement_one_open"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="target_agreement_lasts_a_day"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="target_agreement_between_two"),
        ]

    def settled(self) -> models.QuerySet[Settlement]:
        """What was settled of this edition and of those that it replaced, the earliest first: an amendment undoes no settled year."""
        rows = Settlement.objects.filter(agreement__number=self.number, agreement__edition__lte=self.edition)
        return rows.order_by("since", "pk")

    def __str__(self) -> str:
        return f"{self.number}/{self.edition}"

    @property
    def last_day(self) -> date:
        """The last day covered: what people read; ``until`` is the first that no longer is."""
        return self.until - timedelta(days=1)


class TargetItem(models.Model):
    """One target: words as written, and a number beside them only where they are one. ``line`` is the same through all editions."""

    class Direction(models.TextChoices):
        UP = rules.UP, _("more is better")
        DOWN = rules.DOWN, _("less is better")
        TEXT = rules.TEXT, _("not a number")

    agreement = models.ForeignKey(TargetAgreement, on_delete=models.PROTECT, related_name="items")
    line = models.UUIDField(default=uuid.uuid4, db_index=True)
    place = models.PositiveSmallIntegerField(_("number"))
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("indicator of the plan")
    )
    text = models.CharField(_("target in words"), max_length=300)
    unit = models.CharField(_("measured in"), max_length=40, blank=True)
    baseline_text = models.CharField(_("starting value"), max_length=120, blank=True)
    baseline = models.DecimalField(_("starting value, as a number"), null=True, blank=True, **AMOUNT)
    target_text = models.CharField(_("value to be reached"), max_length=120)
    target = models.DecimalField(_("value to be reached, as a number"), null=True, blank=True, **AMOUNT)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction.choices)
    weight = models.DecimalField(_("weight of the target"), max_digits=6, decimal_places=2)
    additive = models.BooleanField(_("the values below add up to it"), default=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("breaks down"))
    due = models.DateField(_("to be reached by"), null=True, blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "place"], name="target_item_once"),
            models.UniqueConstraint(fields=["agreement", "line"], name="target_line_once"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="target_weight_not_negative"),
        ]

    def __str__(self) -> str:
        return self.text


class Side(models.TextChoices):
    GIVER = "giver", _("gives the targets")
    TAKER = "taker", _("takes the targets")


class Signature(models.Model):
    """Who signed which text, for which post, at which moment. The hash is that of the text; the ledger holds the same. Never altered."""

    agreement = models.ForeignKey(TargetAgreement, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(_("side"), max_length=5, choices=Side.choices)
    offer = models.PositiveSmallIntegerField()
    takes_over = models.BooleanField(_("signed on as successor"), default=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    post_title = models.CharField(_("post"), max_length=200)
    unit_name = models.CharField(_("unit"), max_length=120)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField(_("name"), max_length=80)
    account_id = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    balance = models.TextField(blank=True, help_text="canonical JSON of what was open when a successor signed on")
    at = models.DateTimeField()
    event_id = models.BigIntegerField(unique=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "side", "offer"], condition=Q(takes_over=False), name="signature_once_per_side"),
            models.UniqueConstraint(fields=["agreement", "person"], condition=Q(takes_over=True), name="signature_takes_over_once"),
        ]


class Progress(models.Model):
    """How far an item was on a day. A newer row follows an older one; nothing is overwritten."""

    agreement = models.ForeignKey(TargetAgreement, on_delete=models.PROTECT, related_name="progress")
    item = models.ForeignKey(TargetItem, on_delete=models.PROTECT, related_name="progress")
    as_of = models.DateField(_("as of"))
    text = models.CharField(_("value"), max_length=120)
    value = models.DecimalField(_("value, as a number"), null=True, blank=True, **AMOUNT)
    note = models.TextField(_("note"), blank=True)
    post_title = models.CharField(_("reported by"), max_length=200)
    recorded_at = models.DateTimeField(default=days.now)
    event_id = models.BigIntegerField(unique=True)

    class Meta:
        ordering = ["as_of", "pk"]


class Settlement(models.Model):
    """What a year of an agreement came to. The rule by which it was reckoned stays named. Never altered."""

    agreement = models.ForeignKey(TargetAgreement, on_delete=models.PROTECT, related_name="settlements")
    since = models.DateField(_("first day"))
    until = models.DateField(_("first day no longer covered"))
    final = models.BooleanField(_("closes the agreement"))
    rule = models.ForeignKey(SettlementRule, on_delete=models.PROTECT, related_name="+")
    score = models.DecimalField(_("score"), max_digits=9, decimal_places=6)
    grade = models.CharField(_("grade"), max_length=12, choices=SettlementGrade.choices)
    reward = models.TextField(_("reward or penalty"), blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=days.now)

    class Meta:
        ordering = ["since"]
        constraints = [models.UniqueConstraint(fields=["agreement", "since"], name="settlement_once_per_period")]

    @property
    def last_day(self) -> date:
        return self.until - timedelta(days=1)


class SettlementLine(models.Model):
    """What one item came to. Never altered."""

    class Outcome(models.TextChoices):
        MET = rules.MET, _("met")
        PARTLY = rules.PARTLY, _("met in part")
        NOT_MET = rules.NOT_MET, _("not met")
        NOT_ASSESSED = rules.NOT_ASSESSED, _("not assessed")

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(TargetItem, on_delete=models.PROTECT, related_name="+")
    achieved_text = models.CharField(_("achieved"), max_length=120, blank=True)
    achieved = models.DecimalField(_("achieved, as a number"), null=True, blank=True, **AMOUNT)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6, null=True)

    class Meta:
        ordering = ["item__place"]
        constraints = [models.UniqueConstraint(fields=["settlement", "item"], name="settlement_line_once")]


class VillageAgreementQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        """A village chief's own; for chief offices, receiving desks and higher chiefs those inside their reach."""
        if acting is None or not acting.may(Function.CHIEF, Function.CHIEF_OFFICE, Function.RECEIVER):
            return self.none()
        own = Q(post_id=acting.post_id, person_id=acting.person_id)
        if acting.may(Function.CHIEF_OFFICE, Function.RECEIVER) or acting.level != "village":
            own |= acting.reach.q("path", "jurisdiction_id")
        return self.filter(own)

    def in_force(self, on):
        """Signed, and their days hold on ``on``; one that ends early holds until its new end."""
        S = VillageAgreement.State
        return self.filter(state__in=[S.IN_FORCE, S.CLOSED], since__lte=on, until__gt=on)


class VillageAgreement(Governed):
    """What a village chief promises the township (村级河湖长履职协议): duties, funding, liability, term, both parties, signed on paper."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("to be signed")
        IN_FORCE = "in_force", _("signed")
        CLOSED = "closed", _("ended before its term")
        DROPPED = "dropped", _("not concluded")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREPARED, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("township"))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="village_agreements", verbose_name=_("village chief"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    binding_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+", verbose_name=_("village"))
    path = models.CharField(max_length=12)
    since = models.DateField(_("first day"))
    until = models.DateField(_("first day no longer covered"))
    duties = models.TextField(_("duties"))
    funding = models.TextField(_("funding"))
    amount = models.DecimalField(_("allowance per year, in yuan"), max_digits=12, decimal_places=2, null=True, blank=True)
    liability = models.TextField(_("liability"))
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals")
    reason = models.TextField(_("reason"), blank=True)
    prepared_at = models.DateTimeField(default=days.now)
    demonstration = models.BooleanField(default=False)
    objects = VillageAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("village agreement")
        verbose_name_plural = _("village agreements")
        indexes = [
            models.Index(fields=["until"], condition=Q(state="in_force"), name="village_agreement_by_end"),
            models.Index(fields=["post", "person", "until"], name="village_agreement_by_post"),
        ]
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="village_agreement_lasts_a_day")]
        # and guards.no_overlap(VillageAgreement, "binding_post"): one agreement binds a post on any day; null until it is signed

    def __str__(self) -> str:
        return self.number

    @property
    def last_day(self) -> date:
        """The last day covered: what people read; ``until`` is the first that no longer is."""
        return self.until - timedelta(days=1)
