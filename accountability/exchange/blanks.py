"""The template of a kind of import: headings, a filled example, and a page that says what goes where. Chinese, as the files are."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from . import rules
from .columns import Column, Kind, Sheet

BYTE_MARK = "\ufeff"  # spreadsheets take a file without it for another encoding
OFFERED_ROWS = 2_000  # rows that are prepared for typing; more may be pasted
LONGEST_LIST = 250  # signs of a list of choices that a spreadsheet takes
HEAD = PatternFill("solid", start_color="FFE8EEF4")


def csv_of(sheet: Sheet) -> bytes:
    """The template as CSV: headings and the example."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.heading for column in sheet.columns])
    writer.writerow([column.example for column in sheet.columns])
    return (BYTE_MARK + out.getvalue()).encode()


def xlsx_of(sheet: Sheet) -> bytes:
    """The template as a workbook; its cells are text, so that a telephone number or a code keeps its noughts."""
    with translation.override("zh-hans"):
        book = Workbook()
        _table(book, sheet)
        _instructions(book, sheet)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def _table(book: Workbook, sheet: Sheet) -> None:
    page = book.active
    page.title = _("Fill in")
    page.freeze_panes = "A2"
    for place, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(place)
        head = page.cell(1, place, column.heading + ("*" if column.required else ""))
        head.font, head.fill = Font(bold=True), HEAD
        page.column_dimensions[letter].width = min(40, max(12, 2 * len(column.heading) + 4, len(column.example) + 4))
        for row in range(2, OFFERED_ROWS + 2):
            page.cell(row, place).number_format = "@"
        example = page.cell(2, place, column.example or None)
        example.data_type = "s" if column.example else "n"
        example.font = Font(italic=True)
        offered = f'"{",".join(column.words)}"'
        if column.words and len(offered) <= LONGEST_LIST:
            choices = DataValidation(type="list", formula1=offered, allow_blank=not column.required)
            choices.add(f"{letter}2:{letter}{rules.MOST_ROWS + 1}")
            page.add_data_validation(choices)


def _instructions(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(_("Instructions"))
    page.append([str(sheet.title)])
    page["A1"].font = Font(bold=True, size=14)
    for sentence in (
        str(sheet.about),
        _("Row 2 of the first page is an example. It is passed over as long as it stays as it is; write over it or delete it."),
        _("Columns with a star must be filled in. Do not change the headings; their order does not matter."),
        _("Formulas, macros and merged cells are refused: paste values only."),
        _("At most %(rows)s rows and %(size)s MB in one file.") % {"rows": sheet.most_rows, "size": rules.MOST_BYTES // rules.MEGABYTE},
    ):
        page.append([sentence])
    page.append([])
    page.append([_("Column"), _("Name in code"), _("Must be filled in"), _("What stands in it"), _("Remark"), _("Example")])
    head = page.max_row
    for cell in page[head]:
        cell.font, cell.fill = Font(bold=True), HEAD
    for column in sheet.columns:
        page.append([column.heading, column.code, _("yes") if column.required else _("no"), kind_of(column), str(column.help_text), ""])
        example = page.cell(page.max_row, 6, column.example or None)
        example.number_format = "@"
    last = page.max_row
    for column in sheet.columns:
        if column.listed is not None:
            _listed(page, column)
    for letter, width in zip("ABCDEF", (22, 18, 12, 40, 60, 30), strict=True):
        page.column_dimensions[letter].width = width
    for row in page.iter_rows(min_row=head, max_row=last):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _listed(page: Any, column: Column) -> None:
    """What the register has for a column, under the instructions: its codes cannot be known by heart."""
    page.append([])
    page.append([_("What may stand under “%(heading)s”") % {"heading": column.heading}])
    page.cell(page.max_row, 1).font = Font(bold=True)
    page.append([_("Code"), pgettext("thing", "Name")])
    for cell in page[page.max_row]:
        cell.font, cell.fill = Font(bold=True), HEAD
    for code, name in column.listed() if column.listed else ():
        page.append([code, name])
        for cell in page[page.max_row]:
            cell.number_format, cell.data_type = "@", "s"


def kind_of(column: Column) -> str:
    """What may stand in a column, in words."""
    if column.kind is Kind.CHOICE:
        return "、".join(column.words)
    said = str(column.kind.value)
    if column.least is not None and column.greatest is not None:
        return _("%(kind)s, %(least)s to %(greatest)s") % {"kind": said, "least": column.least, "greatest": column.greatest}
    return said
