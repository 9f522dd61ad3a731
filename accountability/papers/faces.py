"""The faces that papers are set in, and whether this machine has them.

fontconfig puts another face in silently when one is missing; therefore it is asked first, and the paper says so.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.core import checks
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Face:
    """One role of GB/T 9704: ``right`` are the families that fill it, best first; ``stand_in`` is used and announced without them."""

    role: str
    right: tuple[str, ...]
    stand_in: str


# The offices' licensed faces come first: whoever owns them installs them, and they are used. The same lists stand in
# templates/papers/style.css (a test compares). There is no free XiaoBiaoSong: bold Noto Serif fills that role.
FACES = (
    Face("body", ("FangSong_GB2312", "FandolFang"), "Noto Serif CJK SC"),
    Face("kai", ("KaiTi_GB2312", "FandolKai"), "Noto Serif CJK SC"),
    Face("hei", ("SimHei", "FandolHei"), "Noto Sans CJK SC"),
    Face("title", ("FZXiaoBiaoSong-B05S", "Noto Serif CJK SC"), "Noto Serif CJK SC"),
    Face("tibetan", ("DDC Uchen", "Noto Serif Tibetan"), "Noto Serif CJK SC"),
)


@lru_cache(maxsize=1)
def installed() -> frozenset[str]:
    """The families that fontconfig knows here; none when fontconfig itself is missing."""
    try:
        done = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(family.strip() for line in done.stdout.splitlines() for family in line.split(","))


def missing(families: Iterable[str] | None = None) -> list[Face]:
    """Roles that none of the right families fills."""
    known = installed() if families is None else frozenset(families)
    return [face for face in FACES if known.isdisjoint(face.right)]


def announcement() -> str:
    """The line that stands on a paper whose faces are not the right ones; empty when all are there."""
    gone = missing()
    if not gone:
        return ""
    return _("Printed with stand-in faces: %(missing)s are not installed on the machine that printed this.") % {
        "missing": ", ".join(face.right[-1] for face in gone)
    }


def resolve(app_configs: object = None, **kwargs: object) -> list[checks.CheckMessage]:
    """W001: papers could not be set at all, or without the Tibetan; I001: they are set in stand-ins, and say so."""
    known = installed()
    found: list[checks.CheckMessage] = []
    for face in missing():
        text = f"No face for '{face.role}': none of {', '.join(face.right)} is installed."
        if face.stand_in in known and face.role != "tibetan":
            found.append(checks.Info(f"{text} Papers use {face.stand_in} and say so.", hint="Run scripts/system-parts.", id="papers.I001"))
        else:
            found.append(checks.Warning(text, hint="Run scripts/system-parts.", id="papers.W001"))
    return found
