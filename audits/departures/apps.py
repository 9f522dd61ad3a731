from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeparturesConfig(AppConfig):
    name = "audits.departures"
    label = "departures"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Departure audits")
