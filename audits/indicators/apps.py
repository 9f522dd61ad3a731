from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "audits.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Indicators")
