from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.clocks import reports, rules
from accountability.clocks.models import CalendarDay, Term
from tests.factories import territory

DAYS = st.dates(min_value=date(2018, 1, 1), max_value=date(2026, 12, 31))
EVERY = st.sampled_from(["week", "tendays", "month", "quarter", "half_year", "year"])


def weekdays(day: date) -> bool:
    return day.weekday() < 5


@given(DAYS, EVERY)
def test_a_day_lies_in_its_period_and_periods_join_without_gap(day, every):
    since, until = rules.period(day, every)
    assert since <= day < until
    assert rules.period(until, every)[0] == until
    assert rules.period(until - timedelta(days=1), every) == (since, until)


@given(DAYS, st.integers(0, 60))
def test_a_term_in_working_days_ends_on_the_nth_working_day(start, length):
    end = rules.add_days(start, length, "working_days", weekdays)
    assert rules.working_days_between(start, end, weekdays) == length
    assert length == 0 or weekdays(end)


@given(DAYS, st.integers(0, 400), EVERY)
def test_only_whole_periods_are_owed(since, length, every):
    until = since + timedelta(days=length)
    for first, last in rules.periods(since, until, every):
        assert since <= first < last <= until


def test_the_ten_day_period_follows_the_calendar_and_does_not_roll():
    assert rules.period(date(2026, 2, 20), "tendays") == (date(2026, 2, 11), date(2026, 2, 21))
    assert rules.period(date(2026, 2, 28), "tendays") == (date(2026, 2, 21), date(2026, 3, 1))
    assert rules.period(date(2026, 12, 31), "tendays") == (date(2026, 12, 21), date(2027, 1, 1))


def test_an_unknown_kind_or_length_is_refused():
    with pytest.raises(ValueError, match="kind of days"):
        rules.add_days(date(2026, 1, 1), 1, "moons", weekdays)
    with pytest.raises(ValueError, match="between"):
        rules.add_days(date(2026, 1, 1), -1, "days", weekdays)
    with pytest.raises(ValueError, match="period"):
        rules.period(date(2026, 1, 1), "moon")


@pytest.mark.django_db
def test_working_days_skip_the_golden_week_and_count_the_saturday_that_is_worked():
    calendar = reports.Calendar(date(2025, 1, 1), date(2025, 12, 31))
    assert rules.add_days(date(2025, 9, 26), 10, "working_days", calendar.is_working) == date(2025, 10, 16)
    assert reports.is_working(date(2025, 10, 11))  # a Saturday
    assert not reports.is_working(date(2025, 10, 1))


@pytest.mark.django_db
def test_a_year_without_entries_follows_the_weekday_and_is_provisional():
    assert reports.is_provisional(date(2031, 5, 1))
    assert reports.is_working(date(2031, 5, 1))
    CalendarDay.objects.create(day=date(2031, 5, 1), working=False)
    assert not reports.is_provisional(date(2031, 5, 1))
    assert not reports.is_working(date(2031, 5, 1))


@pytest.mark.django_db
def test_the_channels_own_term_goes_before_the_general_one():
    assert reports.due("complaint.close", date(2026, 3, 1))[0] == date(2026, 4, 30)
    hotline, row = reports.due("complaint.close", date(2026, 3, 2), channel="12345")
    assert (hotline, row.day_kind) == (date(2026, 3, 23), "working_days")
    assert reports.due("complaint.accept", date(2026, 3, 1), channel="12345")[0] == date(2026, 3, 16)


@pytest.mark.django_db
def test_a_past_day_is_reckoned_by_the_term_in_force_then():
    old = Term.objects.get(code="case.solve")
    old.until = date(2026, 6, 1)
    old.save()
    Term.objects.create(code="case.solve", length=10, day_kind="days", starts="opening", basis="试验", since=date(2026, 6, 1))
    assert reports.due("case.solve", date(2026, 5, 31))[0] == date(2026, 6, 30)
    assert reports.due("case.solve", date(2026, 6, 1))[0] == date(2026, 6, 11)


@pytest.mark.django_db
def test_the_rule_of_the_narrowest_place_wins():
    Term.objects.create(
        code="case.solve",
        length=7,
        day_kind="days",
        starts="opening",
        basis="试验",
        since=date(2026, 1, 1),
        jurisdiction=territory.county(),
    )
    assert reports.term("case.solve", date(2026, 5, 1), jurisdiction=territory.village()).length == 7
    assert reports.term("case.solve", date(2026, 5, 1), jurisdiction=territory.prefecture()).length == 30
    assert reports.term("case.solve", date(2026, 5, 1)).length == 30


@pytest.mark.django_db
def test_a_term_that_nobody_entered_is_an_error_and_not_a_guess():
    with pytest.raises(LookupError):
        reports.due("case.unheard_of", date(2026, 1, 1))
