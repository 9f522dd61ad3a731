from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "accountability.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Register")

    def ready(self) -> None:
        from accountability.ledger import registry

        from . import telling

        registry.after_move("posts.begin_handover").join(telling.handover_begun)
