"""What a post may be for. A closed list: these are the roles of the authorization matrix."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Function(models.TextChoices):
    CHIEF = "chief", _("chief: answers for segments")
    RANGER = "ranger", _("ranger: walks in cells of the grid")
    SUPERVISOR = "supervisor", _("supervisor: looks after the rangers of cells")
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


class Role(models.TextChoices):
    """Which place in the chief schemes a kind of post has. A closed list: the register's health and the lists of duties ask by it."""

    FIRST_GENERAL_CHIEF = "first_general_chief", _("first general chief")
    GENERAL_CHIEF = "general_chief", _("general chief")
    DEPUTY_GENERAL_CHIEF = "deputy_general_chief", _("deputy general chief")
    RESOURCE_CHIEF = "resource_chief", _("chief of a water, mountain or plot")
    SEGMENT_CHIEF = "segment_chief", _("segment chief")
    SUPERVISOR = "supervisor", _("supervisor")
    RANGER = "ranger", _("ranger")
    DESK = "desk", _("duty desk")
    NONE = "none", _("none of these")


#: Heads of party and government, who answer for all resources of their place.
GENERAL = (Role.FIRST_GENERAL_CHIEF, Role.GENERAL_CHIEF, Role.DEPUTY_GENERAL_CHIEF)
#: Those who answer for segments by charges. Which of the two names a place uses is its own affair.
ANSWERING = (Role.RESOURCE_CHIEF, Role.SEGMENT_CHIEF)
#: Who hands in walks.
WALKING = (Function.CHIEF, Function.RANGER)
#: Whose work is outside: their pages are made for a telephone, on which they stay signed in.
OUTSIDE = (*WALKING, Function.SUPERVISOR)
#: Those who work in cells of the grid.
WATCHING = (Role.SUPERVISOR, Role.RANGER)

SYSTEM_CLOCK = "system-clock"
SYSTEM_IMPORTER = "system-importer"
SYSTEM_PUBLIC = "system-public"
