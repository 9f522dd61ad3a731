"""A change of divisions is recorded, and finished when nothing stands on the old units any more."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState

from . import reports
from .models import Jurisdiction, Reorganisation

S = Reorganisation.State
OFFICE = "chief_office"  # of posts.functions, which stands above this room


def keeps_divisions(flow: ReorganisationLifecycle, by: Acting) -> bool:
    """A chief office around the place."""
    within = flow.record.within
    return by.may(OFFICE) and by.reach.holds(within.path, within.pk)


class ReorganisationLifecycle(Lifecycle):
    """Recorded, settled step by step, then finished."""

    name = "territory"
    state = RecordState(S)

    @state.transition(source=S.RECORDED, target=S.RECORDED, label=gettext_lazy("Settle"), permission=keeps_divisions)
    def settle(self, *, by: Acting, records: list[Any], to: Jurisdiction | None, day: date, places: dict[int, int]) -> None:
        """Some of what stands on the old units goes on or ends. ``places``: units below the old ones, and what they go on as."""

    @state.transition(source=S.RECORDED, target=S.FINISHED, label=gettext_lazy("Finish"), permission=keeps_divisions)
    def finish(self, *, by: Acting) -> None:
        left = len(reports.left_behind(self.record))
        if left:
            raise Refused(_("%(count)s records still stand on the old units. Settle each of them first.") % {"count": left})
