"""Cells as a spreadsheet program saves them: the same day, number or example in another form."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from accountability.exchange import reading
from accountability.exchange.columns import Column, Kind, Sheet, Wrong
from accountability.kit.parsing import Unreadable
from tests.factories.exchange import csv_file, workbook

PRINTED = Sheet(
    key="printed",
    title="试验",
    about="试验",
    columns=(
        Column("name", "名称", required=True, example="雅拉河（示例）"),
        Column("phone", "电话", Kind.PHONE, example="19900000000"),
        Column("place", "区划", Kind.CODE, example="513301201200"),
        Column("day", "日期", Kind.DAY, required=True, example="2026-01-01"),
        Column("amount", "金额", Kind.NUMBER, places=2, example="3600"),
    ),
)


def test_the_example_is_known_again_when_a_spreadsheet_has_saved_it_in_its_own_form():
    head = [column.heading for column in PRINTED.columns]
    shown = ["雅拉河（示例）", "1.99E+10", "5.13301E+11", "2026/1/1", "3,600.00"]
    real = ["雅拉河", "1.99E+10", "5.13301E+11", "2026/1/1", "3600"]
    table = reading.read(PRINTED, csv_file(head, shown, real))
    assert [remark.code for _line, remark in table.remarks] == ["example"]
    assert [row.line for row in table.rows] == [3]
    for place, other in ((1, "1.98E+10"), (2, "5.13302E+11"), (3, "2026/1/2"), (4, "3601")):
        assert len(reading.read(PRINTED, csv_file(head, [*shown[:place], other, *shown[place + 1 :]])).rows) == 1
    day = datetime(2026, 1, 1)
    with pytest.raises(Unreadable):  # nothing but the example
        reading.read(PRINTED, workbook(head, ["雅拉河（示例）", 19900000000, 513301201200, day, 3600.0]))


def test_a_coordinate_of_many_decimals_is_rounded_and_an_amount_is_not():
    point = Column("longitude", "经度", Kind.NUMBER, least=73, greatest=136, rounds=6)
    assert [point.value(cell) for cell in ("101.95641234567801", 101.95641234567801, "101.9564123456780112345")] == [
        Decimal("101.956412")
    ] * 3
    amount = Column("amount", "金额", Kind.NUMBER, places=2)
    assert amount.value(0.1 + 0.2) == Decimal("0.3")
    for text in ("0.301", "0.30000000000000004"):
        with pytest.raises(Wrong, match="2"):
            amount.value(text)
