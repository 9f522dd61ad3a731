"""What an obligation asks of a stretch of time, and which obligation holds."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.clocks.rules import period
from chiefs.duties import reports, rules
from chiefs.duties.defaults import items_for
from chiefs.duties.models import ListItem, PatrolObligation, Power
from tests.factories import posts
from tests.factories.duties import published
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


SHIFTED = st.lists(st.tuples(st.integers(-20, 40), st.integers(1, 40)), max_size=6)  # days from the beginning, length


def spans(since, shifted):
    return [(since + timedelta(days=shift), since + timedelta(days=shift + length)) for shift, length in shifted]


@given(DAYS, st.integers(1, 45), SHIFTED)
def test_a_period_is_let_off_when_no_day_of_it_is_left(since, length, shifted):
    waived = spans(since, shifted)
    days = [since + timedelta(days=n) for n in range(length)]
    left = [day for day in days if not any(first <= day < last for first, last in waived)]
    assert rules.let_off(since, since + timedelta(days=length), waived) is (not left)


@given(DAYS, st.integers(0, 200), st.sampled_from(["week", "tendays", "month"]), TIMES, st.lists(st.integers(0, 200), max_size=20), SHIFTED)
def test_what_was_let_off_is_not_owed_unless_it_was_done(since, length, every, times, walked, shifted):
    until = since + timedelta(days=length)
    waived, done = spans(since, shifted), [since + timedelta(days=n) for n in walked]
    before, after = rules.owed(since, until, every, times, (), done), rules.owed(since, until, every, times, (), done, waived)
    assert [one for one in after if one not in before] == []
    for one in before:
        assert (one in after) is (one.met or not rules.let_off(one.since, one.until, waived))


def test_the_next_patrol_is_due_after_what_was_let_off():
    week = [(date(2026, 5, 4), date(2026, 5, 11))]
    assert rules.due(date(2026, 5, 6), "week", 1, (), []) == date(2026, 5, 10)
    assert rules.due(date(2026, 5, 6), "week", 1, (), [], week) == date(2026, 5, 17)


@given(DAYS, st.none() | DAYS, EVERY, DAYS)
def test_a_line_asks_for_whole_periods_that_begin_while_it_is_in_force(start, end, every, today):
    asked = rules.asked(start, end, every, today)
    assert all(period(since, every) == (since, until) for since, until in asked)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(asked))
    for since, _until in asked:
        assert since >= start
        assert end is None or since < end
        assert today - rules.CATCH_UP <= since <= period(today, every)[1]


@given(DAYS, EVERY, st.lists(DAYS, min_size=1, max_size=8))
def test_however_often_and_late_it_is_asked_the_periods_are_the_same(start, every, todays):
    """Asked on every one of some days, in whatever order, the periods together are those of the last day, within what is caught up."""
    last = max(todays)
    together = {one for today in todays for one in rules.asked(start, None, every, today)}
    assert set(rules.asked(start, None, every, last)) <= together
    recent = {one for one in together if one[0] >= last - rules.CATCH_UP}
    assert recent == {one for one in rules.asked(start, None, every, last)}


TERMS = st.lists(st.integers(1, 120), min_size=0, max_size=6)


@given(DAYS, TERMS, st.integers(0, 30), st.integers(0, 500), st.integers(1, 200))
def test_a_period_is_owed_by_the_one_term_that_held_the_post_on_every_day_of_it(first, lengths, gap, offset, length):
    terms, day = [], first
    for number, days in enumerate(lengths):
        terms.append((number, day, day + timedelta(days=days)))
        day += timedelta(days=days + (gap if number % 2 else 0))
    since = first + timedelta(days=offset)
    until = since + timedelta(days=length)
    answer = rules.answerer(since, until, terms)
    held = {pk for pk, a, b in terms if a < until and b > since}
    if answer.tenure_id is not None:
        (a, b) = next((a, b) for pk, a, b in terms if pk == answer.tenure_id)
        assert a <= since
        assert b >= until
    elif answer.reason == "vacancy":
        assert not held
    else:
        assert answer.reason == "part"
        assert held


def test_the_holders_of_a_desk_cover_the_days_together():
    since, until = date(2026, 1, 1), date(2026, 4, 1)
    change = date(2026, 2, 1)
    in_turn = [(1, date(2025, 1, 1), change), (2, change, None)]
    assert rules.answerer(since, until, in_turn).reason == "part"
    assert rules.answerer(since, until, in_turn, together=True) == rules.Answer()
    gap = [(1, date(2025, 1, 1), change), (2, change + timedelta(days=1), None)]
    assert rules.answerer(since, until, gap, together=True).reason == "part"


@given(DAYS, DAYS, st.integers(1, 90), st.integers(1, 4), st.integers(0, 5), st.sampled_from(["", "winter", "vacancy"]))
def test_a_period_stands_in_exactly_one_place(today, since, length, wanted, done, reason):
    until = since + timedelta(days=length)
    state = rules.position(today, since, until, wanted=wanted, done=done, reason=reason)
    if done >= wanted:
        assert state == "done"
    elif reason:
        assert state == "waived"
    else:
        assert state == ("planned" if today < since else "due" if today < until else "missed")


def test_the_first_version_may_carry_the_day_of_its_paper_and_the_next_begins_today_at_the_earliest():
    today = date(2026, 5, 6)
    assert rules.may_begin(date(2019, 3, 1), today, None)
    assert not rules.may_begin(date(1999, 12, 31), today, None)
    assert not rules.may_begin(today + timedelta(days=400), today, None)
    assert rules.may_begin(today, today, date(2019, 3, 1))
    assert not rules.may_begin(today - timedelta(days=1), today, date(2019, 3, 1))
    assert not rules.may_begin(today, today, today)


def test_the_hash_of_a_version_changes_with_every_word():
    line = {name: "" for name in rules.HASHED} | {"text": "巡查"}
    digest = rules.digest([line])
    assert len(digest) == 43
    assert digest == rules.digest([dict(line)])
    assert len({rules.digest([line | {name: "x"}]) for name in rules.HASHED} | {digest}) == len(rules.HASHED) + 1


def test_a_responsibility_list_is_that_of_the_kind_and_the_posts_own_lines(world):
    items_for(world.village.kind)
    items_for(world.village.kind)
    of_kind = reports.responsibilities(world.village, ON)
    assert [item.order for item in of_kind] == [0, 1, 2]
    assert all(item.text_bo for item in of_kind)
    published({"text": "看护公示牌"}, since=ON, post=world.village)
    own = ListItem.objects.get(text="看护公示牌")
    assert reports.responsibilities(world.village, ON) == [*of_kind, own]
    assert reports.responsibilities(world.village, ON - timedelta(days=1)) == of_kind
    assert own not in reports.responsibilities(PostFactory(kind=world.village.kind), ON)


def test_a_countys_list_adds_to_the_prefectures_for_its_own_posts_only(world):
    items_for(world.village.kind)
    county = world.place.parent.parent
    published({"text": "雨后加巡"}, since=ON, post_kind=world.village.kind, jurisdiction=county)
    told = [item.text for item in reports.responsibilities(world.village, ON)]
    assert told[-1] == "雨后加巡"
    assert len(told) == 4
    elsewhere = posts.UnitFactory(jurisdiction=posts.territory.prefecture())
    assert len(reports.responsibilities(PostFactory(kind=world.village.kind, unit=elsewhere), ON)) == 3


def test_power_lists_and_negative_lists_are_not_what_a_post_answers_for(world):
    published({"text": "不得干预执法"}, since=ON, kind="negative", post=world.village)
    assert reports.responsibilities(world.village, ON) == []


def test_a_matter_is_led_by_the_department_of_the_catalogue_in_force_that_day(world):
    found = reports.power_for("sand", "county", ON)
    assert (found.lead_department, found.confirmed) == ("水利部门", False)
    assert reports.power_for("sand", "village", ON) is None
    own = Power.objects.create(
        matter="sand", name="采砂", category="河湖", level="county", lead_department="自然资源部门", basis="试验",
        since=ON, jurisdiction=world.place.parent.parent,
    )  # fmt: skip
    assert reports.power_for("sand", "county", ON, world.place) == own
    assert reports.power_for("sand", "county", ON - timedelta(days=1), world.place) == found
    assert reports.power_for("sand", "county", ON) == found
