"""What inspections answer when a room below asks without knowing them."""

from __future__ import annotations

from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting

from .models import Inspection

OWNER = "inspections.inspection:"


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """Whoever may see the inspection may see its pictures."""
    if not evidence.owner.startswith(OWNER):
        return []
    found = Inspection.objects.visible_to(acting).filter(pk=int(evidence.owner.removeprefix(OWNER)))
    return [True] if found.exists() else []


def open_work(*, post_id: int | None = None, unit_id: int | None = None, jurisdiction_id: int | None = None) -> list[Inspection]:
    """Visits that a unit still owes; an inspection is asked of a unit, so a single post leaves none behind."""
    return list(Inspection.objects.open().filter(unit_id=unit_id).order_by("due")) if unit_id is not None else []
