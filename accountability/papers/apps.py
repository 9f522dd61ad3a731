from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "accountability.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Papers")
