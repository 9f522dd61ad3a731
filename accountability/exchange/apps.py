from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "accountability.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Imports and exports")

    def ready(self) -> None:
        from accountability.ledger import guards

        from .models import ImportedRow

        guards.append_only(ImportedRow)
