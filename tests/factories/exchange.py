"""Files as an office sends them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accountability.exchange import actions, importing, reports
from accountability.exchange.models import Delivery
from accountability.ledger.acting import Acting


def csv_file(*rows: Sequence[Any], encoding: str = "utf-8-sig") -> bytes:
    """A CSV file; the first row holds the headings."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(*rows: Sequence[Any], merged: str = "") -> bytes:
    """An XLSX workbook with one sheet; text that begins with '=' becomes a formula, as a spreadsheet program would have it."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    if merged:
        book.active.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(kind: str, *rows: dict[str, Any]) -> bytes:
    """A CSV file of a kind of import: rows by column code under the headings of the template."""
    work = importing.importer(kind)
    assert work is not None
    columns = work.sheet.columns
    return csv_file([c.heading for c in columns], *([row.get(c.code, "") for c in columns] for row in rows))


def upload(data: bytes, name: str = "登记表.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def handed_in(kind: str, by: Acting, *rows: dict[str, Any]) -> Delivery:
    """A file of a kind of import, tried out."""
    return actions.hand_in(kind, upload(table(kind, *rows)), by=by)


def taken_over(kind: str, by: Acting, *rows: dict[str, Any], partial: bool = False) -> Delivery:
    """A file of a kind of import, taken over."""
    delivery = handed_in(kind, by, *rows)
    actions.take_over(delivery, partial=partial, by=by, expect=delivery.version)
    return delivery


def remarks(delivery: Delivery, weight: str = "rejected") -> list[tuple[int, str]]:
    """(row, code of the remark) of the last reading."""
    run = reports.last_run(delivery)
    assert run is not None
    return [(note.line, note.code) for note in run.notes.filter(weight=weight).order_by("line", "pk")]
