"""Is this the database that these settings are meant for? Asked before anything is served."""

from __future__ import annotations

import stat

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accountability.ledger import guards
from accountability.ledger.models import Mark

DEMONSTRATION = "demonstration"


def is_demonstration() -> bool:
    return Mark.objects.filter(name=DEMONSTRATION).exists()


def faults() -> list[str]:
    """Why nothing may be served from this database; empty when all is well. Each sentence says what to do."""
    found = []
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return ["The database is not up to date. Run manage.py migrate."]
    if lost := guards.missing():
        found.append(f"Guards are missing: {', '.join(lost)}. Find out who took them off, then run manage.py migrate.")
    if is_demonstration() and not settings.DEMO:
        found.append("This database is a demonstration world. Use another one, or set DEMO=1 on a machine of your own.")
    if settings.DEMO and not is_demonstration():
        found.append(
            "DEMO=1 would open this database to anybody, and it is no demonstration world. Run manage.py load_demo on an empty one."
        )
    if apps.get_model(settings.AUTH_USER_MODEL).objects.filter(is_superuser=True, is_active=True).exists():
        found.append("There is an open superuser's account. Close it: nobody may pass by the rules of who may see what.")
    return found + key_faults()


def key_faults() -> list[str]:
    path = settings.SEAL_KEY_FILE
    if not path.exists():
        return [f"The seal key {path} is missing. Put it back, or run make keys on a new machine."]
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [f"Others than its owner may read {path}. Run chmod 600 on it."]
    return []


def insist() -> None:
    """Raises ImproperlyConfigured with every fault."""
    if found := faults():
        raise ImproperlyConfigured(" ".join(found))
