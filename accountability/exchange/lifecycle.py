"""A file is tried out, taken over, and undone while nothing depends on it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import Lifecycle, RecordState

from . import rules
from .models import Delivery

S = Delivery.State


def handed_it_in(flow: DeliveryLifecycle, by: Acting) -> bool:
    """The office or desk that handed the file in; a colleague of the same unit may go on with it."""
    return rules.imports(by) and by.unit_id == flow.record.unit_id


class DeliveryLifecycle(Lifecycle):
    """Which steps a file may take."""

    name = "exchange"
    state = RecordState(S)

    @state.transition(source=S.TRIED, target=S.TAKEN, label=_("Take over"), permission=handed_it_in)
    def take_over(self, *, by: Acting, partial: bool) -> None:
        """The rows are written by the action, in the same transaction."""

    @state.transition(source=S.TAKEN, target=S.UNDONE, label=_("Undo"), permission=handed_it_in)
    def undo(self, *, by: Acting) -> None:
        """The rows are taken back by the action, in the same transaction."""
