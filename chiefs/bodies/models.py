"""Bodies that meet: who belongs to one, how often it owes a meeting, what was decided, and who carries it out."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from chiefs.posts.functions import Function
from chiefs.posts.models import Person, Post, Unit
from chiefs.territory.models import Jurisdiction, Period, PeriodQuerySet


class BodyQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        """Bodies to which the post belongs today, that its unit keeps the office of, and for a chief office those of its reach."""
        if acting is None:
            return self.none()
        own = Member.objects.in_force(days.today()).filter(body=OuterRef("pk"), post=acting.post_id)
        seen = Q(Exists(own)) | Q(office_id=acting.unit_id)
        if acting.may(Function.CHIEF_OFFICE):
            seen |= acting.reach.q()
        return self.filter(seen)

    def standing(self):
        return self.filter(state=Body.State.STANDING)


class Body(Governed):
    """A committee, joint conference or leading group: members by post, so that a successor belongs to it by itself."""

    class State(models.TextChoices):
        STANDING = "standing", _("in being")
        ENDED = "ended", _("dissolved")

    class Kind(models.TextChoices):
        COMMITTEE = "committee", _("committee")
        JOINT = "joint", _("joint conference")
        GROUP = "group", _("leading group")
        OTHER = "other", _("other body")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.STANDING, editable=False)
    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind of body"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    name_bo = models.CharField(_("Tibetan name"), max_length=160, blank=True)
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("place"))
    path = models.CharField(max_length=12, editable=False)
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("unit that keeps its office"))
    basis = models.CharField(_("basis"), max_length=200)
    since = models.DateField(_("first day"))
    until = models.DateField(_("first day no longer in force"), null=True, blank=True)
    demonstration = models.BooleanField(_("demonstration data"), default=False)
    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        constraints = [models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="body_lasts_a_day")]
        indexes = [models.Index(fields=["path", "name"], name="body_by_path")]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(PeriodQuerySet):
    def seated(self, on: date):
        """Members of the day, the chair first; a post that has ended seats nobody."""
        rows = self.in_force(on).filter(Q(post=None) | Q(post__until=None) | Q(post__until__gt=on))
        order = models.Case(*(models.When(role=role, then=place) for place, role in enumerate(Member.Role.values)), default=9)
        return rows.select_related("post__unit").order_by(order, "pk")


class Member(Period):
    """A seat in a body: of a post, whoever holds it, or of somebody from outside by name."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("chair")
        DEPUTY = "deputy", _("deputy chair")
        SECRETARY = "secretary", _("secretary")
        MEMBER = "member", _("member")

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="members")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="seats", verbose_name=_("post"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    objects = MemberQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("member of a body")
        verbose_name_plural = _("members of bodies")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(post__isnull=False, name="", organisation="") | (Q(post=None) & ~Q(name="")), name="member_is_post_or_person"
            ),
            models.UniqueConstraint(fields=["body"], condition=Q(role="chair", until=None), name="body_has_one_chair"),
        ]  # and guards.no_overlap(Member, "body", "post")


class Rhythm(Period):
    """How often a body meets, from a day on. Calendar periods, one meeting in each."""

    class Every(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        HALF_YEAR = "half_year", _("half-year")
        YEAR = "year", _("year")

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="rhythms")
    every = models.CharField(_("a meeting every"), max_length=10, choices=Every.choices)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=days.now)

    class Meta(Period.Meta):
        verbose_name = _("rhythm of meetings")
        verbose_name_plural = _("rhythms of meetings")
        # and guards.no_overlap(Rhythm, "body")


class MeetingQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        return self.filter(body__in=Body.objects.visible_to(acting))

    def open(self):
        """Still to be held."""
        return self.filter(state__in=[Meeting.State.PLANNED, Meeting.State.CALLED])


class Meeting(Governed):
    """One meeting of a body: owed for a period, or called besides; missed when its time has passed and it was not held."""

    class State(models.TextChoices):
        PLANNED = "planned", _("to be called")
        CALLED = "called", _("called")
        HELD = "held", _("held; minutes to be closed")
        CLOSED = "closed", _("closed")
        MISSED = "missed", _("missed")
        DROPPED = "dropped", _("no longer to be held")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("body"))
    period_since = models.DateField(_("period from"), null=True, blank=True)
    period_until = models.DateField(_("period until"), null=True, blank=True)
    due = models.DateField(_("to be held by"))
    planned_at = models.DateTimeField(default=days.now)
    planned_for = models.DateTimeField(_("called for"), null=True, blank=True)
    place_text = models.CharField(_("place of the meeting"), max_length=120, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(_("held on"), null=True, blank=True)
    times_postponed = models.PositiveSmallIntegerField(_("times postponed"), default=0)
    reason = models.TextField(_("reason"), blank=True, help_text="why it was last put off or dropped")
    minutes = models.TextField(_("minutes in words"), blank=True, help_text="beside the signed minutes, which are kept as evidence")
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.UniqueConstraint(fields=["body", "period_since"], name="meeting_once_a_period"),
            models.CheckConstraint(
                condition=Q(period_since=None, period_until=None) | Q(period_until__gt=F("period_since")), name="meeting_period_lasts"
            ),
        ]
        indexes = [models.Index(fields=["due"], condition=Q(state__in=["planned", "called"]), name="meeting_open_by_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def first_day(self) -> date:
        """From which day on a meeting counts as this one."""
        return self.period_since or days.day_of(self.planned_at)


class AgendaItem(models.Model):
    """One point of the agenda, in order."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    order = models.PositiveSmallIntegerField(_("order"))
    text = models.CharField(_("text"), max_length=200)

    class Meta:
        verbose_name = _("point of the agenda")
        verbose_name_plural = _("points of the agenda")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["meeting", "order"], name="agenda_order_once")]

    def __str__(self) -> str:
        return self.text


class Attendance(models.Model):
    """Whether a member came, and who sat on the seat that day."""

    class Outcome(models.TextChoices):
        PRESENT = "present", _("present")
        REPRESENTED = "represented", _("represented")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("absent")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendance")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("attendance"), max_length=12, choices=Outcome.choices)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once")]


class ResolutionQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        """Those of the bodies that a post may see, and those that its unit carries out."""
        if acting is None:
            return self.none()
        return self.filter(Q(unit_id=acting.unit_id) | Q(meeting__body__in=Body.objects.visible_to(acting)))

    def open(self):
        """The unit still owes it."""
        return self.filter(state=Resolution.State.OPEN)

    def unsettled(self):
        """Owed, or reported done and not confirmed yet."""
        return self.exclude(state=Resolution.State.CONFIRMED)

    def overdue(self, on: date):
        return self.open().filter(due__lt=on)


class Resolution(Governed):
    """What a meeting decided, as a task: one unit, one term; done when another unit says so."""

    class State(models.TextChoices):
        OPEN = "open", _("to be carried out")
        DONE = "done", _("reported done, to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="resolutions", verbose_name=_("meeting"))
    text = models.TextField(_("decision"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="resolutions", verbose_name=_("unit responsible"))
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="resolutions", verbose_name=_("post responsible")
    )
    due = models.DateField(_("due"))
    report = models.TextField(_("what was done"), blank=True)
    done_at = models.DateTimeField(_("reported done"), null=True, blank=True)
    done_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("remark"), blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    times_returned = models.PositiveSmallIntegerField(_("times sent back"), default=0)
    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_unit=None) | ~Q(confirmed_unit=F("done_unit")), name="resolution_confirmed_by_another"
            )
        ]
        indexes = [models.Index(fields=["unit", "due"], condition=Q(state="open"), name="resolution_open_by_unit")]

    def __str__(self) -> str:
        return self.number
