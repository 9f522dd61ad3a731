"""A handover is open until everything that lay at the post has somebody who answers for it by name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.fsm import State as Fsm

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState

from . import handovers
from .deeds import may_fill
from .handovers import Taker
from .models import Handover, Post

S = Handover.State


def keeps(flow: HandoverLifecycle, by: Acting) -> bool:
    """Whoever enters the terms of the post."""
    post = Post.objects.select_related("kind", "unit__jurisdiction").get(pk=flow.record.post_id)
    return may_fill(by, post)


def keeps_or_takes(flow: HandoverLifecycle, by: Acting) -> bool:
    """Besides them, whoever may take it over, for themselves."""
    return keeps(flow, by) or any(taker.is_acting(by) for taker in handovers.takers(flow.record))


def term_has_ended(flow: HandoverLifecycle) -> Any:
    until = flow.record.tenure.until
    return Fsm.CONDITION(until is not None and until <= days.today(), unmet=_("The term has not ended yet; more may come until then."))


def all_taken(flow: HandoverLifecycle) -> Any:
    return Fsm.CONDITION(
        not handovers.untaken(flow.record),
        unmet=_("Something has nobody yet who takes it over. Name somebody for each matter on the list."),
    )


def somebody_answers(flow: HandoverLifecycle) -> Any:
    return Fsm.CONDITION(
        handovers.is_covered(flow.record),
        unmet=_("Nobody holds the post, and nobody is named who answers meanwhile. Name somebody."),
    )


class HandoverLifecycle(Lifecycle):
    """Opened by the end of a term, taken over by name, finished."""

    name = "posts"
    state = RecordState(S)

    @state.transition(source=S.OPEN, target=S.OPEN, label=gettext_lazy("Take over what lies open"), permission=keeps_or_takes)
    def take_over(self, *, by: Acting, streams: list[str], taker: str) -> None:
        found = self._taker(by, taker)
        unknown = set(streams) - handovers.open_streams(self.record)
        if not streams or unknown:
            raise Refused(_("Choose matters from the list; what is closed already needs nobody any more."))
        self.found["term"], self.found["deputation"] = found.tenure.pk, found.deputation and found.deputation.pk

    @state.transition(source=S.OPEN, target=S.OPEN, label=gettext_lazy("Name who answers meanwhile"), permission=keeps_or_takes)
    def cover(self, *, by: Acting, taker: str) -> None:
        self.record.covered_by = self._taker(by, taker).tenure

    @state.transition(
        source=S.OPEN,
        target=S.FINISHED,
        label=gettext_lazy("Finish the handover"),
        permission=keeps,
        conditions=[term_has_ended, all_taken, somebody_answers],
    )
    def finish(self, *, by: Acting) -> None:
        self.record.finished_at = days.now()
        self.found["taken"] = {item.stream: item.taker_id for item in self.record.items.exclude(taker=None).order_by("pk")}

    @classmethod
    def keeps_register(cls, record: Handover, by: Acting) -> bool:
        """Whether a post may name anybody of those shown, not only itself."""
        return keeps(cls(record), by)

    def _taker(self, by: Acting, key: str) -> Taker:
        """One of those who may; who does not keep the register takes over for themselves only."""
        found = next((taker for taker in handovers.takers(self.record) if taker.key == key), None)
        if found is None:
            raise Refused(_("Choose one of the people shown: the successor, a deputy, or who receives for a vacant post."))
        if not (found.is_acting(by) or keeps(self, by)):
            raise NotPermitted
        return found
