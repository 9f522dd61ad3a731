from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutiesConfig(AppConfig):
    name = "chiefs.duties"
    label = "duties"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Duties")
