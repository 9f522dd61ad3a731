"""A file that somebody sends as rows of a sheet: XLSX or CSV, every cell checked for itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import parsing
from accountability.kit.parsing import Unreadable

from . import causes, rules, workbooks
from .columns import Column, Sheet, Wrong

#: What the file of wrong rows has beside the columns of the table; it comes back corrected, whoever has opened it in which language.
ROW_BEFORE, WHAT_TO_DO = gettext_lazy("Row before"), gettext_lazy("What to do")


@dataclass(frozen=True)
class Remark:
    """Something to say about a row: at which column (none: about the whole row), a short code, and a sentence."""

    column: str
    code: str
    text: str


@dataclass
class Row:
    """A row of the file: its number as the spreadsheet shows it, its values by column, and what is to be said about it."""

    line: int
    values: dict[str, Any]
    cells: list[Any] = field(default_factory=list)  # as they came, to be given back
    faults: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    outcome: str = ""  # new, changed or unchanged, when the room has checked it
    plan: Any = None  # what the room means to write

    def __getitem__(self, code: str) -> Any:
        return self.values.get(code)

    def refuse(self, column: str, code: str, sentence: str) -> None:
        """The row cannot be taken; the sentence says what to do."""
        self.faults.append(Remark(column, code, sentence))

    def warn(self, column: str, code: str, sentence: str) -> None:
        """The row can be taken, but somebody should look at it."""
        self.warnings.append(Remark(column, code, sentence))

    @property
    def good(self) -> bool:
        return not self.faults


@dataclass
class Table:
    """A whole file: its rows, where each column stands, and what is odd about it."""

    sheet: Sheet
    headings: list[str]
    letters: dict[str, str]  # column code: letter in the file
    rows: list[Row]
    remarks: list[tuple[int | None, Remark]] = field(default_factory=list)


def read(sheet: Sheet, data: bytes) -> Table:
    """The rows of a file, each cell checked for itself. Raises Unreadable for a file that cannot be used as a whole."""
    if len(data) > rules.MOST_BYTES:
        raise too_large()
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable(_("The file is empty. Fill in the template and send it."))
    causes.refuse_other_kinds(data)
    lines = workbooks.rows(data) if workbooks.is_workbook(data) else _csv(sheet, data)
    number, cells = next(lines, (1, []))
    headings = [rules.shown(cell) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    columns, table = _columns(sheet, headings, number, lines)
    example = {code: rules.narrow(text) for code, text in sheet.example.items()}
    for line, cells in lines:
        found = {column.code: cells[place] if place < len(cells) else None for place, column in columns.items()}
        if not any(rules.shown(cell) for cell in found.values()):
            continue
        if any(example.values()) and all(_alike(sheet.by_code[code], cell, example[code]) for code, cell in found.items()):
            table.remarks.append((line, Remark("", "example", _("This is the example of the template. It was passed over."))))
            continue
        if len(table.rows) >= rules.MOST_ROWS:
            raise Unreadable(_("The file has more than %(most)s rows. Split it.") % {"most": rules.MOST_ROWS}, line)
        table.rows.append(_row(sheet, line, found, cells))
    if not table.rows:
        raise Unreadable(_("Below the headings there is no row. Fill in the table and send it again."))
    return table


def _alike(column: Column, cell: Any, example: str) -> bool:
    """Whether a cell is still that of the example, also where a spreadsheet wrote it in another form: 2026/1/1, 1.99E+10."""
    said = rules.narrow(rules.shown(cell))
    if said == example or not (said and example):
        return said == example
    try:
        return bool(column.value(said) == column.value(example))
    except Wrong:
        return rules.abbreviates(said, example)


def empty() -> Unreadable:
    return Unreadable(_("The file is empty: it has 0 bytes. Save the table once more, and choose it again."))


def too_large() -> Unreadable:
    return Unreadable(
        _("The file has more than %(most)s MB. Send only the table, without pictures, or split it.")
        % {"most": rules.MOST_BYTES // rules.MEGABYTE}
    )


def _row(sheet: Sheet, line: int, found: dict[str, Any], cells: list[Any]) -> Row:
    row = Row(line=line, values={}, cells=cells)
    for code, cell in found.items():
        try:
            row.values[code] = sheet.by_code[code].value(cell)
        except Wrong as wrong:
            row.refuse(code, "cell", str(wrong))
    return row


def _csv(sheet: Sheet, data: bytes) -> Iterator[tuple[int, list[Any]]]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(_("The file is “Unicode text”. Save it as “CSV UTF-8” or as .xlsx and send that."))
    if b"\0" in data:
        raise Unreadable(_("This is neither a workbook nor a CSV file. Save the table as .xlsx or as CSV and send that."))

    def knows(first_line: str) -> bool:
        """Chinese headings of this sheet, read as GB18030: bytes of another encoding would not spell them by chance."""
        cells = [rules.heading(cell) for cell in causes.cells_of(first_line)]
        spelt = [cell for cell in cells if not cell.isascii() and cell in sheet.by_heading]
        return len(spelt) >= min(2, sum(not column.heading.isascii() for column in sheet.columns))

    text = parsing.decoded(data, knows)
    causes.refuse_other_separators(sheet, text)
    for line, cells in parsing.grid(text, most=rules.MOST_ROWS, as_rows=True):
        if len(cells) > rules.MOST_COLUMNS and any(cells[rules.MOST_COLUMNS :]):
            raise Unreadable(_("The table has more than %(most)s columns. Use the template.") % {"most": rules.MOST_COLUMNS}, line)
        if formula := next((place for place, cell in enumerate(cells) if cell.startswith("=")), None):
            raise _formula(line, formula)
        if any(cells):
            yield line, list(cells)


def was_added(heading: str) -> bool:
    """Whether a heading is one that the file of wrong rows has beside those that were sent."""
    return rules.heading(heading) in _added()


@cache
def _added() -> frozenset[str]:
    found = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {rules.heading(str(words)) for words in (ROW_BEFORE, WHAT_TO_DO)}
    return frozenset(found)


def _formula(line: int, place: int) -> Unreadable:
    cell = f"{rules.letter(place)}{line}"
    return Unreadable(_("Cell %(cell)s holds a formula. Paste the table as values only and send it again.") % {"cell": cell}, line)


def _columns(sheet: Sheet, headings: list[str], line: int, below: Iterator[tuple[int, list[Any]]]) -> tuple[dict[int, Column], Table]:
    """Where each column stands. Raises Unreadable for a heading that is missing or stands there twice."""
    columns: dict[int, Column] = {}
    table = Table(sheet, headings, {}, [])
    for place, text in enumerate(headings):
        column = sheet.by_heading.get(rules.heading(text))
        if column is None:
            if text and not was_added(text):
                said = _("The column “%(heading)s” is not of this table. It was passed over.") % {"heading": text[:60]}
                table.remarks.append((line, Remark("", "unknown_column", said)))
            continue
        if column.code in table.letters:
            raise Unreadable(
                _("The heading “%(heading)s” stands in the columns %(first)s and %(second)s. Delete one of them.")
                % {"heading": column.heading, "first": table.letters[column.code], "second": rules.letter(place)},
                line,
            )
        columns[place] = column
        table.letters[column.code] = rules.letter(place)
    missing = [column.heading for column in sheet.columns if column.required and column.code not in table.letters]
    if missing:
        raise causes.missing(sheet, headings, missing, line, below)
    return columns, table
