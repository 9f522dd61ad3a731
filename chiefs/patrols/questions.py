"""What patrols answer when a room below asks without knowing them."""

from __future__ import annotations

from datetime import date

from accountability.cases.models import Case
from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting

from . import reports
from .models import Finding, Patrol

UPLOAD = "patrols.upload:"


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """Whoever may see the patrol, or the case that came of the finding; an upload on its way, only who sent it."""
    if acting is None or not evidence.owner.startswith("patrols."):
        return []
    if evidence.owner.startswith(UPLOAD):
        return [True] if evidence.post_id == acting.post_id else []
    kind, _sep, pk = evidence.owner.partition(":")
    if kind == "patrols.patrol":
        return [True] if Patrol.objects.visible_to(acting).filter(pk=int(pk)).exists() else []
    if kind == "patrols.finding":
        finding = Finding.objects.filter(pk=int(pk)).first()
        if finding is None:
            return []
        by_patrol = Patrol.objects.visible_to(acting).filter(pk=finding.patrol_id).exists()
        return [True] if by_patrol or Case.objects.visible_to(acting).filter(pk=finding.case_id).exists() else []
    return []


def patrolled(*, posts: list[int], since: date, until: date) -> list[tuple[int, int, date]]:
    """Every walk of the posts in [since, until) that counts for a segment, once for each."""
    return reports.walks(posts, since, until)
