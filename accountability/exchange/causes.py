"""Why a file is no table that can be read: the cause is named, and what to do about it, instead of what is missing because of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit.parsing import Unreadable

from . import rules
from .columns import Sheet

LOOKED_AT = 10  # rows in which headings are looked for: titles, dates and remarks above a table are no more
PDF, BYTE_MARK = b"%PDF", b"\xef\xbb\xbf"
#: What separates cells where it is not the comma.
SEPARATORS = {";": gettext_lazy("semicolons"), "\t": gettext_lazy("tabs"), "|": gettext_lazy("vertical lines")}


def cells_of(line: str) -> list[str]:
    """The cells of a line of text, whatever separates them."""
    return [cell.strip('" \r') for cell in re.split("[,;|\t]", line)]


def known(sheet: Sheet, headings: Iterable[Any]) -> int:
    """How many columns of the table stand in a row."""
    return len({sheet.by_heading[name].code for cell in headings if (name := rules.heading(rules.shown(cell))) in sheet.by_heading})


def refuse_other_kinds(data: bytes) -> None:
    """Files that are no table, whatever they are called. Raises Unreadable."""
    start = data[:400].removeprefix(BYTE_MARK).lstrip()
    if start.startswith(PDF):
        raise Unreadable(_("This is a PDF, not a table. Send the workbook (.xlsx) or the CSV file that it was made from."))
    if start.startswith(b"<"):
        raise Unreadable(_("This is a web page, not a table. Open it in the spreadsheet program, save it as .xlsx and send that."))


def refuse_other_separators(sheet: Sheet, text: str) -> None:
    """A text whose cells are separated by something else than commas. Raises Unreadable with the line."""
    for number, line in enumerate(islice(text.splitlines(), LOOKED_AT), 1):
        by_comma = known(sheet, (cell.strip('" ') for cell in line.split(",")))
        if by_comma > 1:
            return
        for sign, name in SEPARATORS.items():
            if known(sheet, (cell.strip('" ') for cell in line.split(sign))) > 1:
                said = _(
                    "The cells are separated by %(signs)s, not by commas. "
                    "Save the table as .xlsx or as “CSV UTF-8” with commas and send that."
                )
                raise Unreadable(said % {"signs": name}, number)


def missing(sheet: Sheet, headings: list[str], absent: list[str], line: int, below: Iterator[tuple[int, list[Any]]]) -> Unreadable:
    """The reason why the first row lacks headings: perhaps they stand further down, below a title."""
    best, row = max(((known(sheet, cells), number) for number, cells in islice(below, LOOKED_AT)), default=(0, 0), key=lambda pair: pair[0])
    if best > max(known(sheet, headings), 1):
        said = _(
            "The headings stand in row %(row)s. Delete the rows above, so that the headings are the first row, and send the file again."
        )
        return Unreadable(said % {"row": row}, row)
    said = _("These columns are missing in the first row: %(columns)s. Use the headings of the template.")
    return Unreadable(said % {"columns": "、".join(absent)}, line)
