"""What depends on the rows of an import, and taking them back."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from accountability.evidence.models import Evidence
from accountability.kit.names import renewed
from accountability.ledger.models import Event, Governed, canonical

from . import rules
from .importing import ActingImporter, Importer, plain
from .models import ImportedRow, ImportRun

MOST_TOLD = 200
ROWS_EVENT = "exchange.rows"  # vouches for the list of what an import made and changed


def digest(rows: Iterable[ImportedRow]) -> str:
    """One hash over what an import made and changed; the ledger keeps it, so the list cannot be rewritten unseen."""
    running = hashlib.sha256()
    for row in rows:
        running.update(canonical({"label": row.label, "pk": row.row_pk, "before": row.before, "now": row.now}).encode())
    return running.hexdigest()


def obstacles(run: ImportRun, work: Importer) -> list[str]:
    """What stands against undoing an import, as sentences: rows that were changed since, and whatever refers to a new row."""
    rows = list(run.rows.order_by("pk"))
    made = _made(rows)
    if isinstance(work, ActingImporter) and (chains := work.chains(made)) is not None:
        return [*_gone_on(run, chains), *_referring(made, work.derived, ())][:MOST_TOLD]
    given_back = {(row.label, row.row_pk, column) for row in rows for column in row.before or ()}
    found = [*_changed_since(rows), *_referring(made, work.derived, given_back), *work.holds(made)]
    return found[:MOST_TOLD]


def take_back(run: ImportRun, work: Importer) -> tuple[int, int]:
    """Delete the new rows and put back what the changed ones held, or end by its own act what has a history.

    Returns how many were taken back and how many restored; the caller has asked for obstacles.
    """
    rows = list(run.rows.order_by("-pk"))
    made = _made(rows)
    if isinstance(work, ActingImporter):
        work.end(made)
        return sum(len(pks) for pks in made.values()), 0
    restored = _restore([row for row in rows if row.before is not None])
    for label, pks in made.items():  # in reverse order of making: what refers goes before what is referred to
        model = apps.get_model(label)
        own = [f for f in model._meta.concrete_fields if f.is_relation and f.related_model is model and f.null]
        for part in rules.batches(pks):
            kept = model._base_manager.filter(pk__in=part)
            if own:
                kept.update(**{f.name: None for f in own})
        for part in rules.batches(pks):
            model._base_manager.filter(pk__in=part).delete()
    return sum(len(pks) for pks in made.values()), restored


def _made(rows: Iterable[ImportedRow]) -> dict[str, list[int]]:
    made: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.before is None:
            made[row.label].append(row.row_pk)
    return dict(made)


def hold(run: ImportRun, work: Importer) -> None:
    """Lock the records that would be ended: nobody goes on with one between the question and the answer."""
    chains = work.chains(_made(run.rows.all())) if isinstance(work, ActingImporter) else None
    for record in chains or ():
        type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)


def _gone_on(run: ImportRun, chains: Sequence[Governed]) -> Iterator[str]:
    """Records that have an event younger than the one that vouches for the import, or files of their own."""
    named = {record.stream: str(record) for record in chains}
    told = Event.objects.filter(stream=run.delivery.stream, act=ROWS_EVENT).order_by("pk").last() if run.delivery else None
    if told is None:
        return
    for part in rules.batches(sorted(named)):
        later = set(Event.objects.filter(stream__in=part, pk__gt=told.pk).values_list("stream", flat=True))
        later |= set(Evidence.objects.filter(owner__in=part).values_list("owner", flat=True))
        for stream in sorted(later):
            yield _("“%(name)s” has gone on since. Withdraw or end it on its own page.") % {"name": named[stream]}


def _records(label: str, pks: list[int]) -> dict[int, models.Model]:
    manager, found = apps.get_model(label)._base_manager, {}
    for part in rules.batches(pks):
        found.update(manager.in_bulk(list(part)))
    return found


def _by_label(rows: Iterable[ImportedRow]) -> dict[str, list[ImportedRow]]:
    groups: dict[str, list[ImportedRow]] = defaultdict(list)
    for row in rows:
        groups[row.label].append(row)
    return groups


def _changed_since(rows: list[ImportedRow]) -> Iterator[str]:
    for label, group in _by_label(rows).items():
        records = _records(label, [row.row_pk for row in group])
        name = apps.get_model(label)._meta.verbose_name
        for row in group:
            record = records.get(row.row_pk)
            if record is None:
                yield _("Row %(row)s: %(thing)s is not there any more.") % {"row": row.line, "thing": name}
            elif any(plain(getattr(record, column, None)) != value for column, value in row.now.items()):
                yield _("Row %(row)s: %(thing)s “%(name)s” was changed since.") % {"row": row.line, "thing": name, "name": record}


def _referring(made: dict[str, list[int]], derived: tuple[str, ...], given_back: Collection[tuple[str, int, str]]) -> Iterator[str]:
    """Rows of any table that point to a new row and do not come from the same import, nor point there by it alone."""
    told: set[tuple[type[models.Model], models.Model]] = set()
    for label, pks in made.items():
        model = apps.get_model(label)
        own_parts = {field.remote_field.through for field in model._meta.local_many_to_many}
        for relation in model._meta.get_fields(include_hidden=True):
            if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)) or relation.related_model in own_parts:
                continue
            other: Any = relation.related_model
            if other._meta.label_lower in derived:
                continue
            ours = set(made.get(other._meta.label_lower, ()))
            column = relation.field.name  # type: ignore[union-attr]
            named = other._base_manager.select_related(*(f.name for f in other._meta.concrete_fields if f.is_relation)).order_by("pk")
            for part in rules.batches(pks):
                for record in named.filter(**{f"{column}__in": part})[: len(ours) + MOST_TOLD]:
                    by_it = (record._meta.label_lower, record.pk, relation.field.attname) in given_back  # type: ignore[union-attr]
                    if record.pk not in ours and not by_it and (model, record) not in told:  # a term points to its post twice
                        told.add((model, record))
                        yield _("%(thing)s “%(name)s” refers to %(whom)s of this import.") % {
                            "thing": other._meta.verbose_name,
                            "name": record,
                            "whom": model._meta.verbose_name,
                        }


def _restore(rows: list[ImportedRow]) -> int:
    for label, group in _by_label(rows).items():
        model = apps.get_model(label)
        records = _records(label, [row.row_pk for row in group])
        names: set[str] = set()
        for row in group:  # latest first: a row that the file changed twice ends as it was at the beginning
            record = records[row.row_pk]
            for column, value in (row.before or {}).items():
                field = model._meta.get_field(column)
                setattr(record, field.attname, field.to_python(value))  # type: ignore[union-attr]
                names.add(field.name)
        if names:
            model._base_manager.bulk_update(records.values(), renewed(model, records.values(), names), batch_size=rules.BATCH)  # type: ignore[arg-type]
    return len(rows)
