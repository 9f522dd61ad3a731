from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PostsConfig(AppConfig):
    name = "chiefs.posts"
    label = "posts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Posts and terms")

    def ready(self) -> None:
        from datetime import timedelta

        from accountability.exchange import importing
        from accountability.ledger import guards, registry, sweeps
        from accountability.ledger.registry import after_move, divide_segment, open_work, resettle, standing_on, standing_on_segment

        from . import actions_handover, astray, defaults, handovers, health, naming, schemes, segments, units
        from .imports_chiefs import ChargesImporter, ChiefsImporter
        from .imports_units import PostsImporter, UnitsImporter
        from .models import Charge, Deputation, PostTitle, Superior, Tenure, UnitName, UnitPlace, Watch

        standing_on.provide(units.standing_on)
        resettle.provide(units.resettle)
        standing_on.provide(astray.standing_on)
        resettle.provide(astray.resettle)
        registry.settling.provide(astray.ways)
        standing_on.provide(naming.standing_on)
        resettle.provide(naming.resettle)
        registry.settling.provide(naming.ways)
        registry.register_faults.provide(health.register_faults)
        standing_on_segment.provide(segments.standing_on_segment)
        divide_segment.provide(segments.divide_segment)
        after_move("territory.reorganise").join(units.carry)
        after_move("territory.settle").join(units.carry)
        after_move("resources.keep_scheme").join(schemes.follow)
        guards.no_overlap(Tenure, "single_post")
        guards.no_overlap(Charge, "post", "segment")
        guards.no_overlap(Superior, "unit", "superior")
        guards.no_dated_cycle(Superior, "unit", "superior", kind=Superior.Kind.LEAD.value)
        guards.no_overlap(Deputation, "tenure")
        guards.no_overlap(Watch, "post", "cell")
        guards.no_overlap(UnitPlace, "unit")
        guards.no_overlap(UnitName, "unit")
        guards.no_overlap(PostTitle, "post")
        open_work.provide(handovers.open_work_of)
        sweeps.register("posts.handovers", timedelta(hours=1), actions_handover.look_after)
        for importer in (UnitsImporter, PostsImporter, ChiefsImporter, ChargesImporter):
            importing.register(importer)
        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="posts.defaults")
