from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BodiesConfig(AppConfig):
    name = "chiefs.bodies"
    label = "bodies"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Bodies and meetings")
