from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoryConfig(AppConfig):
    name = "chiefs.territory"
    label = "territory"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Territory")

    def ready(self) -> None:
        from accountability.ledger import guards, registry

        from . import health, standing
        from .models import Jurisdiction

        guards.no_overlap(Jurisdiction, "code")
        registry.settling.provide(standing.ways)
        registry.register_faults.provide(health.register_faults)
