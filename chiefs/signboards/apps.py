from datetime import timedelta

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SignboardsConfig(AppConfig):
    name = "chiefs.signboards"
    label = "signboards"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Notice boards")

    def ready(self) -> None:
        from accountability.exchange import importing
        from accountability.ledger import registry, sweeps

        from . import actions, defaults, health, questions, renamed
        from .imports_boards import SignboardsImporter

        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="signboards.defaults")
        registry.may_open_evidence.provide(questions.may_open_evidence)
        registry.may_open_paper.provide(questions.may_open_paper)
        registry.open_work.provide(questions.open_work)
        registry.register_faults.provide(health.register_faults)
        for act in ("appoint", "succeed", "end_term", "annul", "give_charge", "end_charge"):
            registry.after_move(f"posts.{act}").join(actions.follow)
        registry.after_move("posts.merge_person").join(actions.same_person)
        for act in ("resources.move_segment", "posts.rename_post", "posts.rename_unit"):
            registry.after_move(act).join(actions.follow_names)
        registry.standing_on.provide(renamed.standing_on)
        registry.settling.provide(renamed.ways)
        importing.register(SignboardsImporter)
        sweeps.register("signboards.updates", timedelta(hours=1), actions.sweep)
