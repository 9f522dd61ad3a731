"""What a post may be for. A closed list: these are the roles of the authorization matrix."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Function(models.TextChoices):
    CHIEF = "chief", _("chief: answers for segments")
    RECEIVER = "receiver", _("receives for a level without a chief")
    CHIEF_OFFICE = "chief_office", _("chief office")
    INTAKE = "intake", _("complaint intake")
    DEPARTMENT = "department", _("department: handles cases")
    STATISTICS = "statistics", _("statistics: balance sheets and observations")
    TARGETS = "targets", _("target office")
    AUDIT = "audit", _("audit bureau")
    ORGANISATION = "organisation", _("organisation department: commissions audits")
    DISCIPLINE = "discipline", _("discipline inspection")
    ADMINISTRATOR = "administrator", _("administrator of rule tables")
    SYSTEM = "system", _("the system itself")


SYSTEM_CLOCK = "system-clock"
SYSTEM_IMPORTER = "system-importer"
SYSTEM_PUBLIC = "system-public"
