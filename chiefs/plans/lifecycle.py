"""A plan is drafted by an office, reviewed by the chief of the water, approved by the government, and replaced by its next edition."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState
from chiefs.posts.functions import Function
from chiefs.posts.models import Charge
from chiefs.posts.rules import keeps_register

from . import reports
from .models import RiverPlan

S = RiverPlan.State
LEAST_WORDS = 4


def drafts(flow: RiverPlanLifecycle, by: Acting) -> bool:
    """The chief office around the place; at a township the government's desk."""
    place = flow.record.jurisdiction
    return keeps_register(by, place.path, place.pk)


def leads_the_water(flow: RiverPlanLifecycle, by: Acting) -> bool:
    """A chief of the plan's own level who answers for this water today, not one above and not one below."""
    plan = flow.record
    if not by.may(Function.CHIEF) or by.jurisdiction_id != plan.jurisdiction_id:
        return False
    charges = Charge.objects.in_force(days.today()).filter(post=by.post_id, segment__resource=plan.resource_id)
    return (charges.filter(segment=plan.segment_id) if plan.segment_id else charges).exists()


def is_the_government(flow: RiverPlanLifecycle, by: Acting) -> bool:
    """The government's desk at the plan's place."""
    return by.may(Function.RECEIVER) and by.jurisdiction_id == flow.record.jurisdiction_id


class RiverPlanLifecycle(Lifecycle):
    """Draft, reviewed, approved, replaced. Lines are written in the draft only."""

    name = "plans"
    state = RecordState(S)

    @state.transition(source=S.DRAFT, target=S.DRAFT, label=gettext_lazy("Write"), permission=drafts)
    def write(self, *, by: Acting, part: str, values: dict[str, Any], item: int | None = None) -> None:
        """``part`` is the plan itself or the list that a line belongs to; the line is written by the action."""
        if part == "plan":
            for name, value in values.items():
                setattr(self.record, name, str(value) if isinstance(value, str) else value)

    @state.transition(source=S.DRAFT, target=S.REVIEWED, label=gettext_lazy("Review the plan"), permission=leads_the_water)
    def review(self, *, by: Acting, opinion: str) -> None:
        plan = self.record
        if len(plan.situation.strip()) < LEAST_WORDS:
            raise Refused(_("The plan says nothing of the situation of the water yet."))
        loose = reports.loose_ends(plan)
        if loose or not plan.items.filter(withdrawn=False).exists():
            raise Refused(
                _("The five lists do not hang together yet: %(count)s lines have no line that answers to them. The page names them.")
                % {"count": len(loose)}
            )
        if len(str(opinion).strip()) < LEAST_WORDS:
            raise Refused(_("Write your opinion of the plan in a few words."))
        plan.reviewer_id, plan.reviewed_at, plan.review_note = by.post_id, days.now(), str(opinion).strip()

    @state.transition(source=S.DRAFT, target=S.DRAFT, label=gettext_lazy("Ask for a change"), permission=leads_the_water)
    def ask_change(self, *, by: Acting, reason: str) -> None:
        """The chief of the water does not stand for the draft yet; the office reads why on the plan's page."""
        if len(str(reason).strip()) < LEAST_WORDS:
            raise Refused(_("Write what is to be changed."))
        self.record.review_note = str(reason).strip()

    @state.transition(source=S.DRAFT, target=S.DROPPED, label=gettext_lazy("Do not pursue"), permission=drafts)
    def drop(self, *, by: Acting, reason: str, replaces: RiverPlan | None) -> None:
        """A draft that was begun by mistake gives way to another; its lines and the reason stay to be read."""
        if len(str(reason).strip()) < LEAST_WORDS:
            raise Refused(_("Write why the draft is not pursued."))
        self.record.replaces, self.record.review_note = None, str(reason).strip()

    @state.transition(source=S.REVIEWED, target=S.DRAFT, label=gettext_lazy("Return to the office"), permission=is_the_government)
    def send_back(self, *, by: Acting, reason: str) -> None:
        if len(str(reason).strip()) < LEAST_WORDS:
            raise Refused(_("Write why the plan is returned."))
        self.record.reviewer, self.record.reviewed_at = None, None
        self.record.review_note = str(reason).strip()

    @state.transition(source=S.REVIEWED, target=S.APPROVED, label=gettext_lazy("Approve"), permission=is_the_government)
    def approve(self, *, by: Acting, basis: str) -> None:
        plan = self.record
        if len(str(basis).strip()) < LEAST_WORDS:
            raise Refused(_("Name the document by which the government approves the plan."))
        if plan.until <= days.today():
            raise Refused(_("The term of this plan has passed. Return it to the office and have the days corrected."))
        plan.approver_id, plan.approved_at, plan.approval_basis = by.post_id, days.now(), str(basis).strip()

    @state.transition(source=S.APPROVED, target=S.REPLACED, label=gettext_lazy("Replace"), permission=is_the_government)
    def replace(self, *, by: Acting, successor: RiverPlan, day: date) -> None:
        self.record.replaced_on = day
