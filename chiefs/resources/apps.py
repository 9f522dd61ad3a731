from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ResourcesConfig(AppConfig):
    name = "chiefs.resources"
    label = "resources"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Resources")

    def ready(self) -> None:
        from accountability.exchange import importing
        from accountability.ledger.registry import after_move, resettle, standing_on

        from . import actions, defaults
        from .imports_register import ResourcesImporter, SegmentsImporter

        standing_on.provide(actions.standing_on)
        resettle.provide(actions.resettle)
        after_move("territory.reorganise").join(actions.carry)
        for importer in (ResourcesImporter, SegmentsImporter):
            importing.register(importer)
        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="resources.defaults")
