"""What may happen to a body, a meeting and a resolution: whoever keeps the office calls, another unit than the doer confirms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.fsm import State as Fsm

from accountability.evidence import reports as evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Unit
from chiefs.posts.rules import keeps_register

from . import reports, rules
from .models import Body, Meeting, Member, Resolution

B, M, R = Body.State, Meeting.State, Resolution.State
LEAST_WORDS = 2
MOST_MEMBERS = 60
MINUTES = "minutes"
CHANGEABLE = ("kind", "name", "name_bo", "office", "basis")


def said(text: str, sentence: str) -> str:
    """The text without its edges; Refused with the sentence when there is none."""
    words = str(text).strip()
    if len(words) < LEAST_WORDS:
        raise Refused(sentence)
    return words


def keeps(body: Body, by: Acting) -> bool:
    """A post of the unit that keeps the office of a body, or one that keeps the register at its place."""
    return by.unit_id == body.office_id or keeps_register(by, body.path, body.jurisdiction_id)


def keeps_body(flow: BodyLifecycle, by: Acting) -> bool:
    return keeps(flow.record, by)


def calls_meeting(flow: MeetingLifecycle, by: Acting) -> bool:
    return keeps(flow.record.body, by)


def is_the_clock(flow: MeetingLifecycle, by: Acting) -> bool:
    return by.may(Function.SYSTEM)


class BodyLifecycle(Lifecycle):
    """Set up, changed by dated rows, dissolved."""

    name = "bodies"
    state = RecordState(B)

    @state.transition(source=B.STANDING, label=gettext_lazy("Add a member"), permission=keeps_body)
    def seat(self, *, by: Acting, post: Post | None, person: str, organisation: str, role: str, day: date) -> None:
        if (post is None) == (not person.strip()):
            raise Refused(_("A member is a post, or somebody from outside by name. Fill in one of the two."))
        self._from(day)
        sitting = Member.objects.touching(day, None).filter(body=self.record)
        if sitting.count() >= MOST_MEMBERS:
            raise Refused(_("A body has at most %(most)s members at once.") % {"most": MOST_MEMBERS})
        if post is not None and sitting.filter(post=post).exists():
            raise Refused(_("This post is a member already. End that seat first if the role changes."))
        if post is not None and (post.since > day or (post.until is not None and post.until <= day)):
            raise Refused(_("This post does not stand on that day."))
        if role == Member.Role.CHAIR and sitting.filter(role=Member.Role.CHAIR).exists():
            raise Refused(_("The body has a chair already. End that seat first."))

    @state.transition(source=B.STANDING, label=gettext_lazy("End a seat"), permission=keeps_body)
    def release(self, *, by: Acting, member: Member, day: date) -> None:
        if member.body_id != self.record.pk or member.until is not None:
            raise Refused(_("This seat has ended already."))
        if not member.since < day <= days.today() + rules.MOST_AHEAD:
            raise Refused(_("A seat ends after its first day, and at most a year ahead."))

    @state.transition(source=B.STANDING, label=gettext_lazy("Rhythm of meetings"), permission=keeps_body)
    def set_rhythm(self, *, by: Acting, every: str, day: date, basis: str) -> None:
        last = self.record.rhythms.order_by("-since").values_list("since", flat=True).first()
        if not rules.may_begin(day, last, days.today()):
            raise Refused(_("The day must lie after the last change of the rhythm, and at most a year ahead."))
        self._from(day)

    @state.transition(source=B.STANDING, label=gettext_lazy("Correct the entry"), permission=keeps_body)
    def change(self, *, by: Acting, values: dict[str, Any]) -> None:
        body = self.record
        differing = {name: value for name, value in values.items() if getattr(body, name) != value}
        if unknown := differing.keys() - set(CHANGEABLE):
            raise TypeError(f"Not changed by this move: {', '.join(sorted(unknown))}")
        for name, value in differing.items():
            setattr(body, name, str(value) if isinstance(value, str) else value)
        check(body)
        self.found["changed"] = sorted(differing)

    @state.transition(source=B.STANDING, target=B.ENDED, label=gettext_lazy("Dissolve"), permission=keeps_body)
    def end(self, *, by: Acting, day: date, reason: str) -> None:
        said(reason, _("Write why the body is dissolved, or by which document."))
        if not self.record.since < day <= days.today():
            raise Refused(_("A body ends after its first day, and not on a day to come."))
        self.record.until = day

    def _from(self, day: date) -> None:
        if not self.record.since <= day <= days.today() + rules.MOST_AHEAD:
            raise Refused(_("The day must not lie before the first day of the body, nor more than a year ahead."))


def check(body: Body) -> None:
    """What must hold of an entry before it is kept."""
    said(body.name, _("Write the name of the body."))
    said(body.basis, _("Write by which document the body was set up."))
    if body.office.until is not None and body.office.until <= days.today():
        raise Refused(_("%(unit)s has ended. Choose a unit that stands.") % {"unit": body.office.name})


def has_minutes(flow: MeetingLifecycle) -> Any:
    unproved = evidence.unproved(flow.record.stream, MINUTES, missing=_("The minutes are not there yet. Upload them first."))
    return Fsm.CONDITION(not unproved, unmet=unproved)


def is_besides(flow: MeetingLifecycle) -> Any:
    meeting = flow.record
    free = meeting.period_since is None or meeting.body.state == B.ENDED
    return Fsm.CONDITION(free, unmet=_("This meeting is owed for its period: hold it, or postpone it with a reason."))


def body_stands(flow: MeetingLifecycle) -> Any:
    return Fsm.CONDITION(flow.record.body.state == B.STANDING, unmet=_("The body is dissolved: no meeting is called any more."))


class MeetingLifecycle(Lifecycle):
    """Planned, called, held, closed; or missed, or no longer to be held."""

    name = "meetings"
    state = RecordState(M)

    @state.transition(source=M.PLANNED, target=M.CALLED, label=gettext_lazy("Call"), conditions=[body_stands], permission=calls_meeting)
    def call(self, *, by: Acting, planned_for: datetime, place_text: str, agenda: list[str]) -> None:
        meeting = self.record
        if planned_for <= days.now():
            raise Refused(_("A meeting is called for a time to come. What was held already is recorded as held."))
        if days.day_of(planned_for) > meeting.due:
            raise Refused(_("It is to be held by %(due)s. Choose an earlier day, or postpone it with a reason.") % {"due": meeting.due})
        if not agenda:
            raise Refused(_("Write at least one point of the agenda."))
        said(place_text, _("Write where the meeting is held."))
        meeting.planned_for, meeting.place_text, meeting.called_at = planned_for, str(place_text).strip(), days.now()

    @state.transition(source=[M.PLANNED, M.CALLED, M.MISSED], target=M.HELD, label=gettext_lazy("Record as held"), permission=calls_meeting)
    def hold(self, *, by: Acting, held_at: datetime, outcomes: dict[str, str]) -> None:
        meeting, day = self.record, days.day_of(held_at)
        if held_at > days.now():
            raise Refused(_("A meeting is recorded after it was held."))
        if not rules.was_in_time(day, meeting.first_day, meeting.due):
            told = {"since": meeting.first_day, "due": meeting.due}
            raise Refused(_("This meeting counts from %(since)s to %(due)s. Plan another one for what was held on another day.") % told)
        seated = {str(member.pk) for member in reports.seated(meeting.body, day)}
        if outcomes.keys() != seated:
            raise Refused(_("Say of each member of that day whether they came."))
        if not {"present", "represented"} & set(outcomes.values()):
            raise Refused(_("Nobody came, so no meeting was held."))
        meeting.held_at = held_at

    @state.transition(source=M.HELD, target=M.CLOSED, label=gettext_lazy("Close"), conditions=[has_minutes], permission=calls_meeting)
    def close(self, *, by: Acting, minutes: str) -> None:
        """Minutes and decisions are complete; nothing is added afterwards."""
        self.record.minutes = str(minutes).strip()

    @state.transition(
        source=[M.PLANNED, M.CALLED], target=M.PLANNED, label=gettext_lazy("Postpone"), conditions=[body_stands], permission=calls_meeting
    )
    def postpone(self, *, by: Acting, day: date, reason: str) -> None:
        meeting = self.record
        words = said(reason, _("Write why the meeting is postponed."))
        if not rules.may_postpone_to(day, meeting.due, days.today()):
            raise Refused(_("A meeting is postponed to a day that is not past, and at most by a year."))
        self.found["due_before"] = meeting.due
        meeting.due, meeting.reason = max(meeting.due, day), words
        meeting.planned_for = meeting.called_at = None
        meeting.times_postponed += 1

    @state.transition(source=[M.PLANNED, M.CALLED], target=M.MISSED, label=gettext_lazy("Missed"), permission=is_the_clock)
    def miss(self, *, by: Acting) -> None:
        if not rules.is_missed(self.record.due, days.today()):
            raise Refused(_("There is still time to hold this meeting."))

    @state.transition(
        source=[M.PLANNED, M.CALLED],
        target=M.DROPPED,
        label=gettext_lazy("Give up"),
        conditions=[is_besides],
        permission=calls_meeting,
    )
    def drop(self, *, by: Acting, reason: str) -> None:
        self.record.reason = said(reason, _("Write why the meeting is not held."))

    @state.transition(source=[M.PLANNED, M.CALLED], target=M.DROPPED, label=gettext_lazy("No longer owed"), permission=calls_meeting)
    def release(self, *, by: Acting) -> None:
        """What follows from another rhythm or from the end of the body; no page offers it."""


#: Moves that follow from something else; no page offers them.
BY_ITSELF = frozenset({"miss", "release"})


def carries_out(flow: ResolutionLifecycle, by: Acting) -> bool:
    return by.unit_id == flow.record.unit_id


def confirms(flow: ResolutionLifecycle, by: Acting) -> bool:
    """The chair, a secretary, or the unit that keeps the office; never the unit that did it."""
    resolution = flow.record
    if by.unit_id in (resolution.unit_id, resolution.done_unit_id):
        return False
    body = resolution.meeting.body
    return by.unit_id == body.office_id or by.post_id in reports.confirming_posts(body, days.today())


def directs(flow: ResolutionLifecycle, by: Acting) -> bool:
    return keeps(flow.record.meeting.body, by)


def somebody_confirms(flow: ResolutionLifecycle) -> Any:
    there = reports.can_be_confirmed(flow.record.meeting.body, flow.record.unit_id, days.today())
    return Fsm.CONDITION(there, unmet=_("Nobody of another unit could confirm it. Enter a chair or a secretary of another unit first."))


class ResolutionLifecycle(Lifecycle):
    """To be carried out, reported done, confirmed by another unit; or sent back."""

    name = "resolutions"
    state = RecordState(R)

    @state.transition(
        source=R.OPEN, target=R.DONE, label=gettext_lazy("Report it done"), conditions=[somebody_confirms], permission=carries_out
    )
    def report_done(self, *, by: Acting, report: str) -> None:
        self.record.report = said(report, _("Write what was done."))
        self.record.done_at, self.record.done_unit_id = days.now(), by.unit_id

    @state.transition(source=R.DONE, target=R.CONFIRMED, label=gettext_lazy("Confirm"), permission=confirms)
    def confirm(self, *, by: Acting, note: str) -> None:
        self.record.note = str(note).strip()
        self.record.confirmed_at, self.record.confirmed_unit_id = days.now(), by.unit_id

    @state.transition(source=R.DONE, target=R.OPEN, label=gettext_lazy("Send back"), permission=confirms)
    def send_back(self, *, by: Acting, note: str) -> None:
        self.record.note = said(note, _("Write what is still to be done."))
        self.record.times_returned += 1
        self.record.done_at = self.record.done_unit_id = None

    @state.transition(source=R.OPEN, label=gettext_lazy("Give it to another unit"), permission=directs)
    def pass_on(self, *, by: Acting, unit: Unit, post: Post | None, reason: str) -> None:
        said(reason, _("Write why another unit carries it out."))
        check_unit(unit, post)
        if not reports.can_be_confirmed(self.record.meeting.body, unit.pk, days.today()):
            raise Refused(_("Nobody of another unit could confirm it. Enter a chair or a secretary of another unit first."))
        self.found["before"] = {"unit": self.record.unit_id, "post": self.record.post_id}
        self.record.unit, self.record.post = unit, post

    @state.transition(source=R.OPEN, label=gettext_lazy("Another term"), permission=directs)
    def set_term(self, *, by: Acting, due: date, reason: str) -> None:
        said(reason, _("Write why the term changes."))
        check_term(due)
        self.found["due_before"] = self.record.due
        self.record.due = due


def check_unit(unit: Unit, post: Post | None) -> None:
    if unit.until is not None and unit.until <= days.today():
        raise Refused(_("%(unit)s has ended. Choose a unit that stands.") % {"unit": unit.name})
    if post is not None and post.unit_id != unit.pk:
        raise Refused(_("The post does not belong to this unit. Leave it empty, or choose its own unit."))


def check_term(due: date) -> None:
    if not days.today() <= due <= days.today() + 3 * rules.MOST_AHEAD:
        raise Refused(_("The term lies between today and three years from now."))
