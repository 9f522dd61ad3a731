from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatrolsConfig(AppConfig):
    name = "chiefs.patrols"
    label = "patrols"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Patrols")
