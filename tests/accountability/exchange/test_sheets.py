"""Lists as files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.test import RequestFactory
from openpyxl import load_workbook

from accountability.exchange import sheets

COLUMNS = [("名称", lambda row: row[0]), ("长度", lambda row: row[1])]
FORMULAS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]


def cells(kind: str, rows: list[tuple[object, object]]) -> list[list[object]]:
    body = sheets.send(kind, name="河流", columns=COLUMNS, rows=rows).content
    if kind == "csv":
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    sheet = load_workbook(io.BytesIO(body)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_person_typed_never_becomes_a_formula(kind, text):
    found = cells(kind, [(text, 1)])[1][0]
    assert str(found).startswith("'")
    if kind == "xlsx":
        body = sheets.send(kind, name="a", columns=COLUMNS, rows=[(text, 1)]).content
        assert load_workbook(io.BytesIO(body)).active.cell(2, 1).data_type == "s"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_headings_come_first_and_days_and_moments_are_those_of_ganzi(kind):
    rows = [(date(2026, 5, 6), 3), (datetime(2026, 5, 5, 16, 30, tzinfo=UTC), None)]
    found = cells(kind, rows)
    assert found[0] == ["名称", "长度"]
    assert [row[0] for row in found[1:]] == ["2026-05-06", "2026-05-06 00:30"]


def test_a_number_stays_a_number_in_a_spreadsheet():
    assert cells("xlsx", [("雅拉河", -12.5)])[1] == ["雅拉河", -12.5]


def test_an_unknown_format_is_the_page():
    asked = RequestFactory().get
    assert [sheets.wanted(asked("/", {"format": kind})) for kind in ("xlsx", "csv", "exe", "")] == ["xlsx", "csv", "", ""]


def test_the_file_carries_its_name_and_day():
    answer = sheets.send("csv", name="河流", columns=COLUMNS, rows=[])
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%B2%B3%E6%B5%81-20")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_a_sign_that_no_workbook_holds_costs_itself_and_not_the_list():
    assert cells("xlsx", [("甲\x0b厂", 1)])[1][0] == "甲厂"
