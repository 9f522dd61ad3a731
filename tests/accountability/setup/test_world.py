"""Nothing is served from a database that the settings are not meant for."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accountability.ledger import guards
from accountability.ledger.models import Mark
from accountability.setup import keys, world
from tests.factories.posts import AccountFactory

ROOT = django_settings.BASE_DIR


@pytest.fixture(autouse=True)
def right_otherwise(settings, tmp_path):
    settings.SEAL_KEY_FILE = tmp_path / "seal.key"
    settings.SEAL_KEY_FILE.write_text("11" * 32)
    settings.SEAL_KEY_FILE.chmod(0o600)


@pytest.mark.django_db
def test_a_live_world_is_served(settings, capsys):
    assert world.faults() == []
    call_command("check_world")
    assert "A live world." in capsys.readouterr().out


@pytest.mark.django_db
def test_a_demonstration_world_is_refused_without_demo_and_served_with_it(settings):
    Mark.objects.create(name=world.DEMONSTRATION)
    with pytest.raises(CommandError, match="demonstration world"):
        call_command("check_world")
    with pytest.raises(ImproperlyConfigured):
        world.insist()
    settings.DEMO = True
    assert world.faults() == []


@pytest.mark.django_db
def test_a_real_world_is_refused_with_demo(settings):
    settings.DEMO = True
    assert any("no demonstration world" in fault for fault in world.faults())


@pytest.mark.django_db
def test_missing_guards_are_named():
    guards.lift()
    assert any("ledger_event_append_only" in fault for fault in world.faults())
    guards.install()


@pytest.mark.django_db
def test_a_superuser_is_refused_and_a_closed_one_is_not():
    account = AccountFactory(is_superuser=True)
    assert any("superuser" in fault for fault in world.faults())
    account.is_active = False
    account.save()
    assert world.faults() == []


@pytest.mark.django_db
def test_a_key_that_others_may_read_or_that_is_missing_is_refused(settings):
    settings.SEAL_KEY_FILE.chmod(0o640)
    assert any("chmod 600" in fault for fault in world.faults())
    settings.SEAL_KEY_FILE.unlink()
    assert any("is missing" in fault for fault in world.faults())


def test_keys_are_written_once_for_their_owner_alone(tmp_path):
    place = tmp_path / "new"
    made = keys.make(place)
    assert sorted(path.name for path in made) == ["seal.key", "secret.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    before = [path.read_text() for path in made]
    assert len(before[0]) >= 40
    assert keys.make(place) == []
    assert [path.read_text() for path in made] == before


WORDS = "s.DEMO, s.SESSION_COOKIE_NAME, s.DATABASES['default']['NAME']"


def start(tmp_path: Path, words: str = WORDS, **env: str) -> subprocess.CompletedProcess[str]:
    """Read the real settings with this environment, in a process of its own, and print some of them."""
    base = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "x" * 50,
        "DJANGO_SETTINGS_MODULE": "accountability.settings",
    }
    code = f"from django.conf import settings as s; print({words})"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**base, **env}, capture_output=True, text=True)


def test_a_machine_of_ones_own_needs_no_variable_but_the_key(tmp_path):
    done = start(tmp_path)
    assert done.stdout.split() == ["False", "session", str(tmp_path / "live" / "db.sqlite3")], done.stderr


def test_the_demonstration_has_a_database_of_its_own(tmp_path):
    assert start(tmp_path, DEMO="1").stdout.split()[-1] == str(tmp_path / "demo" / "db.sqlite3")


@pytest.mark.parametrize(
    ("site", "hosts"),
    [("http://localhost:8000", ["127.0.0.1", "::1", "[::1]", "localhost"]), ("https://hzz.example.gov.cn", ["hzz.example.gov.cn"])],
)
def test_a_machine_of_ones_own_answers_to_each_of_its_names_and_a_public_site_to_its_own(tmp_path, site, hosts):
    assert start(tmp_path, "s.ALLOWED_HOSTS", SITE_URL=site).stdout.strip() == str(hosts)


def test_a_foreign_host_is_refused_without_a_traceback(tmp_path):
    ask = "__import__('django').setup() or __import__('django.test').test.Client().get('/', HTTP_HOST='elsewhere.example.com').status_code"
    done = start(tmp_path, ask, SITE_URL="https://hzz.example.gov.cn")
    assert done.stdout.strip() == "400"
    assert "elsewhere.example.com" not in done.stderr


def test_cookies_are_bound_to_the_host_over_https(tmp_path):
    assert start(tmp_path, SITE_URL="https://chiefs.example.gov.cn").stdout.split()[1] == "__Host-session"


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({"SECRET_KEY": "short"}, "make keys"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DEMO": "yes"}, "0 or 1"),
        ({"DEMO": "1", "SITE_URL": "https://chiefs.example.gov.cn"}, "loopback"),
        ({"DEMO": "1", "ALLOWED_HOSTS": "localhost,10.0.0.5"}, "loopback"),
        ({"SITE_URL": "http://chiefs.example.gov.cn"}, "https"),
    ],
)
def test_a_missing_or_contradictory_value_stops_the_start(tmp_path, env, why):
    done = start(tmp_path, **env)
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
    assert why in done.stderr


@pytest.mark.parametrize("command", ["migrate", "load_ganzi", "check_world"])
def test_a_command_before_prepare_says_what_to_do_and_shows_no_traceback(tmp_path, command):
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 50}
    done = subprocess.run([sys.executable, "manage.py", command], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "manage.py prepare" in done.stderr
    assert "Traceback" not in done.stderr
