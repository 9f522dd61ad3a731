from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "accountability.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Papers")

    def ready(self) -> None:
        from . import actions, faces  # noqa: F401  the handler in actions registers itself

        checks.register(faces.resolve, "papers")
