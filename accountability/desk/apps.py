from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "accountability.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Desk")
