from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.kit import days
from accountability.kit.templatetags.kit import span


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 5, 1, 15, 59, tzinfo=UTC), date(2026, 5, 1)),
        (datetime(2026, 5, 1, 16, 0, tzinfo=UTC), date(2026, 5, 2)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(moment, day):
    assert days.day_of(moment) == day


def test_a_moment_without_zone_is_no_moment():
    with pytest.raises(ValueError, match="time zone"):
        days.day_of(datetime(2026, 5, 1))


@given(st.dates(date(1995, 1, 1), date(2090, 1, 1)))
def test_a_day_is_the_half_open_period_between_its_ends(day):
    start, end = days.start_of(day), days.end_of(day)
    assert end - start == timedelta(hours=24)
    assert days.day_of(start) == day
    assert days.day_of(end - timedelta(microseconds=1)) == day
    assert days.day_of(end) == day + timedelta(days=1)


def test_nobody_pretends_a_moment_outside_the_demonstration_world(settings):
    settings.DEMO = False
    with pytest.raises(RuntimeError, match="demonstration"), days.pretend(datetime(2020, 1, 1, tzinfo=UTC)):
        pass


def test_the_demonstration_world_lives_a_past_moment_and_comes_back(settings):
    settings.DEMO = True
    then = datetime(2020, 1, 1, tzinfo=UTC)
    with days.pretend(then):
        assert (days.now(), days.today()) == (then, date(2020, 1, 1))
    assert days.today() > date(2026, 1, 1)


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [
        (date(2026, 1, 1), date(2027, 1, 1), "2026-01-01 – 2026-12-31"),
        (date(2026, 1, 1), None, "2026-01-01 – …"),
        (None, date(2026, 3, 1), "… – 2026-02-28"),
    ],
)
def test_a_dated_row_is_shown_with_its_first_and_its_last_day(since, until, shown):
    assert span(SimpleNamespace(since=since, until=until)) == shown
