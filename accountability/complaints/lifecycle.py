"""Which changes of a complaint are lawful: from which state, for which post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.fsm import State as Fsm

from accountability.cases.models import Case
from accountability.cases.surroundings import Surroundings
from accountability.cases.ways import LEG_POST
from accountability.clocks import reports as clocks
from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState
from chiefs.posts.functions import Function
from chiefs.posts.models import Post

from . import intakes, rules
from .models import Complaint, RefusalReason

S = Complaint.State
TAKEN_ON = [S.ACCEPTED, S.REPLIED, S.CLOSED]


def is_its_intake(flow: ComplaintLifecycle, by: Acting) -> bool:
    """The intake desk that took the complaint, unless the complaint is about its own unit."""
    subject = flow.record.subject_post
    return by.may(Function.INTAKE) and by.unit_id == flow.record.intake_unit_id and not (subject and subject.unit_id == by.unit_id)


def intake_above(flow: ComplaintLifecycle) -> Any:
    return Fsm.CONDITION(intakes.intake_above(flow.record) is not None, unmet=_("There is no intake above yours for this place."))


def speaks_for_the_citizen(flow: ComplaintLifecycle, by: Acting) -> bool:
    """The public door, which has checked number and code."""
    return by.may(Function.SYSTEM)


def intake_or_clock(flow: ComplaintLifecycle, by: Acting) -> bool:
    return is_its_intake(flow, by) or by.may(Function.SYSTEM)


def not_rated_yet(flow: ComplaintLifecycle) -> Any:
    return Fsm.CONDITION(not flow.record.rated, unmet=_("You have rated this reply already. Thank you."))


def has_informant(flow: ComplaintLifecycle) -> Any:
    return Fsm.CONDITION(not flow.record.anonymous, unmet=_("This complaint is anonymous: there is nothing to show."))


def after_rating(flow: ComplaintLifecycle, *, satisfaction: str, **_facts: Any) -> str:
    """Who is dissatisfied is owed another answer."""
    return S.ACCEPTED if satisfaction == Complaint.Satisfaction.DISSATISFIED else S.CLOSED


class ComplaintLifecycle(Lifecycle):
    """Received, then refused with a reason or accepted into a case; answered; rated; closed."""

    name = "complaints"
    state = RecordState(S)

    @state.transition(source=S.RECEIVED, target=S.ACCEPTED, label=gettext_lazy("Accept"), permission=is_its_intake)
    def accept(self, *, by: Acting, case: Case, transfer_text: str, subject_post: Post | None) -> None:
        self._take_on(case, transfer_text)
        if subject_post is not None:
            free = intakes.intake_for(self.record.jurisdiction, days.today(), subject=subject_post)
            if free is None or free.pk != by.unit_id:
                raise Refused(_("This complaint is about your own unit or who leads it. Pass it on to the intake above."))
        self.record.subject_post = subject_post

    @state.transition(source=S.RECEIVED, target=S.ACCEPTED, label=gettext_lazy("Same matter as a case"), permission=is_its_intake)
    def join_case(self, *, by: Acting, case: Case, transfer_text: str) -> None:
        if case.state == Case.State.SIGNED_OFF:
            over = _("Case %(number)s is signed off. Accept the complaint as a new matter, or refuse it as answered.")
            raise Refused(over % {"number": case.number})
        subject = self.record.subject_post
        if subject is not None:
            around = Surroundings(case.jurisdiction, case.segment, subject)
            if any(around.keeps_out(leg.post) for leg in case.legs.select_related(*LEG_POST)):
                raise Refused(_("This complaint is about somebody who has had the case in hand. Accept it as a matter of its own."))
        self._take_on(case, transfer_text)
        self.record.joined = True

    @state.transition(
        source=S.RECEIVED, label=gettext_lazy("Pass on to the intake above"), conditions=[intake_above], permission=is_its_intake
    )
    def pass_on(self, *, by: Acting, note: str) -> None:
        if len(note.strip()) < rules.LEAST_REASON:
            raise Refused(_("Write why you pass it on; the intake above reads it."))
        self.record.intake_unit = self.found["intake"] = intakes.intake_above(self.record)

    def _take_on(self, case: Case, transfer_text: str) -> None:
        if not transfer_text.strip():
            raise Refused(_("Write the version that handlers may read: the matter and the place, nothing about who reported it."))
        complaint = self.record
        complaint.case, complaint.transfer_text = case, str(transfer_text).strip()
        complaint.accepted_at = days.now()
        self._answer_from(complaint.accepted_at, "complaint.close")

    def _answer_from(self, moment: datetime, term_code: str) -> None:
        """The term for the answer runs from acceptance, not from receipt (信访工作条例 art. 34); a review has its own (art. 35)."""
        complaint = self.record
        due, term = clocks.due(term_code, days.day_of(moment), channel=complaint.channel.code, jurisdiction=complaint.jurisdiction)
        complaint.due, complaint.due_term_id = due, term.pk

    @state.transition(source=S.RECEIVED, target=S.REFUSED, label=gettext_lazy("Do not accept"), permission=is_its_intake)
    def refuse(self, *, by: Acting, reason: RefusalReason | None, note: str) -> None:
        if reason is None:
            raise Refused(_("Choose the reason for which the complaint is not accepted."))
        if not note.strip():
            raise Refused(_("Write to the citizen what this means here: where to go, or what is missing."))
        self.record.refusal, self.record.refusal_note, self.record.refused_at = reason, str(note).strip(), days.now()

    @state.transition(source=S.ACCEPTED, target=S.REPLIED, label=gettext_lazy("Reply"), permission=is_its_intake)
    def reply(self, *, by: Acting, text: str) -> None:
        if len(text.strip()) < rules.LEAST_TEXT:
            raise Refused(_("Write the reply: what was found, what was done, and what comes next."))
        self.record.reply, self.record.replied_at = str(text).strip(), days.now()

    @state.transition(
        source=[S.REPLIED, S.CLOSED],
        target=Fsm.GET_STATE(after_rating, states=[S.ACCEPTED, S.CLOSED]),
        label=gettext_lazy("Rate the reply"),
        conditions=[not_rated_yet],
        permission=speaks_for_the_citizen,
    )
    def rate(self, *, by: Acting, satisfaction: str, reason: str) -> None:
        if satisfaction not in Complaint.Satisfaction.values:
            raise Refused(_("Choose one of the three answers."))
        dissatisfied = satisfaction == Complaint.Satisfaction.DISSATISFIED
        if dissatisfied and not reason.strip():
            raise Refused(_("Say in a few words what is not settled, so that it can be looked at again."))
        complaint = self.record
        complaint.satisfaction, complaint.satisfaction_reason, complaint.rated_at = satisfaction, str(reason).strip(), days.now()
        if dissatisfied:
            complaint.times_dissatisfied += 1
            above = intakes.intake_above(complaint) if complaint.times_dissatisfied >= rules.TIMES_UNTIL_ABOVE else None
            if above is not None:  # who did not satisfy twice does not answer a third time
                complaint.intake_unit = self.found["intake"] = above
            self._answer_from(complaint.rated_at, "complaint.review")

    @state.transition(source=S.REPLIED, target=S.CLOSED, label=gettext_lazy("Close"), permission=intake_or_clock)
    def close(self, *, by: Acting) -> None:
        """Answered and not rated: the citizen may still rate."""

    @state.transition(source=TAKEN_ON, label=gettext_lazy("Clear photos for handlers"), permission=is_its_intake)
    def clear_photos(self, *, by: Acting, photos: Sequence[Evidence]) -> None:
        if any(photo.owner != self.record.stream for photo in photos):
            raise Refused(_("One of these photos does not belong to this complaint."))

    @state.transition(source=list(S), label=gettext_lazy("Show who reported it"), conditions=[has_informant], permission=is_its_intake)
    def unseal(self, *, by: Acting, reason: str) -> None:
        if len(reason.strip()) < rules.LEAST_REASON:
            raise Refused(_("Write for what you need the identity; it is kept in the record."))
