from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "chiefs.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Plans and files of waters")

    def ready(self) -> None:
        from accountability.ledger import guards, registry

        from . import defaults, places, questions
        from .models import Progress

        guards.append_only(Progress)
        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="plans.defaults")
        registry.may_open_evidence.provide(questions.may_open_evidence)
        registry.may_open_paper.provide(questions.may_open_paper)
        registry.open_work.provide(questions.open_work)
        registry.standing_on.provide(places.standing_on)
        registry.resettle.provide(places.resettle)
        registry.settling.provide(places.ways)
        registry.after_move("territory.reorganise").join(places.carry)
        registry.after_move("territory.settle").join(places.carry)
