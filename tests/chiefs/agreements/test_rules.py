"""What is a number, whether a breakdown adds up, what a settlement scores."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chiefs.agreements import rules
from chiefs.agreements.rules import Part

NUMBERS = st.decimals(-10_000, 10_000, places=3)
WEIGHTS = st.decimals(0, 100, places=2)
SHARES = st.fractions(0, 1)
LIMITS = [("excellent", Decimal(90)), ("good", Decimal(80)), ("qualified", Decimal(60))]


@pytest.mark.parametrize(
    ("text", "value"),
    [("55", "55"), ("0.50", "0.50"), ("-3", "-3"), ("95%", "95"), ("１２．５", "12.5"), (" 7 ", "7"), ("1,234,567.8", "1234567.8")],
)
def test_a_plain_number_is_read_beside_its_words(text, value):
    assert rules.number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "≥55且不降低", "制定实施", "----", "1e5", "NaN", "1,23", "3/4", "9" * 13, "0.1234567", "50-60"])
def test_what_is_no_plain_number_stays_words(text):
    assert rules.number(text) is None


@given(st.lists(NUMBERS, min_size=1, max_size=20), NUMBERS)
def test_parts_of_one_unit_add_up_exactly_and_the_difference_is_what_lacks(values, stated):
    found = rules.breakdown(stated=stated, unit="公顷", additive=True, parts=[Part(value, "公顷") for value in values])
    assert found.summed == sum(values)
    assert found.difference == sum(values) - stated
    assert found.agrees is (sum(values) == stated)


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_the_parts_changes_nothing(values, shuffler):
    shuffled = list(values)
    shuffler.shuffle(shuffled)
    sums = [rules.breakdown(stated=Decimal(1), unit="", additive=True, parts=[Part(v, "") for v in each]) for each in (values, shuffled)]
    assert sums[0] == sums[1]


@pytest.mark.parametrize(
    ("stated", "additive", "parts", "reason"),
    [
        ("5", True, [], "no_parts"),
        ("5", False, [Part(Decimal(5), "个")], "not_additive"),
        (None, True, [Part(Decimal(5), "个")], "no_number"),
        ("5", True, [Part(Decimal(5), "个"), Part(None, "个")], "no_number"),
        ("5", True, [Part(Decimal(5), "%")], "units"),
    ],
)
def test_what_cannot_be_added_up_says_why_and_neither_agrees_nor_disagrees(stated, additive, parts, reason):
    found = rules.breakdown(stated=stated and Decimal(stated), unit="个", additive=additive, parts=parts)
    assert (found.summed, found.agrees, found.reason) == (None, None, reason)


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["up", "down"]))
def test_a_share_lies_between_nothing_and_all_and_is_all_exactly_when_the_target_is_reached(baseline, target, achieved, direction):
    gone = rules.share(direction=direction, baseline=baseline, target=target, achieved=achieved)
    reached = achieved >= target if direction == "up" else achieved <= target
    assert 0 <= gone <= 1
    assert (gone == 1) is reached
    assert (rules.outcome(gone) == "met") is reached


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_more_never_counts_less(baseline, target, first, second):
    low, high = sorted((first, second))
    shares = [rules.share(direction="up", baseline=baseline, target=target, achieved=value) for value in (low, high)]
    assert shares[0] <= shares[1]


@given(NUMBERS, NUMBERS, NUMBERS)
def test_less_is_better_is_more_is_better_in_a_mirror(baseline, target, achieved):
    up = rules.share(direction="up", baseline=baseline, target=target, achieved=achieved)
    assert up == rules.share(direction="down", baseline=-baseline, target=-target, achieved=-achieved)


def test_without_a_baseline_there_is_no_half_way():
    assert rules.share(direction="up", baseline=None, target=Decimal(60), achieved=Decimal("59.9")) == 0
    assert rules.share(direction="up", baseline=Decimal(50), target=Decimal(60), achieved=Decimal(55)) == Fraction(1, 2)


def test_words_and_missing_numbers_say_nothing_by_themselves():
    assert rules.share(direction="text", baseline=None, target=Decimal(1), achieved=Decimal(1)) is None
    assert rules.share(direction="up", baseline=None, target=Decimal(1), achieved=None) is None


@given(st.lists(st.tuples(WEIGHTS, st.none() | SHARES), max_size=20))
def test_a_score_lies_between_0_and_100_and_what_was_not_assessed_counts_neither_way(lines):
    score = rules.score(lines)
    assert score == rules.score([line for line in lines if line[1] is not None])
    if score is None:
        assert not any(weight > 0 for weight, gone in lines if gone is not None)
    else:
        assert 0 <= score <= 100


@given(st.lists(st.tuples(WEIGHTS, SHARES), min_size=1, max_size=10), st.integers(1, 9))
def test_only_the_proportion_of_the_weights_counts(lines, factor):
    assert rules.score(lines) == rules.score([(weight * factor, gone) for weight, gone in lines])


@given(st.lists(st.tuples(WEIGHTS, SHARES), min_size=1, max_size=10), st.data())
def test_a_target_kept_better_never_lowers_the_score(lines, data):
    at = data.draw(st.integers(0, len(lines) - 1))
    better = [(weight, Fraction(1)) if place == at else (weight, gone) for place, (weight, gone) in enumerate(lines)]
    before = rules.score(lines)
    assume(before is not None)
    assert rules.score(better) >= before


@given(st.lists(WEIGHTS, min_size=1, max_size=10))
def test_everything_met_is_100_and_nothing_met_is_0(weights):
    assume(any(weights))
    assert rules.score([(weight, Fraction(1)) for weight in weights]) == 100
    assert rules.score([(weight, Fraction(0)) for weight in weights]) == 0


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (Fraction(90), "excellent"),
        (Fraction(90) - Fraction(1, 10**9), "good"),
        (Fraction(80), "good"),
        (Fraction("79.999999"), "qualified"),
        (Fraction(60), "qualified"),
        (Fraction(0), "unqualified"),
    ],
)
def test_a_grade_begins_exactly_at_its_limit(score, grade):
    assert rules.grade(score, LIMITS, "unqualified") == grade


@given(st.fractions(0, 100))
def test_what_is_kept_of_a_score_never_says_more_than_was_earned(exact):
    kept = Fraction(rules.written(exact))
    assert kept <= exact
    assert exact - kept < Fraction(1, 10**6)


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["up", "down"]))
def test_nothing_is_left_open_exactly_when_the_target_is_reached(baseline, target, reached, direction):
    left = rules.remaining(direction=direction, baseline=baseline, target=target, reached=reached)
    assert left >= 0
    assert (left == 0) is (rules.share(direction=direction, baseline=baseline, target=target, achieved=reached) == 1)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 2000))
def test_the_years_of_a_term_cover_it_without_gap_or_overlap(since, length):
    until = since + timedelta(days=length)
    parts = [rules.year_of(since, until, year) for year in range(since.year - 1, until.year + 2)]
    found = [part for part in parts if part is not None]
    assert found[0][0] == since
    assert found[-1][1] == until
    assert all(before[1] == after[0] for before, after in itertools.pairwise(found))


@pytest.mark.parametrize(("left", "warned"), [(31, False), (30, True), (1, True), (0, False), (-1, False)])
def test_a_warning_is_due_from_thirty_days_before_until_the_end(left, warned):
    today = date(2026, 5, 6)
    assert rules.is_expiring(today + timedelta(days=left), today, 30) is warned
