"""Reading what came from outside, within bounds.

Every refusal is an ``Unreadable`` with a sentence in the reader's language that says what to do.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
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


def decoded(data: bytes, knows: Callable[[str], bool] | None = None) -> str:
    """The text of a file: UTF-8, with or without its mark.

    ``knows`` looks at the first line of a text and says whether it is certain to be what was meant. With it a file in GB18030,
    which a Chinese spreadsheet writes, is read too; without it nearly any bytes would pass as GB18030.
    Raises Unreadable with the line.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        if knows is not None:
            try:
                text = data.decode("gb18030")
            except UnicodeDecodeError:
                text = ""
            if knows(text.partition("\n")[0]):
                return text
        line = data[: wrong.start].count(b"\n") + 1
        raise Unreadable(_("Line %(line)s is not UTF-8. Save the file as UTF-8 and send it again.") % {"line": line}, line) from wrong


def grid(text: str, *, most: int = 200_000, as_rows: bool = False) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV text that have a cell, each with its number (the first is 1) and its cells, stripped.

    ``as_rows``  counted as a spreadsheet does: a cell of several lines is in one row

    Raises Unreadable with the line for a quotation mark that is never closed, a cell over 128 kB, more than ``most`` lines.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    count = number = 0
    while (cells := _next(reader)) is not None:
        number += 1
        if not cells:
            continue
        if (count := count + 1) > most + 1:  # the headings are a line, and no row
            raise Unreadable(_("The file has more than %(most)s rows. Split it.") % {"most": most}, reader.line_num)
        yield number if as_rows else reader.line_num, [cell.strip() for cell in cells]


def table(data: bytes, *, columns: tuple[str, ...], key: tuple[str, ...] = (), most: int = 200_000) -> Iterator[Row]:
    """The rows of a UTF-8 CSV file with a header line, cells stripped; lines without any cell are passed over.

    ``key`` names the columns that tell one row from another. Raises Unreadable with the line when the file is not UTF-8,
    lacks a column or names one twice, has a ragged row, a key for the second time, a cell over 128 kB or more than ``most`` rows.
    """
    lines = grid(decoded(data), most=most)
    _line, header = next(lines, (1, []))
    for column in columns:
        if column not in header:
            raise Unreadable(_("The column “%(column)s” is missing in line 1.") % {"column": column}, 1)
    if len(set(header)) < len(header):
        raise Unreadable(_("Line 1 names a column twice."), 1)
    first: dict[tuple[str, ...], int] = {}
    for line, cells in lines:
        if len(cells) != len(header):
            raise Unreadable(
                _("Line %(line)s has %(found)s cells instead of %(wanted)s.") % {"line": line, "found": len(cells), "wanted": len(header)},
                line,
            )
        row = Row(line, dict(zip(header, cells, strict=True)))
        own = tuple(row.cells[name] for name in key)
        if key and first.setdefault(own, line) != line:
            raise Unreadable(
                _("Line %(line)s: “%(key)s” stands in line %(first)s already.")
                % {"line": line, "key": " · ".join(filter(None, own)), "first": first[own]},
                line,
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
