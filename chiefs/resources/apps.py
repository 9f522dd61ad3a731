from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ResourcesConfig(AppConfig):
    name = "chiefs.resources"
    label = "resources"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Resources")

    def ready(self) -> None:
        from . import defaults

        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="resources.defaults")
