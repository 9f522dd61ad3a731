from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "accountability.complaints"
    label = "complaints"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from . import defaults

        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="complaints.defaults")
