"""When a body owes a meeting."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.clocks.rules import period
from chiefs.bodies import rules

EVERY = st.sampled_from(["month", "quarter", "half_year", "year"])
DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))


def test_a_body_entered_in_the_middle_of_a_quarter_owes_from_the_next_on():
    found = rules.owed_periods(date(2026, 2, 10), None, "quarter", date(2026, 8, 1))
    assert found == [(date(2026, 4, 1), date(2026, 7, 1)), (date(2026, 7, 1), date(2026, 10, 1))]
    assert rules.owed_periods(date(2026, 2, 10), None, "quarter", date(2026, 3, 31)) == []
    assert rules.owed_periods(date(2026, 4, 1), None, "quarter", date(2026, 4, 1)) == [(date(2026, 4, 1), date(2026, 7, 1))]


def test_a_period_that_its_rhythm_does_not_fill_is_not_owed():
    assert rules.owed_periods(date(2026, 1, 1), date(2026, 6, 30), "quarter", date(2026, 12, 1)) == [(date(2026, 1, 1), date(2026, 4, 1))]


@given(DAYS, st.integers(0, 900), st.none() | st.integers(1, 900), EVERY)
def test_owed_periods_are_whole_follow_each_other_and_have_begun(since, gone, lasts, every):
    today, until = since + timedelta(days=gone), None if lasts is None else since + timedelta(days=lasts)
    found = rules.owed_periods(since, until, every, today)
    assert all(period(first, every) == (first, last) for first, last in found)
    assert all(one[1] == other[0] for one, other in pairwise(found))
    assert all(since <= first <= today for first, _last in found)
    assert until is None or all(last <= until for _first, last in found)
    whole = sum(first >= since for first in {period(since + timedelta(days=n), every)[0] for n in range(gone + 1)})
    if until is None:
        assert len(found) == whole


@given(DAYS, st.integers(0, 900), st.integers(0, 900), EVERY)
def test_planning_in_two_goes_is_planning_in_one(since, first, second, every):
    """Downtime, or a sweep that runs every hour: the same meetings, each once."""
    early, late = since + timedelta(days=first), since + timedelta(days=first + second)
    before = rules.owed_periods(since, None, every, early)
    after = rules.owed_periods(since, None, every, late, after=before[-1][0] if before else None)
    assert before + after == rules.owed_periods(since, None, every, late)
    assert rules.owed_periods(since, None, every, early, after=before[-1][0] if before else None) == []


@given(DAYS, EVERY)
def test_the_last_day_of_a_period_is_still_in_time(day, every):
    first, until = period(day, every)
    due = rules.last_day(until)
    assert rules.was_in_time(due, first, due)
    assert not rules.was_in_time(until, first, due)
    assert not rules.is_missed(due, due)
    assert rules.is_missed(due, until)


def test_a_word_that_is_no_period_is_refused():
    with pytest.raises(ValueError, match="period"):
        rules.owed_periods(date(2026, 1, 1), None, "fortnight", date(2026, 2, 1))
