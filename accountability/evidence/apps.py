from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "accountability.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        from accountability.ledger import sweeps

        from . import actions  # its handler registers itself

        sweeps.register("evidence.orphans", timedelta(hours=6), actions.sweep_orphans)
