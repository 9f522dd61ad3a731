"""Guards that Django cannot declare: rows that may only be added, periods that may not overlap, chains that may not close,
copies that may not differ.

Installed by a ``post_migrate`` handler, not by a migration: a SQLite table rebuild drops triggers silently, and a database
made without migrations would never get them. ``missing()`` feeds the system check that refuses to start without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.db import connections, models

_guards: list[Guard] = []


@dataclass(frozen=True)
class Guard:
    """One guard on one table; ``keys`` empty for append-only, the one relation to the table itself for no-cycle, the lower and the
    upper end for a table of dated pairs; the column, the relation and the column there for a copy. ``only`` names the rows of a table
    of pairs that count (column and value)."""

    model: type[models.Model]
    kind: str
    keys: tuple[str, ...] = ()
    only: tuple[tuple[str, str], ...] = ()

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def name(self) -> str:
        return f"{self.table}_{self.kind}"

    def columns(self) -> list[str]:
        fields = (cast("models.Field[Any, Any]", self.model._meta.get_field(key)) for key in self.keys)
        return [str(field.column) for field in fields]


def append_only(model: type[models.Model]) -> None:
    """Rows of this table are added and read, never changed or taken away."""
    _add(Guard(model, "append_only"))


def no_overlap(model: type[models.Model], *keys: str) -> None:
    """No two rows with the same ``keys`` may share a day of their half-open period [since, until). A null key never clashes."""
    _add(Guard(model, "no_overlap", keys))


def no_cycle(model: type[models.Model], key: str) -> None:
    """Whoever follows the relation ``key`` of the table to itself never comes back to where they began."""
    _add(Guard(model, "no_cycle", (key,)))


def no_dated_cycle(model: type[models.Model], lower: str, upper: str, **only: str) -> None:
    """In a table of dated pairs nobody stands above themselves on any day, directly or over others; ``only``: the rows that count."""
    _add(Guard(model, "no_dated_cycle", (lower, upper), tuple(only.items())))


def copied(model: type[models.Model], column: str, relation: str, there: str) -> None:
    """The ``column`` of a row holds what the column ``there`` of the row behind ``relation`` holds, whoever writes it and however many."""
    _add(Guard(model, "copied", (column, relation, there)))


def _add(guard: Guard) -> None:
    if guard not in _guards:
        _guards.append(guard)


def _sqlite_append_only(guard: Guard) -> dict[str, str]:
    refuse = f"SELECT RAISE(ABORT, '{guard.name}')"
    written = {f"{guard.name}_{verb.lower()}": f"BEFORE {verb} ON {guard.table} BEGIN {refuse}; END" for verb in ("UPDATE", "DELETE")}
    # INSERT OR REPLACE takes the row away without a DELETE that triggers hear of: a row that is there already is no addition.
    there = " OR ".join(f"({same})" for same in _unique(guard.model))
    replaced = f"BEFORE INSERT ON {guard.table} BEGIN {refuse} FROM {guard.table} WHERE {there}; END"
    return {**written, f"{guard.name}_insert": replaced}


def _unique(model: type[models.Model]) -> list[str]:
    """When a new row takes the place of one that is there: one condition for each rule of uniqueness.

    Raises ValueError for a rule whose own condition is more than a yes or no of columns.
    """

    def column(name: str) -> str:
        return str(cast("models.Field[Any, Any]", model._meta.get_field(name)).column)

    found = [f"{field.column} = NEW.{field.column}" for field in model._meta.concrete_fields if field.unique]
    for rule in model._meta.constraints:
        if not isinstance(rule, models.UniqueConstraint):
            continue
        only: list[Any] = list(cast("Any", rule.condition).children) if rule.condition else []
        if not rule.fields or not all(isinstance(part, tuple) and isinstance(part[1], bool) for part in only):
            raise ValueError(f"{rule.name}: the guard of an append-only table cannot say this in SQL.")
        same = [f"{column(name)} = NEW.{column(name)}" for name in rule.fields]
        both = [f"{row}{column(name)} = {int(yes)}" for name, yes in only for row in ("", "NEW.")]
        found.append(" AND ".join([*same, *both]))
    return found


def _sqlite_no_overlap(guard: Guard) -> dict[str, str]:
    same = " AND ".join(f"{c} = NEW.{c}" for c in guard.columns())
    clash = (
        f"SELECT RAISE(ABORT, '{guard.name}') FROM {guard.table} WHERE {same} AND id <> NEW.id "
        "AND (until IS NULL OR until > NEW.since) AND (NEW.until IS NULL OR NEW.until > since) "
        # An emptied period shares a day with nothing, as PostgreSQL's empty range overlaps nothing.
        "AND (until IS NULL OR until > since) AND (NEW.until IS NULL OR NEW.until > NEW.since)"
    )
    return {f"{guard.name}_{verb.lower()}": f"AFTER {verb} ON {guard.table} BEGIN {clash}; END" for verb in ("INSERT", "UPDATE")}


def _way_up(guard: Guard) -> str:
    """Everything that lies above the new row; a closed chain ends the walk too, because UNION takes each row once."""
    (up,) = guard.columns()
    return (
        f"WITH RECURSIVE above(id) AS (SELECT NEW.{up} UNION SELECT t.{up} FROM {guard.table} t "
        f"JOIN above ON t.id = above.id WHERE t.{up} IS NOT NULL) SELECT id FROM above"
    )


def _sqlite_no_cycle(guard: Guard) -> dict[str, str]:
    (up,) = guard.columns()
    closed = f"SELECT RAISE(ABORT, '{guard.name}') WHERE NEW.{up} IS NOT NULL AND NEW.id IN ({_way_up(guard)})"
    return {
        f"{guard.name}_{name}": f"AFTER {verb} ON {guard.table} BEGIN {closed}; END"
        for name, verb in (("insert", "INSERT"), ("update", f"UPDATE OF {up}"))
    }


_NEVER = "'9999-12-31'"  # an open end, comparable on both databases


def _counts(guard: Guard, row: str) -> str:
    """Whether a row of a table of pairs counts, as a condition."""
    return " AND ".join(f"{row}.{column} = '{value}'" for column, value in guard.only) or "1 = 1"


def _days_up(guard: Guard, later: str, earlier: str) -> str:
    """Whoever stands above the new pair on a day of its own period, each with the days on which all pairs of the way hold.

    A way that breaks off before another begins leads nowhere; of each (who, from, to) there is one row, so a closed chain ends the walk.
    """
    lower, upper = guard.columns()
    return (
        f"WITH RECURSIVE above(id, since, until) AS (SELECT NEW.{upper}, NEW.since, COALESCE(NEW.until, {_NEVER}) "
        f"UNION SELECT t.{upper}, {later}(above.since, t.since), {earlier}(above.until, COALESCE(t.until, {_NEVER})) "
        f"FROM {guard.table} t JOIN above ON t.{lower} = above.id "
        f"WHERE {_counts(guard, 't')} AND t.since < above.until AND above.since < COALESCE(t.until, {_NEVER})) SELECT id FROM above"
    )


def _what_moves(guard: Guard) -> str:
    return ", ".join([*guard.columns(), "since", "until", *(column for column, _value in guard.only)])


def _sqlite_no_dated_cycle(guard: Guard) -> dict[str, str]:
    lower, _upper = guard.columns()
    closed = f"SELECT RAISE(ABORT, '{guard.name}') WHERE {_counts(guard, 'NEW')} AND NEW.{lower} IN ({_days_up(guard, 'MAX', 'MIN')})"
    return {
        f"{guard.name}_{name}": f"AFTER {verb} ON {guard.table} BEGIN {closed}; END"
        for name, verb in (("insert", "INSERT"), ("update", f"UPDATE OF {_what_moves(guard)}"))
    }


def _copy(guard: Guard) -> tuple[str, str]:
    """The columns that a copy hangs on, and the condition under which a new row differs from what it copies."""
    column, relation, there = guard.keys
    way = cast("models.ForeignKey[Any, Any]", guard.model._meta.get_field(relation))
    behind = way.related_model._meta
    source = f"SELECT {there} FROM {behind.db_table} WHERE {behind.pk.column} = NEW.{way.column}"
    return f"{column}, {way.column}", f"NEW.{column} <> ({source})"


def _sqlite_copied(guard: Guard) -> dict[str, str]:
    columns, differs = _copy(guard)
    return {
        f"{guard.name}_{name}": f"AFTER {verb} ON {guard.table} BEGIN SELECT RAISE(ABORT, '{guard.name}') WHERE {differs}; END"
        for name, verb in (("insert", "INSERT"), ("update", f"UPDATE OF {columns}"))
    }


_SQLITE = {
    "append_only": _sqlite_append_only,
    "no_overlap": _sqlite_no_overlap,
    "no_cycle": _sqlite_no_cycle,
    "no_dated_cycle": _sqlite_no_dated_cycle,
    "copied": _sqlite_copied,
}


def _sqlite_triggers(guard: Guard) -> dict[str, str]:
    """The triggers of a guard by name, each with the text that the database keeps of it."""
    write = _SQLITE[guard.kind]
    return {name: f"CREATE TRIGGER {name} {body}" for name, body in write(guard).items()}


def _postgresql_append_only(guard: Guard) -> list[str]:
    return [
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{guard.name}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE OR REPLACE TRIGGER {guard.name}_row BEFORE UPDATE OR DELETE ON {guard.table} FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
        f"CREATE OR REPLACE TRIGGER {guard.name}_all BEFORE TRUNCATE ON {guard.table} FOR EACH STATEMENT EXECUTE FUNCTION {guard.name}()",
    ]


def _postgresql_no_overlap(guard: Guard) -> list[str]:
    same = ", ".join(f"{c} WITH =" for c in guard.columns())
    return [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{guard.name}') THEN "
        f"ALTER TABLE {guard.table} ADD CONSTRAINT {guard.name} EXCLUDE USING gist "
        f"({same}, daterange(since, until) WITH &&); END IF; END $$",
    ]


def _postgresql_no_cycle(guard: Guard) -> list[str]:
    (up,) = guard.columns()
    # Two who close a chain from both ends at once see each other only after this lock: it is let go with the transaction.
    return [
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF NEW.{up} IS NULL THEN RETURN NULL; END IF; "
        f"PERFORM pg_advisory_xact_lock(hashtext('{guard.name}')); "
        f"IF NEW.id IN ({_way_up(guard)}) THEN "
        f"RAISE EXCEPTION '{guard.name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
        f"CREATE OR REPLACE TRIGGER {guard.name}_row AFTER INSERT OR UPDATE OF {up} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]


def _postgresql_no_dated_cycle(guard: Guard) -> list[str]:
    lower, _upper = guard.columns()
    return [
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF NOT ({_counts(guard, 'NEW')}) THEN RETURN NULL; END IF; "
        f"PERFORM pg_advisory_xact_lock(hashtext('{guard.name}')); "
        f"IF NEW.{lower} IN ({_days_up(guard, 'GREATEST', 'LEAST')}) THEN "
        f"RAISE EXCEPTION '{guard.name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
        f"CREATE OR REPLACE TRIGGER {guard.name}_row AFTER INSERT OR UPDATE OF {_what_moves(guard)} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]


def _postgresql_copied(guard: Guard) -> list[str]:
    columns, differs = _copy(guard)
    return [
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {differs} THEN "
        f"RAISE EXCEPTION '{guard.name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
        f"CREATE OR REPLACE TRIGGER {guard.name}_row AFTER INSERT OR UPDATE OF {columns} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]


_POSTGRESQL = {
    "append_only": _postgresql_append_only,
    "no_overlap": _postgresql_no_overlap,
    "no_cycle": _postgresql_no_cycle,
    "no_dated_cycle": _postgresql_no_dated_cycle,
    "copied": _postgresql_copied,
}


def _standing(cursor: Any, vendor: str) -> dict[str, str]:
    """The triggers (and, on PostgreSQL, constraints) that stand and are switched on; on SQLite with their text."""
    if vendor == "sqlite":
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    else:
        cursor.execute(
            "SELECT tgname, '' FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
            "UNION SELECT conname, '' FROM pg_constraint"
        )
    return dict(cursor.fetchall())


def install(using: str = "default") -> None:
    """Put every guard whose table exists in place; doing it twice changes nothing."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        guards = [guard for guard in _guards if guard.table in tables]
        if connection.vendor == "sqlite":
            standing = _standing(cursor, "sqlite")
            for name, text in (item for guard in guards for item in _sqlite_triggers(guard).items()):
                if standing.get(name) != text:  # missing, or left by an older version of this file
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(text)
        else:
            for guard in guards:
                for statement in _POSTGRESQL[guard.kind](guard):
                    cursor.execute(statement)


def make_way(using: str = "default") -> None:
    """Before migrations: SQLite renames no table while a trigger of another one names it, and a rebuild is a drop and a rename.

    Only the guards of copies name another table; ``install`` puts them back when the migrations are through.
    """
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for guard in _guards:
                for name in _sqlite_triggers(guard) if guard.kind == "copied" else ():
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def lift(using: str = "default") -> None:
    """Take the append-only guards off; for the test flush alone, whose own post_migrate puts them back."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for guard in _guards:
            if guard.kind != "append_only":
                continue
            suffixes = ("_update", "_delete") if connection.vendor == "sqlite" else ("_row", "_all")
            for suffix in suffixes:
                on = "" if connection.vendor == "sqlite" else f" ON {guard.table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{suffix}{on}")


def missing(using: str = "default") -> list[str]:
    """Names of guards that should stand in this database and do not, are switched off, or (SQLite) say something else."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        standing = _standing(cursor, connection.vendor)
    wanted: dict[str, str] = {}
    for guard in _guards:
        if guard.table not in tables:
            continue
        if connection.vendor == "sqlite":
            wanted |= _sqlite_triggers(guard)
        elif guard.kind == "append_only":
            wanted |= {f"{guard.name}_row": "", f"{guard.name}_all": ""}
        elif guard.kind in ("no_cycle", "no_dated_cycle", "copied"):
            wanted[f"{guard.name}_row"] = ""
        else:
            wanted[guard.name] = ""
    return sorted(name for name, text in wanted.items() if standing.get(name) != text)
