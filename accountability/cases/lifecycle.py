"""Which changes of a case are lawful: from which state, for which post."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.fsm import State as Fsm

from accountability.clocks import reports as clocks
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Unit
from chiefs.posts.reports import posts_over

from . import reports, ways
from .models import Case
from .surroundings import Surroundings, level_of

S = Case.State
#: Who works with cases; the others have no inbox of cases.
WITH_CASES = (Function.CHIEF, Function.RECEIVER, Function.CHIEF_OFFICE, Function.INTAKE, Function.DEPARTMENT)
LEAST_WORDS = 2  # a reason of one sign is none


def said(text: str, sentence: str) -> str:
    """The text without its edges; Refused with the sentence when there is none."""
    words = str(text).strip()
    if len(words) < LEAST_WORDS:
        raise Refused(sentence)
    return words


def is_subject(flow: CaseLifecycle, by: Acting) -> bool:
    """Whoever is complained of, the unit and all that stands under it take no step in the matter."""
    subject = flow.record.subject_post_id
    return subject is not None and posts_over(by.unit_id, days.today()).filter(pk=subject).exists()


def holds_case(flow: CaseLifecycle, by: Acting) -> bool:
    return by.post_id == flow.record.holder_id and not is_subject(flow, by)


def directs_case(flow: CaseLifecycle, by: Acting) -> bool:
    """The chief (or the desk that receives for a vacant level) from township up, or the chief office of the holder's level."""
    case = flow.record
    if by.post_id == case.holder_id:
        lawful = by.level != "village" and by.may(Function.CHIEF, Function.RECEIVER, Function.CHIEF_OFFICE)
    else:
        of_the_level = by.may(Function.CHIEF_OFFICE) and by.level == level_of(case.holder)
        lawful = of_the_level and by.reach.holds(case.path, case.jurisdiction_id)
    return lawful and not is_subject(flow, by)


def leads_the_holder(flow: CaseLifecycle, by: Acting) -> bool:
    """A post that works with cases, of the unit that leads the working unit by the dated row."""
    return by.may(*WITH_CASES) and by.unit_id in flow.deciders and not is_subject(flow, by)


def verifies(flow: CaseLifecycle, by: Acting) -> bool:
    """The chief office that was to go and look, and never the unit that did the work."""
    unit = flow.around.verifier(flow.record.done_unit_id)
    return by.may(Function.CHIEF_OFFICE) and unit is not None and by.unit_id == unit.pk


def signs_off(flow: CaseLifecycle, by: Acting) -> bool:
    """The chief office of the level that handed it over, or a chief who answers above; never the unit that did the work."""
    case = flow.record
    if by.unit_id == case.done_unit_id or is_subject(flow, by):
        return False
    if by.may(Function.CHIEF_OFFICE):
        return by.unit_id in {unit.pk for unit in flow.around.signers(case.done_unit_id, ways.handed_over_at(case))}
    if not by.may(Function.CHIEF) or by.level not in {"county", "prefecture"}:
        return False
    general = not by.scheme and by.reach.holds(case.path, case.jurisdiction_id)
    return general or flow.around.answers(by.post_id) or any(leg.post_id == by.post_id for leg in ways.holdings(case))


def reopens(flow: CaseLifecycle, by: Acting) -> bool:
    case = flow.record
    inside = by.reach.holds(case.path, case.jurisdiction_id)
    return by.may(Function.CHIEF_OFFICE, Function.INTAKE) and inside and not is_subject(flow, by)


def came_from_somewhere(flow: CaseLifecycle) -> Any:
    return Fsm.CONDITION(
        ways.previous_holder(flow.record, flow.around) is not None,
        unmet=_("Nobody handed this case to you; report it up if you cannot solve it."),
    )


def somebody_above(flow: CaseLifecycle) -> Any:
    return Fsm.CONDITION(ways.next_above(flow.record, flow.around) is not None, unmet=_("There is no level above you to report to."))


def somebody_below(flow: CaseLifecycle) -> Any:
    return Fsm.CONDITION(bool(ways.posts_below(flow.record, flow.around)), unmet=_("No post below you answers for this place."))


def departments_there(flow: CaseLifecycle) -> Any:
    return Fsm.CONDITION(
        bool(flow.around.departments_near(flow.record.holder)),
        unmet=_("No department that serves this place has a desk here. Ask the chief office to enter one."),
    )


def no_extension_open(flow: CaseLifecycle) -> Any:
    return Fsm.CONDITION(not flow.waits_for_decision, unmet=_("More time has been asked for already; wait for the decision."))


def somebody_decides(flow: CaseLifecycle) -> Any:
    return Fsm.CONDITION(
        bool(flow.deciders), unmet=_("No unit leads yours, so nobody can grant more time. Report what was done by the legal date.")
    )


def extension_open(flow: CaseLifecycle) -> Any:
    return Fsm.CONDITION(flow.waits_for_decision, unmet=_("Nobody has asked for more time."))


def can_be_verified(flow: CaseLifecycle) -> Any:
    return Fsm.CONDITION(
        flow.around.verifier(flow.record.holder.unit_id) is not None,
        unmet=_("No other unit can verify this case yet. Ask the chief office of the level above to set one up."),
    )


def can_go_on(flow: CaseLifecycle) -> Any:
    return Fsm.CONDITION(
        ways.takes_up_again(flow.record, flow.around) is not None,
        unmet=_("Nobody can receive it there now. Ask the chief office to fill the post."),
    )


def in_whose_hands(flow: CaseLifecycle, **_facts: Any) -> str:
    """A department works on a case; a chief or a government desk holds it, and may still report it up or hand it over."""
    return S.IN_WORK if ways.works_on(flow.record.holder) else S.HELD


class CaseLifecycle(Lifecycle):
    """Held by chiefs, worked on by a department, reported done, verified by another unit, signed off; it may be reopened."""

    name = "cases"
    state = RecordState(S)

    @cached_property
    def around(self) -> Surroundings:
        """Who stands around the case; asked once, also when a page asks for every move."""
        return Surroundings.of(self.record)

    @cached_property
    def deciders(self) -> set[int]:
        return reports.deciders(self.record.holder.unit_id)

    @cached_property
    def waits_for_decision(self) -> bool:
        return any(extension.granted is None for extension in self.record.extensions.all())

    def _give(self, to: Post | None) -> None:
        """To whom the move itself leads; the conditions have made sure that there is somebody."""
        if to is None:
            raise Refused(_("Nobody can receive it there now. Ask the chief office to fill the post."))
        self.record.holder, self.found["to"] = to, to

    @state.transition(source=S.HELD, target=S.HELD, label=gettext_lazy("Report up"), conditions=[somebody_above], permission=holds_case)
    def report_up(self, *, by: Acting, note: str) -> None:
        said(note, _("Write why you cannot solve it yourself."))
        self._give(ways.next_above(self.record, self.around))

    @state.transition(source=S.HELD, target=S.HELD, label=gettext_lazy("Hand down"), conditions=[somebody_below], permission=holds_case)
    def hand_down(self, *, by: Acting, to: Post, note: str) -> None:
        if to.pk not in {post.pk for post in ways.posts_below(self.record, self.around)}:
            raise Refused(_("This post does not answer for the place below you. Choose one from the list."))
        self.record.holder = to

    @state.transition(
        source=S.HELD,
        target=S.IN_WORK,
        label=gettext_lazy("Hand over to a department"),
        conditions=[departments_there],
        permission=directs_case,
    )
    def hand_over(self, *, by: Acting, to: Post, assisting: list[Unit], note: str) -> None:
        if not to.kind.may(Function.DEPARTMENT):
            raise Refused(_("Choose the desk of a department; chiefs order and supervise, departments do the work."))
        near = self.around.departments_near(self.record.holder)
        if to.pk not in {post.pk for post in near}:
            raise Refused(_("This department does not serve the place of the case. Choose one from the list."))
        if to.unit_id in {unit.pk for unit in assisting}:
            raise Refused(_("The leading department cannot assist itself. Take it off the list of assisting units."))
        if not {unit.pk for unit in assisting} <= {post.unit_id for post in near}:
            raise Refused(_("One of the assisting units does not serve the place of the case. Choose from the list."))
        self.record.holder = to

    @state.transition(
        source=[S.HELD, S.IN_WORK], target=S.HELD, label=gettext_lazy("Send back"), conditions=[came_from_somewhere], permission=holds_case
    )
    def send_back(self, *, by: Acting, note: str) -> None:
        said(note, _("Write why you send it back, so that the other side can decide anew."))
        self._give(ways.previous_holder(self.record, self.around))

    @state.transition(
        source=[S.HELD, S.IN_WORK],
        label=gettext_lazy("Ask for more time"),
        conditions=[no_extension_open, somebody_decides],
        permission=holds_case,
    )
    def ask_extension(self, *, by: Acting, days: int, reason: str) -> None:
        said(reason, _("Write the reason in a few words, at least two signs; it is told to whoever complained."))
        left = ways.extension_left(self.record)
        if not 0 < days <= left:
            raise Refused(_("You may ask for 1 to %(left)s more days in all under the rule for this case.") % {"left": left})

    @state.transition(
        source=[S.HELD, S.IN_WORK],
        label=gettext_lazy("Decide on more time"),
        conditions=[extension_open],
        permission=leads_the_holder,
    )
    def decide_extension(self, *, by: Acting, granted: bool, reason: str) -> None:
        said(reason, _("Write the reason of your decision."))
        if granted:
            asked = self.record.extensions.get(granted=None)
            self.record.due = ways.later(self.record, asked.days)

    @state.transition(
        source=[S.HELD, S.IN_WORK], target=S.DONE, label=gettext_lazy("Report it done"), conditions=[can_be_verified], permission=holds_case
    )
    def report_done(self, *, by: Acting, measure: str) -> None:
        self.record.measure = said(measure, _("Write what was done."))
        self.record.done_at, self.record.done_unit_id = days.now(), by.unit_id

    @state.transition(source=S.DONE, target=S.VERIFIED, label=gettext_lazy("Confirm after a visit"), permission=verifies)
    def confirm(self, *, by: Acting, note: str) -> None:
        self.record.verified_at, self.record.verified_unit_id = days.now(), by.unit_id

    @state.transition(
        source=S.DONE,
        target=Fsm.GET_STATE(in_whose_hands, states=[S.IN_WORK, S.HELD]),
        label=gettext_lazy("Return to work after a visit"),
        permission=verifies,
    )
    def return_to_work(self, *, by: Acting, note: str) -> None:
        said(note, _("Write what is still to be done."))
        self.record.times_returned += 1
        self.record.done_at = self.record.done_unit_id = None

    @state.transition(source=S.VERIFIED, target=S.SIGNED_OFF, label=gettext_lazy("Sign off"), permission=signs_off)
    def sign_off(self, *, by: Acting, note: str) -> None:
        self.record.signed_off_at = days.now()

    @state.transition(
        source=S.SIGNED_OFF,
        target=Fsm.GET_STATE(in_whose_hands, states=[S.IN_WORK, S.HELD]),
        label=gettext_lazy("Reopen"),
        conditions=[can_go_on],
        permission=reopens,
    )
    def reopen(self, *, by: Acting, reason: str) -> None:
        said(reason, _("Write why it must be opened again."))
        case = self.record
        due, term = clocks.due("case.solve", days.today(), jurisdiction=case.jurisdiction)
        if due > case.due:  # a new time for what is to be done again; what was left of the old one is not taken away
            self.found["due_before"] = case.due
            case.due, case.term_id = due, term.pk
        self._give(ways.takes_up_again(case, self.around))
        case.times_reopened += 1
        case.done_at = case.done_unit_id = case.verified_at = case.verified_unit_id = case.signed_off_at = None


#: The moves that the inspection of a case makes; no button of the case page offers them.
BY_INSPECTION = frozenset({"confirm", "return_to_work"})
