"""How single values of a table are read: days, numbers, columns and periods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.exchange import rules


@given(st.integers(0, 20_000))
def test_a_column_has_the_name_that_a_spreadsheet_gives_it(place):
    value = 0
    for sign in rules.letter(place):
        value = value * 26 + ord(sign) - 64
    assert value == place + 1


@pytest.mark.parametrize("text", ["2026-5-6", "2026/05/06", "2026.5.6", "2026年5月6日", "20260506", "２０２６－５－６", " 2026 - 05 - 06 "])
def test_a_day_is_read_however_it_is_written(text):
    assert rules.day(text) == date(2026, 5, 6)


@pytest.mark.parametrize("text", ["2026-13-01", "5/6/2026", "2026-5", "May 6", "202656", "2026-5/6"])
def test_what_is_no_day_is_not_guessed(text):
    assert rules.day(text) is None


def test_numbers_are_read_with_their_commas_and_nothing_else_is():
    assert [rules.number(text) for text in ("1,234.5", "-3", "１２")] == [Decimal("1234.5"), Decimal(-3), Decimal(12)]
    assert rules.number("101.95641234567801") == Decimal("101.95641234567801")
    assert [rules.number(text) for text in ("1,2", "nan", "inf", "12m", "1e400", "0x10", "--1")] == [None] * 7


@pytest.mark.parametrize(
    "text", ["13911110001", "139-1111-0001", "139 1111 0001", "+86 139-1111-0001", "0086 13911110001", "１３９１１１１０００１"]
)
def test_a_telephone_number_is_the_same_however_it_is_written(text):
    assert rules.dialled(text) == "13911110001"


def test_a_number_with_its_area_code_is_not_taken_for_one_with_the_code_of_the_country():
    assert [rules.dialled(text) for text in ("0836-2822000", "86-2822000", "8613")] == ["08362822000", "862822000", "8613"]


DAYS = st.dates(date(2020, 1, 1), date(2020, 1, 20))


@given(DAYS, st.one_of(st.none(), DAYS), DAYS, st.one_of(st.none(), DAYS))
def test_two_periods_share_a_day_when_there_is_one_in_both(since, until, other_since, other_until):
    def days_of(first, last):
        return {
            day
            for day in range(date(2020, 1, 1).toordinal(), date(2020, 2, 1).toordinal())
            if first.toordinal() <= day < (last or date(2020, 2, 1)).toordinal()
        }

    expected = bool(days_of(since, until) & days_of(other_since, other_until))
    if (until is None or until > since) and (other_until is None or other_until > other_since):
        assert rules.shares_a_day(since, until, other_since, other_until) == expected


@pytest.mark.parametrize(
    ("value", "shown"), [(0.1 + 0.2, "0.3"), (101.95641234567801, "101.956412345678"), (2.0, "2"), (-1e-7, "-1e-07"), (1e15, "1e+15")]
)
def test_a_number_of_a_workbook_is_what_its_author_sees(value, shown):
    assert rules.shown(value) == shown
