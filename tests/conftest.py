"""What every test may ask for. Browser helpers stand in tests/browser.py."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test.testcases import LiveServerThread, TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from .browser import LAUNCH, Visitor

# Playwright keeps a loop running in the tests' own thread; nothing of ours runs in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

hypothesis_settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations before anything speaks; once, not in every worker."""
    if not hasattr(config, "workerinput"):
        from accountability.setup import prepare

        prepare.translations()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A group whose name does not reach the scheduler is no group: every worker would make its costly world again, in silence."""
    if getattr(config.option, "loadgroup", False):
        lost = [item.nodeid for item in items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid]
        if lost:
            raise pytest.UsageError(f"pytest-xdist does not name groups with this pytest: {lost[0]}")


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """The tables come from the models: all migrations take 19 s in each worker on each database. That both make the same tables is
    shown in tests/accountability/setup/test_init_production.py, where the real migrations make them."""
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The migrations are noted as done, so that what asks for them finds a database up to date."""
    django_settings.MIGRATION_MODULES = {}
    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in sorted(MigrationLoader(None).disk_migrations):
            recorder.record_applied(app, name)


_flush = TransactionTestCase._fixture_teardown


def _flush_without_guards(self: TransactionTestCase) -> None:
    """Append-only tables cannot be emptied: lift the guards; the post_migrate of the flush puts them back."""
    from accountability.ledger import guards

    for alias in self._databases_names(include_mirrors=False):
        guards.lift(alias)
    _flush(self)


TransactionTestCase._fixture_teardown = _flush_without_guards  # type: ignore[method-assign]


def _static_key() -> str:
    """Changes whenever a static file of ours or an installed package changes."""
    digest = hashlib.sha256((django_settings.BASE_DIR / "requirements.txt").read_bytes())
    for path in sorted((django_settings.BASE_DIR / "static").rglob("*")):
        found = path.stat()
        digest.update(f"{path} {found.st_size} {found.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """The files as production serves them (hashed names, compressed), collected once for each state of the sources."""
    wanted = Path(f"{django_settings.STATIC_ROOT}-{_static_key()}")
    wanted.parent.mkdir(parents=True, exist_ok=True)
    with (wanted.parent / "test-static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.exists():
            for old in wanted.parent.glob("test-static-*"):
                if old.stat().st_mtime < time.time() - 24 * 3600:
                    shutil.rmtree(old)
            django_settings.STATIC_ROOT = f"{wanted}.new"
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            Path(f"{wanted}.new").rename(wanted)
    django_settings.STATIC_ROOT = str(wanted)
    _forget_storages()


def _forget_storages() -> None:
    """Storages remember the place they were made for."""
    from django.contrib.staticfiles.storage import staticfiles_storage
    from django.core.files.storage import storages
    from django.utils.functional import empty

    storages._storages.clear()
    staticfiles_storage._wrapped = empty


class _Site(LiveServerThread):
    """Django's server in a thread, with the static files that WhiteNoise serves (Django's own knows no hashed names)."""

    def __init__(self) -> None:
        from django.core.handlers.wsgi import WSGIHandler

        super().__init__("localhost", static_handler=lambda _media: WSGIHandler())
        self.daemon = True


@pytest.fixture
def site(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the running product, e.g. http://localhost:40123; SITE_URL says the same."""
    monkeypatch.setattr(WSGIRequestHandler, "log_message", lambda *args: None)
    thread = _Site()
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    settings.SITE_URL = f"http://localhost:{thread.port}"
    settings.CSRF_TRUSTED_ORIGINS = [settings.SITE_URL]
    yield settings.SITE_URL
    thread.terminate()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's chromium; nothing is ever downloaded."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("chromium is missing: apt-get install chromium, or set CHROMIUM to its path.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=LAUNCH)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Any, site: str) -> Iterator[Callable[..., Visitor]]:
    """``visitor(width=360, javascript=True, language="zh-CN")`` is a person with a browser of their own.

    At the end every page they saw is judged: no console error, no breach of the content policy, nothing fetched from
    another host, no server error.
    """
    people: list[Visitor] = []

    def arrive(width: int = 360, **wishes: Any) -> Visitor:
        people.append(Visitor(chromium, site, width=width, **wishes))
        return people[-1]

    yield arrive
    faults = [fault for person in people for fault in person.leave()]
    assert not faults, "\n".join(faults)
