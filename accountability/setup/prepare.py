"""Everything between a fresh checkout and a server that may start; what is up to date already is passed over."""

from __future__ import annotations

import gettext
import hashlib
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from asgiref.local import Local
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import trans_real

from accountability.ledger import guards
from accountability.ledger.models import Mark

from . import administrators, world

ROOT: Path = settings.BASE_DIR
Say = Callable[[str], object]
NOT_DONE = "The database cannot be opened or holds no tables yet. Run 'manage.py prepare' first."


def was_done() -> bool:
    """Whether the database can be opened and has been prepared before; asked when a command has failed for the database's sake."""
    connection.close()  # the failure may have left it in the middle of a transaction
    try:
        return Mark._meta.db_table in connection.introspection.table_names()
    except Error:
        return False


def digest(paths: Iterable[Path]) -> str:
    """One short name for the content of these files."""
    found = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file():
            found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def everything(say: Say) -> None:
    """In this order: texts are needed by whatever speaks, tables by whatever is loaded."""
    for step in (translations, database, static_files, reference_data, demonstration):
        began = time.monotonic()
        if done := step():
            say(f"{done} ({time.monotonic() - began:.1f} s)\n")


def translations() -> str:
    """Compile the catalogues whose text is newer than their compiled form."""
    texts = [path for place in settings.LOCALE_PATHS for path in Path(place).glob("*/LC_MESSAGES/*.po")]
    compiled = ((path, path.with_suffix(".mo")) for path in texts)
    if all(mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime for po, mo in compiled):
        return ""
    os.chdir(ROOT)
    call_command("compilemessages", ignore_patterns=[".venv", "var"], verbosity=0)
    forget_translations()
    return "Translations compiled"


def forget_translations() -> None:
    """What this process has read so far were the old texts, or none; the first audit's report is issued in a minute."""
    gettext._translations = {}  # type: ignore[attr-defined]
    trans_real._translations, trans_real._default, trans_real._active = {}, None, Local()  # type: ignore[attr-defined]


def database() -> str:
    """Create or migrate the database. A new version of default rows, guards or administrators' tables counts too."""
    settings.WORLD_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not settings.DEMO and Mark._meta.db_table in connection.introspection.table_names() and world.is_demonstration():
        raise CommandError(world.NOT_LIVE)  # before anything of it is changed
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    version = f"defaults {digest([*ROOT.glob('*/*/defaults.py'), *ROOT.glob('*/*/admin.py'), Path(guards.__file__)])}"
    current = not pending and Mark.objects.filter(name=version).exists()
    lost = guards.missing() if current else []
    if current and not lost:
        return ""
    call_command("migrate", verbosity=0, interactive=False)
    administrators.group()
    Mark.objects.filter(name__startswith="defaults ").delete()
    Mark.objects.create(name=version)
    if lost:
        return f"Guards were missing and stand again: {', '.join(lost)}. Find out who took them off, and run manage.py verify_ledger"
    return f"Database up to date: {connection.settings_dict['NAME']}"


def static_files() -> str:
    """Collect, name by hash and compress the files that pages ask for."""
    stamp, made = settings.DATA_DIR / "static.version", Path(settings.STATIC_ROOT) / "staticfiles.json"
    version = digest([*(ROOT / "static").rglob("*"), ROOT / "requirements.txt"])
    if made.exists() and stamp.exists() and stamp.read_text() == version:
        return ""
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(version)
    return "Static files collected"


def reference_data() -> str:
    """Divisions, waters, indicators, projects and duties; loading them again changes nothing."""
    version = f"reference {digest((ROOT / 'accountability' / 'setup' / 'ganzi').rglob('*'))}"
    if Mark.objects.filter(name=version).exists():
        return ""
    call_command("load_ganzi", verbosity=0)
    Mark.objects.filter(name__startswith="reference ").delete()
    Mark.objects.create(name=version)
    return "Reference data of Ganzi loaded"


def demonstration() -> str:
    """Once, and only where DEMO=1."""
    if not settings.DEMO or world.is_demonstration():
        return ""
    call_command("load_demo", verbosity=0)
    return "Demonstration world played"
