from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClocksConfig(AppConfig):
    name = "accountability.clocks"
    label = "clocks"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Clocks")
