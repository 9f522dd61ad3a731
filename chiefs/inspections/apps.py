from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "chiefs.inspections"
    label = "inspections"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Inspections")

    def ready(self) -> None:
        from accountability.ledger import registry

        from . import actions, questions

        registry.after_move("cases.report_done").join(actions.ask)
        registry.may_open_evidence.provide(questions.may_open_evidence)
        registry.open_work.provide(questions.open_work)
