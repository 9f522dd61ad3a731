"""``make keys``: the two secrets of a machine, written once, readable by its owner only, never part of a backup.

Plain Python: without a key Django does not start.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

NAMES = {"secret.key": lambda: secrets.token_urlsafe(48), "seal.key": lambda: secrets.token_hex(32)}


def make(place: Path) -> list[Path]:
    """Write the keys that are missing; returns those. An existing key is never touched: what it sealed would be lost."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    for name, draw in NAMES.items():
        path = place / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w") as out:
            out.write(draw())
            out.flush()
            os.fsync(out.fileno())
        made.append(path)
    return made


def main() -> None:
    place = Path(os.environ.get("DATA_DIR", "var")).resolve()
    for path in make(place):
        sys.stdout.write(f"{path} written. Keep a copy in a safe place, apart from the backups of the database.\n")


if __name__ == "__main__":
    main()
