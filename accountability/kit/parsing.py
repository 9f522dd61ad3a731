"""Reading what came from outside, within bounds.

Every refusal is an ``Unreadable`` with a sentence in the reader's language that says what to do.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


class Unreadable(Exception):
    """A file cannot be used; ``str()`` is a sentence for the person who sent it."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True)
class Row:
    """One line of a table: its number in the file (the header is line 1) and its cells by column name."""

    line: int
    cells: dict[str, str]


def table(data: bytes, *, columns: tuple[str, ...], key: tuple[str, ...] = (), most: int = 200_000) -> Iterator[Row]:
    """The rows of a UTF-8 CSV file with a header line, cells stripped; lines without any cell are passed over.

    ``key`` names the columns that tell one row from another. Raises Unreadable with the line when the file is not UTF-8,
    lacks a column or names one twice, has a ragged row, a key for the second time, a cell over 128 kB or more than ``most`` rows.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data[: wrong.start].count(b"\n") + 1
        raise Unreadable(_("Line %(line)s is not UTF-8. Save the file as UTF-8 and send it again.") % {"line": line}, line) from wrong
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [cell.strip() for cell in _next(reader) or []]
    for column in columns:
        if column not in header:
            raise Unreadable(_("The column “%(column)s” is missing in line 1.") % {"column": column}, 1)
    if len(set(header)) < len(header):
        raise Unreadable(_("Line 1 names a column twice."), 1)
    count = 0
    first: dict[tuple[str, ...], int] = {}
    while (cells := _next(reader)) is not None:
        if not cells:
            continue
        if len(cells) != len(header):
            raise Unreadable(
                _("Line %(line)s has %(found)s cells instead of %(wanted)s.")
                % {"line": reader.line_num, "found": len(cells), "wanted": len(header)},
                reader.line_num,
            )
        if (count := count + 1) > most:
            raise Unreadable(_("The file has more than %(most)s rows. Split it.") % {"most": most}, reader.line_num)
        row = Row(reader.line_num, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})
        own = tuple(row.cells[name] for name in key)
        if key and first.setdefault(own, row.line) != row.line:
            raise Unreadable(
                _("Line %(line)s: “%(key)s” stands in line %(first)s already.")
                % {"line": row.line, "key": " · ".join(filter(None, own)), "first": first[own]},
                row.line,
            )
        yield row


def _next(reader: Any) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as wrong:  # a quotation mark that is never closed, a cell without end
        raise Unreadable(
            _("Line %(line)s cannot be read as a table. Look for a quotation mark that is not closed.") % {"line": reader.line_num},
            reader.line_num,
        ) from wrong
