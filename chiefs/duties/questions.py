"""What lists and obligations answer when a room below asks without knowing them."""

from __future__ import annotations

from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting

from .models import Obligation

OWNER = "duties.obligation:"


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """Whoever may see the obligation may see its minutes."""
    if not evidence.owner.startswith(OWNER):
        return []
    pk = int(evidence.owner.removeprefix(OWNER))
    return [True] if Obligation.objects.visible_to(acting).filter(pk=pk).exists() else []
