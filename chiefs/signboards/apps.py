from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignboardsConfig(AppConfig):
    name = "chiefs.signboards"
    label = "signboards"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Notice boards")
