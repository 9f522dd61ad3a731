"""A file that somebody sends: XLSX or CSV as rows, and what is refused with a sentence before it can do harm."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from accountability.exchange import blanks, reading, rules
from accountability.exchange.columns import Column, Kind, Sheet, Wrong
from accountability.exchange.forms import HandInForm
from accountability.kit.parsing import Unreadable
from tests.factories.exchange import csv_file, workbook


@pytest.fixture(autouse=True, scope="module")
def in_chinese():
    with translation.override("zh-hans"):  # whatever language an earlier test has left
        yield


SHEET = Sheet(
    key="sample",
    title="试验",
    about="试验",
    columns=(
        Column("code", "编码", Kind.CODE, required=True, most=10, example="A-1"),
        Column("name", "名称", required=True, most=20, example="示例"),
        Column("day", "日期", Kind.DAY, example="2026-01-02"),
        Column("length", "长度（米）", Kind.WHOLE, least=0, greatest=100),
        Column("kind", "类别", Kind.CHOICE, choices=(("river", "河流"), ("lake", "湖泊"))),
        Column("names", "别名", Kind.NAMES),
    ),
)
LINES = Column("words", "内容", Kind.LINES, most=12)
HEAD = [column.heading for column in SHEET.columns]
ROW = ["B-1", "雅拉河", "2026-05-06", 30, "河流", "甲、乙"]
VALUES = {"code": "B-1", "name": "雅拉河", "day": date(2026, 5, 6), "length": 30, "kind": "river", "names": ["甲", "乙"]}
MAKERS = {"csv": csv_file, "xlsx": workbook}


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        reading.read(SHEET, data)
    return str(refused.value)


@pytest.mark.parametrize("kind", MAKERS)
def test_each_cell_becomes_a_value_and_each_row_knows_its_number(kind):
    table = reading.read(SHEET, MAKERS[kind](HEAD, ROW, [""] * 6, ["B-2", "折多河"]))
    assert [(row.line, row.good) for row in table.rows] == [(2, True), (4, True)]
    assert table.rows[0].values == VALUES
    assert table.rows[1].values == dict.fromkeys(VALUES) | {"code": "B-2", "name": "折多河"}
    assert table.letters == dict(zip(VALUES, "ABCDEF", strict=True))


@pytest.mark.parametrize("kind", MAKERS)
def test_the_order_of_the_columns_a_star_and_the_name_in_code_do_not_matter(kind):
    table = reading.read(SHEET, MAKERS[kind](["Name", " 编 码* ", "备注"], ["雅拉河", "B-1", "无"]))
    assert table.rows[0].values == {"code": "B-1", "name": "雅拉河"}
    assert [(line, remark.code) for line, remark in table.remarks] == [(1, "unknown_column")]


def test_a_workbooks_days_and_numbers_are_what_its_author_sees():
    row = [20260506, "名", datetime(2026, 5, 6), 30.0, "river", None]
    table = reading.read(SHEET, workbook(HEAD, row))
    assert table.rows[0].values["day"] == date(2026, 5, 6)
    assert (table.rows[0]["code"], table.rows[0]["length"]) == ("20260506", 30)


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("code", "", "编码"),
        ("code", "甲 1", "甲 1"),
        ("name", "长" * 21, "20"),
        ("day", "2026-02-30", "2026-02-30"),
        ("day", "1849-01-01", "1849"),
        ("length", "三", "三"),
        ("length", "101", "100"),
        ("length", "2.5", "2.5"),
        ("kind", "海", "河流"),
        ("name", "#REF!", "#REF!"),
        ("name", "a\x01b", ""),
    ],
)
def test_a_wrong_cell_is_a_remark_at_its_column_and_the_other_cells_are_read(column, text, said):
    row = dict(zip(VALUES, ROW, strict=True)) | {column: text}
    table = reading.read(SHEET, csv_file(HEAD, list(row.values())))
    (remark,) = table.rows[0].faults
    assert remark.column == column
    assert said in remark.text
    assert {code: value for code, value in table.rows[0].values.items()} == {c: v for c, v in VALUES.items() if c != column}


def test_a_csv_of_a_chinese_spreadsheet_is_read():
    table = reading.read(SHEET, csv_file(HEAD, ROW, encoding="gb18030"))
    assert table.rows[0].values == VALUES


@pytest.mark.parametrize("encoding", ["big5", "euc-kr", "utf-16"])
def test_another_encoding_is_refused_and_never_guessed(encoding):
    text = "編碼,名稱\r\nB-1,河\r\n" if encoding == "big5" else "code,name\r\nB-1,가나다\r\n"
    assert "UTF-8" in refusal(text.encode(encoding)) or encoding == "utf-16"


def test_chinese_cells_under_english_headings_prove_no_encoding():
    assert "UTF-8" in refusal("code,name\r\nB-1,雅拉河\r\n".encode("gb18030"))


def test_the_example_of_the_template_is_passed_over_as_long_as_it_is_one():
    head, example = HEAD, [column.example for column in SHEET.columns]
    table = reading.read(SHEET, csv_file(head, example, ROW))
    assert [row["code"] for row in table.rows] == ["B-1"]
    assert [remark.code for _line, remark in table.remarks] == ["example"]
    table = reading.read(SHEET, csv_file(head, [*example[:1], "雅拉河", *example[2:]]))
    assert [row["name"] for row in table.rows] == ["雅拉河"]


def test_our_own_guard_against_formulas_is_taken_off_again():
    table = reading.read(SHEET, csv_file(HEAD, ["B-1", "'=1+1"]))
    assert table.rows[0]["name"] == "=1+1"


# -- what is refused as a whole -----------------------------------------------------------------------------------------


def test_a_file_of_a_hundred_megabytes_is_refused_before_a_byte_of_it_is_read():
    class Untouched(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("it was read")

        chunks = multiple_chunks = open = read  # type: ignore[assignment]

    file = Untouched("大.xlsx", b"x")
    file.size = 100 * 1024 * 1024
    form = HandInForm({"expect": 0, "client_ref": "8a1f2a43-0a1d-4f29-b1e1-3b5cb6a0a8b1"}, {"file": file})
    assert not form.is_valid()
    assert "10" in str(form.errors["file"])


def test_more_bytes_than_allowed_are_refused():
    assert "10" in refusal(b"x" * (rules.MOST_BYTES + 1))


def repacked(data: bytes, **parts: bytes) -> bytes:
    """A workbook with other parts in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, body in parts.items():
            new.writestr(name, body)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def test_a_workbook_with_macros_is_refused_whatever_it_is_called():
    assert "宏" in refusal(repacked(workbook(HEAD, ROW), **{"xl/vbaProject.bin": b"\xd0\xcf"}))
    book = workbook(HEAD, ROW)
    types = part(book, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert "宏" in refusal(repacked(book, **{"[Content_Types].xml": types}))


@pytest.mark.parametrize("kind", MAKERS)
def test_a_formula_is_refused_with_its_cell(kind):
    said = refusal(MAKERS[kind](HEAD, ROW, ["B-2", "=1+1"]))
    assert "B3" in said


def test_text_that_looks_like_a_formula_is_text_in_a_workbook():
    book = Workbook()
    book.active.append(HEAD)
    book.active.append(["B-1", None])
    book.active["B2"].value, book.active["B2"].data_type = "=1+1", "s"
    out = io.BytesIO()
    book.save(out)
    assert reading.read(SHEET, out.getvalue()).rows[0]["name"] == "=1+1"


def test_merged_cells_are_refused_with_their_place():
    assert "A2:A3" in refusal(workbook(HEAD, ROW, ["", "折多河"], merged="A2:A3"))


def bomb(size: int, told: int | None = None) -> bytes:
    """A workbook whose sheet unpacks to ``size`` bytes; ``told`` is what its directory says instead."""
    book = workbook(HEAD, ROW)
    data = repacked(book, **{"xl/worksheets/sheet1.xml": part(book, "xl/worksheets/sheet1.xml") + b" " * size})
    if told is not None:
        data = data.replace((size + len(part(book, "xl/worksheets/sheet1.xml"))).to_bytes(4, "little"), told.to_bytes(4, "little"))
    return data


def test_a_zip_bomb_is_refused_by_its_directory():
    data = bomb(60 * 1024 * 1024)
    assert len(data) < 200_000
    assert "解压" in refusal(data)


def test_a_bomb_whose_directory_lies_is_refused_too():
    assert refusal(bomb(60 * 1024 * 1024, told=2_000))


def test_a_bomb_beside_a_picture_that_hardly_packs_is_refused_too():
    beside = {"xl/media/picture.jpg": os.urandom(2 * 1024 * 1024), "xl/sharedStrings.xml": b" " * 60 * 1024 * 1024}
    assert "解压" in refusal(repacked(workbook(HEAD, ROW), **beside))


def test_a_row_of_endless_empty_cells_is_not_gathered():
    book = workbook(HEAD, ROW)
    sheet = part(book, "xl/worksheets/sheet1.xml")
    endless = sheet.replace(b"</sheetData>", b'<row r="3">' + b"<c/>" * 100_000 + b"</row></sheetData>")
    assert "解压" in refusal(repacked(book, **{"xl/worksheets/sheet1.xml": endless}))


def test_many_bombs_on_one_another_are_counted_together():
    many = {f"xl/media/{number}.xml": b" " * 1024 * 1024 for number in range(210)}
    assert "解压" in refusal(repacked(workbook(HEAD, ROW), **many))


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**7)), max_size=20))
def test_nothing_passes_that_unpacks_to_more_than_the_bounds(parts):
    unpacked, packed = sum(p[0] for p in parts), sum(p[1] for p in parts)
    if not rules.too_much(parts):
        assert unpacked <= rules.MOST_UNPACKED
        assert unpacked <= rules.RATIO_COUNTS_FROM or unpacked <= rules.MOST_RATIO * max(packed, 1)


def test_entities_in_a_workbook_are_not_expanded():
    book = workbook(HEAD, ROW)
    laughs = b'<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    sheet = part(book, "xl/worksheets/sheet1.xml")
    spoilt = laughs + sheet[sheet.index(b"<worksheet") :]
    assert "损坏" in refusal(repacked(book, **{"xl/worksheets/sheet1.xml": spoilt}))


def test_rows_and_columns_have_their_bounds(monkeypatch):
    monkeypatch.setattr(rules, "MOST_ROWS", 3)
    many = [["B-1", "名"]] * 4
    for make in MAKERS.values():
        assert "3" in refusal(make(HEAD, *many))
        assert len(reading.read(SHEET, make(HEAD, *many[:3])).rows) == 3
    wide = [*HEAD, *[f"列{number}" for number in range(60)]]
    for make in MAKERS.values():
        assert "60" in refusal(make(wide, [*ROW, *range(60)]))


def test_a_row_far_below_costs_nothing_and_a_row_beyond_every_spreadsheet_is_refused():
    book = workbook(HEAD, ROW)
    sheet = part(book, "xl/worksheets/sheet1.xml")
    for place in ("9999999", "99999999999", "1e9"):
        far = sheet.replace(b'<row r="2"', b'<row r="%s"' % place.encode()).replace(b'r="A2"', b'r="A%s"' % place.encode())
        assert refusal(repacked(book, **{"xl/worksheets/sheet1.xml": far}))


def test_the_size_that_a_sheet_claims_is_not_believed():
    book = workbook(HEAD, ROW, ROW)
    sheet = part(book, "xl/worksheets/sheet1.xml")
    small = sheet.replace(b'<dimension ref="A1:F3"', b'<dimension ref="A1:B2"')
    assert small != sheet
    assert len(reading.read(SHEET, repacked(book, **{"xl/worksheets/sheet1.xml": small})).rows) == 2


@pytest.mark.parametrize("kind", MAKERS)
def test_a_heading_that_is_missing_or_stands_there_twice_is_named(kind):
    assert "名称" in refusal(MAKERS[kind](["编码"], ["B-1"]))
    said = refusal(MAKERS[kind](["编码", "名称", "code"], ["B-1", "河", "B-2"]))
    assert "A" in said
    assert "C" in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空"),
        (b" \r\n\r\n", "空"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"%PDF-1.7\0\0", "CSV"),
        (b"PK\x03\x04 no archive", "损坏"),
        (zlib.compress(b"a") * 4 + b"\0", "CSV"),
        ("编码,名称\r\n".encode(), "表头"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_send_instead(data, said):
    assert said in refusal(data)


def test_a_workbook_of_another_program_is_refused_with_what_to_do():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<a/>")
    assert ".xlsx" in refusal(out.getvalue())


def read_or_refused(data: bytes) -> bool:
    """Rows, or a sentence; anything else that is raised goes up and fails the test."""
    try:
        return bool(reading.read(SHEET, data).rows)
    except Unreadable as refused:
        return len(str(refused)) > 10


@given(st.binary(max_size=400))
def test_no_bytes_at_all_break_the_reader(data):
    for head in (b"", b"PK\x03\x04", "编码,名称\r\n".encode()):
        assert read_or_refused(head + data)


@given(st.integers(0, 4000), st.integers(0, 255))
def test_no_spoilt_byte_of_a_workbook_breaks_the_reader(place, byte):
    data = bytearray(workbook(HEAD, ROW))
    data[place % len(data)] = byte
    assert read_or_refused(bytes(data))


# -- templates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [blanks.csv_of, blanks.xlsx_of])
def test_a_template_filled_in_is_read_and_its_example_is_not(make):
    data = make(SHEET)
    assert "表头" in refusal(data)  # nothing but the example
    if make is blanks.csv_of:
        filled = data + ",".join(str(cell) for cell in ROW).encode() + b"\r\n"
    else:
        book = load_workbook(io.BytesIO(data))
        for place, cell in enumerate(ROW, 1):
            book.worksheets[0].cell(3, place, cell)
        out = io.BytesIO()
        book.save(out)
        filled = out.getvalue()
    assert [row.values for row in reading.read(SHEET, filled).rows] == [VALUES]


def test_a_template_says_what_goes_where_and_keeps_noughts():
    book = load_workbook(io.BytesIO(blanks.xlsx_of(SHEET)))
    table, instructions = book.worksheets
    assert [cell.value for cell in table[1]] == ["编码*", "名称*", *HEAD[2:]]
    assert table["A2"].number_format == "@"
    assert {validation.formula1 for validation in table.data_validations.dataValidation} == {'"河流,湖泊"'}
    told = {row[0].value for row in instructions.iter_rows()}
    assert set(HEAD) <= told


# -- small reckonings -------------------------------------------------------------------------------------------------------


def test_text_of_several_lines_keeps_them_and_the_rows_below_keep_their_numbers():
    data = csv_file(HEAD, ["B-1", "一\n二", "", "", "", ""], ["B-2", "雅拉河", "昨天", "", "", ""])
    rows = reading.read(SHEET, data).rows
    assert [(row.line, row.good) for row in rows] == [(2, True), (3, False)]  # as a spreadsheet counts them
    assert LINES.value(" 每周\u3000巡查 \r\n\n 记录 ") == "每周 巡查\n\n记录"
    with pytest.raises(Wrong):
        LINES.value("一" * 13)
