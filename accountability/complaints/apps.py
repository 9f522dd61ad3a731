from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "accountability.complaints"
    label = "complaints"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from accountability.ledger.registry import about_site, after_move, may_open_evidence, open_work, resettle, settling, standing_on

        from . import defaults, places, reports, sites, telling

        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="complaints.defaults")
        open_work.provide(reports.open_work)
        may_open_evidence.provide(reports.may_open_evidence)
        after_move("sites.merge").join(sites.follow)
        about_site.provide(sites.about_site)
        standing_on.provide(places.standing_on)
        resettle.provide(places.resettle)
        settling.provide(places.ways)
        after_move("territory.reorganise").join(places.carry)
        after_move("territory.settle").join(places.carry)
        for move in telling.JOINED_MOVES:
            after_move(move).join(telling.case_moved)
