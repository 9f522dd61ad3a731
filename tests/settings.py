"""The production settings with a throw-away place to write to, and a fast password hash.

DATABASE_URL chooses the database: none is SQLite in a file, ``python -m tests.postgres -- pytest`` gives PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "CHIEFS_TEST_DIR" not in os.environ:  # the first process; xdist's workers inherit the place
    os.environ["CHIEFS_TEST_DIR"] = tempfile.mkdtemp(prefix="chiefs-test-")
    atexit.register(shutil.rmtree, os.environ["CHIEFS_TEST_DIR"], ignore_errors=True)
_place = Path(os.environ["CHIEFS_TEST_DIR"])
(_place / "live").mkdir(exist_ok=True)
(_place / "seal.key").write_text("11" * 32)
# Whatever the shell says: tests write nowhere else and know no real key.
os.environ.update(DATA_DIR=str(_place), SEAL_KEY_FILE=str(_place / "seal.key"), SECRET_KEY="tests only " + "x" * 40, DEMO="0")
os.environ.update(SITE_URL="http://localhost", ALLOWED_HOSTS="localhost,testserver", BEHIND_PROXY="0")

from accountability.settings import *  # noqa: E402, F403
from accountability.settings import BASE_DIR, DATABASES, INSTALLED_APPS, STORAGES  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "tests.sample"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # In a file, with production's options: in memory a race test passes falsely.
    DATABASES["default"]["TEST"] = {"NAME": str(_place / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # a kept connection would keep the test database from being dropped
STATIC_ROOT = BASE_DIR / "var" / "test-static"  # tests/conftest.py collects into a folder of this one's name plus a key
WHITENOISE_AUTOREFRESH = True  # look on the disk when asked: a scan for every test client costs more than the test

# Two processes of one run must not see each other's files: some tests count them.
STORAGES = {
    **STORAGES,
    "default": {**STORAGES["default"], "OPTIONS": {"location": _place / "files" / os.environ.get("PYTEST_XDIST_WORKER", "one")}},
}
