"""Of any two sets of terms: they are joined exactly when no post is held twice on a day, and no day changes who held what."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chiefs.posts import rules

FIRST = date(2026, 1, 1)
MOST = 12
terms = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, MOST), st.one_of(st.none(), st.integers(1, MOST))).map(
        lambda t: (t[0], FIRST + timedelta(days=t[1]), None if t[2] is None else FIRST + timedelta(days=t[1] + t[2]))
    ),
    max_size=5,
)


def held(rows, on):
    return [post for post, since, until in rows if since <= on and (until is None or until > on)]


@given(terms, terms)
def test_a_clash_is_a_day_on_which_both_hold_one_post(own, other):
    every = [FIRST + timedelta(days=n) for n in range(3 * MOST)]
    twice = any(set(held(own, day)) & set(held(other, day)) for day in every)
    met = rules.clash(own, other)
    assert (met is not None) == twice
    if met is not None:
        assert met[0] in own
        assert met[1] in other
        assert met[0][0] == met[1][0]


@given(terms, terms)
def test_it_does_not_matter_which_of_the_two_goes_on(own, other):
    assert (rules.clash(own, other) is None) == (rules.clash(other, own) is None)


@given(terms, st.sampled_from(["", "139 0000 0001", "139-0000-0001"]))
def test_the_same_digits_are_a_hint_however_they_are_written(own, phone):
    one = rules.Entry(phone, tuple(own), frozenset())
    two = rules.Entry("13900000001", (), frozenset())
    assert rules.may_be_one(one, two) == bool(phone)
