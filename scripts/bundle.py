"""Everything that a machine without internet needs, in one tar: python scripts/bundle.py [--to FOLDER]

The source as committed, the compiled translations, wheels of the pinned packages for this machine's Python, the free faces that
papers are set in, and a script that installs from it. Static files are part of the source; Debian's own packages are not in it.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALLER = Path(__file__).resolve().with_name("install-bundle")
#: One free family at least for every role of accountability/papers/faces.py; the offices' licensed faces are never packed.
FAMILIES = ("FandolFang", "FandolKai", "FandolHei", "Noto Serif CJK SC", "Noto Sans CJK SC", "DDC Uchen")
LICENCES = ("/usr/share/doc/fonts-noto-cjk/copyright", "/usr/share/doc/fonts-ddc-uchen/copyright")


class Missing(Exception):
    """What is not here, and how to get it."""


def run(*words: str | Path) -> str:
    done = subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"{words[0]} stopped: {done.stderr.strip()[-2000:] or done.stdout.strip()[-2000:]}")
    return done.stdout.strip()


def source(place: Path) -> str:
    """The committed source; returns its commit."""
    run("git", "archive", "--format=tar", "-o", place / "source.tar", "HEAD")
    return run("git", "rev-parse", "--short=12", "HEAD")


def translations(place: Path) -> None:
    """Compiled, so that the other machine needs no gettext."""
    compiled = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.mo"))
    if len(compiled) != len(list(ROOT.glob("locale/*/LC_MESSAGES/django.po"))):
        raise Missing("The translations are not compiled. Run 'manage.py prepare' first, or 'make run' once.")
    with tarfile.open(place / "translations.tar", "w") as tar:
        for path in compiled:
            tar.add(path, arcname=str(path.relative_to(ROOT)))


def wheels(place: Path) -> None:
    """The pinned packages, each checked against its hash; nothing that would have to be built there."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    run(*pip, "--require-hashes", "--only-binary=:all:", "-r", ROOT / "requirements.txt", "-d", place / "wheels")


def fonts(place: Path) -> None:
    folder = place / "fonts"
    folder.mkdir()
    for family in FAMILIES:
        files = run("fc-list", f":family={family}", "file").replace(":", "").splitlines()
        if not files:
            raise Missing(f"The face {family} is not installed here. Run scripts/system-parts, then this again.")
        for name in files:
            shutil.copy(name.strip(), folder)
            licence = Path(name.strip()).with_name("copyright")
            if licence.exists():
                shutil.copy(licence, folder / f"copyright-{licence.parent.name}")
    for licence in map(Path, LICENCES):
        if licence.exists():
            shutil.copy(licence, folder / f"copyright-{licence.parent.name}")


def sums(place: Path) -> int:
    """A line for every file, as sha256sum checks it; returns how many."""
    lines = []
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        with path.open("rb") as data:
            lines.append(f"{hashlib.file_digest(data, 'sha256').hexdigest()}  {path.relative_to(place)}\n")
    (place / "SHA256SUMS").write_text("".join(lines))
    return len(lines)


def pack(to: Path) -> Path:
    """Gather all of it and write the one file; returns its path."""
    with tempfile.TemporaryDirectory(dir=to, prefix=".bundle-") as work:
        place = Path(work)
        commit = source(place)
        translations(place)
        wheels(place)
        fonts(place)
        (place / "platform").write_text(f"{platform.machine()}\n")
        (place / "commit").write_text(f"{commit}\n")
        shutil.copy(INSTALLER, place / "install")
        (place / "install").chmod(0o755)
        count = sums(place)
        name = f"chiefs-bundle-{commit}-{platform.machine()}"
        path, half = to / f"{name}.tar", to / f".{name}.part"
        try:
            with tarfile.open(half, "w") as tar:
                tar.add(place, arcname=name)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    sys.stdout.write(f"{path} ({path.stat().st_size // 1024 // 1024} MB, {count} files)\n")
    return path


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--to", type=Path, default=ROOT / "var", help="folder for the bundle (default: var in the checkout)")
    to = parser.parse_args(words).to
    try:
        to.mkdir(parents=True, exist_ok=True)
        if run("git", "status", "--porcelain", "--untracked-files=no"):
            sys.stdout.write("Uncommitted changes are not in the bundle.\n")
        pack(to.resolve())
    except (Missing, OSError) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
