"""Two workers and one period, two people and one meeting, on SQLite in a file and on PostgreSQL."""

import datetime as dt

import pytest
from django.test import override_settings

from accountability.kit import days
from chiefs.bodies import reports
from chiefs.bodies.actions import bodies, meetings, resolutions
from chiefs.bodies.models import Attendance, Body, Meeting, Resolution
from tests.accountability.ledger.test_race import at_once
from tests.factories.bodies import body, called, held, minutes
from tests.factories.posts import acting_for, chain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return chain()


def test_workers_that_plan_at_once_plan_each_period_once(world):
    with override_settings(DEMO=True):
        with days.pretend(days.start_of(dt.date(2026, 1, 1))):
            made = body(world, rhythm="month")

        def work(i):
            with days.pretend(days.start_of(dt.date(2026, 5, 10))):
                meetings.keep_time()
            return "ok"

        assert at_once(work, 4) == {"ok": 4}
    assert sorted(made.meetings.values_list("period_since", "state")) == [
        (dt.date(2026, month, 1), "missed" if month < 5 else "planned") for month in range(1, 6)
    ]


def test_a_meeting_recorded_by_two_at_once_has_one_attendance(world):
    meeting, by, now = called(world), acting_for(world.office), days.now()
    there = {member.pk: "present" for member in reports.seated(meeting.body, days.day_of(now))}

    def work(i):
        found = Meeting.objects.get(pk=meeting.pk)
        meetings.hold(found, held_at=now, outcomes=there, by=by, expect=1)
        return "ok"

    assert at_once(work, 4) == {"ok": 1, "Stale": 3}
    assert Attendance.objects.filter(meeting=meeting).count() == len(there)


def test_a_chair_seated_by_two_at_once_is_one(world):
    made, by = body(world), acting_for(world.office)
    bodies.release(made, member=made.members.get(role="chair"), day=days.today(), by=by, expect=made.version)

    def work(i):
        post = (world.prefecture, world.forestry)[i]
        bodies.seat(Body.objects.get(pk=made.pk), post=post, role="chair", day=days.today(), by=by, expect=made.version)
        return "ok"

    assert at_once(work, 2) == {"ok": 1, "Stale": 1}
    assert made.members.filter(role="chair", until=None).count() == 1


def test_a_decision_and_the_closing_at_once_never_give_a_closed_meeting_a_later_decision(world):
    meeting, by = held(world), acting_for(world.office)
    meetings.keep_minutes(meeting, [minutes()], form_ref=meeting.client_ref, by=by)

    def work(i):
        found = Meeting.objects.get(pk=meeting.pk)
        if i == 0:
            meetings.close(found, by=by, expect=found.version)
            return "closed"
        resolutions.resolve(found, text="排查", unit=world.branch.unit, due=days.today(), by=by)
        return "decided"

    answers = at_once(work, 2)
    assert answers["closed"] == 1
    assert Resolution.objects.filter(meeting=meeting).count() == answers["decided"]
    assert answers["decided"] + answers["NoTransition"] == 1
