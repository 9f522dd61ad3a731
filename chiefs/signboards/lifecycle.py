"""A board stands, is damaged, is gone; an update of it is owed, done, or found not to be needed."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.evidence import reports as evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState
from chiefs.posts.functions import Function

from . import rules
from .models import BoardUpdate, Signboard

S, U = Signboard.State, BoardUpdate.State
LEAST_WORDS = 4


def tends(flow: SignboardLifecycle, by: Acting) -> bool:
    """The unit that keeps the board, and whoever keeps the register at its place."""
    board = flow.record
    return rules.tends(by, board.unit_id, board.segment.path, board.segment.jurisdiction_id)


def keeps(flow: SignboardLifecycle, by: Acting) -> bool:
    """Whoever keeps the register at the board's place."""
    return rules.keeps(by, flow.record.segment.path, flow.record.segment.jurisdiction_id)


class SignboardLifecycle(Lifecycle):
    """Standing, damaged, gone; what is gone may be put up again under the same code."""

    name = "signboards"
    state = RecordState(S)

    @state.transition(source=S.STANDING, target=S.DAMAGED, label=gettext_lazy("It is damaged"), permission=tends)
    def report_damaged(self, *, by: Acting, seen_on: date, note: str) -> None:
        self._seen(seen_on, note)

    @state.transition(source=S.DAMAGED, target=S.STANDING, label=gettext_lazy("It is repaired"), permission=tends)
    def repair(self, *, by: Acting, seen_on: date, note: str) -> None:
        self._seen(seen_on, note)

    @state.transition(source=[S.STANDING, S.DAMAGED], target=S.GONE, label=gettext_lazy("It is gone"), permission=tends)
    def take_down(self, *, by: Acting, seen_on: date, note: str) -> None:
        self._seen(seen_on, note)

    @state.transition(source=S.GONE, target=S.STANDING, label=gettext_lazy("Put up again"), permission=keeps)
    def put_up_again(self, *, by: Acting, seen_on: date, note: str) -> None:
        self._seen(seen_on, note)

    def _seen(self, seen_on: date, note: str) -> None:
        if not self.record.set_up_on <= seen_on <= days.today():
            raise Refused(_("The day must lie between the day on which the board was set up and today."))
        if len(str(note).strip()) < LEAST_WORDS:
            raise Refused(_("Write in a few words what you saw at the board."))
        self.record.checked_on = max(seen_on, self.record.checked_on or seen_on)


def tends_update(flow: BoardUpdateLifecycle, by: Acting) -> bool:
    board = flow.record.board
    return rules.tends(by, board.unit_id, board.segment.path, board.segment.jurisdiction_id)


def keeps_update(flow: BoardUpdateLifecycle, by: Acting) -> bool:
    """Not the unit that would have to do it, unless it keeps the register there."""
    board = flow.record.board
    return rules.keeps(by, board.segment.path, board.segment.jurisdiction_id)


def is_the_system(flow: BoardUpdateLifecycle, by: Acting) -> bool:
    """What follows by itself from another move is done through the system's own post."""
    return by.may(Function.SYSTEM)


class BoardUpdateLifecycle(Lifecycle):
    """Owed from a change of chiefs or names on; done with a photo, waived with a reason, or lapsed with its board."""

    name = "board_updates"
    state = RecordState(U)

    @state.transition(source=U.OPEN, target=U.DONE, label=gettext_lazy("The board is up to date"), permission=tends_update)
    def finish(self, *, by: Acting, done_on: date, note: str = "") -> None:
        if not self.record.changed_on <= done_on <= days.today():
            raise Refused(_("The day must lie between the change (%(day)s) and today.") % {"day": self.record.changed_on.isoformat()})
        missing = _("Add a photo of the board as it is now. Without one nobody can see that the names are right.")
        if fault := evidence.unproved(self.record.stream, missing=missing):
            raise Refused(fault)
        self.record.done_on, self.record.note = done_on, str(note).strip()

    @state.transition(source=U.OPEN, target=U.WAIVED, label=gettext_lazy("Not needed"), permission=keeps_update)
    def waive(self, *, by: Acting, reason: str) -> None:
        if len(str(reason).strip()) < LEAST_WORDS:
            raise Refused(_("Write why the board need not be changed."))
        self.record.note = str(reason).strip()

    @state.transition(source=U.OPEN, target=U.WAIVED, label=gettext_lazy("The board is gone"), permission=is_the_system)
    def lapse(self, *, by: Acting) -> None:
        """Nothing is left to be changed."""
