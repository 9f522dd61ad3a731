"""The copy of a whole database as of one moment while others go on writing, and the way back into an empty one."""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.postgresql.client import DatabaseClient

from .archive import CHUNK, BackupFault

PARTS = {"sqlite": "database.sqlite3.gz", "postgresql": "database.dump"}
COLLATIONS = {"sqlite": "BINARY", "postgresql": '"C"'}  # both order by bytes, so that both reckon the same head


@dataclass(frozen=True)
class Contents:
    """By what a database is known again: its migrations, how much the ledger holds, and one hash over the heads of all its chains."""

    migrations: list[list[str]]
    events: int
    streams: int
    head: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def contents(cursor: Any, vendor: str) -> Contents:
    """Read through any cursor, row by row."""
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    migrations = [list(row) for row in cursor.fetchall()]
    cursor.execute("SELECT COUNT(*) FROM ledger_event")
    events = cursor.fetchone()[0]
    cursor.execute(f"SELECT key, seq, hash FROM ledger_stream ORDER BY key COLLATE {COLLATIONS[vendor]}")
    digest, streams = hashlib.sha256(), 0
    while some := cursor.fetchmany(2000):
        streams += len(some)
        for key, seq, last in some:
            digest.update(f"{key} {seq} {last}\n".encode())
    return Contents(migrations, events, streams, digest.hexdigest())


def here() -> Contents:
    """Of the database that the settings name."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        return contents(cursor, connection.vendor)


def version() -> str:
    if connection.vendor == "sqlite":
        return sqlite3.sqlite_version
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def copy(place: Path) -> tuple[Path, Contents]:
    """A copy of the live database in this folder, and what is in exactly that copy."""
    return _copy_sqlite(place) if connection.vendor == "sqlite" else _copy_postgresql(place)


def _copy_sqlite(place: Path) -> tuple[Path, Contents]:
    plain, packed = place / "copy.sqlite3", place / PARTS["sqlite"]
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=30)) as live, closing(sqlite3.connect(plain)) as target:
        # All pages in one step are one reading transaction: writers go on beside it. In smaller steps every write of
        # another process begins the copy anew, and on a busy site it never ends.
        live.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        found = contents(target.cursor(), "sqlite")
    with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=3) as out:
        shutil.copyfileobj(source, out, CHUNK)
    plain.unlink()
    return packed, found


def _copy_postgresql(place: Path) -> tuple[Path, Contents]:
    program, dump = tool("pg_dump"), place / PARTS["postgresql"]
    with transaction.atomic(), connection.cursor() as cursor:
        # pg_dump reads in the very snapshot in which the events are counted.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        with connection.chunked_cursor() as reading:
            found = contents(reading, "postgresql")
        # Comments belong to the extension's owner, who is not always the one who restores.
        options = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--snapshot={snapshot}", f"--file={dump}"]
        _run(program, options, connection.settings_dict)
    return dump, found


def tool(name: str) -> str:
    """The path of one of PostgreSQL's own programs. Raises BackupFault when it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise BackupFault(
            f"{name} is not on the PATH. Run 'apt-get install postgresql-client' (of the server's version or newer), then this again."
        )
    return found


def _run(program: str, options: list[str], settings: dict[str, Any]) -> None:
    """Run a PostgreSQL program on a database; the password goes through the environment, never over the command line."""
    args, env = DatabaseClient.settings_to_cmd_args_env(settings, [])
    *access, name = args[1:]
    done = subprocess.run(
        [program, *options, *access, "--no-password", f"--dbname={name}"], env={**os.environ, **(env or {})}, capture_output=True, text=True
    )
    if done.returncode:
        raise BackupFault(f"{Path(program).name} stopped: {done.stderr.strip()[-2000:]}")


def refuse_filled() -> None:
    """Raises BackupFault unless the database of the settings can be reached and holds no table."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(name).exists():
        return
    try:
        tables = connection.introspection.table_names()
    except DatabaseError as closed:
        raise BackupFault(f"The database {name} cannot be opened ({str(closed).strip()}). Make an empty one first.") from closed
    if tables:
        raise BackupFault(
            f"The database {name} is not empty: it has {len(tables)} tables. A backup is restored into an empty database only. "
            "Move the old one away, or let DATABASE_URL name a new one."
        )


def load(part: Path) -> None:
    """Put a copy into the empty database that the settings name: all of it or nothing."""
    if connection.vendor == "postgresql":
        _load_postgresql(part, connection.settings_dict)
        return
    name = Path(connection.settings_dict["NAME"])
    connections.close_all()
    half = name.with_name(f"{name.name}.restoring")
    _unpack(part, half)
    for suffix in ("-wal", "-shm"):  # of the empty file whose place it takes
        name.with_name(name.name + suffix).unlink(missing_ok=True)
    half.replace(name)


def _load_postgresql(part: Path, settings: dict[str, Any]) -> None:
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(part)]
    _run(tool("pg_restore"), options, settings)


def _unpack(part: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with gzip.open(part, "rb") as source, target.open("wb") as out:
        target.chmod(0o600)
        shutil.copyfileobj(source, out, CHUNK)
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def thrown_away(part: Path, place: Path) -> Iterator[str]:
    """The DATABASE_URL of a database of its own with this copy in it, gone afterwards; the live one is not touched."""
    if part.name == PARTS["sqlite"]:
        target = place / "thrown-away.sqlite3"
        _unpack(part, target)
        yield f"sqlite:///{target}"
        return
    if connection.vendor != "postgresql":
        raise BackupFault("The archive holds a PostgreSQL database. Let DATABASE_URL name a PostgreSQL server, then run this again.")
    tool("pg_restore")
    name = f"thrown_away_{secrets.token_hex(6)}"
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        except DatabaseError as refused:
            raise BackupFault(
                f"No database can be made for the check ({str(refused).strip()}). Let the server's administrator run "
                f"'ALTER ROLE {connection.settings_dict['USER']} CREATEDB', or check on another machine."
            ) from refused
    try:
        _load_postgresql(part, {**connection.settings_dict, "NAME": name})
        yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
