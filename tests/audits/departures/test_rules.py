"""Score and grade: pure functions over outcomes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.departures import rules

LIMITS = [
    ("good", Decimal(90)),
    ("fairly_good", Decimal(80)),
    ("ordinary", Decimal(70)),
    ("rather_poor", Decimal(60)),
    ("poor", Decimal(0)),
]
SHARES = st.none() | st.decimals(0, 1, places=6)
PARTS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 40).map(Decimal), SHARES).map(lambda p: rules.Part(*p)), max_size=12)
CAPS = {"a": Decimal(25), "b": Decimal(35), "c": Decimal(40)}


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", "good"),
        ("90", "good"),
        ("89.99999999", "fairly_good"),
        ("80.0", "fairly_good"),
        ("79.99", "ordinary"),
        ("60", "rather_poor"),
        ("59.99", "poor"),
    ],
)
def test_the_grade_is_read_off_the_unrounded_score(score, grade):
    assert rules.grade(Decimal(score), LIMITS) == grade


@given(PARTS)
def test_no_block_exceeds_its_own_maximum_and_no_score_exceeds_a_hundred(parts):
    found = rules.total(parts, CAPS, Decimal(1))
    assert all(0 <= got <= CAPS[code] for code, got in found.blocks.items())
    assert found.score is None or 0 <= found.score <= 100


@given(PARTS, st.randoms())
def test_the_order_of_the_items_does_not_matter(parts, chance):
    mixed = list(parts)
    chance.shuffle(mixed)
    assert rules.total(parts, CAPS, Decimal(1)) == rules.total(mixed, CAPS, Decimal(1))


@given(PARTS, st.integers(0, 11), st.decimals(0, 1, places=6))
def test_doing_more_never_lowers_the_score(parts, at, better):
    if at >= len(parts) or parts[at].share is None:
        return
    raised = list(parts)
    raised[at] = rules.Part(parts[at].block, parts[at].most, max(parts[at].share, better))
    one, two = rules.total(parts, CAPS, Decimal(1)), rules.total(raised, CAPS, Decimal(1))
    assert one.score is None or two.score >= one.score


def test_with_too_little_evidence_there_is_no_score():
    parts = [rules.Part("a", Decimal(25), Decimal(1)), rules.Part("b", Decimal(35), None)]
    assert rules.total(parts, CAPS, Decimal(40)).score is None
    assert rules.total(parts, CAPS, Decimal(25)).score == 100


def test_a_cap_lowers_the_grade_and_never_lifts_it():
    assert rules.capped("good", ["poor"]) == "poor"
    assert rules.capped("rather_poor", ["fairly_good"]) == "rather_poor"


def test_more_in_one_week_does_not_mend_another():
    rows = [rules.Row(1, {"wanted": 1, "done": 3}), rules.Row(2, {"wanted": 1, "done": 0})]
    assert rules.share_done(rows, {"name": "x"}).share == Decimal("0.5")
