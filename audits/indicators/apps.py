from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "audits.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Indicators")

    def ready(self) -> None:
        from accountability.ledger import guards, registry

        from . import models, projects

        guards.append_only(models.ProjectReport)
        guards.no_overlap(models.ProjectLead, "project", "unit")
        registry.may_open_evidence.provide(projects.may_open_evidence)
