"""The archive of a backup: one tar, written and read from front to end in pieces, so memory stays flat at any size.

    database.sqlite3.gz or database.dump   the database as of one moment
    files/...                              every private file: originals, renditions, papers
    files.sha256                           a line for each of them, as sha256sum writes and checks it
    manifest.json                          what all of it is, the hashes of the parts, and a proof under the seal key

The keys are never among the parts. The proof says that nobody without the seal key wrote the manifest.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from accountability.kit import sealing
from accountability.ledger.models import canonical

FORMAT = 1
FILES, LISTING, MANIFEST = "files/", "files.sha256", "manifest.json"
CHUNK = 1024 * 1024
MOST_MANIFEST = 4 * 1024 * 1024
PURPOSE = "backup"
#: What a manifest must hold to be read at all; under another key there is no proof to go by.
SHAPE = {"database": dict, "files": dict, "ledger": dict, "made_at": str, "migrations": list, "parts": list, "world": str}


class BackupFault(Exception):
    """Why a backup cannot be made, trusted or restored: a sentence that says what to do."""


def broken_off(last: str) -> BackupFault:
    return BackupFault(f"The archive breaks off at {last}: it is not whole. Take another copy of it, or an older backup.")


class Hashing:
    """Reads a part and reckons its SHA-256 on the way. Raises BackupFault where it is cut off."""

    def __init__(self, name: str, source: IO[bytes]) -> None:
        self.name, self.source, self.digest, self.size = name, source, hashlib.sha256(), 0

    def read(self, size: int = CHUNK) -> bytes:
        try:
            data = self.source.read(size)
        except tarfile.TarError as cut:
            raise broken_off(self.name) from cut
        self.digest.update(data)
        self.size += len(data)
        return data

    def copy_to(self, target: IO[bytes] | None) -> str:
        """Read to the end, into the target if there is one; returns the hash."""
        while data := self.read():
            if target is not None:
                target.write(data)
        return self.digest.hexdigest()


class Writer:
    """Adds parts to a new archive that only its owner may read."""

    def __init__(self, path: Path) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.out = os.fdopen(handle, "wb")
        self.tar = tarfile.open(fileobj=self.out, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 -- closed in close()

    def add(self, name: str, source: IO[bytes]) -> tuple[str, int]:
        """Add an open file of known size under a name; returns its hash and size."""
        found = os.fstat(source.fileno())
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = found.st_size, int(found.st_mtime), 0o600
        reading = Hashing(name, source)
        self.tar.addfile(member, reading)  # type: ignore[arg-type]
        self.tar.members.clear()  # type: ignore[attr-defined]  # tarfile would remember every member until the end
        return reading.digest.hexdigest(), member.size

    def close(self) -> None:
        """End the archive, down to the disk."""
        self.tar.close()
        self.out.flush()
        os.fsync(self.out.fileno())
        self.out.close()


def parts(path: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Name, size and content of every part in order. Raises BackupFault at the first that cannot be read."""
    last = "its beginning"
    try:
        with tarfile.open(path, "r:") as tar:
            while (member := tar.next()) is not None:
                if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.issparse():
                    raise BackupFault(f"The part {member.name} is no ordinary file. This archive was not made by manage.py backup.")
                last = member.name
                content = tar.extractfile(member)
                assert content is not None
                yield member.name, member.size, content
                tar.members.clear()  # type: ignore[attr-defined]
    except (tarfile.TarError, ValueError) as broken:  # a header of nonsense may end in either
        raise broken_off(last) from broken
    if last != MANIFEST:
        raise BackupFault(
            f"The archive ends after {last}, without {MANIFEST}: it is not whole. Take another copy of it, or an older backup."
        )


def file_name(part: str) -> str:
    """The name of a private file, as rows call it. Raises BackupFault for a name that would lead out of the folder."""
    name = part.removeprefix(FILES)
    path = PurePosixPath(name)
    if (
        not part.startswith(FILES)
        or not name
        or path.is_absolute()
        or ".." in path.parts
        or str(path) != name
        or "\0" in name
        or "\n" in name
    ):
        raise BackupFault(
            f"The part {part!r} has a name that no file of ours has. This archive was altered, or not made by manage.py backup."
        )
    return name


def key_name() -> str:
    """Which seal key this machine has, without a hint at the key itself; empty when it has none."""
    try:
        return sealing.fingerprint("which key", PURPOSE)
    except OSError:
        return ""


def signed(content: dict[str, Any]) -> bytes:
    """The manifest as it is written, with the proof over all that it says."""
    content = {**content, "seal_key": key_name()}
    proof = sealing.fingerprint(canonical(content), PURPOSE)
    return json.dumps({**content, "proof": proof}, ensure_ascii=False, indent=1).encode()


def opened(data: bytes) -> dict[str, Any]:
    """What a manifest says. Raises BackupFault when it cannot be read, or its proof fails under the key that it was made with."""
    altered = BackupFault(f"{MANIFEST} was altered or is broken. Take another copy of the archive, or an older backup.")
    try:
        content = json.loads(data)
        proof, made_with, form = content.pop("proof"), content["seal_key"], content["format"]
        shape = {name: type(content.get(name)) for name in SHAPE}
        whole = shape == SHAPE and all({"name", "sha256"} <= part.keys() for part in content["parts"])
        whole = whole and {"events", "streams", "head"} <= content["ledger"].keys() and {"kind"} <= content["database"].keys()
    except (ValueError, KeyError, AttributeError, TypeError):
        raise altered from None
    if form != FORMAT:
        raise BackupFault("The archive was made by another version of this software. Install that version or a newer one first.")
    if not whole:
        raise altered
    if made_with == key_name() and not hmac.compare_digest(str(proof), sealing.fingerprint(canonical(content), PURPOSE)):
        raise altered
    return content
