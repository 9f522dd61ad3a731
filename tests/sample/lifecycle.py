from typing import Any

from viewflow import fsm

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState

from .models import Parcel

S = Parcel.State


def holds(flow: Any, by: Acting) -> bool:
    return by.post_id == flow.record.holder_id


def has_title(flow: Any) -> Any:
    return fsm.State.CONDITION(bool(flow.record.title), unmet="Give it a title first.")


class ParcelLifecycle(Lifecycle):
    name = "sample"
    state = RecordState(S)

    @state.transition(source=[S.OPEN, S.HELD], target=S.HELD, label="Take", permission=None)
    def take(self, *, by: Acting, note: str = "") -> None:
        if note == "refuse":
            raise Refused("The note stands against it.")
        self.record.holder_id = by.post_id

    @state.transition(source=S.HELD, target=S.SHUT, label="Shut", permission=holds, conditions=[has_title])
    def shut(self, *, by: Acting) -> None:
        self.record.title += "."

    @state.transition(source=S.HELD, target=S.OPEN, label="Undeclared")
    def undeclared(self, *, by: Acting) -> None:
        """No permission declared: nobody may."""
