"""Every write of this room: a file is handed in and tried out, taken over, undone."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accountability.evidence import actions as evidence
from accountability.evidence import reports as kept
from accountability.kit.parsing import Unreadable
from accountability.ledger import once
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import unchanged_on_failure
from accountability.ledger.models import Event

from . import importing, reading, rules, runs, undoing
from .importing import Importer, Trace
from .lifecycle import DeliveryLifecycle
from .models import Delivery, ImportedRow, ImportRun
from .reading import Table

ROLE = "import"


class _NotWhole(Exception):
    """Inside the transaction: rows cannot be taken, so nothing is; the report is written afterwards."""

    def __init__(self, report: runs.Report) -> None:
        self.report = report


def hand_in(kind: str, file: UploadedFile, *, by: Acting, client_ref: uuid.UUID | None = None) -> Delivery:
    """Keep a file as it came and try it out: every row is checked, nothing is taken over.

    A file that cannot be read as a whole is kept too, with the reason. Raises NotPermitted, Refused for one that is too large
    (before a byte of it is read), Mismatch when the reference was used for another file.
    """
    work = _importer(kind, by)
    if file.size is None or file.size > rules.MOST_BYTES:
        raise Refused(str(reading.too_large()))
    if not file.size:
        raise Refused(str(reading.empty()))
    data = file.read()
    digest = hashlib.sha256(data).hexdigest()
    if (earlier := _handed_in(client_ref, kind, digest, by)) is not None:
        return earlier
    table, reason = _table(work, data)
    delivery = Delivery(
        state=Delivery.State.UNREADABLE if table is None else Delivery.State.TRIED,
        kind=kind,
        file_name=str(file.name).replace("\0", "")[: runs.MOST_NAME],
        sha256=digest,
        unit_id=by.unit_id,
        post_id=by.post_id,
        post_title=by.post_title,
        client_ref=client_ref or uuid.uuid4(),
    )
    report = runs.Report()
    if table is None:
        report.fail(reason.line if reason else None, "unreadable", str(reason))
    else:
        importing.check(work, table.rows)
        report.tell(table)
    with once.begin(client_ref):
        if (earlier := _handed_in(client_ref, kind, digest, by)) is not None:  # the same press of the button was faster
            return earlier
        DeliveryLifecycle.begin(delivery, by=by, act="hand_in", facts={"kind": kind, "sha256": digest})
        evidence.keep(data, owner=delivery.stream, role=ROLE, by=by, name=delivery.file_name)
        runs.finish(runs.begun(delivery), report, ImportRun.Outcome.REFUSED if table is None else ImportRun.Outcome.TRIED)
    return delivery


def _handed_in(client_ref: uuid.UUID | None, kind: str, digest: str, by: Acting) -> Delivery | None:
    if client_ref is None or (earlier := Delivery.objects.filter(client_ref=client_ref).first()) is None:
        return None
    if (earlier.kind, earlier.sha256, earlier.post_id) != (kind, digest, by.post_id):
        raise Mismatch
    return earlier


def take_over(delivery: Delivery, *, partial: bool, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Check the kept file once more and write its rows: all of them, or with ``partial`` those that are right.

    Raises NotPermitted, NoTransition, Stale; Refused when rows are wrong (the delivery then has a new report) or none is right.
    """
    work, run = _importer(delivery.kind, by), runs.begun(delivery, partial=partial)
    table, reason = _table(work, original(delivery))
    if table is None:
        raise Refused(str(reason))
    report = runs.Report()
    try:
        with unchanged_on_failure(delivery), transaction.atomic():
            event = DeliveryLifecycle.perform("take_over", delivery, by=by, expect=expect, client_ref=client_ref, partial=partial)
            if delivery.runs.filter(outcome__in=(ImportRun.Outcome.CHANGED, ImportRun.Outcome.UNCHANGED)).exists():
                return event  # the same press of the button came twice
            work.hold()
            importing.check(work, table.rows)
            _whole(table, partial)
            trace = importing.carry_out(work, table.rows)
            _whole(table, partial)
            report.tell(table)
            outcome = ImportRun.Outcome.CHANGED if trace.rows else ImportRun.Outcome.UNCHANGED
            runs.finish(run, report, outcome)
            _record(delivery, run, trace, by)
            return event
    except _NotWhole as told:
        refused = runs.begun(delivery, partial=partial)
        runs.finish(refused, told.report, ImportRun.Outcome.REFUSED)
        raise Refused(_reason(told.report, partial)) from None


def _reason(report: runs.Report, partial: bool) -> str:
    if partial:
        return _("No row is right, so nothing was taken over. Correct the file and hand it in again.")
    return ngettext(
        "%(count)s row is wrong, so nothing was taken over. Correct it, or tick that only the good rows are taken.",
        "%(count)s rows are wrong, so nothing was taken over. Correct them, or tick that only the good rows are taken.",
        report.rejected,
    ) % {"count": report.rejected}


def undo(delivery: Delivery, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Take back what the import made and changed. Raises Refused while something depends on it; NotPermitted, NoTransition, Stale."""
    with unchanged_on_failure(delivery), transaction.atomic():
        event = DeliveryLifecycle.perform("undo", delivery, by=by, expect=expect, client_ref=client_ref)
        if delivery.version != expect + 1:
            return event
        run = taken(delivery)
        if run is None:
            return event
        work = _importer(delivery.kind, by)
        undoing.hold(run, work)
        if found := undoing.obstacles(run, work):
            raise Refused(
                _("%(count)s things depend on this import, for example: %(first)s Settle them first.")
                % {"count": len(found), "first": found[0]}
            )
        gone, restored = undoing.take_back(run, work)
        work.undone(list(run.rows.order_by("pk")))
        Event.record(delivery.stream, "exchange.rows_undone", by, facts={"run": run.pk, "taken_back": gone, "restored": restored})
    return event


def taken(delivery: Delivery) -> ImportRun | None:
    """The reading by which a file was taken over."""
    return delivery.runs.filter(outcome=ImportRun.Outcome.CHANGED).order_by("-pk").first()


def original(delivery: Delivery) -> bytes:
    """The file as it was handed in. Raises Refused when what is kept is not that any more."""
    file = kept.of(delivery.stream).filter(role=ROLE).first()
    if file is None:
        raise Refused(_("The file is not there any more. Hand it in again."))
    try:
        with kept.original(file) as opened:
            data = opened.read()
    except FileNotFoundError:
        raise Refused(_("The file is not there any more. Hand it in again.")) from None
    if hashlib.sha256(data).hexdigest() != delivery.sha256:
        raise Refused(_("The kept file is not the one that was handed in. Tell the administrator, and hand it in again."))
    return data


def _importer(kind: str, by: Acting) -> Importer:
    found = importing.importer(kind)
    if found is None:
        raise Refused(_("This kind of table is not imported here."))
    if not found.open_to(by):
        raise NotPermitted
    return found(by)


def _table(work: Importer, data: bytes) -> tuple[Table | None, Unreadable | None]:
    try:
        return reading.read(work.sheet, data), None
    except Unreadable as wrong:
        return None, wrong


def _whole(table: Table, partial: bool) -> None:
    """All rows must be right, or some of them when that was asked for."""
    wrong = sum(not row.good for row in table.rows)
    if wrong and (not partial or wrong == len(table.rows)):
        report = runs.Report()
        report.tell(table)
        raise _NotWhole(report)


def _record(delivery: Delivery, run: ImportRun, trace: Trace, by: Acting) -> None:
    """Which rows came of it, and one event that vouches for the list: an event for each of thousands would say no more."""
    made = [
        ImportedRow(
            run=run,
            line=line,
            label=record._meta.label_lower,
            row_pk=record.pk,
            before=before,
            now={name: importing.plain(getattr(record, name)) for name in names},
        )
        for line, record, before, names in trace.rows
    ]
    ImportedRow.objects.bulk_create(made, batch_size=rules.BATCH)
    counts: dict[str, Any] = {}
    for row in made:
        counts[row.label] = counts.get(row.label, 0) + 1
    facts = {"run": run.pk, "rows": counts, "rejected": run.rejected, "digest": undoing.digest(made)}
    Event.record(delivery.stream, undoing.ROWS_EVENT, by, facts=facts)
