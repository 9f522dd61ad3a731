"""Which pages a post has besides its inbox, by what it is for."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accountability.ledger.acting import Acting
from chiefs.posts.functions import Function as F

#: function: (name of the address, what stands on the link)
DOORS: dict[F, list[tuple[str, Promise]]] = {
    F.CHIEF: [("patrols:home", _("My patrols"))],
    F.RECEIVER: [("inspections:list", _("Inspections"))],
    F.INTAKE: [("complaints:list", _("Complaints"))],
    F.CHIEF_OFFICE: [("inspections:list", _("Inspections"))],
    F.DEPARTMENT: [("inspections:list", _("Inspections"))],
    F.ORGANISATION: [("departures:list", _("Departure audits"))],
    F.AUDIT: [("departures:list", _("Departure audits"))],
    F.ADMINISTRATOR: [("admin:index", _("Rule tables"))],
}


def doors(acting: Acting) -> list[tuple[str, Promise]]:
    """The links of a post, each once, in the order above."""
    return list(dict.fromkeys(door for function, several in DOORS.items() if acting.may(function) for door in several))
