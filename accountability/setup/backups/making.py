"""A backup while the site runs: first the database as of one moment, then the files.

In this order because a file is always written before its row and never changes afterwards: whatever row is in the copy, its
file is there. Files that came later are in the archive too and do no harm.
"""

from __future__ import annotations

import io
import os
import platform
import stat
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction

from accountability.kit import days
from accountability.ledger.models import Event
from accountability.setup import keys, world
from chiefs.posts import reports
from chiefs.posts.functions import SYSTEM_CLOCK

from . import databases
from .archive import FILES, FORMAT, LISTING, MANIFEST, BackupFault, Writer, signed

Say = Callable[[str], object]
STREAM = "setup.backups"


def make(folder: Path, say: Say) -> Path:
    """Write one archive into this folder and return its path. Raises BackupFault, and leaves nothing half behind."""
    folder = folder.resolve()
    root = private_files()
    refuse(folder, root)
    moment = days.now()
    path = folder / f"chiefs-{settings.WORLD_DIR.name}-{moment:%Y%m%d-%H%M%S}.tar"
    half = path.with_name(f".{path.name}.part")
    if path.exists() or half.exists():
        raise BackupFault(f"{path} is there already. Wait a second, then run this again.")
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as place:
            content = write(half, Path(place), root, say)
        half.replace(path)
        to_disk(folder)
    except OSError as full:
        raise BackupFault(f"The backup could not be written: {full}. Nothing was kept of it.") from full
    finally:
        half.unlink(missing_ok=True)
    record("setup.backup", content)
    return path


def private_files() -> Path:
    """The folder of evidence, renditions and papers."""
    try:
        return Path(default_storage.path("")).resolve()
    except NotImplementedError as elsewhere:
        raise BackupFault("The private files do not lie on this machine. Back them up where they lie.") from elsewhere


def refuse(folder: Path, root: Path) -> None:
    """Raises BackupFault for a place where no backup may be, and when the keys would travel with it."""
    if not folder.is_dir():
        raise BackupFault(f"{folder} is no folder. Make it, on another disk than the data, then run this again.")
    if folder.is_relative_to(root):
        raise BackupFault(f"{folder} lies among the private files: the backup would contain itself. Name a folder on another disk.")
    if found := world.key_faults():
        raise BackupFault(" ".join(found))
    if Path(settings.SEAL_KEY_FILE).resolve().is_relative_to(root):
        raise BackupFault(f"The seal key lies among the private files ({root}) and would be in the backup. Move it out.")


def write(path: Path, place: Path, root: Path, say: Say) -> dict[str, Any]:
    """Write all parts; returns what the manifest says."""
    copy, found = databases.copy(place)
    say(f"Database copied: {found.events} events in {found.streams} chains.")
    archive = Writer(path)
    try:
        with copy.open("rb") as source:
            sha256, size = archive.add(copy.name, source)
        parts = [{"name": copy.name, "size": size, "sha256": sha256}]
        copy.unlink()
        count = total = 0
        listing = place / LISTING
        with listing.open("w", encoding="utf-8") as lines:
            for name, source in files_below(root):
                with source:
                    sha256, size = archive.add(f"{FILES}{name}", source)
                lines.write(f"{sha256}  {FILES}{name}\n")
                count, total = count + 1, total + size
        say(f"Files copied: {count}, {total} bytes.")
        with listing.open("rb") as source:
            sha256, size = archive.add(LISTING, source)
        parts.append({"name": LISTING, "size": size, "sha256": sha256})
        content = {
            **about(),
            "migrations": found.migrations,
            "ledger": {"events": found.events, "streams": found.streams, "head": found.head},
            "files": {"count": count, "bytes": total},
            "parts": parts,
        }
        manifest = place / MANIFEST
        manifest.write_bytes(signed(content))
        with manifest.open("rb") as source:
            archive.add(MANIFEST, source)
    finally:
        archive.close()
    return content


def about() -> dict[str, Any]:
    """What made the archive, when, and of what."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return {
        "format": FORMAT,
        "made_at": days.now().isoformat(timespec="seconds"),
        "site": settings.SITE_URL,
        "prefecture": settings.PREFECTURE_CODE,
        "world": "demonstration" if world.is_demonstration() else "live",
        "database": {"kind": connection.vendor, "version": databases.version()},
        "software": {project["name"]: project["version"], "django": django.__version__, "python": platform.python_version()},
    }


def files_below(root: Path) -> Iterator[tuple[str, io.BufferedReader]]:
    """Every regular file below the folder in order of its name, open; links are not followed, keys are never among them."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if name in keys.NAMES or path.is_symlink():
                continue
            try:
                source = path.open("rb")
            except FileNotFoundError:  # a file without a row, swept away since the folder was read
                continue
            if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
                source.close()
                continue
            yield path.relative_to(root).as_posix(), source


def record(act: str, content: dict[str, Any]) -> None:
    """The ledger says that a copy of everything was made or put back, and which one it was."""
    facts = {"made_at": content["made_at"], "files": content["files"]["count"], **content["ledger"]}
    with transaction.atomic():
        Event.record(STREAM, act, reports.system(SYSTEM_CLOCK), facts=facts)


def to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
