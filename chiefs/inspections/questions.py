"""What inspections answer when a room below asks without knowing them."""

from __future__ import annotations

from accountability.cases.models import Case
from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting

from .models import Inspection

OWNER = "inspections.inspection:"


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """Whoever may see the inspection, or the case that was looked at, may see its pictures."""
    if not evidence.owner.startswith(OWNER):
        return []
    pk = int(evidence.owner.removeprefix(OWNER))
    if Inspection.objects.visible_to(acting).filter(pk=pk).exists():
        return [True]
    return [True] if Case.objects.visible_to(acting).filter(inspections=pk).exists() else []


def open_work(*, post_id: int | None = None, unit_id: int | None = None, jurisdiction_id: int | None = None) -> list[Inspection]:
    """Visits that a unit still owes; an inspection is asked of a unit, so a single post leaves none behind."""
    return list(Inspection.objects.open().filter(unit_id=unit_id).order_by("due")) if unit_id is not None else []
