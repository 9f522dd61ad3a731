from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KitConfig(AppConfig):
    name = "accountability.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Tools")
