"""A file that is no table to be read is refused with the real cause, and with what to do about it."""

from __future__ import annotations

import pytest
from django.utils import translation

from accountability.exchange import reading
from accountability.exchange.columns import Column, Kind, Sheet
from accountability.kit.parsing import Unreadable
from tests.factories.exchange import csv_file, workbook

SHEET = Sheet(
    key="sample",
    title="试验",
    about="试验",
    columns=(
        Column("code", "编码", Kind.CODE, required=True, example="A-1"),
        Column("name", "名称", required=True, example="示例"),
        Column("words", "说明"),
    ),
)
HEAD, ROW = ["编码", "名称", "说明"], ["B-1", "雅拉河", "一；二|三"]
MAKERS = {"csv": csv_file, "xlsx": workbook}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def refusal(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        reading.read(SHEET, data)
    return refused.value


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("above", [[["河长名录"]], [["河长名录"], ["2026年"], []]])
def test_headings_below_a_title_are_found_and_their_row_is_named(make, above):
    said = refusal(make(*above, HEAD, ROW))
    assert said.line == len(above) + 1
    assert f"row {said.line}" in str(said)
    assert "missing" not in str(said)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_headings_that_stand_nowhere_are_missing(make):
    assert "名称" in str(refusal(make(["编码", "别的"], ROW, ROW)))


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical lines")])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_cells_that_are_not_separated_by_commas_are_told(sign, name, encoding):
    text = "\r\n".join(sign.join(f'"{cell}"' for cell in row) for row in (HEAD, ["B-1", "雅拉河", "一,二"]))
    assert name in str(refusal(text.encode(encoding)))


def test_other_signs_inside_the_cells_of_a_table_with_commas_do_not_matter():
    row = ["B-1", "编码;名称", "编码\t名称"]
    assert reading.read(SHEET, csv_file(HEAD, row)).rows[0]["name"] == "编码;名称"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"\xef\xbb\xbf  <html><table>", "web page"),
        (b"<?xml version='1.0'?><Workbook/>", "web page"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(data, said):
    assert said in str(refusal(data))
    assert ".xlsx" in str(refusal(data))
