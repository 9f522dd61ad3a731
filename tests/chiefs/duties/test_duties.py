"""What an obligation asks of a stretch of time, and which obligation holds."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.clocks.rules import period
from chiefs.duties import reports, rules
from chiefs.duties.defaults import items_for
from chiefs.duties.models import PatrolObligation, ResponsibilityItem
from tests.factories import posts
from tests.factories.posts import PostFactory
from tests.factories.resources import ResourceFactory, SchemeFactory, SegmentFactory

DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))
EVERY = st.sampled_from(["week", "tendays", "month", "quarter", "half_year", "year"])
TIMES = st.integers(1, 4)
MONTHS = st.sets(st.integers(1, 12), max_size=11)
DONE = st.lists(DAYS, max_size=30)
ON = date(2026, 5, 6)


@given(DAYS, st.integers(0, 900), EVERY, TIMES, MONTHS, DONE)
def test_only_whole_periods_inside_a_term_are_owed(since, length, every, times, resting, done):
    until = since + timedelta(days=length)
    for owed in rules.owed(since, until, every, times, resting, done):
        assert since <= owed.since < owed.until <= until
        assert period(owed.since, every) == (owed.since, owed.until)
        assert owed.wanted == times
        assert owed.since.month not in resting


@given(DAYS, st.integers(0, 900), EVERY, TIMES, DONE)
def test_periods_do_not_overlap_so_a_patrol_counts_once(since, length, every, times, done):
    owed = rules.owed(since, since + timedelta(days=length), every, times, (), done)
    assert all(before.until == after.since for before, after in itertools.pairwise(owed))
    inside = [day for day in done if owed and owed[0].since <= day < owed[-1].until]
    assert sum(o.done for o in owed) == len(inside)


@given(DAYS, st.integers(0, 400), st.integers(0, 400), EVERY, TIMES, MONTHS, DONE)
def test_two_who_follow_each_other_owe_together_at_most_what_one_would_have_owed(since, first, second, every, times, resting, done):
    change = since + timedelta(days=first)
    end = change + timedelta(days=second)
    whole = rules.owed(since, end, every, times, resting, done)
    parts = rules.owed(since, change, every, times, resting, done) + rules.owed(change, end, every, times, resting, done)
    assert [p for p in parts if p not in whole] == []
    assert len(whole) - len(parts) <= 1


@given(DAYS, EVERY, TIMES, DONE)
def test_all_months_resting_nothing_is_owed_and_nothing_due(since, every, times, done):
    always = range(1, 13)
    assert rules.owed(since, since + timedelta(days=800), every, times, always, done) == []
    assert rules.due(since, every, times, always, done) is None


@given(DAYS, EVERY, TIMES, MONTHS, DONE)
def test_the_next_patrol_is_never_due_before_today(today, every, times, resting, done):
    due = rules.due(today, every, times, resting, done)
    if due is not None:
        assert due >= today
        assert not rules.rests(period(due, every)[0], resting)


@given(DAYS, EVERY, TIMES)
def test_what_is_owed_in_this_period_is_due_by_its_last_day(today, every, times):
    first, until = period(today, every)
    last = until - timedelta(days=1)
    assert rules.due(today, every, times, (), [first] * (times - 1)) == last
    later = rules.due(today, every, times, (), [first] * times)
    assert later == period(until, every)[1] - timedelta(days=1)


def test_a_week_that_the_term_only_touches_is_not_owed():
    wednesday = date(2026, 5, 6)
    owed = rules.owed(wednesday, date(2026, 5, 25), "week", 1, (), [])
    assert [o.since for o in owed] == [date(2026, 5, 11), date(2026, 5, 18)]


def test_a_patrol_on_the_first_day_counts_and_on_the_day_after_the_last_does_not():
    (owed,) = rules.owed(date(2026, 5, 1), date(2026, 6, 1), "month", 2, (), [date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1)])
    assert (owed.done, owed.met) == (2, True)


def test_winter_rests_and_the_next_patrol_is_due_in_spring():
    assert rules.due(date(2025, 12, 3), "month", 1, [12, 1, 2], []) == date(2026, 3, 31)


@pytest.fixture
def world(db):
    return posts.chain()


def rule(**facts):
    given = {"level": "village", "every": "week", "times": 1, "basis": "试验", "since": date(2019, 1, 1)}
    return PatrolObligation.objects.create(**{**given, **facts})


def test_the_obligation_of_the_narrowest_place_holds(world):
    shipped = reports.obligation(world.village, world.segment, ON)
    assert (shipped.level, shipped.every) == ("village", "week")
    county = rule(jurisdiction=world.place.parent.parent, every="month")
    assert reports.obligation(world.village, world.segment, ON) == county
    own = rule(jurisdiction=world.place, every="tendays")
    assert reports.obligation(world.village, world.segment, ON) == own
    elsewhere = SegmentFactory(resource=world.segment.resource, jurisdiction=posts.territory.village("513301201999", "试验别村"))
    assert reports.obligation(world.village, elsewhere, ON) == county


def test_the_schemes_own_obligation_holds_before_the_general_one_even_of_a_narrower_place(world):
    rule(jurisdiction=world.place, every="month")
    own = rule(scheme=world.segment.resource.scheme, every="quarter")
    assert reports.obligation(world.village, world.segment, ON) == own
    forest = SegmentFactory(resource=ResourceFactory(scheme=SchemeFactory(code="forest")), jurisdiction=world.place)
    assert reports.obligation(world.village, forest, ON).every == "month"


def test_a_past_day_is_judged_by_the_obligation_of_its_time(world):
    rule(jurisdiction=world.place, every="year", since=date(2020, 1, 1), until=date(2026, 1, 1))
    assert reports.obligation(world.village, world.segment, date(2025, 12, 31)).every == "year"
    assert reports.obligation(world.village, world.segment, date(2026, 1, 1)).every == "week"


def test_a_level_without_an_obligation_owes_nothing(world):
    PatrolObligation.objects.all().delete()
    assert reports.obligation(world.village, world.segment, ON) is None
    assert reports.due_by(world.village, world.segment, ON, []) is None


def test_a_chief_is_told_by_when_the_next_patrol_is_due(world):
    assert reports.due_by(world.village, world.segment, ON, []) == date(2026, 5, 10)
    assert reports.due_by(world.village, world.segment, ON, [ON]) == date(2026, 5, 17)


def test_a_responsibility_list_is_that_of_the_kind_and_the_posts_own_lines(world):
    items_for(world.village.kind)
    items_for(world.village.kind)
    of_kind = reports.responsibilities(world.village, ON)
    assert [item.order for item in of_kind] == [0, 1, 2]
    assert all(item.text_bo for item in of_kind)
    own = ResponsibilityItem.objects.create(post=world.village, order=9, text="看护公示牌", basis="试验", since=ON)
    assert reports.responsibilities(world.village, ON) == [*of_kind, own]
    assert reports.responsibilities(world.village, ON - timedelta(days=1)) == of_kind
    assert own not in reports.responsibilities(PostFactory(kind=world.village.kind), ON)
