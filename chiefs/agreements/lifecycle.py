"""Which steps of an agreement are lawful, and for whom."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.fsm import State as Fsm

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState
from chiefs.posts.deeds import may_fill
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Unit
from chiefs.posts.reports import entries_of
from chiefs.posts.rules import keeps_register

from . import document
from .models import DESKS, Side, TargetAgreement, VillageAgreement

S = TargetAgreement.State
V = VillageAgreement.State
LEAST_WORDS = 2
UNSIGNED = [S.OFFERED, S.HALF]


def said(text: str, sentence: str) -> str:
    words = str(text).strip()
    if len(words) < LEAST_WORDS:
        raise Refused(sentence)
    return words


# -- target agreements -------------------------------------------------------------------------------------------------


def may_draft(by: Acting, path: str, jurisdiction_id: int | None) -> bool:
    """The target office in its reach, and whoever keeps the register there."""
    return (by.may(Function.TARGETS) and by.reach.holds(path, jurisdiction_id)) or keeps_register(by, path, jurisdiction_id)


def drafts(flow: TargetLifecycle, by: Acting) -> bool:
    """The office that drafted it."""
    return by.unit_id == flow.record.office_id and by.may(*DESKS)


def side_of(agreement: TargetAgreement, by: Acting) -> str:
    """Which side a post signs for; empty for everybody else, and where nobody signs by an account of their own."""
    if by.account_id is None or by.person_id is None:
        return ""
    return {agreement.giver_id: Side.GIVER, agreement.taker_id: Side.TAKER}.get(by.post_id, "")


def is_asked(flow: TargetLifecycle, by: Acting) -> bool:
    """A party whose signature is still missing."""
    side = side_of(flow.record, by)
    return bool(side) and not flow.record.signatures.filter(side=side, offer=flow.record.offers, takes_over=False).exists()


def is_party(flow: TargetLifecycle, by: Acting) -> bool:
    return bool(side_of(flow.record, by))


def succeeds(flow: TargetLifecycle, by: Acting) -> bool:
    """Who holds the taking post now and is not the one who signed for it."""
    return (
        side_of(flow.record, by) == Side.TAKER
        and not flow.record.signatures.filter(side=Side.TAKER, person__in=entries_of(by.person_id)).exists()
    )


def answers(flow: TargetLifecycle, by: Acting) -> bool:
    """The taker and the desks of its unit, and the evaluator."""
    agreement = flow.record
    mine = by.unit_id == agreement.taker.unit_id and by.may(Function.CHIEF, Function.DEPARTMENT, *DESKS)
    return by.post_id == agreement.taker_id or mine or evaluates(flow, by)


def evaluates(flow: TargetLifecycle, by: Acting) -> bool:
    """A desk of the evaluating unit; nobody settles what the own unit took on, or what they signed for in another post."""
    agreement = flow.record
    return (
        by.unit_id == agreement.evaluator_id
        and by.unit_id != agreement.taker.unit_id
        and by.may(*DESKS, Function.DEPARTMENT, Function.STATISTICS)
        and not agreement.signatures.filter(side=Side.TAKER, person__in=entries_of(by.person_id)).exists()
    )


def has_items(flow: TargetLifecycle) -> Any:
    weight = sum((item.weight for item in flow.record.items.all()), Decimal(0))
    return Fsm.CONDITION(weight > 0, unmet=_("Enter at least one target with a weight above nothing first."))


def is_unaltered(flow: TargetLifecycle) -> Any:
    return Fsm.CONDITION(
        document.is_as_offered(flow.record),
        unmet=_("The text is no longer the one that was offered. Do not sign; have the ledger verified."),
    )


def replaces_what_stands(flow: TargetLifecycle) -> Any:
    earlier = flow.record.amends
    return Fsm.CONDITION(
        earlier is None or earlier.state in (S.SIGNED, S.AMENDED),
        unmet=_("The edition that this one amends is no longer in force: it was settled or ended meanwhile."),
    )


def no_open_edition(flow: TargetLifecycle) -> Any:
    others = TargetAgreement.objects.filter(number=flow.record.number, state__in=[S.DRAFT, *UNSIGNED])
    return Fsm.CONDITION(not others.exists(), unmet=_("An amendment is being drafted already. Go on with that one."))


def is_over(flow: TargetLifecycle) -> Any:
    return Fsm.CONDITION(
        flow.record.until <= days.today(),
        unmet=_("An agreement is settled when its last day has passed. Report the progress until then."),
    )


def is_for_a_term(flow: TargetLifecycle) -> Any:
    return Fsm.CONDITION(
        flow.record.kind == TargetAgreement.Kind.TERM,
        unmet=_("A yearly agreement is settled once, at its end."),
    )


class TargetLifecycle(Lifecycle):
    """Drafted by an office, offered, signed by both sides, reported on, settled; an amendment is a new edition."""

    name = "agreements"
    state = RecordState(S)

    @state.transition(source=S.DRAFT, label=gettext_lazy("Change parties, period and clauses"), permission=drafts)
    def reword(self, *, by: Acting, giver: Post, taker: Post, since: date, until: date, evaluator: Unit, clauses: str, reward: str) -> None:
        self._between(giver, taker, by)
        check_period(since, until)
        check_evaluator(taker, evaluator)
        self.record.since, self.record.until, self.record.evaluator = since, until, evaluator
        self.record.clauses, self.record.reward = str(clauses).strip(), str(reward).strip()

    def _between(self, giver: Post, taker: Post, by: Acting) -> None:
        agreement, place = self.record, taker.unit.jurisdiction
        if (giver.pk, taker.pk) == (agreement.giver_id, agreement.taker_id):
            return
        check_parties(giver, taker)
        if agreement.amends_id is not None:
            raise Refused(_("An amendment is made between the same posts. End the agreement early and draft another one instead."))
        if not may_draft(by, place.path, place.pk):
            raise NotPermitted
        if giver.pk != agreement.giver_id and agreement.items.exclude(parent=None).exists():
            raise Refused(_("This draft breaks down targets that its giver has taken on. Take those out before you change the giver."))
        agreement.giver, agreement.taker, agreement.jurisdiction, agreement.path = giver, taker, place, place.path

    @state.transition(source=S.DRAFT, label=gettext_lazy("Enter a target"), permission=drafts)
    def put_item(self, *, by: Acting, place: int, values: dict[str, Any]) -> None:
        """The row is written by the action; here the draft is locked and counted up."""

    @state.transition(source=S.DRAFT, label=gettext_lazy("Take a target out"), permission=drafts)
    def drop_item(self, *, by: Acting, place: int) -> None:
        if not self.record.items.filter(place=place).exists():
            raise Refused(_("There is no such target in this draft."))

    @state.transition(
        source=S.DRAFT, target=S.OFFERED, label=gettext_lazy("Offer for signature"), conditions=[has_items], permission=drafts
    )
    def offer(self, *, by: Acting, sums_must_agree: bool) -> None:
        agreement = self.record
        agreement.offers += 1
        agreement.document = document.text_of(agreement)
        agreement.sha256 = document.hash_of(agreement.document)
        agreement.reason = ""
        self.found["document"] = agreement.sha256

    @state.transition(
        source=S.HALF, target=S.SIGNED, label=gettext_lazy("Sign"), conditions=[is_unaltered, replaces_what_stands], permission=is_asked
    )
    @state.transition(
        source=S.OFFERED, target=S.HALF, label=gettext_lazy("Sign"), conditions=[is_unaltered, replaces_what_stands], permission=is_asked
    )
    def sign(self, *, by: Acting, document: str) -> None:
        """``document``: the hash of the text that the person read."""
        agreement = self.record
        if document != agreement.sha256:
            raise Refused(_("This is not the text that is offered now. Read it again before you sign."))
        if agreement.signatures.filter(offer=agreement.offers, person__in=entries_of(by.person_id)).exists():
            raise Refused(_("One person does not sign for both sides. The other side signs by its own account."))
        self.found["side"] = side_of(agreement, by)

    @state.transition(source=UNSIGNED, target=S.DRAFT, label=gettext_lazy("Send back to the office"), permission=is_party)
    def send_back(self, *, by: Acting, reason: str) -> None:
        self.record.reason = said(reason, _("Write what must be changed before you sign."))

    @state.transition(source=[S.DRAFT, *UNSIGNED], target=S.WITHDRAWN, label=gettext_lazy("Withdraw"), permission=drafts)
    def withdraw(self, *, by: Acting, reason: str) -> None:
        self.record.reason = said(reason, _("Write why it is withdrawn; both sides are told."))

    @state.transition(source=S.SIGNED, label=gettext_lazy("Report progress"), permission=answers)
    def report_progress(self, *, by: Acting, place: int, as_of: date, text: str, note: str) -> None:
        if not self.record.since <= as_of <= days.today():
            raise Refused(_("The day must lie between %(day)s and today.") % {"day": self.record.since})
        if as_of >= self.record.until:
            raise Refused(_("The agreement ended before that day. Settle it instead."))
        said_or_number(text)

    @state.transition(source=S.SIGNED, label=gettext_lazy("Sign on as successor"), conditions=[is_unaltered], permission=succeeds)
    def sign_on(self, *, by: Acting, document: str, balance: str) -> None:
        if document != self.record.sha256:
            raise Refused(_("This is not the text that is in force. Read it again before you sign."))

    @state.transition(source=S.SIGNED, label=gettext_lazy("Amend"), conditions=[no_open_edition], permission=drafts)
    def amend(self, *, by: Acting, reason: str) -> None:
        said(reason, _("Write why the agreement is amended."))

    @state.transition(source=S.SIGNED, target=S.AMENDED, label=gettext_lazy("Replaced"), permission=is_party)
    def supersede(self, *, by: Acting, amendment: TargetAgreement) -> None:
        """Part of the second signature under an amendment."""
        if amendment.amends_id != self.record.pk or amendment.state != S.HALF:
            raise Refused(_("Only an amendment that both sides sign replaces what is in force."))

    @state.transition(source=S.SIGNED, label=gettext_lazy("Settle a year"), conditions=[is_for_a_term], permission=evaluates)
    def settle_year(self, *, by: Acting, since: date, until: date, rule: int, score: Decimal, grade: str, reward: str, lines: Any) -> None:
        if until > days.today():
            raise Refused(_("A year is settled when it is over."))
        if self.record.settled().filter(since=since).exists():
            raise Refused(_("This year is settled already."))

    @state.transition(source=S.SIGNED, target=S.SETTLED, label=gettext_lazy("Settle"), conditions=[is_over], permission=evaluates)
    def settle(self, *, by: Acting, since: date, until: date, rule: int, score: Decimal, grade: str, reward: str, lines: Any) -> None:
        if self.record.settled().filter(since=since).exists():
            raise Refused(_("This year is settled already."))

    @state.transition(source=S.SIGNED, target=S.ENDED, label=gettext_lazy("End early"), permission=drafts)
    def end(self, *, by: Acting, day: date, reason: str) -> None:
        if not self.record.since < day <= days.today():
            raise Refused(_("The day must lie after %(day)s and not in the future.") % {"day": self.record.since})
        self.record.ended_on = day
        self.record.reason = said(reason, _("Write why it ends early."))


def said_or_number(text: str) -> None:
    if not str(text).strip():
        raise Refused(_("Enter a value, or a state in words."))


MOST_YEARS = 10


def check_period(since: date, until: date) -> None:
    if until <= since:
        raise Refused(_("The last day must not lie before the first."))
    if until > since + timedelta(days=366 * MOST_YEARS):
        raise Refused(_("An agreement covers at most %(most)s years.") % {"most": MOST_YEARS})


def check_parties(giver: Post, taker: Post) -> None:
    if giver.pk == taker.pk or giver.unit_id == taker.unit_id:
        raise Refused(_("An agreement is made between posts of two units. Choose another giver or taker."))


def check_evaluator(taker: Post, evaluator: Unit) -> None:
    if evaluator.pk == taker.unit_id:
        raise Refused(_("Who takes the targets does not evaluate them. Name another unit."))


# -- village agreements ------------------------------------------------------------------------------------------------


def keeps(flow: VillageLifecycle, by: Acting) -> bool:
    """The township's desk or the chief office; never the chief who promises, in whatever post."""
    agreement = flow.record
    return keeps_register(by, agreement.path, agreement.jurisdiction_id) and by.person_id != agreement.person_id


def ends_terms(flow: VillageLifecycle, by: Acting) -> bool:
    """Whoever ends the chief's term, and the clock where it ran out by itself. No page offers it: it comes with the term."""
    return by.may(Function.SYSTEM) or may_fill(by, flow.record.post)


class VillageLifecycle(Lifecycle):
    """Prepared by the township, signed on paper by both parties and kept with its photo, in force for its term, or ended early."""

    name = "village_agreements"
    state = RecordState(V)

    @state.transition(
        source=V.PREPARED,
        target=V.IN_FORCE,
        label=gettext_lazy("Record the signatures"),
        permission=keeps,
    )
    def sign(self, *, by: Acting, signed_on: date) -> None:
        if unproved := document.unproved(self.record):
            raise Refused(unproved)
        if signed_on > days.today():
            raise Refused(_("It cannot be signed on a day to come."))
        if self.record.until <= days.today():
            raise Refused(_("Its term is over. Prepare a new agreement with the term that shall hold."))
        self.record.signed_on, self.record.binding_post = signed_on, self.record.post

    @state.transition(source=V.IN_FORCE, target=V.CLOSED, label=gettext_lazy("End early"), permission=keeps)
    def close(self, *, by: Acting, day: date, reason: str) -> None:
        if not self.record.since < day <= self.record.until:
            raise Refused(_("The day must lie within the term of the agreement, after %(day)s.") % {"day": self.record.since})
        self.record.until, self.record.reason = day, said(reason, _("Write why it ends early."))

    @state.transition(source=[V.IN_FORCE, V.CLOSED], target=V.CLOSED, label=gettext_lazy("Ends with the term"), permission=ends_terms)
    def end_with_term(self, *, by: Acting, day: date, reason: str) -> None:
        """Part of the end of the chief's term; ``day`` is the first that neither covers."""
        if not self.record.since < day < self.record.until:
            raise Refused(_("The day must lie within the term of the agreement, after %(day)s.") % {"day": self.record.since})
        self.record.until, self.record.reason = day, reason

    @state.transition(
        source=[V.PREPARED, V.IN_FORCE, V.CLOSED], target=V.DROPPED, label=gettext_lazy("Falls away with the term"), permission=ends_terms
    )
    def fall_away(self, *, by: Acting, reason: str) -> None:
        """Part of the end of the chief's term, before the agreement has begun."""
        self.record.binding_post, self.record.reason = None, reason

    @state.transition(source=V.PREPARED, target=V.DROPPED, label=gettext_lazy("Not concluded"), permission=keeps)
    def drop(self, *, by: Acting, reason: str) -> None:
        self.record.reason = said(reason, _("Write why it is not concluded."))
