"""Who answered for a segment on a day, at each level, by name."""

import datetime as dt

import pytest

from accountability.kit import days
from chiefs.posts import answering, deputations, tenures
from chiefs.posts.models import Charge, Post, Tenure
from chiefs.resources.models import Segment
from chiefs.territory import actions as territory
from chiefs.territory.actions import Beginning
from tests.factories.posts import ChargeFactory, PersonFactory, TenureFactory, chief
from tests.factories.territory import LONG_AGO

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)


def asked(segment, on):
    return answering.who_answered(Segment.objects.select_related("resource__scheme", "jurisdiction").get(pk=segment.pk), on)


def told(segment, on):
    """level -> [(name of the holder, deputy, who receives)]"""
    found = {}
    for line in asked(segment, on):
        names = [named.name for named in line.holders]
        found.setdefault(line.level, []).append((names, line.deputy and line.deputy.name, line.receiver and line.receiver.unit.name))
    return found


def holder(post):
    return post.tenures.get(until=None).person


def test_every_level_is_named_the_highest_first_in_one_statement(world, django_assert_num_queries):
    segment = Segment.objects.select_related("resource__scheme", "jurisdiction").get(pk=world.segment.pk)
    with django_assert_num_queries(1):
        found = answering.who_answered(segment, TODAY)
        assert not any(line.vacant or line.receiver or line.deputy for line in found)
    assert [(line.level, [named.name for named in line.holders]) for line in found] == [
        ("prefecture", [holder(world.prefecture).name]),
        ("county", [holder(world.county).name]),
        ("township", [holder(world.township).name]),
        ("village", [holder(world.village).name]),
    ]


def test_ten_more_chiefs_and_vacancies_do_not_ask_more(world, django_assert_num_queries):
    for _ in range(10):
        ChargeFactory(post=chief("township", world.township.unit), segment=world.segment)
    Tenure.objects.filter(post=world.village).update(until=TODAY)
    segment = Segment.objects.select_related("resource__scheme", "jurisdiction").get(pk=world.segment.pk)
    with django_assert_num_queries(1):
        assert len(answering.who_answered(segment, TODAY)) == 14


def test_two_chiefs_on_one_river_are_two_lines(world):
    second = chief("prefecture", world.prefecture.unit)
    ChargeFactory(post=second, segment=world.segment)
    assert [names for names, *_ in told(world.segment, TODAY)["prefecture"]] == [[holder(world.prefecture).name], [holder(second).name]]


def test_a_vacancy_is_named_with_who_receives_and_a_level_without_a_chief_too(world):
    Tenure.objects.filter(post=world.village).update(until=TODAY)
    Charge.objects.filter(post=world.county).update(until=TODAY)
    found = {line.level: line for line in asked(world.segment, TODAY)}
    assert (found["village"].post, found["village"].vacant) == (world.village, True)
    assert found["village"].receiver.unit == world.village.unit
    assert found["village"].receiving[0].name == found["village"].receiver.tenures.get().person.name
    assert found["county"].post is None
    assert found["county"].receiver.unit == world.county.unit
    yesterday = {line.level: line for line in asked(world.segment, TODAY - DAY)}
    assert not yesterday["village"].vacant
    assert yesterday["county"].post == world.county


def test_where_the_village_desk_is_empty_too_the_township_receives(world):
    Tenure.objects.filter(post__unit=world.village.unit).update(until=TODAY)
    (line,) = [line for line in asked(world.segment, TODAY) if line.level == "village"]
    assert line.receiver.unit == world.township.unit


def test_the_future_is_answered_by_who_is_appointed_to_it(world, office):
    former, after = world.township.tenures.get(), PersonFactory(name="继任（演示）")
    day = TODAY + 30 * DAY
    tenures.succeed(former, person=after, day=day, basis="任字1号", by=office)
    assert told(world.segment, day - DAY)["township"] == [([former.person.name], None, None)]
    assert told(world.segment, day)["township"] == [(["继任（演示）"], None, None)]


@pytest.mark.parametrize("as_post", [False, True], ids=["a person stands in", "a post stands in"])
def test_who_stands_in_is_named_beside_the_holder_for_these_days_only(world, office, as_post):
    neighbour = world.township
    who = {"post": neighbour} if as_post else {"person": holder(neighbour)}
    until = TODAY + 5 * DAY
    deputations.deputise(world.village.tenures.get(), since=TODAY, until=until, reason="培训", by=office, **who)
    expected = ([holder(world.village).name], holder(neighbour).name, None)
    assert told(world.segment, TODAY)["village"] == told(world.segment, until - DAY)["village"] == [expected]
    assert told(world.segment, until)["village"] == told(world.segment, TODAY - DAY)["village"] == [(expected[0], None, None)]


def test_after_a_merger_a_past_day_names_the_units_of_that_day(world, office, django_assert_max_num_queries):
    """The village's desk and chief stand in a merged village today; for yesterday's vacancy yesterday's desks receive."""
    neighbour = world.township.unit
    Tenure.objects.filter(post=world.township).update(until=TODAY - 10 * DAY)
    territory.reorganise(
        kind="reclassified",
        ending=[world.township.unit.jurisdiction],
        beginning=[Beginning("雅拉镇", "镇", "513301102000")],
        day=TODAY,
        basis="川民政1号",
        by=office,
    )
    for on in (TODAY - DAY, TODAY, TODAY + DAY):
        with django_assert_max_num_queries(2 if on >= TODAY else 10):  # the segment itself, the answer, the successions
            (line,) = [line for line in asked(world.segment, on) if line.level == "township"]
        assert (line.post, line.vacant, line.receiver.unit) == (world.township, True, neighbour), on


def test_a_government_that_ended_in_a_merger_still_received_before_it(world, office):
    from tests.factories.posts import government
    from tests.factories.territory import township

    here, there = world.township.unit.jurisdiction, township("513301202000", "新都桥镇")
    goes_on = government(there)
    Tenure.objects.filter(post=world.township).update(until=TODAY - 10 * DAY)
    act = territory.reorganise(
        kind="merged", ending=[here, there], beginning=[Beginning("雅新镇", "镇", "513301103000")], day=TODAY, basis="川民政1号", by=office
    )
    merged = act.successions.first().successor
    territory.settle(act, goes_on, to=merged, by=office)
    old = world.township.unit
    Tenure.objects.filter(post__unit=old, until=None).update(until=TODAY)
    Charge.objects.filter(post__unit=old, until=None).update(until=TODAY)
    territory.settle(act, old, to=None, by=office)
    before = next(line for line in asked(world.segment, TODAY - DAY) if line.level == "township")
    assert (before.receiver.unit, [named.name for named in before.receiving]) == (old, [before.receiver.tenures.get().person.name])
    now = next(line for line in asked(world.segment, TODAY) if line.level == "township")
    assert (now.post, now.receiver.unit) == (None, goes_on)


def test_a_term_that_ended_long_ago_is_told_with_who_held_it_then(world):
    before = PersonFactory(name="前任（演示）")
    Tenure.objects.filter(post=world.county).update(since=TODAY - 100 * DAY)
    TenureFactory(post=world.county, person=before, since=LONG_AGO, until=TODAY - 100 * DAY)
    assert told(world.segment, TODAY - 101 * DAY)["county"] == [(["前任（演示）"], None, None)]
    assert Post.objects.filter(pk=world.county.pk).exists()
