"""All settings, read from the environment once; a missing or contradictory value stops the start.

SECRET_KEY, DATABASE_URL, DATA_DIR, SITE_URL, ALLOWED_HOSTS, SEAL_KEY_FILE, DEMO, BEHIND_PROXY,
LETTERHEAD_TIBETAN_FIRST: see docs/how-to/deploy.md.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import django.conf.locale
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}


def flag(name: str, default: bool = False) -> bool:
    """A yes-or-no variable; anything but 0 and 1 is refused rather than guessed."""
    value = os.environ.get(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def secret(name: str, file: Path) -> str:
    """A secret from the environment, or from the file that ``make keys`` wrote."""
    value = os.environ.get(name, "")
    if not value and file.exists():
        value = file.read_text().strip()
    if len(value) < 40:
        raise ImproperlyConfigured(f"Set {name} (40 characters or more), or run 'make keys' to write {file}.")
    return value


DEMO = flag("DEMO")
DEBUG = False
DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / "var")).resolve()
WORLD_DIR = DATA_DIR / ("demo" if DEMO else "live")
SECRET_KEY = secret("SECRET_KEY", DATA_DIR / "secret.key")
SEAL_KEY_FILE = Path(os.environ.get("SEAL_KEY_FILE", DATA_DIR / "seal.key"))
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
# On a machine of one's own localhost and 127.0.0.1 are the same place, and people type either.
_hosts = ",".join(sorted(LOOPBACK)) if SITE_HOST in LOOPBACK else SITE_HOST
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", _hosts).split(",") if h]
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' is refused.")
if DEMO and not set(ALLOWED_HOSTS) | {SITE_HOST} <= LOOPBACK:
    raise ImproperlyConfigured("DEMO=1 is for this machine only: SITE_URL and ALLOWED_HOSTS must be loopback names.")
HTTPS = SITE_URL.startswith("https://")
if not HTTPS and SITE_HOST not in LOOPBACK:
    raise ImproperlyConfigured("SITE_URL must begin with https:// unless it is this machine.")

LETTERHEAD_TIBETAN_FIRST = flag("LETTERHEAD_TIBETAN_FIRST", default=True)  # on issued papers, where the unit has a Tibetan name
PREFECTURE_CODE = os.environ.get("PREFECTURE_CODE", "513300000000")

ROOMS = [  # bottom first; pyproject.toml holds the same order as an import contract
    "accountability.kit",
    "accountability.ledger",
    "accountability.evidence",
    "accountability.exchange",
    "chiefs.territory",
    "chiefs.resources",
    "chiefs.posts",
    "chiefs.sites",
    "accountability.clocks",
    "accountability.papers",
    "accountability.notices",
    "audits.indicators",
    "chiefs.duties",
    "chiefs.agreements",
    "chiefs.plans",
    "chiefs.bodies",
    "chiefs.signboards",
    "accountability.cases",
    "accountability.complaints",
    "chiefs.patrols",
    "chiefs.inspections",
    "audits.departures",
    "accountability.public",
    "accountability.registry",
    "accountability.desk",
    "accountability.api",
    "accountability.setup",
]
INSTALLED_APPS = [
    *ROOMS,
    "accountability.kit.admin_config.RuleTablesConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "viewflow.workflow",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "accountability.kit.middleware.ProxyAddressMiddleware",
    "csp.middleware.CSPMiddleware",  # outside of all that may answer by itself: the way to https, a refused body
    "accountability.kit.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "accountability.kit.middleware.PagesGZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accountability.kit.middleware.BoundsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chiefs.posts.middleware.ActingMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "accountability.urls"
WSGI_APPLICATION = "accountability.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accountability.kit.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "accountability.kit.templatetags.kit"],
        },
    }
]

DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL") or f"sqlite:///{WORLD_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # With the defaults, concurrent writers lose work: docs/decisions/0005-sqlite.md.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # recursive_triggers: without it REPLACE deletes a row behind the back of the append-only guard.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA recursive_triggers=ON; PRAGMA cache_size=-16000;",
    }
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
    # Compiling a statement takes PostgreSQL a second where "who may see this" takes a few milliseconds to answer.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "posts.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "chiefs.posts.backends.AccountBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "posts:sign_in"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "public:home"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_FORM_FIELD = "username"  # of our form and of the credentials; the default would be the name of the column
AXES_LOCKOUT_PARAMETERS = ["username"]  # from wherever: an address is shared by a whole township, a name by nobody
AXES_LOCKOUT_CALLABLE = "chiefs.posts.views.locked_out"
AXES_ENABLE_ADMIN = False

SESSION_COOKIE_AGE = 30 * 24 * 3600  # a chief's phone; desks are cut after DESK_IDLE_SECONDS by ActingMiddleware
DESK_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_FAILURE_VIEW = "accountability.kit.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("bo", _("Tibetan")), ("en", _("English"))]
# Django knows no Tibetan: without this entry {% get_language_info %} raises KeyError.
django.conf.locale.LANG_INFO["bo"] = {"bidi": False, "code": "bo", "name": "Tibetan", "name_local": "བོད་ཡིག"}
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": WORLD_DIR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MOST_BODY_BYTES = 120 * 1024 * 1024  # of one request: six photos and a track as large as they may be
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "papers"],
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}, "nowhere": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Whoever scans the network asks under names that are not ours: refused with 400, and not worth a traceback each.
    "loggers": {"django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False}},
}
SILENCED_SYSTEM_CHECKS = [
    "axes.W003",  # the stand-alone backend is first in the list, as axes asks
    "axes.W006",  # a name is locked whatever address, agent or cookie the tries come from
]
