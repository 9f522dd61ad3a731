"""Planning, calling, holding and closing meetings; the sweep that plans what a rhythm owes and says what was missed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger import once
from accountability.ledger.acting import Acting
from accountability.ledger.errors import GateError, Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from accountability.notices import actions as notices
from accountability.notices import wording
from accountability.papers.actions import take_number
from chiefs.bodies import reports, rules
from chiefs.bodies.lifecycle import MINUTES, MeetingLifecycle, keeps
from chiefs.bodies.models import AgendaItem, Attendance, Body, Meeting, Rhythm
from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_CLOCK
from chiefs.posts.models import Person, Post, Tenure

NUMBER_KIND = "H"  # 会议
MOST_POINTS = 30
wording.register(
    "bodies:meeting",
    meeting_planned=gettext_lazy("%(body)s has to meet by %(due)s. Call the meeting: %(number)s."),
    meeting_called=gettext_lazy("%(body)s meets on %(day)s, %(place)s: meeting %(number)s."),
    meeting_postponed=gettext_lazy("Meeting %(number)s of %(body)s is postponed; it is to be held by %(due)s."),
    meeting_missed=gettext_lazy("Meeting %(number)s of %(body)s was to be held by %(due)s and was missed."),
)


def _tell(meeting: Meeting, to: Iterable[Post], kind: str, key: str, **params: Any) -> None:
    told = {"body": meeting.body.name, "due": meeting.due.isoformat()} | params
    notices.tell(to, kind=kind, about=meeting.stream, number=meeting.number, params=told, key=f"{meeting.stream}:{key}")


def _office(body: Body) -> list[Post]:
    return posts.desks_of(body.office_id, days.today())


def _begin(body: Body, *, due: date, by: Acting, period: tuple[date, date] | None = None, client_ref: uuid.UUID | None = None) -> Meeting:
    with transaction.atomic():
        meeting = Meeting(body=body, due=due, number=take_number(NUMBER_KIND), planned_at=days.now())
        meeting.client_ref = client_ref or meeting.client_ref
        if period is not None:
            meeting.period_since, meeting.period_until = period
        MeetingLifecycle.begin(meeting, by=by, act="plan", facts={"body": body, "due": due, "since": meeting.period_since})
    return meeting


def plan(body: Body, *, due: date, by: Acting, client_ref: uuid.UUID | None = None) -> Meeting:
    """A meeting besides those that the rhythm asks for. The same ``client_ref`` gives the same meeting."""
    if not keeps(body, by):
        raise NotPermitted
    with once.begin(client_ref):
        if client_ref is not None and (known := Meeting.objects.filter(client_ref=client_ref).first()):
            if (known.body_id, known.due) != (body.pk, due):
                raise Mismatch
            return known
        if body.state != Body.State.STANDING:
            raise Refused(_("The body is dissolved: no meeting is called any more."))
        if not rules.may_postpone_to(due, days.today(), days.today()):
            raise Refused(_("The meeting is to be held on a day that is not past, at most a year ahead."))
        return _begin(body, due=due, by=by, client_ref=client_ref)


def call(
    meeting: Meeting,
    *,
    planned_for: datetime,
    place_text: str,
    agenda: list[str],
    by: Acting,
    expect: int,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Call the members together: time, place and agenda. Each member's post is told; outsiders are told by the office itself."""
    points = [Words(point.strip()[:200]) for point in agenda if point.strip()][:MOST_POINTS]
    with transaction.atomic():
        locked = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
        event = MeetingLifecycle.perform(
            "call",
            meeting,
            by=by,
            expect=expect,
            client_ref=client_ref,
            planned_for=planned_for,
            place_text=Words(place_text),
            agenda=points,
        )
        if meeting.version == locked.version:
            return event  # this reference was answered before
        kept = 0
        for kept, point in enumerate(points, 1):
            AgendaItem.objects.update_or_create(meeting=meeting, order=kept, defaults={"text": str(point)})
        AgendaItem.objects.filter(meeting=meeting, order__gt=kept).delete()
        when = planned_for.astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M")
        members = reports.posts_of(meeting.body, days.day_of(planned_for))
        _tell(meeting, members, "meeting-called", f"called-{meeting.version}", day=when, place=meeting.place_text)
    return event


def postpone(meeting: Meeting, *, day: date, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Put a meeting off with a reason. Those who were called are told; it has to be called again."""
    with transaction.atomic():
        locked = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
        event = MeetingLifecycle.perform("postpone", meeting, by=by, expect=expect, client_ref=client_ref, day=day, reason=Words(reason))
        if meeting.version != locked.version and locked.state == Meeting.State.CALLED:
            _tell(meeting, reports.posts_of(meeting.body, days.today()), "meeting-postponed", f"postponed-{meeting.version}")
    return event


def hold(
    meeting: Meeting,
    *,
    held_at: datetime,
    outcomes: Mapping[int, str],
    by: Acting,
    expect: int,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """It was held: who came, of the members of that day, with the person who sat on each seat then."""
    told = {str(member): outcome for member, outcome in outcomes.items()}
    with transaction.atomic():
        event = MeetingLifecycle.perform("hold", meeting, by=by, expect=expect, client_ref=client_ref, held_at=held_at, outcomes=told)
        if not Attendance.objects.filter(meeting=meeting).exists():
            _attend(meeting, days.day_of(held_at), told)
    return event


def _attend(meeting: Meeting, day: date, outcomes: Mapping[str, str]) -> None:
    members = reports.seated(meeting.body, day)
    sitting: dict[int, int] = {}
    for tenure in Tenure.objects.in_force(day).filter(post__in=[m.post_id for m in members if m.post_id]).order_by("-since", "-pk"):
        sitting[tenure.post_id] = tenure.person_id
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, member=m, person_id=sitting.get(m.post_id or 0), outcome=outcomes[str(m.pk)]) for m in members
    )


def keep_minutes(meeting: Meeting, files: Iterable[UploadedFile], *, form_ref: uuid.UUID, by: Acting) -> None:
    """Keep minutes (a PDF or photographed pages) that came with a form. Raises NotPermitted, Refused for what is no document."""
    if not keeps(meeting.body, by):
        raise NotPermitted
    for file in files:
        evidence.keep_upload(file, form_ref=form_ref, owner=meeting.stream, role=MINUTES, by=by)


def close(meeting: Meeting, *, by: Acting, expect: int, minutes: str = "", client_ref: uuid.UUID | None = None) -> Event:
    """Minutes and decisions are complete. The signed minutes are there as files; ``minutes`` says in words what every member reads."""
    return MeetingLifecycle.perform("close", meeting, by=by, expect=expect, client_ref=client_ref, minutes=Words(minutes))


def drop(meeting: Meeting, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """A meeting besides the rhythm is not held after all."""
    return MeetingLifecycle.perform("drop", meeting, by=by, expect=expect, client_ref=client_ref, reason=Words(reason))


def release(meeting: Meeting, *, by: Acting) -> Event:
    """No longer owed: the rhythm changed, or the body was dissolved."""
    return MeetingLifecycle.perform("release", meeting, by=by, expect=meeting.version)


# -- from time to time --------------------------------------------------------------------------------------------------


def keep_time() -> tuple[int, int]:
    """The sweep: plan what is owed by now, say what was missed. Twice is once, and late is caught up. Returns how many of each."""
    by = posts.system(SYSTEM_CLOCK)
    return plan_owed(by), mark_missed(by)


def plan_owed(by: Acting) -> int:
    """A meeting for every period that has begun since the rhythm was entered; never for days before somebody entered it."""
    today, count = days.today(), 0
    rows = Rhythm.objects.filter(body__state=Body.State.STANDING, since__lte=today).select_related("body__office")
    rows = rows.annotate(planned=Max("body__meetings__period_since"))
    for rhythm in rows.order_by("body", "since"):
        start = max(rhythm.since, days.day_of(rhythm.recorded_at))
        for period in rules.owed_periods(start, rhythm.until, rhythm.every, today, after=rhythm.planned):
            count += _plan_owed(rhythm.body, period, by)
    return count


def _plan_owed(body: Body, period: tuple[date, date], by: Acting) -> int:
    try:
        with transaction.atomic():
            meeting = _begin(body, due=rules.last_day(period[1]), by=by, period=period)
            if not rules.is_missed(meeting.due, days.today()):
                _tell(meeting, _office(body), "meeting-planned", "planned")
    except IntegrityError:  # another worker has planned it at this moment
        return 0
    return 1


def mark_missed(by: Acting) -> int:
    """Meetings whose time has passed; one that is being recorded at this moment is left to whoever records it."""
    count = 0
    late = Meeting.objects.open().filter(due__lt=days.today()).select_related("body__office").order_by("due", "pk")
    for meeting in late:
        try:
            with transaction.atomic():
                MeetingLifecycle.perform("miss", meeting, by=by, expect=meeting.version)
                _tell(meeting, _office(meeting.body), "meeting-missed", "missed")
        except GateError:
            continue
        count += 1
    return count


def follow_person(record: Person, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of posts.merge_person: who sat there is the same person, under the record that goes on. The event of the joining tells it."""
    Attendance.objects.filter(person=record).update(person=facts["into"])
