"""What agreements answer when a room below asks without knowing them."""

from __future__ import annotations

from django.db.models import Q

from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting
from accountability.papers.models import Paper

from .models import TargetAgreement, VillageAgreement

TARGETS = "agreements.targetagreement:"
VILLAGES = "agreements.villageagreement:"
S = TargetAgreement.State


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """Whoever may see a village agreement may see the photo of its signed page."""
    if not evidence.owner.startswith(VILLAGES):
        return []
    pk = int(evidence.owner.removeprefix(VILLAGES))
    return [True] if VillageAgreement.objects.visible_to(acting).filter(pk=pk).exists() else []


def may_open_paper(*, paper: Paper, acting: Acting | None) -> list[bool]:
    """Whoever may see a target agreement may read its paper."""
    if not paper.owner.startswith(TARGETS):
        return []
    pk = int(paper.owner.removeprefix(TARGETS))
    return [True] if TargetAgreement.objects.visible_to(acting).filter(pk=pk).exists() else []


def open_work(
    *, post_id: int | None = None, unit_id: int | None = None, jurisdiction_id: int | None = None
) -> list[TargetAgreement | VillageAgreement]:
    """Of a post: what waits for its signature, and what it has taken on and is not settled (a successor signs on with the balance).

    Of a unit: agreements of its posts, those that it drafts or evaluates, and village agreements that still bind it.
    """
    running = TargetAgreement.objects.filter(state__in=[S.DRAFT, S.OFFERED, S.HALF, S.SIGNED]).order_by("pk")
    villages = VillageAgreement.objects.filter(state__in=[VillageAgreement.State.PREPARED, VillageAgreement.State.IN_FORCE]).order_by("pk")
    if post_id is not None:
        waiting = Q(pk__in=TargetAgreement.objects.awaiting(post_id).values("pk"))
        return list(running.filter(waiting | Q(taker=post_id, state=S.SIGNED)))
    if unit_id is not None:
        mine = Q(giver__unit=unit_id) | Q(taker__unit=unit_id) | Q(evaluator=unit_id) | Q(office=unit_id)
        return [*running.filter(mine), *villages.filter(unit=unit_id)]
    if jurisdiction_id is not None:
        return [*running.filter(jurisdiction=jurisdiction_id), *villages.filter(jurisdiction=jurisdiction_id)]
    return []
