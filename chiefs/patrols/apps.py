from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PatrolsConfig(AppConfig):
    name = "chiefs.patrols"
    label = "patrols"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Patrols")

    def ready(self) -> None:
        from accountability.ledger import guards, registry

        from . import defaults, questions, sites
        from .models import PatrolCount

        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="patrols.defaults")
        guards.append_only(PatrolCount)
        registry.may_open_evidence.provide(questions.may_open_evidence)
        registry.after_move("sites.merge").join(sites.follow)
        registry.about_site.provide(sites.about_site)
        registry.patrolled.provide(questions.patrolled)
