"""The production settings with a throw-away place to write to, and a fast password hash."""

import os
import tempfile
from pathlib import Path

_place = Path(os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="chiefs-test-")))
os.environ.setdefault("SECRET_KEY", "tests only " + "x" * 40)
(_place / "seal.key").write_text("11" * 32) if not (_place / "seal.key").exists() else None
os.environ.setdefault("SITE_URL", "http://localhost")

from accountability.settings import *  # noqa: E402, F403
from accountability.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # In a file, with production's options: in memory a race test passes falsely.
    DATABASES["default"]["TEST"] = {"NAME": str(_place / "test.sqlite3")}
