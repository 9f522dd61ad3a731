"""Which steps of a departure audit are lawful, and for whom: commission, team, evidence, score, review, decision, report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.fsm import State as Fsm

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState
from accountability.papers.models import Paper
from chiefs.posts.functions import Function
from chiefs.posts.models import Account

from . import desk
from .models import REVIEW, UNDER_WAY, WORK, Audit, Grade, ScoreSheet

S = Audit.State
LEAST_WORDS = 4


def said(text: str, sentence: str) -> str:
    words = str(text).strip()
    if len(words) < LEAST_WORDS:
        raise Refused(sentence)
    return words


def is_audited(flow: AuditLifecycle, by: Acting) -> bool:
    """The audited person, and whoever sits in the same unit, takes no step."""
    audit = flow.record
    return by.person_id == audit.person_id or by.unit_id == audit.post.unit_id


def of_the_bureau(flow: AuditLifecycle, by: Acting) -> bool:
    return by.may(Function.AUDIT) and by.unit_id == flow.record.audit_unit_id and not is_audited(flow, by)


def commissioned_it(flow: AuditLifecycle, by: Acting) -> bool:
    """The organisation department that asked for the audit."""
    return by.may(Function.ORGANISATION) and by.unit_id == flow.record.commissioned_by.unit_id and not is_audited(flow, by)


def granted(*codenames: str) -> Callable[[AuditLifecycle, Acting], bool]:
    """Whoever holds one of these grants on this dossier today."""

    def holds(flow: AuditLifecycle, by: Acting) -> bool:
        return of_the_bureau(flow, by) and Audit.objects.granted_to(by.account_id, *codenames).filter(pk=flow.record.pk).exists()

    return holds


def cares_for_the_team(flow: AuditLifecycle, by: Acting) -> bool:
    """Who works on the dossier; and the bureau once nobody's access holds any more, or an audit would stand still for ever."""
    return granted(WORK)(flow, by) or (of_the_bureau(flow, by) and Audit.objects.unattended().filter(pk=flow.record.pk).exists())


def check_team(audit: Audit, team: list[Account], reviewer: Account, until: date) -> None:
    """Whom a bureau may name. Raises Refused."""
    if not team:
        raise Refused(_("Name at least one member of the team."))
    if reviewer.pk in {account.pk for account in team}:
        raise Refused(_("Who works on the dossier does not review it. Name somebody else as reviewer."))
    if until <= days.today():
        raise Refused(_("The access must end on a later day."))
    for account in (*team, reviewer):
        if account.person_id == audit.person_id or not desk.sits_in(account, audit.audit_unit_id):
            raise Refused(_("Only members of the audit bureau may be named, and never the audited person."))


def all_checked(flow: AuditLifecycle) -> Any:
    return Fsm.CONDITION(
        desk.is_finished(flow.record), unmet=_("Look through every part of the evidence first; the list shows which is open.")
    )


def printed_reason(flow: AuditLifecycle) -> Any:
    return Fsm.CONDITION(bool(flow.record.decided_reason), unmet=_("Decide the grade with a reason first."))


class AuditLifecycle(Lifecycle):
    """Commissioned by the organisation department; done by the bureau; the computed, capped and decided grade stay apart."""

    name = "departures"
    state = RecordState(S)

    @state.transition(source=S.COMMISSIONED, target=S.PREPARED, label=gettext_lazy("Form the team"), permission=of_the_bureau)
    def form_team(self, *, by: Acting, team: list[Account], reviewer: Account, until: date) -> None:
        check_team(self.record, team, reviewer, until)

    @state.transition(source=UNDER_WAY, label=gettext_lazy("Change the team or its access"), permission=cares_for_the_team)
    def change_team(self, *, by: Acting, team: list[Account], reviewer: Account, until: date) -> None:
        check_team(self.record, team, reviewer, until)
        if self.record.served(WORK).filter(user=reviewer).exists() or self.record.served(REVIEW).filter(user__in=team).exists():
            raise Refused(_("Nobody changes sides in one audit: who worked on the dossier does not review it, nor the other way round."))

    @state.transition(source=S.PREPARED, target=S.COLLECTED, label=gettext_lazy("Collect the evidence"), permission=granted(WORK))
    def collect(self, *, by: Acting) -> None:
        self.record.frozen_at = days.now()

    @state.transition(source=S.COLLECTED, label=gettext_lazy("Looked through"), permission=granted(WORK))
    def check(self, *, by: Acting, part: str, remark: str) -> None:
        if part not in desk.PARTS:
            raise Refused(_("There is no such part of the evidence."))

    @state.transition(
        source=S.COLLECTED, target=S.SCORED, label=gettext_lazy("Compute the score"), conditions=[all_checked], permission=granted(WORK)
    )
    def score(
        self, *, by: Acting, sheet: ScoreSheet, score: Decimal | None, computed_grade: str, capped_grade: str, cap_basis: str
    ) -> None:
        if score is None:
            raise Refused(_("There is too little evidence to score this term: too few points of the sheet can be assessed."))
        audit = self.record
        audit.sheet, audit.computed_score, audit.scored_by_id = sheet, score, by.account_id
        audit.computed_grade, audit.capped_grade, audit.cap_basis = computed_grade, capped_grade, cap_basis

    @state.transition(source=S.SCORED, target=S.REVIEWED, label=gettext_lazy("Review"), permission=granted(REVIEW))
    def review(self, *, by: Acting, opinion: str) -> None:
        if by.account_id == self.record.scored_by_id:
            raise Refused(_("Who computed the score does not review it."))
        self.record.opinion = said(opinion, _("Write your opinion on evidence and score."))
        self.record.reviewed_at = days.now()

    @state.transition(source=S.REVIEWED, target=S.DECIDED, label=gettext_lazy("Decide the grade"), permission=granted(WORK, REVIEW))
    def decide(self, *, by: Acting, grade: str, reason: str) -> None:
        if grade not in Grade.values:
            raise Refused(_("Choose one of the five grades."))
        self.record.decided_reason = said(reason, _("Write the reason for this grade; it stands in the report."))
        self.record.decided_grade, self.record.decided_at = grade, days.now()

    @state.transition(
        source=S.DECIDED,
        target=S.ISSUED,
        label=gettext_lazy("Issue the report"),
        conditions=[printed_reason],
        permission=granted(WORK, REVIEW),
    )
    def issue(self, *, by: Acting, paper: Paper) -> None:
        self.record.paper = paper

    @state.transition(
        source=[S.COMMISSIONED, *UNDER_WAY],
        target=S.WITHDRAWN,
        label=gettext_lazy("Withdraw the commission"),
        permission=commissioned_it,
    )
    def withdraw(self, *, by: Acting, reason: str) -> None:
        self.record.withdrawn_reason = said(reason, _("Write why the commission is withdrawn; the bureau is told."))
