"""From an empty database to a live registry in one run, which may break off and be repeated; never over anything that is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accountability.ledger.models import Event, Mark
from accountability.setup import prepare, production, world
from chiefs.posts.models import Account, Person
from tests.factories.posts import AccountFactory, PersonFactory

from . import tables

THREE = ["wang=王一", "li=李二", "zhao=赵三"]
UPGRADE = """
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from accountability.ledger import guards
from chiefs.territory.models import Jurisdiction
before = Jurisdiction.objects.count()
guards.make_way()
MigrationExecutor(connection).migrate([("territory", "0005_succession_ref_unique")])
guards.install()
call_command("migrate", verbosity=0)
print(before == Jurisdiction.objects.count(), Jurisdiction.objects.get(code="513301000000").initials, guards.missing())
"""
PASSWORD = re.compile(r"^  (\w+) \((.+)\): (\S{16})$", re.MULTILINE)


@pytest.fixture
def right_keys(settings, tmp_path, monkeypatch):
    settings.SEAL_KEY_FILE = tmp_path / "seal.key"
    settings.SEAL_KEY_FILE.write_text("11" * 32)
    settings.SEAL_KEY_FILE.chmod(0o600)
    monkeypatch.setattr(prepare, "everything", lambda say: None)


def run_with(people: list[str]) -> None:
    call_command("init_production", *(f"--administrator={one}" for one in people))


def init(capsys) -> dict[str, str]:
    """Run it; login names and the passwords that were shown."""
    run_with(THREE)
    return {login: password for login, _name, password in PASSWORD.findall(capsys.readouterr().out)}


@pytest.mark.django_db
@pytest.mark.usefixtures("right_keys")
def test_each_administrator_gets_an_account_of_their_own_and_a_password_that_is_shown_once(capsys):
    passwords = init(capsys)
    assert sorted(passwords) == ["li", "wang", "zhao"]
    for login, password in passwords.items():
        account = Account.objects.get(login=login)
        assert account.check_password(password)
        assert (account.is_staff, account.is_superuser) == (True, False)
    assert {account.person.name for account in Account.objects.all()} == {"王一", "李二", "赵三"}


@pytest.mark.django_db
@pytest.mark.usefixtures("right_keys")
def test_a_run_that_broke_off_before_the_passwords_were_read_is_repeated(capsys):
    first = init(capsys)
    Account.objects.filter(login="li").update(last_login=timezone.now())
    second = init(capsys)
    assert sorted(second) == ["wang", "zhao"], "who has signed in keeps their own"
    assert Account.objects.get(login="wang").check_password(second["wang"])
    assert Account.objects.get(login="li").check_password(first["li"])
    assert (Account.objects.count(), Person.objects.count()) == (3, 3)
    assert Event.objects.filter(act="posts.renew_password").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("people", [THREE[:2], ["wang=王一", "wang=李二", "zhao=赵三"], [*THREE, "sun=孙四"]])
def test_three_people_with_three_login_names_or_nobody(people):
    with pytest.raises(CommandError, match="three administrators"):
        run_with(people)
    assert not Account.objects.exists()


def refused(why: str) -> None:
    with pytest.raises(CommandError, match=why):
        run_with(THREE)
    assert not Account.objects.filter(login="wang").exists()


@pytest.mark.django_db
def test_a_demonstration_world_is_refused(settings):
    Mark.objects.create(name=world.DEMONSTRATION)
    refused("demonstration world")
    settings.DEMO = True
    refused("DEMO=0")


@pytest.mark.django_db
@pytest.mark.parametrize("factory", [AccountFactory, PersonFactory])
def test_a_database_with_other_people_in_it_is_refused(factory):
    factory()
    refused("it is in use")


@pytest.mark.django_db
def test_a_database_of_another_program_is_refused(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(type(connection.introspection), "table_names", lambda *args, **kwargs: ["wp_posts"])
        refused("another program")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET app = 'blog' WHERE app = 'posts'")
    refused("another program")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--host", "no host"], "is no host name"),
        (["--host", "a.example", "--database", "mysql://x"], "begins with postgresql"),
        (["--host", "a.example", "--database", "postgresql://u:p'w@h/d"], "percent-encoded"),
        (["--host", "a.example", "--database", "", "--prefecture", "5133"], "twelve digits"),
        (["--host", "a.example", "--database", "", "--administrator", "wang"], "person's own name"),
        (["--host", "a.example", "--database", "", "--administrator", "wang=王一"], "three administrators"),
        ([], "Nobody is there to be asked"),
    ],
)
def test_an_answer_that_will_not_do_writes_nothing(words, why, tmp_path, monkeypatch, capsys):
    for name in ("SITE_HOST", "DATABASE_URL", "ADMINISTRATORS", "PREFECTURE_CODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert production.main([*words, "--data", str(tmp_path / "data")]) == 1
    assert why in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_person_at_the_keyboard_is_asked_again_until_the_answer_will_do(monkeypatch, capsys):
    said = iter(["no host", "HZZ.example.gov.cn"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: next(said))
    assert production.answer("Host:", production.host, None) == "hzz.example.gov.cn"
    assert "is no host name" in capsys.readouterr().out


@pytest.fixture
def empty_database(tmp_path):
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE first_start TEMPLATE template0 ENCODING 'UTF8'")
        yield os.environ["DATABASE_URL"].rpartition("/")[0] + "/first_start"
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE first_start WITH (FORCE)")
    else:
        yield ""


@pytest.mark.django_db(transaction=True)
def test_from_nothing_to_a_registry_that_may_be_served(tmp_path, empty_database):
    """The real thing on the real settings, twice; then the environment file alone is enough to start with."""
    data = tmp_path / "data"
    kept = {name: value for name, value in os.environ.items() if name not in (*production.SETTINGS, "DJANGO_SETTINGS_MODULE")}
    given = {"SITE_HOST": "hzz.example.gov.cn", "DATABASE_URL": empty_database, "DATA_DIR": str(data), "ADMINISTRATORS": ";".join(THREE)}

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {**kept, **environment}
        return subprocess.run([sys.executable, *words], cwd=django_settings.BASE_DIR, env=env, capture_output=True, text=True)

    first = run("-m", "accountability.setup.production", **given)
    assert first.returncode == 0, first.stderr
    assert len(PASSWORD.findall(first.stdout)) == 3
    written = data / "production.env"
    assert written.stat().st_mode & 0o777 == 0o600
    assert (data / "seal.key").exists()
    keys = [(data / name).read_text() for name in ("seal.key", "secret.key")]
    again = run("-m", "accountability.setup.production", DATA_DIR=str(data), ADMINISTRATORS=";".join(THREE))
    assert again.returncode == 0, again.stderr
    assert [(data / name).read_text() for name in ("seal.key", "secret.key")] == keys
    other = run("-m", "accountability.setup.production", **given | {"SITE_HOST": "other.example.gov.cn"})
    assert (other.returncode, "has another" in other.stderr) == (1, True)

    environment = production.read(written)
    served = run("manage.py", "check_world", **environment)
    assert (served.returncode, served.stdout) == (0, "A live world.\n"), served.stderr
    counted = run(
        "manage.py",
        "shell",
        "-v0",
        "-c",
        "from chiefs.territory.models import Jurisdiction; from accountability.cases.models import Case; "
        "print(Jurisdiction.objects.count() > 3000, Case.objects.count())",
        **environment,
    )
    assert counted.stdout.split() == ["True", "0"], counted.stderr

    # An upgrade finds rows and guards in place: tables that guards read are taken apart and put together again, nothing is lost.
    upgraded = run("manage.py", "shell", "-v0", "-c", UPGRADE, **environment)
    assert upgraded.stdout.split() == ["True", "kds", "[]"], upgraded.stderr

    # The tests' own tables come from the models (tests/conftest.py): the migrations make the same ones.
    file = next(data.rglob("*.sqlite3"), None)
    migrated = tables.of_address(empty_database) if file is None else tables.of_file(str(file))
    for part, found in tables.of_connection(connection).items():
        assert migrated[part] - found == found - migrated[part] == set(), part


def test_a_value_with_signs_in_it_comes_back_as_it_was(tmp_path):
    path = tmp_path / "deep" / "production.env"
    values = {"DATABASE_URL": "postgresql://u:p%27$w@h/d?sslmode=require&x=1", "DEMO": "0", "EMPTY": ""}
    production.write(path, values)
    assert production.read(path) == values
    shell = subprocess.run(
        ["sh", "-c", f"set -a; . {path}; printenv DATABASE_URL"], capture_output=True, text=True, env={"PATH": os.environ["PATH"]}
    )
    assert shell.stdout.strip() == values["DATABASE_URL"]
    assert [item.name for item in Path(path.parent).iterdir()] == ["production.env"]
