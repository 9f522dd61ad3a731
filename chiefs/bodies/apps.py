from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BodiesConfig(AppConfig):
    name = "chiefs.bodies"
    label = "bodies"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Bodies and meetings")

    def ready(self) -> None:
        from accountability.ledger import guards, sweeps
        from accountability.ledger.registry import after_move, may_open_evidence, open_work, resettle, standing_on

        from . import questions, reports
        from .actions import meetings, places, resolutions  # noqa: F401  their sentences register themselves
        from .models import Member, Rhythm

        guards.no_overlap(Member, "body", "post")
        guards.no_overlap(Rhythm, "body")
        open_work.provide(reports.open_work)
        may_open_evidence.provide(questions.may_open_evidence)
        standing_on.provide(places.standing_on)
        resettle.provide(places.resettle)
        after_move("territory.reorganise").join(places.carry)
        after_move("territory.settle").join(places.carry)
        after_move("posts.merge_person").join(meetings.follow_person)
        sweeps.register("bodies.meetings", timedelta(hours=6), meetings.keep_time)
