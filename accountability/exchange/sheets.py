"""Lists as files: XLSX and CSV. A cell never becomes a formula in the reader's spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from accountability.kit import days

from .rules import GUARD, STARTS_FORMULA

#: A column: its heading, and what a row says in it.
Column = tuple[str, Callable[[Any], Any]]
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
LONGEST_CELL = 32_767  # signs, of a spreadsheet


def wanted(request: HttpRequest) -> str:
    """'xlsx' or 'csv' when the list was asked for as a file (``?format=``), else empty: an unknown format is the page."""
    return asked if (asked := request.GET.get("format", "")) in TYPES else ""


def send(kind: str, *, name: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponse:
    """A list as a file to download; ``name`` without ending. The day stands in the file's name."""
    return attached({"xlsx": _xlsx, "csv": _csv}[kind](columns, rows), name=name, kind=kind)


def attached(body: bytes, *, name: str, kind: str) -> HttpResponse:
    """A finished file to download."""
    answer = HttpResponse(body, content_type=TYPES[kind])
    file_name = f"{name}-{days.today().isoformat()}.{kind}"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name)}"
    return answer


def guarded(value: Any) -> Any:
    """A value as a cell may hold it. Text that a spreadsheet would reckon gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:LONGEST_CELL]  # one sign that no workbook holds would cost the whole list
    return f"{GUARD}{text}" if text.startswith(STARTS_FORMULA) else text


def _xlsx(columns: Sequence[Column], rows: Iterable[Any]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()

    def cell(value: Any) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # said, not guessed: openpyxl takes what begins with '=' for a formula
        return made

    sheet.append([cell(str(heading)) for heading, _value in columns])
    for row in rows:
        sheet.append([cell(guarded(value(row))) for _heading, value in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(columns: Sequence[Column], rows: Iterable[Any]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([str(heading) for heading, _value in columns])
    writer.writerows([guarded(value(row)) for _heading, value in columns] for row in rows)
    return "\ufeff".encode() + out.getvalue().encode()  # spreadsheets take a file without the mark for another encoding
