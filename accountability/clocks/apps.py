from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ClocksConfig(AppConfig):
    name = "accountability.clocks"
    label = "clocks"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Clocks")

    def ready(self) -> None:
        from . import defaults

        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="clocks.defaults")
