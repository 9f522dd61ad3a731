"""A patrol belongs to a term, is judged by the rule of its day, and its findings are cases."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accountability.cases.models import Case
from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from chiefs.duties.models import PatrolObligation
from chiefs.patrols import gpx, reports, wording
from chiefs.patrols.actions import Seen
from chiefs.patrols.models import Patrol, PatrolValidity
from chiefs.posts.models import Charge, Tenure
from tests.factories import patrols, posts
from tests.factories.evidence import photo
from tests.factories.patrols import patrol, walk
from tests.factories.posts import ChargeFactory, TenureFactory, acting_for
from tests.factories.resources import SegmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return posts.chain()


def kind(code):
    from accountability.cases.models import ProblemKind

    return ProblemKind.objects.get(code=code)


def codes(patrol):
    return [reason["code"] for reason in patrol.reasons]


def test_a_walk_of_the_segment_counts(world):
    patrol = patrols.patrol(world.village, world.segment)
    assert (patrol.state, patrol.reasons) == ("valid", [])
    assert patrol.walked_m == pytest.approx(2000, rel=0.02)
    assert patrol.track.points > 10


@pytest.mark.parametrize(
    ("track", "why"),
    [
        ({"metres": 100}, ["too_short"]),
        ({"minutes": 3, "metres": 320}, ["too_quick"]),
        ({"minutes": 10, "metres": 5000}, ["too_fast", "elsewhere"]),
        ({"lon": 102.3}, ["elsewhere"]),
    ],
)
def test_a_walk_that_does_not_count_says_why(world, track, why):
    patrol = patrols.patrol(world.village, world.segment, data=patrols.walk(**track))
    assert patrol.state == "insufficient"
    assert set(codes(patrol)) <= set(why)
    assert codes(patrol)[0] == why[0]
    assert all(wording.reasons(patrol.reasons))


def test_a_track_without_times_is_kept_and_does_not_count_yet(world):
    end = days.now() - timedelta(hours=1)
    patrol = patrols.patrol(world.village, world.segment, data=patrols.walk(times=False), started_at=end - timedelta(hours=1), ended_at=end)
    assert codes(patrol) == ["no_times"]


def test_a_track_without_times_and_without_a_word_on_when_is_refused(world):
    with pytest.raises(Refused):
        patrols.patrol(world.village, world.segment, data=patrols.walk(times=False))


def test_it_is_judged_by_the_rule_of_the_day_it_happened_however_late_it_arrives(world):
    rule = PatrolValidity.objects.get(level="village")
    change = days.today() - timedelta(days=10)
    rule.until = change
    rule.save()
    strict = PatrolValidity.objects.create(level="village", least_metres=5000, least_minutes=5, most_kmh=12, basis="试验", since=change)
    before = patrols.patrol(world.village, world.segment, on=days.now() - timedelta(days=11))
    after = patrols.patrol(world.village, world.segment, on=days.now() - timedelta(days=9))
    assert (before.state, before.rule_id) == ("valid", rule.pk)
    assert (after.state, after.rule_id) == ("insufficient", strict.pk)
    assert before.arrived_at > before.ended_at + timedelta(days=10)


def test_on_the_day_of_the_change_the_patrol_belongs_to_the_successor(world):
    change = days.today() - timedelta(days=5)
    Tenure.objects.filter(post=world.village).update(until=change)
    old = Tenure.objects.get(post=world.village)
    new = TenureFactory(post=world.village, since=change)
    noon = days.start_of(change) + timedelta(hours=12)
    last = patrols.patrol(world.village, world.segment, on=noon - timedelta(days=1))
    first = patrols.patrol(world.village, world.segment, on=noon)
    assert (last.tenure_id, first.tenure_id) == (old.pk, new.pk)
    assert [w.number for w in reports.of_tenure(old, date(2018, 1, 1), days.today())] == [last.number]
    assert [w.number for w in reports.of_tenure(new, change, days.today() + timedelta(days=1))] == [first.number]


def test_who_did_not_hold_the_post_that_day_cannot_claim_the_walk(world):
    stranger = TenureFactory().person
    with pytest.raises(Refused):
        patrols.patrol(world.village, world.segment, person_id=stranger.pk)


def test_a_segment_that_the_post_did_not_answer_for_that_day_is_refused(world):
    Charge.objects.filter(post=world.village).update(until=days.today() - timedelta(days=1))
    with pytest.raises(Refused):
        patrols.patrol(world.village, world.segment)


def test_nobody_submits_for_another_post(world):
    with pytest.raises(NotPermitted):
        patrols.patrol(world.village, world.segment, by=acting_for(world.township))


def test_sent_twice_it_is_one_patrol(world):
    ref = uuid.uuid4()
    first = patrols.patrol(world.village, world.segment, client_ref=ref)
    again = patrols.patrol(world.village, world.segment, client_ref=ref)
    assert first.pk == again.pk
    assert Patrol.objects.count() == 1
    other = posts.SegmentFactory()
    with pytest.raises(Mismatch):
        patrols.patrol(world.village, other, client_ref=ref)


@pytest.mark.parametrize(("quantity", "severity"), [("5", "general"), ("100", "serious"), ("500", "major"), (None, "general")])
def test_a_finding_becomes_a_case_with_a_computed_severity_and_a_place(world, quantity, severity):
    seen = Seen(kind=kind("rubbish"), text="桥下有垃圾", quantity=Decimal(quantity) if quantity else None)
    patrol = patrols.patrol(world.village, world.segment, findings=[seen])
    finding = patrol.findings.get()
    assert (finding.severity, finding.case.severity) == (severity, severity)
    assert finding.case.holder_id == world.village.pk
    assert finding.latitude == pytest.approx(30.1, abs=0.05)
    assert days.day_of(finding.case.occurred_at) == days.day_of(patrol.ended_at)


def test_what_was_solved_on_the_spot_opens_no_case(world):
    seen = Seen(kind=kind("signboard"), text="已扶正", solved_on_site=True)
    patrol = patrols.patrol(world.village, world.segment, findings=[seen])
    assert patrol.findings.get().case is None
    assert not Case.objects.exists()


def test_tracks_are_seen_by_the_chain_of_the_own_line_only(world):
    patrol = patrols.patrol(world.village, world.segment)
    for post in (world.village, world.township, world.county, world.office):
        assert Patrol.objects.visible_to(acting_for(post)).filter(pk=patrol.pk).exists()
    for post in (world.water, world.intake, world.bureau):
        assert not Patrol.objects.visible_to(acting_for(post)).exists()


def test_each_whole_week_of_the_term_is_owed_once(world):
    monday = days.today() - timedelta(days=days.today().weekday() + 14)
    patrols.patrol(world.village, world.segment, on=days.start_of(monday) + timedelta(hours=9))
    asked = reports.asked_of(world.village, monday, monday + timedelta(days=14))
    assert [(a.since, a.wanted, a.done, a.met) for a in asked] == [(monday, 1, 1, True), (monday + timedelta(days=7), 1, 0, False)]


def test_a_drive_by_car_does_not_count():
    from tests.chiefs.patrols.test_gpx import sample

    fixes = gpx.read(sample("g03_around-visnjan-with-car.gpx")).fixes
    from chiefs.patrols import rules

    assert rules.facts(fixes, 12.0, None).fast_share > 0.5


def test_a_file_cannot_be_given_to_a_record_by_another_post(world):
    from accountability.evidence import actions as evidence

    kept = evidence.keep(b"x" * 10, owner="patrols.upload:1", role="track", by=acting_for(world.village), name="a.gpx")
    with pytest.raises(Refused):
        evidence.attach(kept, owner="patrols.patrol:1", by=acting_for(world.township))


def test_one_walk_counts_once_however_often_its_recording_is_sent(world):
    began = days.now() - timedelta(hours=5)
    first = patrol(world.village, world.segment, data=walk(begin=began))
    with pytest.raises(Refused, match=first.number):
        patrol(world.village, world.segment, data=walk(begin=began))
    with pytest.raises(Refused, match=first.number):
        patrol(world.village, world.segment, data=walk(begin=began + timedelta(minutes=10)))
    patrol(world.village, world.segment, data=walk(begin=began + timedelta(hours=2)))
    assert Patrol.objects.count() == 2


def test_one_walk_may_be_of_two_segments(world):
    other = SegmentFactory(jurisdiction=world.place)
    ChargeFactory(post=world.village, segment=other)
    began = days.now() - timedelta(hours=5)
    for segment in (world.segment, other):
        patrol(world.village, segment, data=walk(begin=began))
    assert Patrol.objects.count() == 2


def test_a_period_is_owed_by_the_rule_of_its_first_day(world):
    monday = days.today() - timedelta(days=days.today().weekday() + 70)
    change = monday + timedelta(days=37)  # a Wednesday
    PatrolObligation.objects.filter(level="village").update(until=change)
    PatrolObligation.objects.create(level="village", every="week", times=3, basis="试验", since=change)
    asked = reports.asked_of(world.village, monday, monday + timedelta(days=70))
    assert [row.wanted for row in asked] == [1] * 6 + [3] * 4
    assert [row.since for row in asked] == [monday + timedelta(days=7 * week) for week in range(10)]


def test_a_finding_lies_where_its_photo_was_taken(world):
    began = days.now() - timedelta(hours=3)
    taken = (began + timedelta(minutes=10)).astimezone(days.SHANGHAI).strftime("%Y:%m:%d %H:%M:%S")
    picture = evidence.keep(photo(taken=taken, offset="+08:00"), owner="patrols.upload:x", role="photo", by=acting_for(world.village))
    made = patrols.patrol(
        world.village,
        world.segment,
        data=walk(begin=began, minutes=60, metres=3000),
        findings=[Seen(kind=kind("rubbish"), text="垃圾", client_ref=uuid.uuid4(), photos=[picture])],
    )
    found = made.findings.get()
    assert abs(found.found_at - (began + timedelta(minutes=10))) < timedelta(seconds=2)
    assert found.latitude == pytest.approx(30.1045, abs=0.0005)
