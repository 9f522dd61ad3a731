"""What the pages and other rooms read of imports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.evidence import reports as evidence
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted

from . import actions, differing, importing, reading, rules, undoing
from .models import Delivery, ImportedRow, ImportNote, ImportRun
from .sheets import Column

NOTE_COLUMNS: list[Column] = [
    (gettext_lazy("Row"), lambda note: note.line),  # type: ignore[list-item]
    (gettext_lazy("Column"), lambda note: note.letter),  # type: ignore[list-item]
    (gettext_lazy("Heading"), lambda note: note.heading),  # type: ignore[list-item]
    (gettext_lazy("Severity"), lambda note: note.get_weight_display()),  # type: ignore[list-item]
    (gettext_lazy("What to do"), lambda note: note.text),  # type: ignore[list-item]
]


def titles() -> dict[str, Any]:
    """What the kinds of import are called."""
    return {sheet.key: sheet.title for sheet in importing.kinds()}


def last_run(delivery: Delivery) -> ImportRun | None:
    """The last reading of a file: the trial, or the taking over."""
    return delivery.runs.order_by("-pk").first()


def with_last_run(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """The counts of the last reading beside each file. One query."""
    last = ImportRun.objects.filter(delivery=OuterRef("pk")).order_by("-pk")
    return rows.annotate(
        **{f"rows_{name}": Subquery(last.values(name)[:1]) for name in ("read", "added", "changed", "unchanged", "rejected")}
    )


def columns() -> list[Column]:
    """The list of files handed in, as a file."""
    named = titles()
    return [
        (_("File"), lambda row: row.file_name),
        (_("Kind"), lambda row: named.get(row.kind, row.kind)),
        (_("Received"), lambda row: row.received_at),
        (_("Handed in by"), lambda row: row.post_title),
        (_("State"), lambda row: row.get_state_display()),
        (_("Rows"), lambda row: row.rows_read),
        (_("Added"), lambda row: row.rows_added),
        (_("Changed"), lambda row: row.rows_changed),
        (_("Unchanged"), lambda row: row.rows_unchanged),
        (_("Wrong"), lambda row: row.rows_rejected),
    ]


def summary(delivery: Delivery, run: ImportRun) -> list[tuple[str, Any]]:
    """What is known of a file and of its last reading."""
    file = evidence.of(delivery.stream).filter(role=actions.ROLE).first()
    return [
        (_("File"), delivery.file_name),
        (
            _("Kept original"),
            _("%(size)s, SHA-256 %(digest)s…") % {"size": filesizeformat(file.size), "digest": file.sha256[:16]} if file else "",
        ),
        (_("Handed in by"), delivery.post_title),
        (_("Received"), delivery.received_at),
        (_("State"), delivery.get_state_display()),
        (_("Last reading"), run.get_outcome_display()),
    ]


def notes(run: ImportRun) -> QuerySet[ImportNote]:
    """What is wrong first by row, then what is odd; each in the order of the file."""
    return run.notes.order_by("weight", "line", "pk")


def duplicates(run: ImportRun) -> int:
    """How many rows of a file stand there twice, or look like somebody who is registered."""
    return run.notes.filter(code__in=("duplicate", "same_name")).values("line").distinct().count()


def staying(run: ImportRun) -> int:
    """How many rows say something else than the register where a file changes nothing."""
    return run.notes.filter(code=differing.STAYS).values("line").distinct().count()


def made(run: ImportRun) -> list[tuple[str, int]]:
    """How many rows of each table an import made or changed."""
    counts = run.rows.values("label").annotate(count=Count("pk")).order_by("label")
    return [(str(apps.get_model(row["label"])._meta.verbose_name_plural), row["count"]) for row in counts]


def obstacles(delivery: Delivery, run: ImportRun, by: Acting) -> list[str]:
    """What stands against undoing an import, for the page that offers it."""
    work = importing.importer(delivery.kind)
    if not rules.imports(by):
        raise NotPermitted
    return undoing.obstacles(run, work(by)) if work and delivery.state == Delivery.State.TAKEN else []


def left(delivery: Delivery, run: ImportRun) -> tuple[list[Column], list[tuple[reading.Row, list[str]]]]:
    """The rows that a reading did not take, with what is wrong with each."""
    work = importing.importer(delivery.kind)
    if work is None:
        return [], []
    wrong: dict[int, list[str]] = {}
    for line, text in run.notes.filter(weight=ImportNote.Weight.REJECTED).order_by("pk").values_list("line", "text"):
        wrong.setdefault(line, []).append(text)
    table = reading.read(work.sheet, actions.original(delivery))
    places = [place for place, heading in enumerate(table.headings) if not reading.was_added(heading)]
    if len(places) + 2 > rules.MOST_COLUMNS:  # with the two more it could not be read again: what is not of the table stays behind
        places = [place for place in places if rules.heading(table.headings[place]) in work.sheet.by_heading]
    headings = [(table.headings[place], _cell(place)) for place in places]
    more = [(str(reading.ROW_BEFORE), lambda item: item[0].line), (str(reading.WHAT_TO_DO), lambda item: "\n".join(item[1]))]
    return [*headings, *more], [(row, wrong[row.line]) for row in table.rows if row.line in wrong]


def _cell(place: int) -> Any:
    return lambda item: rules.shown(item[0].cells[place]) if place < len(item[0].cells) else ""


def undone(label: str, pks: Iterable[int]) -> set[int]:
    """Rows of a table that came from an import which was undone, and from none since."""
    return {pk for pk, row in origins(label, pks).items() if row.run.delivery and row.run.delivery.state == Delivery.State.UNDONE}


def origins(label: str, pks: Iterable[int]) -> dict[int, ImportedRow]:
    """Which import made or last changed rows of a table (``app_label.modelname``). One query for each 500 rows."""
    found: dict[int, ImportedRow] = {}
    wanted: Sequence[int] = list(pks)
    for part in rules.batches(wanted):
        for row in ImportedRow.objects.filter(label=label, row_pk__in=part).select_related("run__delivery").order_by("pk"):
            found[row.row_pk] = row
    return found
