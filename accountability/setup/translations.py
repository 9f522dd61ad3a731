"""The translations as files: what is there, what is missing, and how much of the Tibetan somebody has reviewed."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import polib
from django.conf import settings

#: What citizens and chiefs read, by the file that a text stands in: these must have a Tibetan text.
SURFACES: dict[str, tuple[str, ...]] = {
    "every page": ("templates/*.html", "templates/components/*", "accountability/kit/*", "accountability/ledger/errors.py"),
    "signing in": (
        "templates/posts/*",
        "chiefs/posts/forms.py",
        "chiefs/posts/views.py",
        "chiefs/posts/actions.py",
        "chiefs/posts/accounts.py",
    ),
    "citizens": (
        "templates/public/*",
        "templates/complaints/place.html",
        "accountability/public/*",
        "accountability/complaints/forms.py",
        "accountability/complaints/models.py",
        "accountability/complaints/wording.py",
        "accountability/complaints/rules.py",
        "accountability/complaints/actions.py",
        "accountability/complaints/additions.py",
        "accountability/complaints/reports.py",
        "accountability/evidence/actions.py",
        "accountability/evidence/forms.py",
        "accountability/evidence/models.py",
        "accountability/papers/forms.py",
        "accountability/papers/models.py",
        "accountability/papers/views.py",
        *(f"templates/papers/{page}.html" for page in ("base", "notice", "slips", "unknown", "verdict", "verified", "verify", "waiting")),
    ),
    "chiefs": (
        "templates/patrols/*",
        "chiefs/patrols/*",
        "chiefs/resources/models.py",
        *(f"templates/duties/{page}.html" for page in ("obligation", "list", "one", "items", "plan", "powers")),
        "chiefs/duties/choices.py",
        "chiefs/duties/lifecycle.py",
        "chiefs/duties/forms/obligations.py",
        "chiefs/duties/views/minutes.py",
    ),
    "the register's first page, its search, posts and lists, which chiefs open": (
        "accountability/registry/doors.py",
        "accountability/registry/telling.py",
        "templates/registry/find.html",
        "templates/registry/home.html",
        "templates/registry/search.html",
        "templates/registry/post.html",
        "templates/registry/lists.html",
        "templates/registry/list.html",
        "templates/registry/annulled.html",
        "accountability/registry/lists.py",
    ),
    "handovers, which chiefs take over": (
        "templates/terms/handover.html",
        "templates/terms/handovers.html",
        "templates/terms/handover_step.html",
        "chiefs/posts/handover_forms.py",
        "chiefs/posts/handover_views.py",
        "chiefs/posts/lifecycle.py",
    ),
    "agreements, which chiefs sign": (
        *(
            f"templates/agreements/{page}.html"
            for page in ("items", "target", "target_step", "targets", "village", "villages", "villages_former")
        ),
        "chiefs/agreements/models.py",
        "chiefs/agreements/forms.py",
        "chiefs/agreements/lifecycle.py",
        "chiefs/agreements/views.py",
        "chiefs/agreements/village_views.py",
        "chiefs/agreements/actions/telling.py",
        "chiefs/agreements/actions/settling.py",
        "chiefs/agreements/actions/villages.py",
    ),
    "notice boards and river plans, which townships and chiefs keep": (
        "templates/signboards/*",
        "templates/papers/signboard.html",
        "chiefs/signboards/models.py",
        "chiefs/signboards/lifecycle.py",
        "chiefs/signboards/actions/*",
        "chiefs/signboards/content.py",
        "chiefs/signboards/forms.py",
        "chiefs/signboards/views.py",
        "chiefs/signboards/wording.py",
        "templates/plans/*",
        "chiefs/plans/models.py",
        "chiefs/plans/lifecycle.py",
        "chiefs/plans/actions.py",
        "chiefs/plans/forms.py",
        "chiefs/plans/views.py",
        "templates/registry/water_file.html",
        "accountability/registry/water_files.py",
    ),
    "cases, which chiefs hold too": (
        "templates/cases/*",
        "templates/desk/*",
        "accountability/desk/*",
        "accountability/cases/models.py",
        "accountability/cases/lifecycle.py",
        "accountability/cases/actions.py",
        "accountability/cases/follow.py",
        "accountability/cases/forms.py",
        "accountability/cases/views.py",
        "accountability/cases/sites.py",
    ),
    "sites and bodies, which chiefs read": (
        *(f"templates/sites/{page}.html" for page in ("list", "detail", "choose", "find")),
        *(f"templates/bodies/{page}.html" for page in ("lists", "files", "list", "detail", "meetings", "resolutions", "meeting")),
        *(f"templates/bodies/{page}.html" for page in ("resolution", "meeting_rows", "resolution_rows", "step", "closed")),
        "chiefs/sites/models.py",
        "chiefs/sites/choosing.py",
        "chiefs/bodies/models.py",
        "chiefs/bodies/lifecycle.py",
        "chiefs/bodies/actions/meetings.py",
        "chiefs/bodies/actions/resolutions.py",
        "chiefs/bodies/forms/resolutions.py",
        "chiefs/bodies/views/meetings.py",
        "chiefs/bodies/views/resolutions.py",
    ),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[diouxXeEfFgGcrs]|%[disrf]|\{\w*\}")
COLUMNS = ("message", "state", "reviewer", "reviewed_on", "translation_sha256")
DRAFT, REVIEWED = "draft", "reviewed"


def catalogue(language: str) -> Path:
    """The .po file of a language: 'zh_Hans' or 'bo'."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def review_file() -> Path:
    return Path(settings.LOCALE_PATHS[0]) / "bo" / "review.csv"


def key(entry: polib.POEntry) -> str:
    """What a text is called in the review file: its message, after the context where it has one."""
    return f"{entry.msgctxt}|{entry.msgid}" if entry.msgctxt else str(entry.msgid)


def texts(entry: polib.POEntry) -> list[str]:
    """The translations of one message: one, or one for each plural form."""
    return [entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]


def fingerprint(entry: polib.POEntry) -> str:
    return hashlib.sha256("\0".join(texts(entry)).encode()).hexdigest()


def faults(language: str, entries: Iterable[polib.POEntry]) -> Iterator[str]:
    """One sentence for each text that is missing, a guess of msgmerge, or without the placeholders of its message."""
    for entry in entries:
        if not all(texts(entry)):
            yield f"{language}: not translated: {key(entry)!r} ({', '.join(path for path, _line in entry.occurrences)})"
        elif entry.fuzzy:
            yield f"{language}: fuzzy: {key(entry)!r}"
        else:
            wanted = sorted(set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)))
            for text in texts(entry):
                if sorted(set(PLACEHOLDER.findall(text))) != wanted:
                    yield f"{language}: other placeholders than {wanted}: {key(entry)!r}"


def on_surface(entry: polib.POEntry, patterns: tuple[str, ...]) -> bool:
    return any(_matches(path, pattern) for path, _line in entry.occurrences for pattern in patterns)


def _matches(path: str, pattern: str) -> bool:
    # A star stays inside its folder, or templates/*.html would be every template.
    return fnmatch(path, pattern) and (path.count("/") == pattern.count("/") or pattern.endswith("/*"))


@dataclass
class Review:
    """Which Tibetan texts the translation office has signed. A text that changed since is a draft again."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Review:
        if not review_file().exists():
            return cls()
        with review_file().open(encoding="utf-8", newline="") as file:
            return cls({row["message"]: row for row in csv.DictReader(file)})

    def is_reviewed(self, entry: polib.POEntry) -> bool:
        row = self.rows.get(key(entry))
        return row is not None and row["state"] == REVIEWED and row["translation_sha256"] == fingerprint(entry)

    def follow(self, entries: Iterable[polib.POEntry]) -> None:
        """One row for each translated text: new ones as drafts, those that are gone left out."""
        rows = {}
        for entry in entries:
            if all(texts(entry)):
                name = key(entry)
                rows[name] = self.rows[name] if self.is_reviewed(entry) else dict.fromkeys(COLUMNS, "") | {"message": name, "state": DRAFT}
        self.rows = rows

    def write(self) -> None:
        with review_file().open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows[name] for name in sorted(self.rows))


def uncollected() -> list[str]:
    """Messages that stand in the code or the templates and not in the catalogues. Collected in a copy: a check writes nothing."""
    root = Path(settings.BASE_DIR)
    with tempfile.TemporaryDirectory() as place:
        for name in ("accountability", "chiefs", "audits", "templates", "locale"):
            shutil.copytree(root / name, Path(place, name), ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        shutil.copy(root / "manage.py", place)
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "accountability.settings",
            "SECRET_KEY": "collecting only " * 3,
            "DATA_DIR": place,
        }
        environment.update(DEMO="0", SITE_URL="http://localhost", ALLOWED_HOSTS="localhost", PYTHONPATH=place)
        subprocess.run([sys.executable, "manage.py", "messages"], cwd=place, env=environment, check=True, stdout=subprocess.DEVNULL)
        fresh = polib.pofile(str(Path(place, "locale", "zh_Hans", "LC_MESSAGES", "django.po")))
    known = {key(entry) for entry in polib.pofile(str(catalogue("zh_Hans")))}
    return [
        f"not collected: {key(entry)!r} ({', '.join(p for p, _line in entry.occurrences)})" for entry in fresh if key(entry) not in known
    ]
