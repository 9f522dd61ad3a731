from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


def install_guards(using: str, **kwargs: Any) -> None:
    from . import guards

    guards.install(using)


def make_way(using: str, plan: Any, **kwargs: Any) -> None:
    from . import guards

    if plan:
        guards.make_way(using)


def guards_stand(*, databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """W001: a database without its guards could be altered without a trace.

    A warning, because migrate (which asks this first) is what puts a guard in place; the web server and the worker
    refuse to start (accountability/setup/world.py), and ``make check`` fails on warnings.
    """
    from . import guards

    return [
        checks.Warning(f"The guard {name} is missing in database '{using}'.", hint="Run manage.py migrate.", id="ledger.W001")
        for using in databases or []
        for name in guards.missing(using)
    ]


class LedgerConfig(AppConfig):
    name = "accountability.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from . import guards
        from .models import Event

        guards.append_only(Event)
        # Sent before and after all migrations of all rooms, once for each app: once is enough.
        pre_migrate.connect(make_way, sender=self, dispatch_uid="ledger.make_way")
        post_migrate.connect(install_guards, sender=self, dispatch_uid="ledger.install_guards")
        checks.register(guards_stand, checks.Tags.database)
