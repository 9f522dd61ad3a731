"""What resources answer when a room below asks without knowing them."""

from __future__ import annotations

from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting

from .models import Marker

OWNER = f"{Marker._meta.label_lower}:"


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """Whoever may see a boundary marker may see its photos. The files of drawings are no pictures, and originals are never sent."""
    if not evidence.owner.startswith(OWNER):
        return []
    pk = int(evidence.owner.removeprefix(OWNER))
    return [True] if Marker.objects.visible_to(acting).filter(pk=pk).exists() else []
