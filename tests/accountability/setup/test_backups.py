"""A backup is whole, taken while others write, trusted only when nothing in it was altered, and comes back; on both databases."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import tracemalloc
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections

from accountability.evidence.models import Evidence
from accountability.ledger.models import Event
from accountability.setup.backups import databases, making, restoring
from accountability.setup.backups.archive import BackupFault, file_name
from tests.factories.evidence import kept
from tests.factories.papers import issued

#: One after another: a database that is thrown away after a look is seen by every worker of the run.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("backups")]
KEY = "11" * 32


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    """Keys as they must lie, and folder and files of this test alone."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.SEAL_KEY_FILE = tmp_path / "seal.key"
    settings.SEAL_KEY_FILE.write_text(KEY)
    settings.SEAL_KEY_FILE.chmod(0o600)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}},
    }
    (tmp_path / "backups").mkdir()
    return tmp_path


def back_up(tmp_path: Path) -> Path:
    return making.make(tmp_path / "backups", lambda line: None)


def names(archive: Path) -> list[str]:
    with tarfile.open(archive) as tar:
        return tar.getnames()


def manifest(archive: Path) -> dict:
    with tarfile.open(archive) as tar:
        return json.load(tar.extractfile("manifest.json"))


def fault_of(archive: Path) -> str:
    with pytest.raises(BackupFault) as raised:
        restoring.verify(archive, lambda line: None)
    return str(raised.value)


def test_a_backup_holds_database_files_list_and_manifest_and_never_a_key(tmp_path, capsys):
    photo, paper = kept(rendered=True), issued(printed=True)
    for name in ("secret.key", "seal.key"):
        Path(default_storage.path(name)).write_text(KEY)
    call_command("backup", tmp_path / "backups")
    (archive,) = (tmp_path / "backups").iterdir()
    assert archive.stat().st_mode & 0o777 == 0o600
    files = sorted(f"files/{name}" for name in (photo.original, photo.rendition, paper.pdf))
    assert names(archive) == [databases.PARTS[connection.vendor], *files, "files.sha256", "manifest.json"]
    told = manifest(archive)
    assert told["ledger"]["events"] == Event.objects.exclude(stream=making.STREAM).count()
    assert (told["world"], told["files"]["count"]) == ("live", 3)
    assert KEY.encode() not in archive.read_bytes()
    said = capsys.readouterr().out
    assert "NOT in it: secret.key and" in said
    assert Event.objects.get(stream=making.STREAM).facts["head"] == told["ledger"]["head"], "the ledger knows of the copy"


def test_a_backup_taken_while_others_write_is_of_one_moment(tmp_path):
    for _ in range(3):
        kept()
    done, trouble = threading.Event(), []

    def write() -> None:
        try:
            while not done.is_set():
                kept()
        except Exception as error:  # noqa: BLE001 -- told to the test's own thread
            trouble.append(error)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        archive = back_up(tmp_path)
    finally:
        done.set()
        for writer in writers:
            writer.join()
    assert not trouble
    assert Evidence.objects.count() > 3
    said: list[str] = []
    restoring.verify(archive, said.append)
    assert any(line.startswith(f"Ledger verified: {manifest(archive)['ledger']['events']} events") for line in said)


def test_verify_touches_neither_the_live_database_nor_its_files_and_leaves_nothing(tmp_path):
    kept(rendered=True)
    archive = back_up(tmp_path)
    shutil.rmtree(tmp_path / "files")
    before = (databases.here(), sorted(django_settings.DATA_DIR.iterdir()))
    restoring.verify(archive, lambda line: None)
    assert (databases.here(), sorted(django_settings.DATA_DIR.iterdir())) == before
    assert not (tmp_path / "files").exists()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'thrown_away%'")
            assert cursor.fetchone() == (0,)


def spoilt(archive: Path, part: str, how: str) -> Path:
    """A copy of the archive in which one part is altered, missing, cut off, or renamed to lead elsewhere."""
    other = archive.with_name(f"{how}.tar")
    if how in ("altered", "cut"):
        shutil.copy(archive, other)
        with tarfile.open(archive) as tar:
            member = tar.getmember(part)
        with other.open("r+b") as out:
            if how == "cut":
                out.truncate(member.offset_data + member.size // 2)
            else:
                out.seek(member.offset_data + member.size // 2)
                (byte,) = out.read(1)
                out.seek(-1, os.SEEK_CUR)
                out.write(bytes([byte ^ 1]))
        return other
    with tarfile.open(archive) as tar, tarfile.open(other, "w") as out:
        for member in tar.getmembers():
            content = tar.extractfile(member)
            if member.name == part:
                if how == "missing":
                    continue
                member.name = "files/../../elsewhere"
                member.pax_headers = {}
            out.addfile(member, content)
    return other


def test_a_broken_or_altered_archive_is_refused_by_the_name_of_its_part(tmp_path):
    photo = kept()
    archive = back_up(tmp_path)
    database, file = databases.PARTS[connection.vendor], f"files/{photo.original}"
    for part in (database, file, "files.sha256", "manifest.json"):
        for how in ("altered", "missing", "cut"):
            assert part in fault_of(spoilt(archive, part, how)), f"{part} {how}"
    assert "'files/../../elsewhere' has a name that no file of ours has" in fault_of(spoilt(archive, file, "renamed"))
    assert not (tmp_path / "elsewhere").exists()
    assert "not whole" in fault_of(spoilt(archive, file, "cut"))
    (tmp_path / "text.tar").write_text("no archive at all")
    assert "not whole" in fault_of(tmp_path / "text.tar")
    assert "There is no archive" in fault_of(tmp_path / "nowhere.tar")


@pytest.mark.parametrize("name", ["files/", "files//etc/passwd", "files/../up", "files/a/./b", "files/a\nb", "elsewhere"])
def test_a_file_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(BackupFault):
        file_name(name)


def test_a_backup_made_under_another_key_is_checked_but_not_restored(tmp_path, settings, monkeypatch):
    archive = back_up(tmp_path)
    settings.SEAL_KEY_FILE.write_text("22" * 32)
    said: list[str] = []
    restoring.verify(archive, said.append)
    assert said[0].startswith("Not checked")
    monkeypatch.setattr(databases, "refuse_filled", lambda: None)
    monkeypatch.setattr(databases, "load", lambda part: pytest.fail("nothing may be loaded"))
    with pytest.raises(BackupFault, match="is not the seal key of this backup"):
        restoring.restore(archive, said.append)
    assert not list(tmp_path.glob("files*"))


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def empty_machine(tmp_path):
    """The environment of another machine: the same keys, an empty database, no files."""
    place = tmp_path / "other"
    (place / "live").mkdir(parents=True)
    (place / "seal.key").write_text(KEY)
    (place / "seal.key").chmod(0o600)
    if connection.vendor == "sqlite":
        yield {"CHIEFS_TEST_DIR": str(place), "DATABASE_URL": f"sqlite:///{place / 'live' / 'db.sqlite3'}"}
        return
    name = f"another_machine_{uuid4().hex}"  # every worker of the run sees every database of the cluster
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    yield {"CHIEFS_TEST_DIR": str(place), "DATABASE_URL": url}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_backup_comes_back_on_an_empty_machine_and_only_there(tmp_path, empty_machine):
    photo = kept(rendered=True)
    archive = back_up(tmp_path)
    empty_machine["PYTEST_XDIST_WORKER"] = "one"
    done = run("restore", str(archive), **empty_machine)
    assert done.returncode == 0, done.stderr
    assert "Restored." in done.stdout
    files = Path(empty_machine["CHIEFS_TEST_DIR"], "files", "one")
    assert (files / photo.original).read_bytes() == Path(default_storage.path(photo.original)).read_bytes()
    assert (files / photo.original).stat().st_mode & 0o777 == 0o600
    assert (files / photo.rendition).exists()
    again = run("restore", str(archive), **empty_machine)
    assert (again.returncode, "is not empty" in again.stderr) == (1, True), again.stderr
    ledger = run("verify_ledger", **empty_machine)
    assert ledger.returncode == 0, ledger.stderr
    assert f"{manifest(archive)['ledger']['events'] + 1} events verified" in ledger.stdout, "the restoring is an event of its own"


def test_a_row_whose_file_is_another_or_gone_is_found_and_the_rest_is_put_back_all_the_same(tmp_path, empty_machine):
    """The archive is whole; what was copied into it was not."""
    photo = kept()
    Path(default_storage.path(photo.original)).write_bytes(b"another")
    archive = back_up(tmp_path)
    another = f"evidence.Evidence {photo.pk}: its file {photo.original} is not the one"
    assert another in fault_of(archive)
    done = run("restore", str(archive), **empty_machine)
    assert (done.returncode, "Everything was put back, but" in done.stderr, another in done.stderr) == (1, True, True), done.stderr
    shutil.rmtree(tmp_path / "files")
    archive.unlink()
    assert "is not in the backup" in fault_of(back_up(tmp_path))


def test_a_refused_restore_leaves_the_machine_empty(tmp_path, empty_machine):
    kept()
    archive = back_up(tmp_path)
    broken = spoilt(archive, databases.PARTS[connection.vendor], "altered")
    done = run("restore", str(broken), **empty_machine)
    assert (done.returncode, databases.PARTS[connection.vendor] in done.stderr) == (1, True), done.stderr
    assert not list(Path(empty_machine["CHIEFS_TEST_DIR"]).glob("files/*"))
    Path(empty_machine["CHIEFS_TEST_DIR"], "seal.key").chmod(0o644)
    assert "chmod 600" in run("restore", str(archive), **empty_machine).stderr
    Path(empty_machine["CHIEFS_TEST_DIR"], "seal.key").chmod(0o600)
    assert run("restore", str(archive), **empty_machine).returncode == 0, "nothing of the refused ones is in the way"


def test_a_live_database_is_never_overwritten(tmp_path):
    archive = back_up(tmp_path)
    with pytest.raises(CommandError, match="is not empty"):
        call_command("restore", archive)


def test_a_place_that_will_not_do_is_refused_with_what_to_do(tmp_path, settings):
    for folder, why in ((tmp_path / "nowhere", "no folder"), (Path(default_storage.path("")), "contain itself")):
        if "contain" in why:
            folder.mkdir(exist_ok=True)
        with pytest.raises(CommandError, match=why):
            call_command("backup", folder)
    settings.SEAL_KEY_FILE.chmod(0o644)
    with pytest.raises(CommandError, match="chmod 600"):
        call_command("backup", tmp_path / "backups")
    assert not list((tmp_path / "backups").iterdir())


def test_postgresqls_programs_are_asked_for_by_name(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupFault, match=r"pg_dump is not on the PATH.*postgresql-client"):
        databases.tool("pg_dump")
    if connection.vendor == "postgresql":
        with pytest.raises(CommandError, match="pg_dump is not on the PATH"):
            call_command("backup", tmp_path / "backups")
        assert not list((tmp_path / "backups").iterdir())


def test_a_large_file_costs_no_memory(tmp_path):
    kept()
    with Path(default_storage.path("large")).open("wb") as out:
        out.truncate(96 * 1024 * 1024)
    tracemalloc.start()
    try:
        archive = back_up(tmp_path)
        restoring.Reading(make_folder(tmp_path / "work")).read(archive)
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


def make_folder(path: Path) -> Path:
    path.mkdir()
    return path
