from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SitesConfig(AppConfig):
    name = "chiefs.sites"
    label = "sites"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Regulated sites")

    def ready(self) -> None:
        from accountability.exchange import importing
        from accountability.ledger import guards
        from accountability.ledger.registry import after_move, resettle, settling, standing_on

        from . import places
        from .imports_sites import SitesImporter
        from .models import Importance, Supervision

        standing_on.provide(places.standing_on)
        resettle.provide(places.resettle)
        settling.provide(places.ways)
        after_move("territory.reorganise").join(places.carry)
        after_move("territory.settle").join(places.carry)
        guards.no_overlap(Importance, "site")
        guards.no_overlap(Supervision, "site")
        importing.register(SitesImporter)
