"""A patrol is submitted once and judged once; what was recorded is never changed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from viewflow.fsm import State as Fsm

from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import Lifecycle, RecordState
from chiefs.posts.functions import Function

from .models import Patrol, PatrolValidity

S = Patrol.State


def is_the_clock(flow: PatrolLifecycle, by: Acting) -> bool:
    """Nobody judges a patrol by hand: the rule does, through the system's own post."""
    return by.may(Function.SYSTEM)


def by_reasons(flow: PatrolLifecycle, *, reasons: list[dict[str, object]], **_facts: object) -> str:
    return S.INSUFFICIENT if reasons else S.VALID


class PatrolLifecycle(Lifecycle):
    """Submitted, then valid or not sufficient."""

    name = "patrols"
    state = RecordState(S)

    @state.transition(
        source=S.SUBMITTED,
        target=Fsm.GET_STATE(by_reasons, states=[S.VALID, S.INSUFFICIENT]),
        label=gettext_lazy("Judge"),
        permission=is_the_clock,
    )
    def judge(self, *, by: Acting, rule: PatrolValidity | None, reasons: list[dict[str, object]], also: list[dict[str, object]]) -> None:
        """``also``: the further segments of the same person that it was judged for, and whether it counts for each."""
        self.record.rule, self.record.reasons = rule, reasons
