"""The way back: an archive is read to its end and trusted only then; until then nothing stands where the site would find it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accountability.setup import world

from . import databases, making
from .archive import LISTING, MANIFEST, MOST_MANIFEST, BackupFault, Hashing, file_name, key_name, opened, parts

Say = Callable[[str], object]
OTHER_COPY = "Take another copy of the archive, or an older backup."


def verify(archive: Path, say: Say) -> None:
    """Restore into a throw-away database and check everything there; the live one is not touched. Raises BackupFault."""
    with working_place() as place:
        found = Reading(place).read(archive)
        if not found.same_key:
            say("Not checked: whether the manifest was written by this house. The seal key here is not the one that it was made with.")
        with databases.thrown_away(found.database, place) as url:
            check(found, url, say)


def restore(archive: Path, say: Say) -> None:
    """Put an archive into an empty database and an empty folder of files.

    Raises BackupFault, and both are still empty; but for a fault that was in the data already when the backup was made: then
    everything was put back as it was, and the sentence says so.
    """
    root = making.private_files()
    databases.refuse_filled()
    if root.exists() and any(root.iterdir()):
        raise BackupFault(f"{root} is not empty. Files are restored into an empty folder only: move it away, then run this again.")
    if found := world.key_faults():
        raise BackupFault(" ".join(found))
    half = root.with_name(f"{root.name}.restoring")
    shutil.rmtree(half, ignore_errors=True)
    try:
        with working_place() as place:
            read = Reading(place, half).read(archive)
            if not read.same_key:
                raise BackupFault(
                    f"{settings.SEAL_KEY_FILE} is not the seal key of this backup: what is sealed in it could never be read again. "
                    "Put the right seal.key there, then run this again."
                )
            refuse_other_world(read.manifest)
            databases.load(read.database)
            os.sync()
            if root.exists():
                root.rmdir()
            half.replace(root)
            try:
                check(read, None, say)
            except BackupFault as fault:
                raise BackupFault(f"Everything was put back, but the check found a fault. Find out when it came in. {fault}") from fault
    finally:
        shutil.rmtree(half, ignore_errors=True)
    making.record("setup.restore", read.manifest)


def refuse_other_world(manifest: dict[str, Any]) -> None:
    if manifest["database"]["kind"] != connection.vendor:
        raise BackupFault(
            f"The archive holds a {manifest['database']['kind']} database and DATABASE_URL names {connection.vendor}. "
            "Restore it into a database of its own kind."
        )
    if (manifest["world"] == "demonstration") != settings.DEMO:
        raise BackupFault(f"The archive holds a {manifest['world']} world, and DEMO={int(settings.DEMO)} is for the other one.")


@contextmanager
def working_place() -> Iterator[Path]:
    """Beside the data, where there is room for a whole database."""
    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restore-") as place:
            yield Path(place)
    except OSError as trouble:
        raise BackupFault(f"The backup could not be read or written out: {trouble}. Nothing was restored.") from trouble


@dataclass
class Found:
    """An archive that was read to its end and is what its manifest says."""

    manifest: dict[str, Any]
    database: Path
    files: Path
    same_key: bool


@dataclass
class Reading:
    """One pass over an archive: hashes every part, keeps the copy of the database, and the files where they are wanted."""

    place: Path
    files_to: Path | None = None
    hashes: dict[str, str] = field(default_factory=dict)
    database: Path | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    file_fault: str = ""

    def read(self, archive: Path) -> Found:
        """Raises BackupFault with the name of the first part that is not what was written."""
        if not archive.is_file():
            raise BackupFault(f"There is no archive {archive}.")
        if self.files_to is not None:
            self.files_to.mkdir(mode=0o700, parents=True)
        listed = self.place / "files.sqlite3"
        with closing(sqlite3.connect(listed)) as index, (self.place / "files").open("w+", encoding="utf-8") as lines:
            index.execute("PRAGMA synchronous=OFF")
            index.execute("CREATE TABLE files (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL)")
            for name, size, content in parts(archive):
                self.take(name, size, content, index, lines)
            index.commit()
        return Found(self.manifest, self.judged(), listed, self.manifest["seal_key"] == key_name())

    def take(self, name: str, size: int, content: IO[bytes], index: sqlite3.Connection, lines: IO[str]) -> None:
        if self.manifest or name in self.hashes:
            raise BackupFault(f"The part {name} does not belong there. {OTHER_COPY}")
        reading = Hashing(name, content)
        if name in databases.PARTS.values():
            self.database = self.place / name
            with self.database.open("wb") as out:
                self.hashes[name] = reading.copy_to(out)
        elif name == LISTING:
            self.compare(reading, lines)
            self.hashes[name] = reading.digest.hexdigest()
        elif name == MANIFEST:
            if size > MOST_MANIFEST:
                raise BackupFault(f"{MANIFEST} is far too large. {OTHER_COPY}")
            self.manifest = opened(reading.read(MOST_MANIFEST))
        else:
            self.take_file(name, reading, index, lines)

    def take_file(self, part: str, reading: Hashing, index: sqlite3.Connection, lines: IO[str]) -> None:
        name = file_name(part)
        if self.files_to is None:
            sha256 = reading.copy_to(None)
        else:
            target = self.files_to / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with target.open("xb") as out:
                target.chmod(0o600)
                sha256 = reading.copy_to(out)
        try:
            index.execute("INSERT INTO files VALUES (?, ?)", (name, sha256))
        except sqlite3.IntegrityError:
            raise BackupFault(f"The part {part} is in the archive twice. {OTHER_COPY}") from None
        lines.write(f"{sha256}  {part}\n")

    def compare(self, listing: Hashing, lines: IO[str]) -> None:
        """The list against what was read, line by line; the first difference is kept until the list itself is trusted."""
        lines.seek(0)
        for told, read in zip_longest(split(listing), lines):
            if told == read or self.file_fault:
                continue
            if told is None or read is None or told[64:] != read[64:]:
                self.file_fault = f"The part {(told or read or '')[66:].strip()} is missing, or does not belong there."
            else:
                self.file_fault = f"The part {read[66:].strip()} was altered or is broken."

    def judged(self) -> Path:
        """The copy of the database, when every part is what the manifest says. The list first: the files are judged by it."""
        told = {part["name"]: part["sha256"] for part in self.manifest["parts"]}
        for name in sorted(told.keys() | self.hashes.keys(), reverse=True):
            if name not in self.hashes:
                raise BackupFault(f"The part {name} is missing. {OTHER_COPY}")
            if self.hashes[name] != told.get(name):
                raise BackupFault(f"The part {name} was altered or is broken. {OTHER_COPY}")
        if self.file_fault:
            raise BackupFault(f"{self.file_fault} {OTHER_COPY}")
        if self.database is None:
            raise BackupFault(f"There is no database in the archive. {OTHER_COPY}")
        known = MigrationLoader(None).disk_migrations
        if newer := [f"{app}.{name}" for app, name in self.manifest["migrations"] if app in apps_here() and (app, name) not in known]:
            raise BackupFault(f"The backup is newer than this software, which does not know {newer[0]}. Update first, then run this again.")
        return self.database


def apps_here() -> set[str]:
    """Labels of our own rooms: another package's migrations may have been squashed since."""
    return {room.rsplit(".", 1)[1] for room in settings.ROOMS}


def split(source: Hashing) -> Iterator[str]:
    """The lines of a text, read in pieces; a line ends at once when it is longer than a name may be."""
    rest = b""
    while data := source.read():
        *whole, rest = (rest + data).split(b"\n")
        yield from (line.decode("utf-8", "replace") + "\n" for line in whole)
        if len(rest) > 8192:
            raise BackupFault(f"The part {LISTING} was altered or is broken. {OTHER_COPY}")
    if rest:
        yield rest.decode("utf-8", "replace")


def check(found: Found, url: str | None, say: Say) -> None:
    """The ledger, the records and their files, in a process whose database is the restored one."""
    manifest = found.database.with_name(MANIFEST)
    manifest.write_text(json.dumps(found.manifest))
    environment = {**os.environ, **({} if url is None else {"DATABASE_URL": url})}
    command = [sys.executable, "-m", "accountability.setup.backups.check_process", str(manifest), str(found.files)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        say(line)
    if done.returncode:
        raise BackupFault(done.stderr.strip()[-4000:] or "The check of the restored database did not come to its end.")
