"""A meeting is owed for each period of the rhythm: planned once, called, held, postponed, closed with its minutes, or missed."""

import datetime as dt
import uuid
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from accountability.kit import days
from accountability.ledger import sweeps
from accountability.ledger.errors import NotPermitted, NoTransition, Refused
from accountability.notices.models import Notice
from chiefs.bodies import questions, reports, rules
from chiefs.bodies.actions import bodies, meetings
from chiefs.bodies.models import AgendaItem, Rhythm
from chiefs.posts import reports as posts
from chiefs.posts.models import Tenure
from tests.factories.bodies import body, called, held, minutes, planned, resolution
from tests.factories.evidence import kept
from tests.factories.posts import acting_for, chain

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = days.today


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


@contextmanager
def on(day, hour=9):
    """Live a past day, as only the demonstration world may."""
    with override_settings(DEMO=True), days.pretend(days.start_of(day) + dt.timedelta(hours=hour)):
        yield


def everybody(meeting, outcome="present", day=None):
    return {member.pk: outcome for member in reports.seated(meeting.body, day or TODAY())}


def test_the_sweep_plans_each_period_once_tells_the_office_and_never_back_dates(world):
    with on(dt.date(2026, 2, 10)):
        made = body(world, rhythm="quarter")
        assert meetings.keep_time() == (0, 0)
    with on(dt.date(2026, 4, 1)):
        assert meetings.keep_time() == (1, 0)
        assert meetings.keep_time() == (0, 0)
    meeting = made.meetings.get()
    assert (meeting.period_since, meeting.period_until, meeting.due) == (dt.date(2026, 4, 1), dt.date(2026, 7, 1), dt.date(2026, 6, 30))
    assert Notice.objects.filter(post=world.office, kind="meeting-planned", number=meeting.number).count() == 1


def test_after_a_standstill_the_sweep_catches_up_and_says_what_was_missed(world):
    with on(dt.date(2026, 1, 1)):
        made = body(world, rhythm="month")
    with on(dt.date(2026, 4, 15)):
        assert meetings.keep_time() == (4, 3)
        assert meetings.keep_time() == (0, 0)
    assert [(m.period_since.month, m.state) for m in made.meetings.order_by("due")] == [
        (1, "missed"),
        (2, "missed"),
        (3, "missed"),
        (4, "planned"),
    ]
    assert Notice.objects.filter(post=world.office, kind="meeting-missed").count() == 3
    assert Notice.objects.filter(post=world.office, kind="meeting-planned").count() == 1
    assert "bodies.meetings" in sweeps.registered()


def test_the_last_day_of_a_period_is_not_late(world):
    with on(dt.date(2026, 1, 1)):
        made = body(world, rhythm="quarter")
        meetings.keep_time()
    with on(dt.date(2026, 3, 31), hour=23):
        assert meetings.keep_time() == (0, 0)
        with pytest.raises(Refused):
            meetings.MeetingLifecycle.perform("miss", made.meetings.get(), by=posts.system("system-clock"), expect=0)
    with on(dt.date(2026, 4, 1), hour=0):
        assert meetings.keep_time() == (1, 1)


def test_another_rhythm_releases_what_was_planned_beyond_its_first_day(world, office):
    with on(dt.date(2026, 1, 1)):
        made = body(world, rhythm="quarter")
        meetings.keep_time()
    with on(dt.date(2026, 2, 10)):
        bodies.set_rhythm(made, every="month", day=dt.date(2026, 2, 10), by=office, expect=made.version)
        assert made.meetings.get().state == "dropped"
    with on(dt.date(2026, 4, 2)):
        assert meetings.keep_time() == (2, 1)
    assert [m.period_since for m in made.meetings.filter(state__in=["missed", "planned"]).order_by("due")] == [
        dt.date(2026, 3, 1),
        dt.date(2026, 4, 1),
    ]
    with pytest.raises(Refused):
        bodies.set_rhythm(made, every="year", day=dt.date(2026, 2, 10), by=office, expect=made.version)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rhythm.objects.create(body=made, every="year", since=dt.date(2026, 3, 1))


def test_a_dissolved_body_owes_nothing_more_but_what_it_decided(world, office):
    with on(dt.date(2026, 1, 1)):
        made = body(world, rhythm="quarter")
        meetings.keep_time()
        owed = resolution(world, held(world, made))
    with on(dt.date(2026, 2, 1)):
        bodies.end(made, day=dt.date(2026, 2, 1), reason="机构改革", by=office, expect=made.version)
    with on(dt.date(2026, 8, 1)):
        assert meetings.keep_time() == (0, 0)
        with pytest.raises(Refused):
            planned(world, made)
        with pytest.raises(NoTransition):
            bodies.seat(made, post=world.forestry, day=TODAY(), by=office, expect=made.version)
    assert set(made.meetings.values_list("state", flat=True)) == {"dropped", "held"}
    assert made.members.filter(until=None).count() == 0
    assert reports.open_work(unit_id=world.branch.unit_id) == [owed]


@settings(max_examples=15)
@given(st.lists(st.integers(0, 70), min_size=1, max_size=6), st.sampled_from(["month", "quarter", "half_year"]))
def test_however_often_and_late_the_sweep_runs_every_period_has_one_meeting(gaps, every):
    with transaction.atomic():
        first = dt.date(2026, 1, 15)
        with on(first):
            made = body(chain(), rhythm=every)
        for step in range(1, len(gaps) + 1):
            with on(first + dt.timedelta(days=sum(gaps[:step]))):
                meetings.keep_time()
        found = list(made.meetings.order_by("period_since"))
        last = first + dt.timedelta(days=sum(gaps))
        assert [(m.period_since, m.period_until) for m in found] == rules.owed_periods(first, None, every, last)
        assert all((m.state == "missed") == (m.due < last) for m in found)
        transaction.set_rollback(True)


# -- called, held, postponed ------------------------------------------------------------------------------------------------------


def test_a_meeting_is_called_and_its_members_posts_are_told_once(world, office):
    made, ref = planned(world), uuid.uuid4()
    when = days.now() + DAY
    for _ in range(2):
        meetings.call(made, planned_for=when, place_text="三楼", agenda=["一", " ", "二"], by=office, expect=0, client_ref=ref)
    assert made.state == "called"
    assert [p.text for p in made.agenda.all()] == ["一", "二"]
    told = Notice.objects.filter(kind="meeting-called", number=made.number)
    assert {notice.post for notice in told} == {world.county, world.water, world.branch}
    assert told.count() == 3


@pytest.mark.parametrize("wrong", [{"agenda": []}, {"place_text": ""}, {"ahead": -1}, {"ahead": 40}])
def test_what_is_no_call_is_refused(world, office, wrong):
    made = planned(world)
    facts = {"planned_for": days.now() + wrong.pop("ahead", 1) * DAY, "place_text": "三楼", "agenda": ["一"]} | wrong
    with pytest.raises(Refused):
        meetings.call(made, by=office, expect=0, **facts)
    assert made.state == "planned"
    assert not Notice.objects.filter(kind="meeting-called").exists()


def test_a_postponed_meeting_is_told_and_called_again_with_another_agenda(world, office):
    made = called(world)
    meetings.postpone(made, day=made.due + 5 * DAY, reason="防汛", by=office, expect=made.version)
    assert (made.state, made.due, made.planned_for, made.times_postponed) == ("planned", TODAY() + 15 * DAY, None, 1)
    assert Notice.objects.filter(kind="meeting-postponed").count() == 3
    meetings.call(made, planned_for=days.now() + 12 * DAY, place_text="二楼", agenda=["新议题"], by=office, expect=made.version)
    assert [p.text for p in AgendaItem.objects.filter(meeting=made)] == ["新议题"]
    for day, reason in ((TODAY() - DAY, "防汛"), (TODAY() + 500 * DAY, "防汛"), (TODAY() + 20 * DAY, "")):
        with pytest.raises(Refused):
            meetings.postpone(made, day=day, reason=reason, by=office, expect=made.version)
    meetings.postpone(made, day=TODAY() + DAY, reason="改日", by=office, expect=made.version)
    assert made.due == TODAY() + 15 * DAY, "the time that it is owed for is not shortened"


def test_a_postponed_meeting_is_missed_only_after_its_new_day(world, office):
    with on(dt.date(2026, 1, 1)):
        made = body(world, rhythm="quarter")
        meetings.keep_time()
        meeting = made.meetings.get()
        meetings.postpone(meeting, day=dt.date(2026, 4, 10), reason="防汛", by=office, expect=0)
    with on(dt.date(2026, 4, 10)):
        assert meetings.keep_time() == (1, 0)
    with on(dt.date(2026, 4, 11)):
        assert meetings.keep_time() == (0, 1)


def test_attendance_names_the_person_who_sat_there_that_day(world, office):
    made = body(world)
    bodies.seat(made, person="演示人乙", organisation="邻州水利局", day=made.since, by=office, expect=made.version)
    meeting = called(world, made)
    outcomes = everybody(meeting)
    outcomes[made.members.get(post=world.branch).pk] = "excused"
    meetings.hold(meeting, held_at=days.now(), outcomes=outcomes, by=office, expect=meeting.version)
    rows = {row.member.post_id: (row.outcome, row.person) for row in meeting.attendance.select_related("member", "person")}
    assert rows[world.branch.pk][0] == "excused"
    assert rows[world.county.pk] == ("present", world.county.tenures.get().person)
    assert rows[None] == ("present", None)
    Tenure.objects.filter(post=world.county).update(until=TODAY())
    assert meeting.attendance.get(member__post=world.county).person == world.county.tenures.get().person


@pytest.mark.parametrize("wrong", ["future", "early", "somebody", "nobody", "stranger"])
def test_what_was_no_meeting_is_not_recorded_as_one(world, office, wrong):
    meeting = called(world)
    outcomes, at = everybody(meeting), days.now()
    if wrong == "future":
        at += DAY
    elif wrong == "early":
        at -= 2 * DAY
    elif wrong == "somebody":
        outcomes.popitem()
    elif wrong == "nobody":
        outcomes = everybody(meeting, "absent")
    else:
        outcomes[0] = "present"
    with pytest.raises(Refused):
        meetings.hold(meeting, held_at=at, outcomes=outcomes, by=office, expect=meeting.version)
    assert not meeting.attendance.exists()


def test_a_meeting_held_in_time_but_recorded_late_was_not_missed(world, office):
    with on(dt.date(2026, 1, 1)):
        made = body(world, rhythm="quarter")
        meetings.keep_time()
    with on(dt.date(2026, 4, 3)):
        meetings.keep_time()
        meeting = made.meetings.get(state="missed")
        late = {"outcomes": everybody(meeting, day=dt.date(2026, 4, 1)), "by": office, "expect": meeting.version}
        with pytest.raises(Refused):
            meetings.hold(meeting, held_at=days.start_of(dt.date(2026, 4, 1)), **late)
        meetings.hold(meeting, held_at=days.start_of(dt.date(2026, 3, 31)), **late)
    assert meeting.state == "held"


def test_a_meeting_that_nobody_called_here_is_recorded_as_held(world, office):
    meeting = planned(world)
    meetings.hold(meeting, held_at=days.now(), outcomes=everybody(meeting), by=office, expect=meeting.version)
    assert (meeting.state, meeting.attendance.count()) == ("held", len(everybody(meeting)))


def test_text_named_as_a_pdf_is_no_minutes(world, office):
    meeting = held(world)
    kept(b"hello", owner=meeting.stream, role="minutes", name="m.pdf")
    with translation.override("en"), pytest.raises(Refused, match="neither a photo nor a PDF"):
        meetings.close(meeting, by=office, expect=meeting.version)
    kept(owner=meeting.stream, role="minutes", name="m.jpg")
    meetings.close(meeting, by=office, expect=meeting.version)
    assert meeting.state == "closed"


def test_a_meeting_is_closed_with_its_minutes_by_its_office_alone(world, office):
    meeting, ref = held(world), uuid.uuid4()
    with pytest.raises(Refused):
        meetings.close(meeting, by=office, expect=meeting.version)
    with pytest.raises(NotPermitted):
        meetings.keep_minutes(meeting, [minutes()], form_ref=ref, by=acting_for(world.water))
    for _ in range(2):
        meetings.keep_minutes(meeting, [minutes()], form_ref=ref, by=office)
    file = meetings.evidence.Evidence.objects.get(owner=meeting.stream)
    with pytest.raises(NotPermitted):
        meetings.close(meeting, by=acting_for(world.county), expect=meeting.version)
    meetings.close(meeting, minutes="会议议定三件事", by=office, expect=meeting.version)
    assert (meeting.state, meeting.minutes) == ("closed", "会议议定三件事")
    may = {
        name: questions.may_open_evidence(evidence=file, acting=acting_for(getattr(world, name)))
        for name in ("office", "county", "branch", "village", "forestry", "intake")
    }
    assert may == {"office": [True], "county": [True], "branch": [True], "village": [], "forestry": [], "intake": []}
    assert questions.may_open_evidence(evidence=file, acting=None) == []


def test_only_a_meeting_besides_the_rhythm_is_given_up(world, office):
    with on(dt.date(2026, 1, 1)):
        made = body(world, rhythm="quarter")
        meetings.keep_time()
        owed, extra = made.meetings.get(), planned(world, made)
        with pytest.raises(Refused):
            meetings.drop(owed, reason="不开了", by=office, expect=0)
        with pytest.raises(Refused):
            meetings.drop(extra, reason="", by=office, expect=0)
        meetings.drop(extra, reason="议题已解决", by=office, expect=0)
    assert extra.state == "dropped"
