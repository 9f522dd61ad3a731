from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


def clear_sessions() -> None:
    from django.core.management import call_command

    call_command("clearsessions")


class SetupConfig(AppConfig):
    name = "accountability.setup"
    label = "setup"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Setting up")

    def ready(self) -> None:
        from accountability.ledger import sweeps

        from . import work

        sweeps.register("tasks.reap", timedelta(minutes=1), work.reap)
        sweeps.register("tasks.prune", timedelta(days=1), work.prune)
        sweeps.register("sessions.clear", timedelta(days=1), clear_sessions)
