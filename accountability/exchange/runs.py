"""A file is taken whole or refused whole, and leaves a report either way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model

from accountability.kit import days
from accountability.kit.parsing import Unreadable

from .models import ImportNote, ImportRun

MOST_TEXT, MOST_NAME = 500, 200


@dataclass
class Report:
    """What a reader tells about the file while it reads."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    notes: list[tuple[str, int | None, str, str]] = field(default_factory=list)

    def warn(self, line: int | None, code: str, text: str) -> None:
        """Something odd about a row that was taken all the same."""
        self.notes.append((ImportNote.Weight.WARNING, line, code, text))

    def reject(self, line: int | None, code: str, text: str) -> None:
        """A row that was left out, with the reason."""
        self.notes.append((ImportNote.Weight.REJECTED, line, code, text))

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
            _finish(run, report, ImportRun.Outcome.CHANGED if report.added or report.changed else ImportRun.Outcome.UNCHANGED)
    except Unreadable as wrong:
        refused = Report(read=report.read)
        refused.notes = [(ImportNote.Weight.ERROR, wrong.line, "unreadable", str(wrong))]
        run.pk = None
        _finish(run, refused, ImportRun.Outcome.REFUSED)
        raise Refusal(run, str(wrong)) from wrong
    return run


def _finish(run: ImportRun, report: Report, outcome: str) -> None:
    run.outcome, run.finished_at = outcome, days.now()
    run.read, run.added, run.changed, run.unchanged = report.read, report.added, report.changed, report.unchanged
    run.save(force_insert=True)
    ImportNote.objects.bulk_create(
        ImportNote(run=run, weight=weight, line=line, code=code, text=text[:MOST_TEXT]) for weight, line, code, text in report.notes
    )
