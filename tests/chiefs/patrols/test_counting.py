"""One walk counts for every segment of the same person that it follows, judged for each by its own rule."""

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accountability.kit import days
from accountability.kit.geo import haversine_m
from accountability.ledger.models import Event
from chiefs.duties import overview
from chiefs.patrols import counting, gpx, reports, rules
from chiefs.patrols.codec import Fix
from chiefs.patrols.models import Patrol, PatrolCount, PatrolValidity
from chiefs.posts import reports as reports_of_posts
from chiefs.posts.models import Charge, Deputation, Tenure
from chiefs.resources.models import Segment
from tests.factories import patrols, posts
from tests.factories.posts import AccountFactory, ChargeFactory, TenureFactory, acting_for, chief, government, watcher
from tests.factories.resources import ResourceFactory, SchemeFactory, SegmentFactory

pytestmark = pytest.mark.django_db
LON, LAT = 101.95, 30.10
BESIDE = {"type": "LineString", "coordinates": [[LON + 0.001, LAT], [LON + 0.001, LAT + 0.027]]}  # about 96 m away
PLOT = {
    "type": "Polygon",
    "coordinates": [[[LON - 0.01, LAT], [LON + 0.01, LAT], [LON + 0.01, LAT + 0.03], [LON - 0.01, LAT + 0.03], [LON - 0.01, LAT]]],
}
FAR = {"type": "LineString", "coordinates": [[LON + 0.01, LAT], [LON + 0.01, LAT + 0.027]]}  # about 960 m away


@pytest.fixture
def world():
    """The river chief of the village is its forest chief too."""
    made = posts.chain()
    person = Tenure.objects.get(post=made.village).person
    forest = chief("village", made.village.unit, scheme="forest_grass")
    Tenure.objects.filter(post=forest).delete()
    TenureFactory(post=forest, person=person)
    return made, forest


def plot(forest, geometry=None, **facts):
    resource = ResourceFactory(scheme=SchemeFactory(code="forest_grass"), kind="forest_grass", name="林地")
    segment = SegmentFactory(resource=resource, jurisdiction=forest.unit.jurisdiction, geometry=geometry or BESIDE, **facts)
    ChargeFactory(post=forest, segment=segment)
    return segment


def states(post, on=None):
    return {s.segment.code: s.state for s in overview.of_posts([posts.reports.post(post.pk)], on or days.today())}


def test_who_is_river_and_forest_chief_walks_once(world):
    made, forest = world
    woods = plot(forest)
    assert states(made.village)[made.segment.code] == states(forest)[woods.code] == "due"
    walk = patrols.patrol(made.village, made.segment)
    assert Patrol.objects.count() == 1
    assert states(made.village)[made.segment.code] == states(forest)[woods.code] == "done"
    count = walk.counts.get()
    assert (count.post, count.segment, count.tenure.person_id, count.valid) == (forest, woods, walk.tenure.person_id, True)
    judged = Event.objects.get(stream=walk.stream, act="patrols.judge")
    assert judged.facts["also"] == [
        {"post": forest.pk, "segment": woods.pk, "rule": count.rule_id, "walked_m": count.walked_m, "valid": True}
    ]
    day = days.day_of(walk.started_at)
    monday = day - timedelta(days=day.weekday())
    (asked,) = reports.asked_of(forest, monday, monday + timedelta(days=7))
    assert (asked.segment, asked.met) == (woods.name, True)


def test_an_area_is_walked_inside_it(world):
    made, forest = world
    plot(forest, PLOT)
    assert patrols.patrol(made.village, made.segment).counts.get().valid


def test_what_lies_farther_away_than_the_rule_says_is_not_touched(world):
    made, forest = world
    plot(forest, FAR)
    assert not patrols.patrol(made.village, made.segment).counts.exists()
    PatrolValidity.objects.filter(level="village").update(also_within_m=1200)
    assert patrols.patrol(made.village, made.segment, on=days.now() - timedelta(hours=6)).counts.get().valid


def test_the_further_segment_keeps_its_own_bars(world):
    """Two kilometres along the river, of which 220 m along the plot: enough for the one, too short for the other."""
    made, forest = world
    short = plot(forest, {"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT + 0.0002]]})
    walk = patrols.patrol(made.village, made.segment)
    count = walk.counts.get()
    assert walk.state == "valid"
    assert not count.valid
    assert "too_short" in [reason["code"] for reason in count.reasons]
    assert states(forest)[short.code] == "due"


def test_a_walk_of_the_other_segment_counts_for_it_though_not_for_the_one_it_was_handed_in_for(world):
    made, forest = world
    there = {"type": "LineString", "coordinates": [[102.3, LAT], [102.3, LAT + 0.027]]}
    woods = plot(forest, there)
    walk = patrols.patrol(made.village, made.segment, data=patrols.walk(lon=102.3))
    assert walk.state == "insufficient"
    assert states(forest)[woods.code] == "done"
    assert states(made.village)[made.segment.code] == "due"


def test_nobody_elses_segments_and_none_of_another_day_are_counted(world):
    made, forest = world
    other = chief("village", government(posts.territory.village("513301201201", "试验二村")), scheme="forest_grass")
    plot(other)
    woods = plot(forest)
    Charge.objects.filter(segment=woods).update(until=days.today() - timedelta(days=3))
    assert not patrols.patrol(made.village, made.segment).counts.exists()
    before = patrols.patrol(made.village, made.segment, on=days.now() - timedelta(days=5))
    assert [count.segment for count in before.counts.all()] == [woods]


def test_further_segments_of_the_same_post_count_too(world):
    made, _forest = world
    more = SegmentFactory(resource=made.segment.resource, jurisdiction=made.place, geometry=BESIDE)
    ChargeFactory(post=made.village, segment=more)
    patrols.patrol(made.village, made.segment)
    assert states(made.village) == {made.segment.code: "done", more.code: "done"}


def test_the_same_recording_handed_in_for_both_counts_once_for_each(world):
    made, forest = world
    woods = plot(forest)
    data = patrols.walk()
    patrols.patrol(made.village, made.segment, data=data)
    patrols.patrol(forest, woods, data=data)
    assert PatrolCount.objects.count() == 2
    since = days.today() - timedelta(days=3)
    assert len(reports.valid_days(forest.pk, [woods], since)[woods.pk]) == 1
    assert len(reports.valid_days(made.village.pk, [made.segment], since)[made.segment.pk]) == 1
    patrols.patrol(made.village, made.segment, on=days.now() - timedelta(hours=8))
    assert len(reports.valid_days(forest.pk, [woods], since)[woods.pk]) == 2


def test_what_a_walk_counted_for_is_never_changed(world):
    made, forest = world
    plot(forest)
    patrols.patrol(made.village, made.segment)
    with pytest.raises(IntegrityError), transaction.atomic():
        PatrolCount.objects.update(valid=False)


def test_the_page_of_a_patrol_says_what_else_it_counts_for(world, client):
    made, forest = world
    woods = plot(forest)
    walk = patrols.patrol(made.village, made.segment)
    client.force_login(made.village.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    session = client.session
    session["post"] = made.village.pk
    session.save()
    page = client.get(reverse("patrols:detail", args=[walk.number])).content.decode()
    assert f'data-also="{woods.code}"' in page


def test_a_chief_of_many_segments_costs_as_many_queries_as_one_of_few(world, django_assert_max_num_queries):
    made, forest = world
    AccountFactory(person=Tenure.objects.get(post=forest).person)
    for number in range(3):
        plot(forest, code=f"P-{number}")
    track = gpx.read(patrols.walk())
    walk = patrols.patrol(made.village, made.segment)
    person = walk.tenure.person_id
    with django_assert_max_num_queries(6):
        assert len(counting.touched(walk, track.fixes, person)) == 3
    for number in range(3, 30):
        plot(forest, code=f"P-{number}")
    with django_assert_max_num_queries(6):
        assert len(counting.touched(walk, track.fixes, person)) == 30


STEPS = st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=2, max_size=80)


def path(steps):
    lat, lon, fixes = LAT, LON, []
    for north, east in steps:
        lat, lon = lat + north * 2e-5, lon + east * 2e-5
        fixes.append(Fix(lat, lon))
    return fixes


@given(STEPS, st.integers(0, 300))
def test_the_part_near_a_line_is_part_of_the_walk_and_near_it(steps, within):
    fixes = path(steps)
    part = rules.part_near(fixes, BESIDE, within)
    places = {(fix.lat, fix.lon) for fix in fixes}
    line = BESIDE["coordinates"]
    assert all((fix.lat, fix.lon) in places for fix in part)
    assert all(rules.metres_from_line(fix.lat, fix.lon, line) <= within for fix in part)
    assert rules.walked_metres(part) <= rules.walked_metres(fixes) + 1e-6
    assert len(rules.part_near(fixes, BESIDE, within + 50)) >= len(part)


def test_the_way_between_two_stretches_is_not_counted():
    there = [Fix(LAT + n * 1e-4, LON) for n in range(10)]
    away = [Fix(LAT + 1e-3, LON + 0.05), Fix(LAT + 1e-3, LON + 0.06)]
    back = [Fix(LAT + 1e-3 + n * 1e-4, LON) for n in range(10)]
    line = {"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT + 0.01]]}
    part = rules.part_near([*there, *away, *back], line, 100)
    assert len(part) == 20
    step = haversine_m(LAT, LON, LAT + 1e-4, LON)
    assert rules.walked_metres(part) == pytest.approx(18 * step, rel=0.01)


MOMENTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 60)), max_size=20)


@given(MOMENTS)
def test_walks_that_share_a_moment_are_one(spans):
    begin = days.start_of(days.today())
    walks = [rules.Walk(begin + timedelta(minutes=at), begin + timedelta(minutes=at + long)) for at, long in spans]
    kept = rules.once(walks)
    assert set(kept) <= set(walks)
    assert all(one.ended < two.began for one, two in itertools.pairwise(kept))
    for walk in walks:
        assert any(walk.began <= other.ended and other.began <= walk.ended for other in kept)


@pytest.mark.parametrize("geometry", [None, {}, {"type": "Point", "coordinates": [LON, LAT]}, {"type": "Polygon", "coordinates": []}])
def test_a_segment_without_a_shape_that_can_be_walked_is_touched_by_nothing(geometry):
    assert rules.part_near([Fix(LAT, LON), Fix(LAT + 0.01, LON)], geometry, 500) == []


def test_the_chiefs_home_knows_that_the_forest_is_done(world, client):
    made, forest = world
    woods = plot(forest)
    patrols.patrol(made.village, made.segment)
    client.force_login(AccountFactory(person=Tenure.objects.get(post=forest).person), backend="chiefs.posts.backends.AccountBackend")
    session = client.session
    session["post"] = forest.pk
    session.save()
    page = client.get(reverse("patrols:home")).content.decode()
    due = reports.duties.due_by(forest, woods, days.today(), [days.today()])
    assert f'datetime="{due.isoformat()}"' in page
    assert acting_for(forest).post_id == forest.pk


def stands_in(made, forest):
    """Somebody with a river of their own stands in for the forest chief, whose plot lies beside it."""
    away = forest.tenures.get()
    Tenure.objects.filter(pk=away.pk).update(person=TenureFactory(post=posts.PostFactory()).person)
    away.refresh_from_db()
    today = days.today()
    return Deputation.objects.create(
        tenure=away,
        person=made.village.tenures.get().person,
        since=today - timedelta(days=3),
        until=today + timedelta(days=9),
        reason="培训",
    )


def test_a_deputy_walks_once_for_the_own_and_for_the_deputised_segments(world):
    made, forest = world
    woods = plot(forest)
    stands_in(made, forest)
    walk = patrols.patrol(made.village, made.segment)
    count = walk.counts.get()
    assert (count.post, count.segment, count.tenure, count.valid) == (forest, woods, forest.tenures.get(), True)
    assert states(forest)[woods.code] == states(made.village)[made.segment.code] == "done"


def test_a_walk_handed_in_as_deputy_counts_for_the_deputys_own_segments_and_for_no_other_post_of_the_holder(world):
    made, forest = world
    woods = plot(forest)
    row = stands_in(made, forest)
    other = chief("village", made.village.unit, scheme="mountain")
    Tenure.objects.filter(post=other).update(person=row.tenure.person_id)
    slope = SegmentFactory(jurisdiction=made.place, geometry=BESIDE)
    ChargeFactory(post=other, segment=slope)
    Segment.objects.filter(pk=made.segment.pk).update(geometry=BESIDE)
    by = reports_of_posts.acting(None, reports_of_posts.post(forest.pk), row.person_id, deputy=True)
    walk = patrols.patrol(forest, woods, person_id=row.person_id, by=by)
    assert walk.tenure == row.tenure
    assert [(count.post, count.segment) for count in walk.counts.all()] == [(made.village, made.segment)]


def test_after_the_deputation_nothing_is_counted_for_the_holder(world):
    made, forest = world
    plot(forest)
    row = stands_in(made, forest)
    Deputation.objects.filter(pk=row.pk).update(until=days.today() - timedelta(days=1))
    assert not patrols.patrol(made.village, made.segment).counts.exists()


def test_a_ranger_who_follows_two_segments_of_a_cell_walks_once(world):
    made, _forest = world
    more = SegmentFactory(jurisdiction=made.place, geometry=BESIDE)
    ranger = watcher("ranger", made.village.unit, made.segment, more)
    walk = patrols.patrol(ranger, made.segment)
    assert [(count.post, count.segment, count.valid) for count in walk.counts.all()] == [(ranger, more, True)]
