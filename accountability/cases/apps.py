from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "accountability.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from accountability.ledger import registry

        from . import defaults, follow, places, questions, sites

        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="cases.defaults")
        for move in follow.MOVES:
            registry.after_move(f"cases.{move}").join(follow.after)
        registry.may_open_evidence.provide(questions.may_open_evidence)
        registry.open_work.provide(questions.open_work)
        registry.after_move("sites.merge").join(sites.follow)
        registry.about_site.provide(sites.about_site)
        registry.concerning.provide(questions.concerning)
        registry.standing_on.provide(places.standing_on)
        registry.resettle.provide(places.resettle)
        registry.settling.provide(places.ways)
        registry.after_move("territory.reorganise").join(places.carry)
        registry.after_move("territory.settle").join(places.carry)
