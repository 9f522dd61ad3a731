from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "tests.sample"
    label = "sample"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accountability.ledger import guards

        from .models import Lease

        guards.no_overlap(Lease, "plot")
