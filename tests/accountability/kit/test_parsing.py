"""A table is read whole and within bounds, or refused with the line and the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.kit.parsing import Unreadable, table


def rows(data, columns=("code", "name"), **bounds):
    return [(row.line, row.cells) for row in table(data, columns=columns, **bounds)]


def refusal(data, **bounds):
    with pytest.raises(Unreadable) as error:
        rows(data, **bounds)
    assert str(error.value)
    return error.value.line


def test_cells_come_stripped_with_their_line():
    assert rows("code,name\n 1 , 甲\n\n2,乙\n".encode()) == [(2, {"code": "1", "name": "甲"}), (4, {"code": "2", "name": "乙"})]


def test_a_byte_order_mark_and_windows_line_ends_do_not_disturb():
    assert rows("\ufeffcode,name\r\n1,甲\r\n".encode()) == [(2, {"code": "1", "name": "甲"})]


def test_a_cell_over_two_lines_counts_both():
    assert [line for line, _cells in rows(b'code,name\n1,"a\nb"\n2,c\n')] == [3, 4]


def test_another_encoding_is_refused_with_its_line():
    assert refusal("code,name\n1,雅拉河\n".encode("gb2312")) == 2
    assert refusal("code,name\n1,雅拉河\n".encode("utf-16")) == 1


def test_a_missing_column_is_refused():
    assert refusal(b"code,title\n1,a\n") == 1
    assert refusal(b"") == 1


def test_a_key_that_comes_twice_is_refused_with_its_second_line():
    data = "code,name\n1,甲\n2,甲\n1,乙\n".encode()
    assert refusal(data, key=("code",)) == 4
    assert refusal(data, key=("name",)) == 3
    assert len(rows(data, key=("code", "name"))) == 3


def test_a_column_named_twice_is_refused():
    assert refusal(b"code,name,name\n1,a,b\n") == 1


@pytest.mark.parametrize("line", [b"1", b"1,a,b"])
def test_a_ragged_row_is_refused_with_its_line(line):
    assert refusal(b"code,name\n1,a\n" + line + b"\n") == 3


def test_too_many_rows_are_refused_with_the_first_too_many():
    assert len(rows(b"code,name\n" + b"1,a\n" * 3, most=3)) == 3
    assert refusal(b"code,name\n" + b"1,a\n" * 4, most=3) == 5


def test_an_unclosed_quotation_mark_and_an_endless_cell_are_refused():
    assert refusal(b'code,name\n1,"a\n2,b\n') is not None
    assert refusal(b"code,name\n1," + b"a" * 200_000 + b"\n") is not None


@given(st.binary(max_size=200))
def test_whatever_comes_in_is_rows_or_a_refusal_with_a_line(data):
    try:
        lines = [line for line, _cells in rows(b"code,name\n" + data)]
    except Unreadable as refusal:
        lines = [refusal.line]
    assert all(isinstance(line, int) for line in lines)
