"""What a post must do: lists and their versions, powers, what recurs, who was let off, and the plan's duties as drafts."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, PostKind, Tenure, Unit
from chiefs.resources.models import Scheme, Segment
from chiefs.territory.models import DatedRule, Jurisdiction, Level, PeriodQuerySet

from .choices import Every, Position, Reason, What


def kept_by(acting: Acting, place: str) -> Q:
    """The rows at a place (a path of field names to a jurisdiction) whose register the post keeps; see posts.rules.keeps_register."""
    if not (acting.may(Function.CHIEF_OFFICE) or (acting.may(Function.RECEIVER) and acting.level == Level.TOWNSHIP)):
        return Q(pk__in=[])
    return acting.reach.q(f"{place}__path", f"{place}_id")


class Duty(models.Model):
    """A duty that the plan names, in its own words; a draft until an office turns it into a line of a list."""

    class Standing(models.TextChoices):
        DRAFT = "draft", _("draft from the plan")
        ADOPTED = "adopted", _("adopted")

    code = models.CharField(_("code"), max_length=10, unique=True)
    levels = models.CharField(_("levels"), max_length=60)
    who = models.CharField(_("who"), max_length=200)
    duty = models.CharField(_("duty"), max_length=400)
    words = models.TextField(_("words of the source"), help_text=_("the words of the source"))
    frequency = models.CharField(_("frequency"), max_length=120, blank=True)
    object_text = models.CharField(_("object"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=120)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing.choices, default=Standing.DRAFT)

    class Meta:
        verbose_name = _("duty of the plan")
        verbose_name_plural = _("duties of the plan")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.words}"[:80]

    @property
    def basis(self) -> str:
        """Where the plan says so."""
        return gettext("Eco-civilisation plan of Ganzi 2018-2030, %(section)s") % {"section": self.source}


class Power(DatedRule):
    """One line of the catalogue of powers: which department leads in a matter, at which level, by which rule."""

    category = models.CharField(_("class"), max_length=60)
    matter = models.SlugField(_("matter (code)"), max_length=40, help_text=_("the code of a kind of problem, or one of your own"))
    name = models.CharField(_("matter"), max_length=120)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    lead_department = models.CharField(_("leading department"), max_length=80)

    class Meta(DatedRule.Meta):
        verbose_name = _("power")
        verbose_name_plural = _("catalogue of powers")
        indexes = [models.Index(fields=["matter", "level"], name="power_by_matter")]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_level_display()} · {self.lead_department}"


class DutyListQuerySet(models.QuerySet):
    def kept(self, acting: Acting | None):
        """The lists that the post keeps: of units and posts in its reach, and of kinds of post at such a place."""
        if acting is None:
            return self.none()
        return self.filter(
            kept_by(acting, "jurisdiction") | kept_by(acting, "unit__jurisdiction") | kept_by(acting, "post__unit__jurisdiction")
        )

    def visible_to(self, acting: Acting | None):
        """What is published is open to every post: a duty that nobody else may read binds nobody. Drafts, to who keeps them."""
        if acting is None:
            return self.none()
        published = ListVersion.objects.filter(duty_list=OuterRef("pk")).exclude(binding=None)
        return self.filter(Q(Exists(published)) | Q(pk__in=self.model.objects.kept(acting).values("pk")))


class DutyList(models.Model):
    """A responsibility list, power list or negative list of one subject. What it says stands in its versions."""

    class Kind(models.TextChoices):
        RESPONSIBILITY = "responsibility", _("responsibility list")
        POWER = "power", _("power list")
        NEGATIVE = "negative", _("negative list")

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind of list"), max_length=16, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    post_kind = models.ForeignKey(
        PostKind, on_delete=models.PROTECT, null=True, blank=True, related_name="duty_lists", verbose_name=_("kind of post")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="duty_lists", verbose_name=_("unit"))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="duty_lists", verbose_name=_("post"))
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in force in"),
        help_text=_("of a kind of post: the prefecture or county in which its posts are meant"),
    )
    objects = DutyListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of duties")
        verbose_name_plural = _("lists of duties")
        constraints = [
            models.CheckConstraint(
                condition=Q(post_kind__isnull=False, jurisdiction__isnull=False, unit=None, post=None)
                | Q(post_kind=None, jurisdiction=None, unit__isnull=False, post=None)
                | Q(post_kind=None, jurisdiction=None, unit=None, post__isnull=False),
                name="duty_list_of_one",
            ),
            models.UniqueConstraint(fields=["kind", "post_kind", "jurisdiction"], name="duty_list_of_kind_once"),
            models.UniqueConstraint(fields=["kind", "unit"], name="duty_list_of_unit_once"),
            models.UniqueConstraint(fields=["kind", "post"], name="duty_list_of_post_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> PostKind | Unit | Post:
        return self.post_kind or self.unit or self.post  # type: ignore[return-value]

    @property
    def place(self) -> Jurisdiction:
        """Where the list is kept: a unit or post may have moved since it was opened."""
        if self.post is not None:
            return self.post.unit.jurisdiction
        return self.unit.jurisdiction if self.unit is not None else self.jurisdiction  # type: ignore[return-value]


class ListVersionQuerySet(GovernedQuerySet, PeriodQuerySet):
    def visible_to(self, acting: Acting | None):
        """Published ones to every post; drafts, and drafts thrown away, to who keeps the list."""
        if acting is None:
            return self.none()
        return self.filter(Q(binding__isnull=False) | Q(duty_list__in=DutyList.objects.kept(acting).values("pk")))


class ListVersion(Governed):
    """What a list says from a day on. A draft is worked on; once published, a version is followed by the next and never edited."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        REPLACED = "replaced", _("replaced")
        DISCARDED = "discarded", _("draft thrown away")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    duty_list = models.ForeignKey(DutyList, on_delete=models.PROTECT, related_name="versions", verbose_name=_("list of duties"))
    number = models.PositiveSmallIntegerField(_("version"))
    published_on = models.DateField(_("published"), null=True, blank=True)
    issuer = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by"))
    document = models.CharField(_("issuing document"), max_length=200, blank=True)
    since = models.DateField(_("in force from"), null=True, blank=True)
    until = models.DateField(_("first day no longer in force"), null=True, blank=True)
    binding = models.ForeignKey(DutyList, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    digest = models.CharField(_("hash of the lines"), max_length=43, blank=True, help_text=_("SHA-256 in base64 of what was published"))
    objects = ListVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a list")
        verbose_name_plural = _("versions of lists")
        constraints = [
            models.UniqueConstraint(fields=["duty_list", "number"], name="list_version_once"),
            models.UniqueConstraint(fields=["duty_list"], condition=Q(state="draft"), name="list_one_draft"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="list_version_lasts_a_day"),
            models.CheckConstraint(condition=Q(binding=None) | Q(since__isnull=False), name="list_version_binds_from_a_day"),
        ]  # and guards.no_overlap(ListVersion, "binding"): null until published

    def __str__(self) -> str:
        return f"{self.duty_list} · {self.number}"


class Line(models.Model):
    """What one line says, in a draft and in what was published."""

    key = models.UUIDField(default=uuid.uuid4, editable=False, help_text=_("the same in every version that carries the line on"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("duty"), max_length=300)
    text_bo = models.CharField(_("duty in Tibetan"), max_length=400, blank=True)
    basis = models.CharField(_("legal basis"), max_length=300)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, blank=True)
    what = models.CharField(_("done by"), max_length=10, choices=What.choices, blank=True)
    every = models.CharField(_("once in every"), max_length=10, choices=Every.choices, blank=True)
    evidence = models.CharField(_("evidence wanted"), max_length=200, blank=True)
    consequence = models.CharField(_("consequence"), max_length=200, blank=True)
    since = models.DateField(_("first day"), null=True, blank=True, help_text=_("empty: as long as the version"))
    until = models.DateField(_("first day no longer in force"), null=True, blank=True)
    power = models.ForeignKey(Power, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("power"))
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("duty of the plan"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(since=None) | Q(until__gt=F("since")), name="%(class)s_lasts_a_day"),
            models.CheckConstraint(condition=Q(what="", every="") | (~Q(what="") & ~Q(every="")), name="%(class)s_what_and_how_often"),
            models.UniqueConstraint(fields=["version", "key"], name="%(class)s_once"),
        ]

    def __str__(self) -> str:
        return self.text


class DraftItem(Line):
    """A line that is still being worked on."""

    version = models.ForeignKey(ListVersion, on_delete=models.PROTECT, related_name="drafts", verbose_name=_("version"))

    class Meta(Line.Meta):
        verbose_name = _("line of a draft")
        verbose_name_plural = _("lines of drafts")


class ListItemQuerySet(models.QuerySet):
    def in_force(self, on):
        """Lines that hold on a day: their version does, and they have begun and not ended inside it."""
        inside = (Q(since=None) | Q(since__lte=on)) & (Q(until=None) | Q(until__gt=on))
        binds = Q(version__binding__isnull=False, version__since__lte=on) & (Q(version__until=None) | Q(version__until__gt=on))
        return self.filter(inside & binds)


class ListItem(Line):
    """A published line. The table is append-only: nobody edits what was published, not even by a slip of the code."""

    version = models.ForeignKey(ListVersion, on_delete=models.PROTECT, related_name="items", verbose_name=_("version"))
    objects = ListItemQuerySet.as_manager()

    class Meta(Line.Meta):
        verbose_name = _("published line")
        verbose_name_plural = _("published lines")
        indexes = [models.Index(fields=["key"], name="list_item_by_key")]


class PatrolObligation(DatedRule):
    """How often a post of a level must go and look, per responsible segment. 旬, week, month are calendar periods."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("scheme"))
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    every = models.CharField(_("every"), max_length=10, choices=Every.choices)
    times = models.PositiveSmallIntegerField(_("times"), default=1)
    resting_months = models.JSONField(
        _("months of rest"), default=list, blank=True, help_text=_("months (1-12) in which it is suspended, e.g. winter")
    )

    class Meta(DatedRule.Meta):
        verbose_name = _("patrol obligation")
        verbose_name_plural = _("patrol obligations")


class ObligationQuerySet(GovernedQuerySet):
    def open(self):
        return self.filter(state__in=[Position.PLANNED, Position.DUE])

    def visible_to(self, acting: Acting | None):
        """The own post's, and those of the posts whose register one keeps."""
        if acting is None:
            return self.none()
        return self.filter(Q(post_id=acting.post_id) | kept_by(acting, "post__unit__jurisdiction"))


class Obligation(Governed):
    """One period of a line with a frequency, for one post: a meeting or a report. Patrols are reckoned from the walks."""

    State = Position
    state = models.CharField(_("state"), max_length=8, choices=Position.choices, default=Position.PLANNED, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="obligations", verbose_name=_("post"))
    item = models.ForeignKey(ListItem, on_delete=models.PROTECT, related_name="obligations", verbose_name=_("line"))
    key = models.UUIDField(editable=False, help_text=_("of the line, in whichever version it stood"))
    what = models.CharField(_("done by"), max_length=10, choices=What.choices)
    since = models.DateField(_("first day"))
    until = models.DateField(_("first day after the period"))
    due = models.DateField(_("due"))
    tenure = models.ForeignKey(
        Tenure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term"),
        help_text=_("that did or missed it"),
    )
    happened_on = models.DateField(_("happened"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices, blank=True)
    note = models.TextField(_("note"), blank=True)
    demonstration = models.BooleanField(default=False)
    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        constraints = [
            models.UniqueConstraint(fields=["post", "key", "what", "since", "until"], name="obligation_once"),
            models.CheckConstraint(
                condition=Q(until__gt=F("since"), due__gte=F("since"), due__lt=F("until")), name="obligation_lasts_a_day"
            ),
            models.CheckConstraint(condition=Q(state="waived") | Q(reason=""), name="obligation_waived_for_a_reason"),
        ]
        indexes = [
            models.Index(fields=["post", "due"], name="obligation_by_post"),
            models.Index(fields=["until"], condition=Q(state__in=["planned", "due"]), name="obligation_open"),
        ]

    def __str__(self) -> str:
        return self.item.text


class WaiverQuerySet(GovernedQuerySet, PeriodQuerySet):
    def visible_to(self, acting: Acting | None):
        """Of the own post, of posts and places whose register one keeps, and of the place in which one serves."""
        if acting is None:
            return self.none()
        kept = kept_by(acting, "post__unit__jurisdiction") | kept_by(acting, "jurisdiction")
        return self.filter(Q(post_id=acting.post_id) | kept)


class Waiver(Governed):
    """Patrols that were let off: of one post on one segment, or of all in a place. A period counts as let off when it lies inside."""

    class State(models.TextChoices):
        STANDING = "standing", _("standing")
        LIFTED = "lifted", _("taken back")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.STANDING, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="waivers", verbose_name=_("post"))
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("segment"))
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("whole place")
    )
    path = models.CharField(max_length=12, editable=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scheme"))
    since = models.DateField(_("first day"))
    until = models.DateField(_("first day after"))
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    note = models.TextField(_("note"))
    granted_at = models.DateTimeField(default=days.now)
    granted_by = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by"))
    demonstration = models.BooleanField(default=False)
    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="waiver_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(post__isnull=False, segment__isnull=False, jurisdiction=None, scheme=None)
                | Q(post=None, segment=None, jurisdiction__isnull=False),
                name="waiver_of_one",
            ),
        ]
        indexes = [models.Index(fields=["since", "until"], name="waiver_by_days")]
