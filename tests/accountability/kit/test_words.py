from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.kit import masking
from accountability.kit.textfold import fold, is_tibetan


@pytest.mark.parametrize(("name", "shown"), [("王小明", "王**"), ("王明", "王*"), ("欧阳小明", "欧**"), ("王", "王"), ("", "")])
def test_of_a_name_the_first_sign_is_shown(name, shown):
    assert masking.name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812345678", "138****5678"), ("0836-2822222", "083****2222"), ("2822222", "*****22"), ("12369", "*****"), ("", "")],
)
def test_of_a_telephone_number_the_middle_is_hidden(phone, shown):
    assert masking.phone(phone) == shown


@given(st.text("0123456789", max_size=20))
def test_never_more_than_seven_digits_of_a_number_are_shown_and_always_some_hidden(phone):
    shown = sum(sign.isdigit() for sign in masking.phone(phone))
    assert shown <= 7
    assert not phone or shown < len(phone)


def test_texts_that_differ_in_space_case_and_tsheg_are_one():
    assert fold(" Yala  River ") == fold("yalariver")
    assert fold("ཆུ་ཀླུང༌།") == fold("ཆུ་ཀླུང")
    assert fold("雅 拉 河") == "雅拉河"
    assert fold("雅拉河") != fold("折多河")


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "tibetan"), [("ཡ་ལ", True), ("雅拉 ཡ་ལ", True), ("雅拉", False), ("yl", False), ("༡༢", False), ("", False)]
)
def test_words_with_tibetan_letters_are_looked_for_among_tibetan_names(text, tibetan):
    assert is_tibetan(text) is tibetan
