from datetime import timedelta

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DutiesConfig(AppConfig):
    name = "chiefs.duties"
    label = "duties"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Duties")

    def ready(self) -> None:
        from accountability.ledger import guards, registry, sweeps

        from . import defaults, questions
        from .actions import obligations
        from .models import ListItem, ListVersion

        guards.no_overlap(ListVersion, "binding")
        guards.append_only(ListItem)
        sweeps.register("duties.obligations", timedelta(hours=1), obligations.sweep)
        registry.may_open_evidence.provide(questions.may_open_evidence)
        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="duties.defaults")
