from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoryConfig(AppConfig):
    name = "chiefs.territory"
    label = "territory"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Territory")

    def ready(self) -> None:
        from accountability.ledger import guards, registry

        from . import health, placed_rules, standing
        from .models import Jurisdiction

        guards.no_overlap(Jurisdiction, "code")
        registry.settling.provide(standing.ways)
        registry.standing_on.provide(placed_rules.standing_on)
        registry.resettle.provide(placed_rules.resettle)
        registry.settling.provide(placed_rules.ways)
        registry.after_move("territory.reorganise").join(placed_rules.carry)
        registry.after_move("territory.settle").join(placed_rules.carry)
        registry.register_faults.provide(health.register_faults)
