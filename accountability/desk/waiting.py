"""What waits for a post outside the list of cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accountability.complaints.models import Complaint
from accountability.ledger.acting import Acting
from audits.departures.models import Audit
from chiefs.agreements.models import TargetAgreement
from chiefs.inspections.models import Inspection
from chiefs.posts.functions import Function as F

from .inbox import MOST_COUNTED


@dataclass(frozen=True)
class Kind:
    """A kind of waiting work: whose, where it is listed, how it is called, what counts."""

    functions: tuple[F, ...]
    name: str
    label: Promise
    rows: Callable[[Acting], QuerySet]
    query: str = ""


KINDS = [
    Kind((F.INTAKE,), "complaints:list", _("Complaints to accept or refuse"), lambda by: Complaint.objects.visible_to(by).waiting()),
    Kind(
        (F.INTAKE,),
        "complaints:list",
        _("Complaints to answer"),
        lambda by: Complaint.objects.visible_to(by).unanswered(),
        "?list=unanswered",
    ),
    Kind(
        (F.CHIEF_OFFICE, F.DEPARTMENT, F.RECEIVER),
        "inspections:list",
        _("Inspections to make"),
        lambda by: Inspection.objects.asked_of(by).open(),
    ),
    Kind(
        (F.CHIEF,),
        "agreements:targets",
        _("Target agreements to sign"),
        lambda by: TargetAgreement.objects.visible_to(by).awaiting(by.post_id),
        "?list=mine",
    ),
    Kind(
        (F.AUDIT,),
        "departures:list",
        _("Departure audits under way"),
        lambda by: Audit.objects.visible_to(by).exclude(state=Audit.State.ISSUED),
    ),
]


def waiting(acting: Acting) -> list[tuple[str, Promise, str]]:
    """Address, name and number (up to 99+) of every kind of work that waits for the post. One bounded statement each."""
    found = []
    for kind in KINDS:
        if acting.may(*kind.functions) and (count := kind.rows(acting)[:MOST_COUNTED].count()):
            found.append((reverse(kind.name) + kind.query, kind.label, str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"))
    return found
