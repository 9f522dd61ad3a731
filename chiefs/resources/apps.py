from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ResourcesConfig(AppConfig):
    name = "chiefs.resources"
    label = "resources"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Resources")

    def ready(self) -> None:
        from accountability.exchange import importing
        from accountability.ledger import guards, registry
        from accountability.ledger.registry import after_move, may_open_evidence, resettle, standing_on

        from . import defaults, health, questions
        from .actions import divisions
        from .imports_register import ResourcesImporter
        from .imports_segments import SegmentsImporter
        from .models import CellPlace, CountyPlace, ManagementBoundary, PlotPlace, RedLineEdition, Resource, Segment, SegmentPlace

        guards.no_cycle(Resource, "flows_into")
        guards.no_overlap(ManagementBoundary, "resource", "jurisdiction")
        guards.copied(Segment, "path", "jurisdiction", "path")
        guards.no_overlap(RedLineEdition, "plot")
        guards.append_only(RedLineEdition)
        for kind in (SegmentPlace, CellPlace, PlotPlace):
            guards.no_overlap(kind, kind.of)
        guards.no_overlap(CountyPlace, "resource", "jurisdiction")
        standing_on.provide(divisions.standing_on)
        resettle.provide(divisions.resettle)
        may_open_evidence.provide(questions.may_open_evidence)
        after_move("territory.reorganise").join(divisions.carry)
        for importer in (ResourcesImporter, SegmentsImporter):
            importing.register(importer)
        after_move("territory.settle").join(divisions.carry)
        registry.settling.provide(divisions.ways)
        registry.register_faults.provide(health.register_faults)
        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="resources.defaults")
