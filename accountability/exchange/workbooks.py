"""The cells of a workbook that somebody sends: what it holds is looked at before anything of it is unpacked or reckoned.

openpyxl's read-only mode believes what the file says of its own size and shows no merged cells (its documentation, "Worksheet
dimensions"), so the sheet is walked once in a stream of its own before its values are read.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from lxml.etree import LxmlError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from accountability.kit.parsing import Unreadable

from . import rules

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MACROS = ("vbaproject", "macrosheets/", "dialogsheets/", "activex/")
CHUNK = 64 * 1024
#: What openpyxl and the parsers below it raise for a file that is not what it seems.
BROKEN = (
    BadZipFile,
    DefusedXmlException,
    InvalidFileException,
    LxmlError,
    ParseError,
    zlib.error,
    struct.error,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are those of a workbook, old or new, whatever the file is called."""
    return data.startswith((ZIP, OLD_OFFICE))


def rows(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the first sheet that have a value, each with its number and its cells.

    Raises Unreadable for an old or locked workbook, macros, formulas, merged cells, a bomb, and for what is broken.
    """
    if data.startswith(OLD_OFFICE):
        raise Unreadable(_("This is an old workbook (.xls) or one with a password. Save it as .xlsx without a password and send that."))
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            _look_inside(archive)
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        try:
            yield from _values(book)
        finally:
            book.close()
    except Unreadable:
        raise
    except BROKEN as wrong:
        raise Unreadable(
            _("The workbook is damaged or not a real .xlsx file. Open it in the spreadsheet program and save it again.")
        ) from wrong


def _look_inside(archive: ZipFile) -> None:
    """Before anything is unpacked: the directory of the archive tells sizes and names."""
    parts = archive.infolist()
    if len(parts) > rules.MOST_PARTS or rules.too_much([(part.file_size, part.compress_size) for part in parts]):
        raise _bomb()
    names = [part.filename.lower() for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(_("The workbook has a password. Save it without one and send it again."))
    types = b""
    if "[Content_Types].xml" in archive.namelist():
        with archive.open("[Content_Types].xml") as part:
            types = part.read(rules.MEGABYTE)
    if any(macro in name for macro in MACROS for name in names) or b"macroEnabled" in types:
        raise Unreadable(_("The workbook has macros. Save it as an ordinary workbook (.xlsx) and send that."))
    if not any(name.startswith("xl/") for name in names) or any(name.endswith("workbook.bin") for name in names):
        raise Unreadable(_("This is not an .xlsx workbook. Save the table as .xlsx or as CSV and send that."))


def _bomb() -> Unreadable:
    return Unreadable(_("The workbook unpacks to far more than a table needs. Copy only the cells into the template and send that."))


class _Counted:
    """A part of the archive, read with an eye on how much has come: the directory may have told a smaller size."""

    def __init__(self, part: IO[bytes], most: int) -> None:
        self.part, self.left = part, most

    def read(self, size: int = -1) -> bytes:
        data = self.part.read(CHUNK if size < 0 else size)
        self.left -= len(data)
        if self.left < 0:
            raise _bomb()
        return data


def _values(book: Any) -> Iterator[tuple[int, list[Any]]]:
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise Unreadable(_("The workbook has no table in it. Fill in the template and send that."))
    sheet = visible[0]
    with book._archive.open(sheet._worksheet_path) as part:
        _walk(_Counted(part, rules.MOST_UNPACKED))
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(max_col=rules.MOST_COLUMNS, values_only=True), 1):
        if any(cell is not None and cell != "" for cell in cells):
            yield line, _filled(cells)


def _filled(cells: Sequence[Any]) -> list[Any]:
    """The cells of a row up to the last that holds something: openpyxl fills every row up to the width that was asked for."""
    last = max(place for place, cell in enumerate(cells) if cell is not None and cell != "")
    return list(cells[: last + 1])


def _walk(source: Any) -> None:
    """Every row, cell and merged range of a sheet once, in a stream, before its values are read."""
    filled, above, cells = 0, None, 0
    for event, element in iterparse(source, events=("start", "end")):
        name = element.tag.removeprefix(MAIN).removeprefix(STRICT)
        if event == "start":
            if name == "sheetData":
                above = element
            elif name == "c":
                cells += 1
                if cells > rules.MOST_IN_A_ROW:
                    raise _bomb()
            elif name == "mergeCell":
                raise Unreadable(
                    _("The cells %(cells)s are merged. Undo the merge, so that every row has its own value in every column.")
                    % {"cells": element.get("ref", "")[:40]}
                )
        elif name == "row" and above is not None:
            cells = 0
            if _last_of_a_spreadsheet(element.get("r")):
                raise Unreadable(_("The file has more than %(most)s rows. Split it.") % {"most": rules.MOST_ROWS})
            values = [cell for cell in element if len(cell)]
            for cell in values:
                _check_cell(cell)
            filled += bool(values)
            if filled > rules.MOST_ROWS + 1:  # the headings are a row of the sheet, and none of the table
                raise Unreadable(_("The file has more than %(most)s rows. Split it.") % {"most": rules.MOST_ROWS})
            above.clear()


def _check_cell(cell: Any) -> None:
    """A cell that has something in it: no formula, and not far to the right, where no table of ours has a column."""
    place = str(cell.get("r", ""))[:12]
    if cell.find(f"{MAIN}f") is not None or cell.find(f"{STRICT}f") is not None:
        raise Unreadable(_("Cell %(cell)s holds a formula. Paste the table as values only and send it again.") % {"cell": place})
    column = 0
    for sign in place.upper():
        if not "A" <= sign <= "Z":
            break
        column = column * 26 + ord(sign) - 64
    if column > rules.MOST_COLUMNS:
        raise Unreadable(_("The table has more than %(most)s columns. Use the template.") % {"most": rules.MOST_COLUMNS})


def _last_of_a_spreadsheet(number: str | None) -> bool:
    """Whether a row claims a place that no spreadsheet has: all rows before it would be made up one by one."""
    return number is not None and not (number.isascii() and number.isdigit() and len(number) <= 7 and int(number) <= 1_048_576)
