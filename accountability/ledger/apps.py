from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def install_guards(using: str, **kwargs: Any) -> None:
    from . import guards

    guards.install(using)


def guards_stand(databases: list[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E001: a database without its guards could be altered without a trace."""
    from . import guards

    return [
        checks.Error(f"The guard {name} is missing in database '{using}'.", hint="Run manage.py migrate.", id="ledger.E001")
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
        post_migrate.connect(install_guards, dispatch_uid="ledger.install_guards")
        checks.register(guards_stand, checks.Tags.database)
