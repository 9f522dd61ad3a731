"""What a room says of a kind of import: the sheet that it takes, how rows are checked, how they are written.

A room registers its importers in ``AppConfig.ready()``; docs/how-to/add-an-import.md shows one from beginning to end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import IntegrityError, models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.kit.names import renewed
from accountability.ledger.acting import Acting
from accountability.ledger.errors import GateError, NotPermitted
from accountability.ledger.models import Governed

from . import rules
from .columns import Sheet
from .models import ImportedRow
from .reading import Row


@dataclass
class Trace:
    """What an import made and changed, row by row of the file, so that it can be told and undone."""

    rows: list[tuple[int, models.Model, dict[str, Any] | None, tuple[str, ...]]] = field(default_factory=list)

    def made(self, row: Row, record: models.Model) -> None:
        """``record`` is new; it has been written and has its key."""
        self.rows.append((row.line, record, None, tuple(name_of(f) for f in record._meta.concrete_fields if not f.primary_key)))

    def changed(self, row: Row, record: models.Model, before: dict[str, Any]) -> None:
        """``record`` was there; ``before`` is what the changed columns held."""
        self.rows.append((row.line, record, {name: plain(value) for name, value in before.items()}, tuple(before)))

    def add(self, model: type[models.Model], rows: Sequence[tuple[Row, Any]]) -> None:
        """Write new records of one table at once, each for its row."""
        model._default_manager.bulk_create(record for _row, record in rows)
        for row, record in rows:
            self.made(row, record)

    def amend(self, model: type[models.Model], rows: Iterable[tuple[Row, Any, dict[str, Any], dict[str, Any]]]) -> None:
        """Write records of one table that were there: row, record, what the columns that differ hold (``differences``), and what the
        row wants of all its columns."""
        records, columns = [], set()
        for row, record, before, wanted in rows:
            set_all(record, {name: wanted[name] for name in before})
            self.changed(row, record, before)
            records.append(record)
            columns |= before.keys()
        if records:
            model._default_manager.bulk_update(records, renewed(model, records, columns))

    def forget(self, count: int) -> None:
        """Take back what was told since there were ``count`` rows: the database has rolled it back."""
        del self.rows[count:]


def name_of(column: Any) -> str:
    return str(column.attname)


def plain(value: Any) -> Any:
    """A value of a column as JSON holds it: the same text before it was written and after it was read again."""
    if value is None or isinstance(value, bool | int | str | float | list | dict):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


class Importer:
    """One kind of import, for one reading of one file. Subclasses say what the rows mean; this class keeps the order of things.

    ``check`` may ask the database once per batch, never once per row; ``write`` writes with ``bulk_create``.
    A value that could not be read is None in the row and has its remark already.
    """

    sheet: ClassVar[Sheet]
    #: Tables (``app_label.modelname``) that are reckoned from the imported rows and go with them when an import is undone.
    derived: ClassVar[tuple[str, ...]] = ()
    #: What undoing does, as whoever is about to do it reads it.
    undoing: ClassVar[str | Promise] = gettext_lazy(
        "New rows are deleted, changed rows become what they were. The file, its report and the ledger stay."
    )

    def __init__(self, by: Acting) -> None:
        self.by, self.today = by, days.today()

    @classmethod
    def open_to(cls, by: Acting) -> bool:
        """Whether a post brings this kind of file at all; what it may say of which place is checked row by row."""
        return rules.fills_registers(by)

    def hold(self) -> None:
        """Before the check of the taking over, in its transaction: lock what two must not change at once. Nothing by default."""

    def glance(self, rows: Sequence[Row]) -> None:
        """All rows, before anything is asked: what they say about each other. Nothing by default."""

    def check(self, rows: Sequence[Row]) -> None:
        """A batch against the register: ``refuse`` and ``warn``, and the ``outcome`` and ``plan`` of each good row."""
        raise NotImplementedError

    def write(self, rows: Sequence[Row], trace: Trace) -> None:
        """The good rows of a batch that are new or changed."""
        raise NotImplementedError

    def link(self, rows: Sequence[Row], trace: Trace) -> None:
        """After all batches are written: what rows of this file say about each other. Nothing by default."""

    def holds(self, made: dict[str, list[int]]) -> list[str]:
        """What hangs on rows of this import without a foreign key to them, as sentences: the import cannot be undone then."""
        return []

    def undone(self, rows: Sequence[ImportedRow]) -> None:
        """After the rows were taken back: reckon anew what was derived from those that stay. Nothing by default."""


class ActingImporter(Importer):
    """Rows that begin by an act of their own, through the action of their room: governed records, each with its own chain.

    The trial takes the very steps and rolls them back, so it refuses what the action refuses and nothing else. That costs what
    the acts cost, so the sheet has a bound of rows (``rules.MOST_ACTS``). Nothing that has begun is deleted: a file is undone only
    where the room can end each record by an act of its own (``chains`` and ``end``), and while nobody has gone on with any of them.
    """

    def look(self, rows: Sequence[Row]) -> None:
        """A batch against the register: what the rows name, and the ``outcome`` and ``plan`` of each good row."""
        raise NotImplementedError

    def act(self, row: Row) -> Sequence[models.Model]:
        """The action of the room for one good new row; gives what it made. It looks up again what an act before may have changed."""
        raise NotImplementedError

    def check(self, rows: Sequence[Row]) -> None:
        self.look(rows)
        with transaction.atomic():
            for _made in self._acts(rows):
                pass
            transaction.set_rollback(True)

    def write(self, rows: Sequence[Row], trace: Trace) -> None:
        for row, made in self._acts(rows):
            for record in made:
                trace.made(row, record)

    def _acts(self, rows: Sequence[Row]) -> Iterator[tuple[Row, Sequence[models.Model]]]:
        for row in rows:
            if not row.good or row.outcome != "new":
                continue
            try:
                with transaction.atomic():
                    made = self.act(row)
            except NotPermitted:
                row.refuse("", "reach", _("Your post may not enter this. Whoever keeps the register at that place does."))
            except GateError as why:
                row.refuse("", "refused", str(why))
            except IntegrityError:
                row.refuse("", "guard", _("The register refused this row: it meets with another entry. Compare the two."))
            else:
                yield row, made

    def chains(self, made: dict[str, list[int]]) -> Sequence[Governed] | None:
        """The records that rows of this file began or added to, where undoing can end them; None where it cannot."""
        return None

    def end(self, made: dict[str, list[int]]) -> None:
        """End what the file began, by the room's own acts. The caller has seen that nobody has gone on with it."""
        raise NotImplementedError

    def holds(self, made: dict[str, list[int]]) -> list[str]:
        """What has begun has a chain of its own: it is ended there, never deleted."""
        if not any(made.values()) or self.chains(made) is not None:
            return []
        return [_("What this file began stands in the register with its own history. Correct or end each entry on its own page.")]


_importers: dict[str, type[Importer]] = {}


def register(importer: type[Importer]) -> None:
    """Offer a kind of import. Called in ``AppConfig.ready()`` of the room that owns the rows."""
    if _importers.setdefault(importer.sheet.key, importer) is not importer:
        raise ValueError(f"Two importers are called {importer.sheet.key}.")


def kinds(by: Acting | None = None) -> list[Sheet]:
    """What can be imported (by a post), in the order in which one thing needs the other: as the rooms stand in the stack."""
    return [importer.sheet for importer in _importers.values() if by is None or importer.open_to(by)]


def importer(kind: str) -> type[Importer] | None:
    return _importers.get(kind)


def may_bring(kind: str, by: Acting) -> bool:
    """Whether a page shows this post the way to an import."""
    found = _importers.get(kind)
    return found is not None and found.open_to(by)


def check(work: Importer, rows: Sequence[Row]) -> None:
    """Every remark about every row, and what would become of it. Reads only."""
    most = work.sheet.most_rows
    for row in rows[most:]:
        row.refuse("", "too_many", _("One file takes %(most)s rows of this kind. Hand in the rest as another file.") % {"most": most})
    rows = rows[:most]
    work.glance(rows)
    for batch in rules.batches(rows):
        work.check(batch)


def carry_out(work: Importer, rows: Sequence[Row]) -> Trace:
    """Write the good rows. Inside a transaction; ``check`` has been there before, in the same one.

    Two offices may write at once: the guards of the database have the last word, and a row that they refuse is a row with a
    remark, not a crash.
    """
    trace = Trace()
    _stepwise(work.write, rows, trace)
    _stepwise(work.link, rows, trace)
    return trace


def _stepwise(step: Callable[[Sequence[Row], Trace], None], rows: Sequence[Row], trace: Trace) -> None:
    for batch in rules.batches([row for row in rows if row.good and row.outcome in ("new", "changed")]):
        if not _attempt(step, batch, trace):
            for row in batch:
                if not _attempt(step, [row], trace):
                    row.refuse("", "guard", _("The register refused this row: somebody entered another one for the same days just now."))


def _attempt(step: Callable[[Sequence[Row], Trace], None], batch: Sequence[Row], trace: Trace) -> bool:
    told = len(trace.rows)
    try:
        with transaction.atomic():
            step(batch, trace)
    except IntegrityError:
        trace.forget(told)
        return False
    return True


def twice(rows: Iterable[Row], code: str) -> None:
    """Refuse rows whose value in a column stands in an earlier row already."""
    first: dict[Any, int] = {}
    for row in rows:
        value = row[code]
        if value is None:
            continue
        if value in first:
            row.refuse(
                code,
                "duplicate",
                _("“%(value)s” stands in row %(row)s already. Delete one of them.") % {"value": value, "row": first[value]},
            )
        first.setdefault(value, row.line)


def values(rows: Iterable[Row], *codes: str) -> set[Any]:
    """Everything that the rows name in some columns: what a batch has to look up."""
    found: set[Any] = set()
    for row in rows:
        for code in codes:
            value = row[code]
            found.update(value if isinstance(value, list) else [] if value is None else [value])
    return found


def differences(record: models.Model, wanted: dict[str, Any]) -> dict[str, Any]:
    """The columns in which a record differs from the file, with what they hold now. An empty cell changes nothing."""
    return {name: getattr(record, name) for name, value in wanted.items() if value not in (None, "") and getattr(record, name) != value}


def set_all(record: models.Model, changes: dict[str, Any]) -> None:
    """Give the named columns their new values; ``state`` and ``version`` are not among them (the gate has those)."""
    for name, value in changes.items():
        setattr(record, name, value)
