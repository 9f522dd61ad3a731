"""What departures answer when a room below asks without knowing them."""

from __future__ import annotations

from typing import Any

from accountability.ledger.acting import Acting
from accountability.papers.models import Paper
from chiefs.posts.functions import Function

from .models import Audit

OWNER = "departures.audit:"


def may_open_paper(*, paper: Paper, acting: Acting | None, **_more: Any) -> list[bool]:
    """The report is open to the team, the reviewers, and whoever commissioned it."""
    if acting is None or not paper.owner.startswith(OWNER):
        return []
    pk = int(paper.owner.removeprefix(OWNER))
    commissioner = acting.may(Function.ORGANISATION) and Audit.objects.visible_to(acting).filter(pk=pk).exists()
    return [True] if commissioner or Audit.objects.dossier_open_to(acting).filter(pk=pk).exists() else []


def open_work(*, post_id: int | None = None, unit_id: int | None = None, jurisdiction_id: int | None = None) -> list[Audit]:
    """Audits that a unit has begun and not finished."""
    return list(Audit.objects.filter(audit_unit_id=unit_id).exclude(state=Audit.State.ISSUED).order_by("pk")) if unit_id is not None else []
