"""A file is read whole or refused whole, and leaves a report either way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model

from accountability.kit import days
from accountability.kit.parsing import Unreadable

from .models import Delivery, ImportNote, ImportRun
from .reading import Remark, Row, Table

MOST_TEXT, MOST_NAME = 500, 200
Note = tuple[str, int | None, str, str]


@dataclass
class Report:
    """What a reader tells about the file while it reads."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    notes: list[ImportNote] = field(default_factory=list)

    def warn(self, line: int | None, code: str, text: str) -> None:
        """Something odd about a row that was taken all the same."""
        self._note(ImportNote.Weight.WARNING, line, code, text)

    def reject(self, line: int | None, code: str, text: str) -> None:
        """A row that was left out, with the reason."""
        self.rejected += 1
        self._note(ImportNote.Weight.REJECTED, line, code, text)

    def fail(self, line: int | None, code: str, text: str) -> None:
        """The reason why the file was refused."""
        self._note(ImportNote.Weight.ERROR, line, code, text)

    def found(self, line: int, row: Model, values: dict[str, Any], *, new: bool) -> None:
        """A row that was made, or was there already. What is there is not overwritten from a file; a difference is told."""
        other = [] if new else [name for name, value in values.items() if getattr(row, name) != value]
        if other:
            self.warn(line, "differs", f"{row}: {', '.join(other)}")
        self.count(new=new)

    def count(self, *, new: bool, changed: bool = False) -> None:
        if new:
            self.added += 1
        elif changed:
            self.changed += 1
        else:
            self.unchanged += 1

    def tell(self, table: Table) -> None:
        """All that the rows of a table have to say, and what becomes of each."""
        for line, remark in table.remarks:
            self._remark(ImportNote.Weight.WARNING, line, remark, table)
        for row in table.rows:
            self.read += 1
            self.rejected += not row.good
            if row.good:
                self.count(new=row.outcome == "new", changed=row.outcome == "changed")
            self._rows(row, row.faults, ImportNote.Weight.REJECTED, table)
            self._rows(row, row.warnings, ImportNote.Weight.WARNING, table)

    def _rows(self, row: Row, remarks: Sequence[Remark], weight: str, table: Table) -> None:
        for remark in remarks:
            self._remark(weight, row.line, remark, table)

    def _remark(self, weight: str, line: int | None, remark: Remark, table: Table) -> None:
        column = table.sheet.by_code.get(remark.column)
        self._note(
            weight,
            line,
            remark.code,
            remark.text,
            letter=table.letters.get(remark.column, ""),
            heading=column.heading[:60] if column else "",
        )

    def _note(self, weight: str, line: int | None, code: str, text: str, *, letter: str = "", heading: str = "") -> None:
        self.notes.append(ImportNote(weight=weight, line=line, code=code, text=text[:MOST_TEXT], letter=letter, heading=heading))


class Refusal(Exception):
    """The file was refused; ``run`` holds the report."""

    def __init__(self, run: ImportRun, sentence: str) -> None:
        super().__init__(sentence)
        self.run = run


def take(kind: str, file_name: str, data: bytes, reader: Callable[[bytes, Report], None]) -> ImportRun:
    """Read one file in one transaction and keep its report.

    ``reader`` raises Unreadable to refuse the file: then nothing that it did stays, the run with its reason does, and Refusal
    is raised. Anything else that it raises is a fault of ours and goes up as it is.
    """
    run = ImportRun(kind=kind, file_name=file_name[:MOST_NAME], sha256=hashlib.sha256(data).hexdigest(), started_at=days.now())
    report = Report()
    try:
        with transaction.atomic():
            reader(data, report)
            finish(run, report, ImportRun.Outcome.CHANGED if report.added or report.changed else ImportRun.Outcome.UNCHANGED)
    except Unreadable as wrong:
        refused = Report(read=report.read)
        refused.fail(wrong.line, "unreadable", str(wrong))
        run.pk = None
        finish(run, refused, ImportRun.Outcome.REFUSED)
        raise Refusal(run, str(wrong)) from wrong
    return run


def begun(delivery: Delivery, *, partial: bool = False) -> ImportRun:
    """A reading of a file that was handed in."""
    return ImportRun(
        delivery=delivery,
        kind=delivery.kind,
        file_name=delivery.file_name,
        sha256=delivery.sha256,
        started_at=days.now(),
        partial=partial,
    )


def finish(run: ImportRun, report: Report, outcome: str) -> None:
    """Write the report of a reading."""
    run.outcome, run.finished_at = outcome, days.now()
    run.read, run.added, run.changed, run.unchanged = report.read, report.added, report.changed, report.unchanged
    run.rejected = report.rejected
    run.save(force_insert=True)
    for note in report.notes:
        note.run = run
    ImportNote.objects.bulk_create(report.notes, batch_size=500)
