from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PostsConfig(AppConfig):
    name = "chiefs.posts"
    label = "posts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Posts and terms")

    def ready(self) -> None:
        from accountability.exchange import importing
        from accountability.ledger import guards
        from accountability.ledger.registry import after_move, resettle, standing_on

        from . import defaults, units
        from .imports_chiefs import ChargesImporter, ChiefsImporter
        from .imports_units import PostsImporter, UnitsImporter
        from .models import Charge, Tenure

        standing_on.provide(units.standing_on)
        resettle.provide(units.resettle)
        after_move("territory.reorganise").join(units.carry)
        guards.no_overlap(Tenure, "single_post")
        guards.no_overlap(Charge, "post", "segment")
        for importer in (UnitsImporter, PostsImporter, ChiefsImporter, ChargesImporter):
            importing.register(importer)
        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="posts.defaults")
