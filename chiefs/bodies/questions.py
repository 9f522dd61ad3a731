"""What bodies answer when a room below asks without knowing them."""

from __future__ import annotations

from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting

from .models import Meeting, Resolution

MEETING, RESOLUTION = "bodies.meeting:", "bodies.resolution:"


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """Minutes: members and the keeping office. What was handed in with a resolution: they, and the unit that carries it out."""
    for owner, model in ((MEETING, Meeting), (RESOLUTION, Resolution)):
        pk = evidence.owner.removeprefix(owner)
        if pk != evidence.owner and pk.isdigit():
            return [True] if model.objects.visible_to(acting).filter(pk=int(pk)).exists() else []
    return []
