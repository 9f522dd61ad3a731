import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.complaints import rules
from accountability.kit.codes import TRACKING_ALPHABET

NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)
refs = st.uuids(version=4)


@given(refs)
def test_the_same_reference_always_gives_the_same_code(ref):
    code = rules.query_code(ref)
    assert code == rules.query_code(uuid.UUID(str(ref)))
    assert len(code) == 6
    assert set(code) <= set(TRACKING_ALPHABET)


@given(refs, refs)
def test_two_references_keep_different_fingerprints(one, other):
    if one != other:
        numbers = ("T2026-000001-5", "T2026-000002-3")
        prints = {rules.code_fingerprint(number, rules.query_code(ref)) for number in numbers for ref in (one, other)}
        assert len(prints) == 4 or rules.query_code(one) == rules.query_code(other)
        assert not any(rules.query_code(ref) in kept.upper() for ref in (one, other) for kept in prints)


@given(refs)
def test_every_sign_of_the_alphabet_is_used(ref):
    signs = {sign for n in range(200) for sign in rules.query_code(uuid.uuid5(ref, str(n)))}
    assert signs == set(TRACKING_ALPHABET)


@pytest.mark.parametrize("typed", ["abc def", "ABC-DEF", " ａｂｃｄｅｆ ", "a b c d e f"])
def test_a_code_is_read_as_people_type_it(typed):
    assert rules.tidy_code(typed) == "ABCDEF"
    assert rules.code_fingerprint("t2026-000001-5 ", typed) == rules.code_fingerprint("T2026-000001-5", "ABCDEF")


@pytest.mark.parametrize(
    "phone",
    [
        "13912345678",
        "+86 139 1234 5678",
        "0836-2812345",
        "(0836) 2812345",
        "2812345",
        "12369",
        "110",
        "95598",
        "4008123123",
        "１３９１２３４５６７８",
    ],
)
def test_telephone_numbers_of_china_are_taken(phone):
    assert rules.is_phone(phone)


@pytest.mark.parametrize("phone", ["12", "abc", "139123456789012", "no phone", "00", "1391234567x"])
def test_what_is_no_telephone_number_is_not(phone):
    assert not rules.is_phone(phone)


def after(guesses, count=None, now=NOON):
    for _ in range(guesses):
        count = rules.after_wrong_guess(count, now)
    return count


def test_four_wrong_guesses_do_not_wait_and_the_fifth_does():
    assert not rules.must_wait(None, NOON)
    assert not rules.must_wait(after(4), NOON)
    assert rules.must_wait(after(5), NOON)


def test_the_wait_ends_after_a_quarter_of_an_hour_and_guesses_count_anew():
    count = after(5)
    assert rules.must_wait(count, NOON + timedelta(minutes=14, seconds=59))
    later = NOON + timedelta(minutes=15)
    assert not rules.must_wait(count, later)
    assert rules.after_wrong_guess(count, later).failures == 1


def test_guesses_far_apart_do_not_add_up():
    assert after(1, after(4), NOON + timedelta(minutes=16)).failures == 1
