"""A drawing is looked at, then taken or dropped. A project inside a red line is found, being rectified, gone, and may be back."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState

from . import rules
from .models import Drawing, LegacyProject

D, P = Drawing.State, LegacyProject.State
FARTHEST_DAYS = 3653  # ten years: the longest term that a programme of rectification gives


def handed_in(flow: DrawingLifecycle, by: Acting) -> bool:
    """The unit that handed the file in. Whether it keeps the record that is drawn is asked by the action, which knows the record."""
    return by.unit_id == flow.record.unit_id


class DrawingLifecycle(Lifecycle):
    """Handed in, then taken over in one reading of its coordinates, or not at all."""

    name = "drawings"
    state = RecordState(D)

    @state.transition(source=D.PROPOSED, target=D.TAKEN, label=gettext_lazy("Take over"), permission=handed_in)
    def take(self, *, by: Acting, crs: str) -> None:
        if crs not in (Drawing.Crs.WGS84, Drawing.Crs.GCJ02):
            raise Refused(_("Say in which coordinates the file is. The comparison above helps; ask whoever made the file."))
        self.record.source_crs = crs

    @state.transition(source=D.PROPOSED, target=D.DROPPED, label=gettext_lazy("Do not take over"), permission=handed_in)
    def drop(self, *, by: Acting) -> None:
        """Nothing was changed by it, nothing is."""


def keeps_red_lines(flow: ProjectLifecycle, by: Acting) -> bool:
    """A chief office around the plot."""
    place = flow.record.plot.jurisdiction
    return rules.keeps(by, place.path, place.pk)


class ProjectLifecycle(Lifecycle):
    """Found, being rectified by a day, gone since a day; what comes back is found again."""

    name = "legacy_projects"
    state = RecordState(P)

    @state.transition(source=P.FOUND, target=P.RECTIFYING, label=gettext_lazy("Rectification begins"), permission=keeps_red_lines)
    def rectify(self, *, by: Acting, due: date, note: str = "") -> None:
        if not 0 < (due - days.today()).days <= FARTHEST_DAYS:
            raise Refused(_("Rectification ends on a day to come, at most ten years ahead."))
        self.record.due, self.record.note = due, str(note)

    @state.transition(source=[P.FOUND, P.RECTIFYING], target=P.GONE, label=gettext_lazy("It is gone"), permission=keeps_red_lines)
    def gone(self, *, by: Acting, gone_on: date, note: str = "") -> None:
        if gone_on > days.today():
            raise Refused(_("It can be gone since today at the latest. Enter the day on which somebody saw that it is gone."))
        self.record.gone_on, self.record.note = gone_on, str(note)

    @state.transition(source=P.GONE, target=P.FOUND, label=gettext_lazy("It is there again"), permission=keeps_red_lines)
    def back(self, *, by: Acting, note: str) -> None:
        if len(str(note).strip()) < 2:
            raise Refused(_("Write what was seen, and where."))
        self.record.gone_on, self.record.due, self.record.note = None, None, str(note)
