from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PostsConfig(AppConfig):
    name = "chiefs.posts"
    label = "posts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Posts and terms")

    def ready(self) -> None:
        from accountability.ledger import guards
        from accountability.ledger.registry import after_move, divide_segment, resettle, standing_on, standing_on_segment

        from . import defaults, segments, units
        from .models import Charge, Tenure

        standing_on.provide(units.standing_on)
        resettle.provide(units.resettle)
        standing_on_segment.provide(segments.standing_on_segment)
        divide_segment.provide(segments.divide_segment)
        after_move("territory.reorganise").join(units.carry)
        guards.no_overlap(Tenure, "single_post")
        guards.no_overlap(Charge, "post", "segment")
        post_migrate.connect(defaults.insert_where_absent, sender=self, dispatch_uid="posts.defaults")
