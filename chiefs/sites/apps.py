from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SitesConfig(AppConfig):
    name = "chiefs.sites"
    label = "sites"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Regulated sites")
