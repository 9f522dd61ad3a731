from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeparturesConfig(AppConfig):
    name = "audits.departures"
    label = "departures"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Departure audits")

    def ready(self) -> None:
        from accountability.ledger import guards, registry

        from . import defaults, persons, questions
        from .models import EvidenceRow

        guards.append_only(EvidenceRow)
        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="departures.defaults")
        registry.may_open_paper.provide(questions.may_open_paper)
        registry.open_work.provide(questions.open_work)
        registry.after_move("posts.merge_person").join(persons.follow)
