from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "accountability.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from . import actions  # noqa: F401  the outbox handler registers itself
