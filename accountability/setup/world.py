"""Is this the database that these settings are meant for? Asked before anything is served."""

from __future__ import annotations

import stat
from collections.abc import Collection

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from accountability.ledger import guards
from accountability.ledger.models import Mark

DEMONSTRATION = "demonstration"
NOT_LIVE = "This database is a demonstration world. Use another one, or set DEMO=1 on a machine of your own."


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
        found.append(NOT_LIVE)
    if settings.DEMO and not is_demonstration():
        found.append(
            "DEMO=1 would open this database to anybody, and it is no demonstration world. Run manage.py load_demo on an empty one."
        )
    if apps.get_model(settings.AUTH_USER_MODEL).objects.filter(is_superuser=True, is_active=True).exists():
        found.append("There is an open superuser's account. Close it: nobody may pass by the rules of who may see what.")
    return found + key_faults()


def in_use(logins: Collection[str]) -> str:
    """Why this database cannot become a new registry; empty when it is empty, or when only these administrators are in it.

    Asked before anything is migrated, so it looks at no more than whether tables and rows are there.
    """
    name = connection.settings_dict["NAME"]
    try:
        tables = set(connection.introspection.table_names())
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SHOW server_encoding")
                if (found := cursor.fetchone()[0]) != "UTF8":
                    return f"The database {name} is encoded as {found}. Make one with 'createdb -E UTF8 -T template0'."
    except DatabaseError as closed:
        return f"The database {name} cannot be opened ({str(closed).strip()}). Make it, or correct DATABASE_URL."
    if not tables:
        return ""
    migrated = {app for app, _name in MigrationRecorder(connection).applied_migrations()}
    if not migrated or migrated - {app.label for app in apps.get_app_configs()}:
        return f"The database {name} holds tables of another program. Let DATABASE_URL name an empty one."
    if Mark._meta.db_table in tables and is_demonstration():
        return f"The database {name} is a demonstration world and can never become a live one. Let DATABASE_URL name an empty one."
    for model, own in ((apps.get_model(settings.AUTH_USER_MODEL), "login__in"), (apps.get_model("posts.Person"), "accounts__login__in")):
        if model._meta.db_table in tables and model.objects.exclude(**{own: logins}).exists():
            return f"The database {name} has other people in it already: it is in use. Let DATABASE_URL name an empty one."
    return ""


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
