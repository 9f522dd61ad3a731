"""An inspection is asked for once and answered once, by the unit that was asked and never by the one that did the work."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState
from chiefs.posts.functions import Function

from .models import Inspection

S = Inspection.State
LEAST_REPORT = 2


def was_asked(flow: InspectionLifecycle, by: Acting) -> bool:
    """A post of the unit that was asked; the unit that did the work never sees whether its own work is done."""
    inspection = flow.record
    return (
        by.unit_id == inspection.unit_id
        and by.unit_id != inspection.case.done_unit_id
        and by.may(Function.CHIEF, Function.CHIEF_OFFICE, Function.DEPARTMENT, Function.RECEIVER)
    )


class InspectionLifecycle(Lifecycle):
    """Asked for, then seen to be done or not."""

    name = "inspections"
    state = RecordState(S)

    @state.transition(source=S.ASKED, target=S.CONFIRMED, label=gettext_lazy("It is done"), permission=was_asked)
    def confirm(self, *, by: Acting, report: str, visited_at: datetime) -> None:
        self._saw(report, visited_at)

    @state.transition(source=S.ASKED, target=S.RETURNED, label=gettext_lazy("It is not done"), permission=was_asked)
    def send_back(self, *, by: Acting, report: str, visited_at: datetime) -> None:
        self._saw(report, visited_at)

    def _saw(self, report: str, visited_at: datetime) -> None:
        if len(str(report).strip()) < LEAST_REPORT:
            raise Refused(_("Write what you saw on the spot."))
        asked_on, visited_on = days.day_of(self.record.asked_at), days.day_of(visited_at)
        if not asked_on <= visited_on or visited_at > days.now():
            raise Refused(_("The visit must lie between %(day)s and now.") % {"day": asked_on})
        self.record.report, self.record.visited_at = str(report).strip(), visited_at
