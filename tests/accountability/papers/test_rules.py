"""Verification codes and long titles: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.papers import rules


@given(st.integers())
def test_a_code_is_read_as_it_is_written_however_it_is_typed(_n):
    code = rules.new_code()
    assert rules.read(code) == code
    assert rules.read(f"  {rules.written(code).lower()} ") == code
    assert rules.read(" ".join(code)) == code


@pytest.mark.parametrize("text", ["", "ABCD", "ABCD-EFGH-JKM0", "ABCD-EFGH-JKMI", "ABCDEFGHJKMNP", "甘孜州河长制办公室审计局"])
def test_what_cannot_be_a_code_is_none(text):
    assert rules.read(text) == ""


@given(st.text(max_size=60))
def test_anything_typed_is_a_code_or_nothing(typed):
    assert len(rules.read(typed)) in (0, rules.CODE_LENGTH)


def test_a_long_title_has_lines_of_nearly_equal_length():
    title = "关于雅拉乡原乡长自然资源资产离任审计的报告"
    assert len(title) == 21
    assert [len(line) for line in rules.title_lines(title)] == [10, 11]
    assert rules.title_lines("不予受理告知书") == ["不予受理告知书"]


@given(st.text(alphabet="河长审计报告，。（）《》ABC12 ", max_size=120))
def test_no_sign_of_a_title_is_lost_and_no_line_begins_with_a_closing_sign(title):
    lines = rules.title_lines(title)
    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    assert not any(line[0] in "，。）》" for line in lines[1:])
    assert not any(line[-1] in "（《" for line in lines[:-1])
