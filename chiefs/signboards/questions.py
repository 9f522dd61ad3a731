"""What boards answer when a room below asks without knowing them."""

from __future__ import annotations

from typing import Any

from accountability.evidence.models import Evidence
from accountability.ledger.acting import Acting
from accountability.papers.models import Paper

from .models import BoardUpdate, Signboard

BOARD, UPDATE, UPLOAD = "signboards.signboard:", "signboards.boardupdate:", "signboards.upload:"


def may_open_evidence(*, evidence: Evidence, acting: Acting | None) -> list[bool]:
    """Whoever may see the board may see its pictures and those of its updates; an upload on its way, only who sent it."""
    if evidence.owner.startswith(UPLOAD):
        return [True] if acting is not None and evidence.post_id == acting.post_id else []
    if evidence.owner.startswith(BOARD):
        rows: Any = Signboard.objects.visible_to(acting).filter(pk=int(evidence.owner.removeprefix(BOARD)))
    elif evidence.owner.startswith(UPDATE):
        rows = BoardUpdate.objects.visible_to(acting).filter(pk=int(evidence.owner.removeprefix(UPDATE)))
    else:
        return []
    return [True] if rows.exists() else []


def may_open_paper(*, paper: Paper, acting: Acting | None) -> list[bool]:
    """Whoever may see the board may print its sheets."""
    if not paper.owner.startswith(BOARD):
        return []
    return [True] if Signboard.objects.visible_to(acting).filter(pk=int(paper.owner.removeprefix(BOARD))).exists() else []


def open_work(*, post_id: int | None = None, unit_id: int | None = None, jurisdiction_id: int | None = None) -> list[Any]:
    """Updates that are owed, and for a unit that would end the boards that it keeps: another must keep them.

    A board is kept by a unit, so that a single post leaves none behind; it lies where its segment lies, and moves with it.
    """
    if unit_id is not None:
        owed = BoardUpdate.objects.open().filter(board__unit_id=unit_id)
        return [*owed.select_related("board").order_by("due", "pk"), *Signboard.objects.standing().filter(unit_id=unit_id).order_by("code")]
    if jurisdiction_id is not None:
        owed = BoardUpdate.objects.open().filter(board__segment__jurisdiction_id=jurisdiction_id)
        return list(owed.select_related("board").order_by("due", "pk"))
    return []
