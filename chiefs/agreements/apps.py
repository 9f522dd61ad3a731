from datetime import timedelta

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "chiefs.agreements"
    label = "agreements"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Agreements")

    def ready(self) -> None:
        from accountability.exchange import importing
        from accountability.ledger import guards, registry, sweeps

        from . import actions, defaults, health, models, questions
        from .imports_targets import TargetsImporter
        from .imports_villages import VillageAgreementsImporter

        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="agreements.defaults")
        guards.append_only(models.Signature)
        guards.append_only(models.Progress)
        guards.append_only(models.Settlement)
        guards.append_only(models.SettlementLine)
        guards.no_overlap(models.VillageAgreement, "binding_post")
        registry.may_open_evidence.provide(questions.may_open_evidence)
        registry.may_open_paper.provide(questions.may_open_paper)
        registry.open_work.provide(questions.open_work)
        registry.register_faults.provide(health.register_faults)
        for importer in (VillageAgreementsImporter, TargetsImporter):
            importing.register(importer)
        registry.after_move("posts.merge_person").join(actions.follow_person)
        for act in ("end_term", "annul"):
            registry.after_move(f"posts.{act}").join(actions.follow_term)
        sweeps.register("agreements.terms", timedelta(hours=1), actions.end_with_terms)
        sweeps.register("agreements.expiring", timedelta(hours=6), actions.warn_expiring)
        sweeps.register("agreements.successors", timedelta(hours=6), actions.tell_successors)
