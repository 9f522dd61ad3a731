"""What a meeting decided: given to a unit, reported done, confirmed by another unit or sent back."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.notices.models import Notice
from chiefs.bodies import questions, reports
from chiefs.bodies.actions import bodies, meetings, resolutions
from chiefs.bodies.models import Resolution
from chiefs.posts import units
from tests.factories.bodies import body, called, held, minutes, resolution
from tests.factories.posts import acting_for, chain

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = days.today


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def task(world):
    return resolution(world)


def done(world, task):
    resolutions.report_done(task, report="已排查完毕", by=acting_for(world.branch), expect=task.version)
    return task


def test_a_decision_is_a_task_with_a_unit_and_a_term_and_the_unit_is_told(world, task):
    assert (task.state, task.unit, task.number[0]) == ("open", world.branch.unit, "Y")
    assert Notice.objects.filter(post=world.branch, kind="resolution-given", number=task.number).count() == 1
    assert Event.objects.get(stream=task.stream).act == "resolutions.resolve"


def test_only_the_office_writes_decisions_down_and_only_of_a_meeting_that_was_held(world):
    made = body(world)
    meeting = called(world, made)
    with pytest.raises(NoTransition):
        resolution(world, meeting)
    meeting = held(world, made)
    with pytest.raises(NotPermitted):
        resolution(world, meeting, by=acting_for(world.water))
    for wrong in (
        {"text": " "},
        {"due": TODAY() - DAY},
        {"due": TODAY() + 2000 * DAY},
        {"post": world.water},
    ):
        with pytest.raises(Refused):
            resolution(world, meeting, **wrong)
    meetings.keep_minutes(meeting, [minutes()], form_ref=uuid.uuid4(), by=acting_for(world.office))
    meetings.close(meeting, by=acting_for(world.office), expect=meeting.version)
    with pytest.raises(NoTransition):
        resolution(world, meeting)
    assert not Resolution.objects.exists()


def test_one_reference_is_one_decision(world):
    meeting, ref = held(world), uuid.uuid4()
    assert resolution(world, meeting, client_ref=ref) == resolution(world, meeting, client_ref=ref)
    with pytest.raises(Mismatch):
        resolution(world, meeting, client_ref=ref, text="另一项决定")
    assert Notice.objects.filter(kind="resolution-given").count() == 1


def test_another_unit_than_the_doer_confirms(world, task):
    with pytest.raises(NotPermitted):
        resolutions.report_done(task, report="已办", by=acting_for(world.water), expect=0)
    done(world, task)
    told = Notice.objects.filter(kind="resolution-done", number=task.number)
    assert {notice.post for notice in told} == {world.office, world.county, world.water}
    for post in (world.branch, world.forestry, world.village):
        with pytest.raises(NotPermitted):
            resolutions.confirm(task, by=acting_for(post), expect=task.version)
    resolutions.confirm(task, note="属实", by=acting_for(world.water), expect=task.version)
    assert (task.state, task.confirmed_unit) == ("confirmed", world.water.unit)
    assert Notice.objects.filter(post=world.branch, kind="resolution-confirmed").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Resolution.objects.filter(pk=task.pk).update(confirmed_unit=task.done_unit)


def test_the_keeping_office_does_not_confirm_its_own_work(world):
    task = resolution(world, unit=world.office.unit)
    resolutions.report_done(task, report="已办理", by=acting_for(world.office), expect=0)
    with pytest.raises(NotPermitted):
        resolutions.confirm(task, by=acting_for(world.office), expect=1)
    resolutions.confirm(task, by=acting_for(world.county), expect=1)
    assert task.state == "confirmed"


def test_where_nobody_else_could_confirm_a_decision_is_not_given_to_that_unit(world):
    made = body(world)
    by = acting_for(world.office)
    for member in made.members.filter(role__in=["chair", "secretary"]):
        bodies.release(made, member=member, day=TODAY(), by=by, expect=made.version)
    meeting = held(world, made)
    with pytest.raises(Refused):
        resolution(world, meeting, unit=world.office.unit)
    task = resolution(world, meeting)
    with pytest.raises(Refused):
        resolutions.pass_on(task, unit=world.office.unit, reason="改由办公室", by=by, expect=0)


def test_what_is_not_done_goes_back_with_what_is_missing(world, task):
    done(world, task)
    with pytest.raises(Refused):
        resolutions.send_back(task, note="", by=acting_for(world.county), expect=1)
    resolutions.send_back(task, note="漏了两处", by=acting_for(world.county), expect=1)
    assert (task.state, task.times_returned, task.done_unit, task.note) == ("open", 1, None, "漏了两处")
    done(world, task)
    assert Notice.objects.filter(kind="resolution-done", post=world.county).count() == 2


def test_a_step_sent_twice_happens_and_is_told_once(world, task):
    ref = uuid.uuid4()
    events = {resolutions.report_done(task, report="已办", by=acting_for(world.branch), expect=0, client_ref=ref).pk for _ in range(2)}
    assert len(events) == 1
    assert Notice.objects.filter(kind="resolution-done").count() == 3
    with pytest.raises(Stale):
        resolutions.confirm(task, by=acting_for(world.county), expect=0)


def test_the_office_gives_it_to_another_unit_or_another_term(world, task):
    by = acting_for(world.office)
    with pytest.raises(NotPermitted):
        resolutions.pass_on(task, unit=world.water.unit, reason="职责所在", by=acting_for(world.branch), expect=0)
    resolutions.pass_on(task, unit=world.water.unit, post=world.water, reason="职责所在", by=by, expect=0)
    resolutions.set_term(task, due=TODAY() + 60 * DAY, reason="工作量大", by=by, expect=1)
    assert (task.unit, task.post, task.due) == (world.water.unit, world.water, TODAY() + 60 * DAY)
    facts = [event.facts["found"] for event in Event.objects.filter(stream=task.stream).order_by("seq")[1:]]
    assert facts == [
        {"before": {"unit": world.branch.unit_id, "post": None}},
        {"due_before": (TODAY() + 30 * DAY).isoformat()},
    ]
    assert reports.open_work(post_id=world.water.pk) == [task]


def test_overdue_ones_are_those_that_the_unit_still_owes(world, task):
    assert not Resolution.objects.overdue(task.due).exists()
    assert Resolution.objects.overdue(task.due + DAY).get() == task
    done(world, task)
    assert not Resolution.objects.overdue(task.due + DAY).exists()


def test_open_work_is_answered_for_units_posts_and_places(world, task):
    place = world.branch.unit.jurisdiction_id
    assert reports.open_work(unit_id=world.branch.unit_id) == [task]
    assert reports.open_work(jurisdiction_id=place) == [task]
    assert reports.open_work(post_id=world.branch.pk) == reports.open_work() == []
    waiting = called(world, task.meeting.body)
    assert reports.open_work(unit_id=world.office.unit_id) == [waiting, task.meeting.body]  # another unit keeps the office first
    world.branch.tenures.update(until=TODAY())
    with pytest.raises(Refused):
        units.end_unit(world.branch.unit, day=TODAY(), by=acting_for(world.office))
    done_by = acting_for(world.branch)
    resolutions.report_done(task, report="已办", by=done_by, expect=0)
    units.end_unit(world.branch.unit, day=TODAY(), by=acting_for(world.office))


def test_who_sees_a_resolution_and_what_was_handed_in_with_it(world):
    task = resolution(world, unit=world.forestry.unit)
    resolutions.keep_results(task, [minutes()], form_ref=uuid.uuid4(), by=acting_for(world.forestry))
    with pytest.raises(NotPermitted):
        resolutions.keep_results(task, [minutes()], form_ref=uuid.uuid4(), by=acting_for(world.water))
    kept = Evidence.objects.get(owner=task.stream)
    for name in ("office", "county", "water", "branch", "forestry", "village", "intake", "bureau"):
        acting, sees = acting_for(getattr(world, name)), name in ("office", "county", "water", "branch", "forestry")
        assert Resolution.objects.visible_to(acting).filter(pk=task.pk).exists() is sees, name
        assert questions.may_open_evidence(evidence=kept, acting=acting) == ([True] if sees else []), name
    minute = Evidence(owner=task.meeting.stream)
    assert questions.may_open_evidence(evidence=minute, acting=acting_for(world.forestry)) == []
    assert not Resolution.objects.visible_to(None).exists()
