from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SetupConfig(AppConfig):
    name = "accountability.setup"
    label = "setup"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Setting up")
