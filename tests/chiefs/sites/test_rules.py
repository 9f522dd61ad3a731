"""Credit codes and the question whether two entries are one site."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chiefs.sites import rules
from chiefs.sites.rules import CODE_SIGNS, Entry, Known, Match

SIGNS = st.sampled_from(CODE_SIGNS)
DIGITS = st.text("0123456789", min_size=6, max_size=6)


@st.composite
def codes(draw):
    first = draw(SIGNS) + draw(SIGNS) + draw(DIGITS) + "".join(draw(st.lists(SIGNS, min_size=9, max_size=9)))
    return first + rules.check_sign(first)


def test_the_sample_of_the_standard_is_a_code():
    """The example that GB 32100-2015 itself reckons through."""
    assert rules.is_credit_code("91350100M000100Y43")


@given(codes())
def test_what_was_reckoned_is_accepted_also_as_people_type_it(code):
    assert rules.is_credit_code(code)
    typed = f" {code[:8].lower()} {code[8:]}-".replace("0", "０")
    assert rules.tidy_code(typed) == code


@given(codes(), st.integers(0, 17), SIGNS)
def test_one_wrong_sign_is_noticed(code, place, sign):
    assume(code[place] != sign)
    assert not rules.is_credit_code(code[:place] + sign + code[place + 1 :])


@given(codes(), st.integers(0, 16))
def test_swapped_neighbours_are_noticed(code, place):
    assume(code[place] != code[place + 1])
    assert not rules.is_credit_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@given(st.text(max_size=30))
def test_no_text_makes_the_check_fall_over(text):
    assert rules.is_credit_code(rules.tidy_code(text)) in (True, False)


@pytest.mark.parametrize("first", ["", "9" * 16, "9" * 18, "I" * 17, "９" * 17])
def test_a_check_sign_is_reckoned_of_seventeen_signs_only(first):
    with pytest.raises(ValueError, match="17 signs"):
        rules.check_sign(first)


A, B = "92000000000000001" + rules.check_sign("92000000000000001"), "92000000000000002" + rules.check_sign("92000000000000002")


def entry(key, *names, code="", county="513301"):
    return Entry.of(key, code=code, county=county, names=names)


def test_a_code_decides_alone_and_a_name_only_where_one_may_be_meant():
    known = Known.of([entry(1, "甲厂", "老甲厂", code=A), entry(2, "乙厂"), entry(3, "丙厂"), entry(4, " 丙 厂 ")])
    assert known.match(entry(0, "别名", code=A)) == Match(1, "code")
    assert known.match(entry(0, "老甲厂")) == Match(1, "name")
    assert known.match(entry(0, "甲厂", code=B)) == Match(None, "")  # another code, so another site
    assert known.match(entry(0, "乙厂", code=B)) == Match(2, "name")
    assert known.match(entry(0, "丙厂")) == Match(None, "several")
    assert known.match(entry(0, "乙厂", county="513322")) == Match(None, "")


def test_what_may_be_one_site_is_proposed_together():
    entries = [
        entry(1, "甲厂"),
        entry(2, "甲 厂", code=A),
        entry(3, "乙", code=A, county="513322"),
        entry(4, "甲厂", code=B),
        entry(5, "丙"),
    ]
    assert rules.proposals(entries) == [[1, 2, 3, 4]]  # through the first, which has no code
    assert rules.proposals(entries[1:]) == [[2, 3]]
    assert rules.proposals([]) == []


NAMES = st.sampled_from(["甲", "乙", "丙"])
ENTRIES = st.lists(st.tuples(NAMES, st.sampled_from(["", A, B]), st.sampled_from(["513301", "513322"])), max_size=8)


@given(ENTRIES)
def test_proposals_are_disjoint_and_hold_every_pair_that_may_be_one(rows):
    entries = [entry(key, name, code=code, county=county) for key, (name, code, county) in enumerate(rows)]
    groups = rules.proposals(entries)
    flat = [key for group in groups for key in group]
    assert len(flat) == len(set(flat))
    together = {frozenset((a, b)) for group in groups for a in group for b in group}
    for one in entries:
        for other in entries:
            if one.key != other.key and rules.may_be_one(one, other):
                assert frozenset((one.key, other.key)) in together


@given(ENTRIES, st.tuples(NAMES, st.sampled_from(["", A, B])))
def test_a_match_is_always_one_that_may_be_meant(rows, asked):
    known = Known.of(entry(key, name, code=code, county=county) for key, (name, code, county) in enumerate(rows))
    row = entry(99, asked[0], code=asked[1])
    found = known.match(row)
    assert (found.key is None) == (found.how in ("", "several"))
    if found.key is not None:
        assert rules.may_be_one(known.entries[found.key], row)
