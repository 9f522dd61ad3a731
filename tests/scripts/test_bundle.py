"""The bundle holds what a machine without internet needs, and installs there from itself alone."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from accountability.papers.faces import FACES
from scripts import bundle

pytestmark = pytest.mark.sqlite_only


def wheel(folder: Path) -> Path:
    """A package of one line, made on the spot."""
    files = {
        "stone.py": b"WEIGHT = 3\n",
        "stone-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: stone\nVersion: 1.0\n",
        "stone-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }

    def line(name: str, data: bytes) -> str:
        return f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"

    record = "".join(line(name, data) for name, data in files.items()) + "stone-1.0.dist-info/RECORD,,\n"
    folder.mkdir(parents=True)
    path = folder / "stone-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as out:
        for name, data in {**files, "stone-1.0.dist-info/RECORD": record.encode()}.items():
            out.writestr(name, data)
    return path


@pytest.fixture
def small_house(tmp_path, monkeypatch) -> Path:
    """A checkout of a few files, with one package and one face, standing in for ours."""
    root, elsewhere = tmp_path / "checkout", tmp_path / "registry"
    made = wheel(elsewhere)
    (root / "locale" / "bo" / "LC_MESSAGES").mkdir(parents=True)
    (root / "locale" / "bo" / "LC_MESSAGES" / "django.po").write_text('msgid ""\nmsgstr ""\n')
    (root / "locale" / "bo" / "LC_MESSAGES" / "django.mo").write_bytes(b"compiled")
    (root / ".gitignore").write_text("*.mo\n")
    (root / "manage.py").write_text("print('here')\n")
    (root / "requirements.txt").write_text(f"stone==1.0 \\\n    --hash=sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}\n")
    git = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-C", str(root)]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    monkeypatch.setattr(bundle, "ROOT", root)
    monkeypatch.setattr(bundle, "wheels", lambda place: wheel(place / "wheels"))

    def one_face(place: Path) -> None:
        (place / "fonts").mkdir()
        (place / "fonts" / "Face.otf").write_bytes(b"face")

    monkeypatch.setattr(bundle, "fonts", one_face)
    return root


def test_a_bundle_lists_every_part_and_installs_without_internet(small_house, tmp_path):
    (small_house / "manage.py").write_text("print('not committed')\n")
    path = bundle.pack(tmp_path)
    with tarfile.open(path) as tar:
        (top,) = {name.split("/")[0] for name in tar.getnames()}
        tar.extractall(tmp_path, filter="data")
    place = tmp_path / top
    listed = {line.split("  ")[1] for line in (place / "SHA256SUMS").read_text().splitlines()}
    assert listed == {
        "source.tar",
        "translations.tar",
        "wheels/stone-1.0-py3-none-any.whl",
        "fonts/Face.otf",
        "platform",
        "commit",
        "install",
    }

    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "XDG_DATA_HOME": str(tmp_path / "share")}
    # As another user's root would put faces where every test sees them, the script is told that it is nobody special.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "bin" / "id").chmod(0o755)
    environment["PATH"] = f"{tmp_path / 'bin'}:{environment['PATH']}"

    def install(to: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(place / "install"), str(to)], env=environment, capture_output=True, text=True)

    done = install(tmp_path / "app")
    assert done.returncode == 0, done.stderr
    app = tmp_path / "app"
    assert (app / "manage.py").read_text() == "print('here')\n", "what is not committed is not packed"
    assert (app / "locale" / "bo" / "LC_MESSAGES" / "django.mo").read_bytes() == b"compiled"
    weighed = subprocess.run([app / ".venv" / "bin" / "python", "-c", "import stone; print(stone.WEIGHT)"], capture_output=True, text=True)
    assert weighed.stdout == "3\n", weighed.stderr
    assert subprocess.run(["sha256sum", "--check", "--status", ".venv/runtime.sha256"], cwd=app).returncode == 0
    assert (tmp_path / "share" / "fonts" / "chiefs" / "Face.otf").exists()
    again = install(app)
    assert (again.returncode, "is not empty" in again.stderr) == (1, True)
    (place / "source.tar").write_bytes(b"altered")
    broken = install(tmp_path / "second")
    assert (broken.returncode, "copy it again" in broken.stderr) == (1, True)


def test_translations_that_are_not_compiled_are_asked_for(small_house, tmp_path, capsys):
    next(small_house.glob("locale/*/LC_MESSAGES/*.mo")).unlink()
    assert bundle.main(["--to", str(tmp_path / "out")]) == 1
    assert "not compiled" in capsys.readouterr().err
    assert not list((tmp_path / "out").iterdir())


def test_every_role_of_a_paper_has_a_free_face_in_the_bundle():
    assert not [face.role for face in FACES if not set(bundle.FAMILIES) & {*face.right, face.stand_in}]
