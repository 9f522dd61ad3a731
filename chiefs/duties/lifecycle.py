"""Which changes of lists, obligations and waivers are lawful, and for which post."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.fsm import State as Fsm

from accountability.evidence import reports as evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Lifecycle, RecordState
from accountability.ledger.models import Event
from chiefs.posts import reports as posts
from chiefs.posts.functions import ANSWERING, SYSTEM_CLOCK, WATCHING, Function
from chiefs.posts.models import Tenure
from chiefs.posts.rules import keeps_register
from chiefs.territory.models import Jurisdiction

from . import reports, rules
from .choices import GIVEN, Position, What
from .models import DutyList, ListVersion, Obligation, Waiver

V, W = ListVersion.State, Waiver.State
LEAST_WORDS = 2


def keeps(by: Acting, place: Jurisdiction) -> bool:
    """Whether a post keeps what is registered at a place; the system does so when it loads what ships with the product."""
    return by.may(Function.SYSTEM) or keeps_register(by, place.path, place.pk)


def keeps_list(by: Acting, duty_list: DutyList) -> bool:
    """A list for a kind of post binds many at once: a chief office keeps it. That of a unit or a post, who keeps the register there."""
    if duty_list.post_kind_id and not by.may(Function.CHIEF_OFFICE, Function.SYSTEM):
        return False
    return keeps(by, duty_list.place)


def keeps_version(flow: ListVersionLifecycle, by: Acting) -> bool:
    return keeps_list(by, flow.record.duty_list)


def has_lines(flow: ListVersionLifecycle) -> Any:
    return Fsm.CONDITION(flow.record.drafts.exists(), unmet=_("A list without a line cannot be published. Add the first one."))


def check_rhythm(version: ListVersion, since: date) -> None:
    """Patrols are owed by the rule table alone: a line that says another rhythm would bind nobody, and everybody would read it."""
    for line in version.drafts.filter(what=What.PATROL).order_by("order", "pk"):
        on = max(since, line.since or since, days.today())
        ruling = reports.rhythms(version.duty_list, line.level, on)
        if line.every in {rule.every for rule in ruling}:
            continue
        told = {"text": line.text[:40], "said": line.get_every_display()}
        if not ruling:
            sentence = _(
                "“%(text)s” asks for a patrol in every %(said)s, and no rule of patrols is in force for these posts. "
                "Have one entered in the rule table of patrol frequencies first, or let the line not recur."
            )
            raise Refused(sentence % told)
        sentence = _(
            "“%(text)s” asks for a patrol in every %(said)s; the rule in force asks for at least %(times)s in every %(rule)s. "
            "Correct the line, or have the rule changed in the rule table of patrol frequencies first."
        )
        raise Refused(sentence % {**told, "times": ruling[0].times, "rule": ruling[0].get_every_display()})


class ListVersionLifecycle(Lifecycle):
    """A draft is published or thrown away; what was published is followed by the next version and never edited."""

    name = "duty_lists"
    state = RecordState(V)

    @state.transition(source=V.DRAFT, target=V.DRAFT, label=gettext_lazy("Edit"), permission=keeps_version)
    def edit(self, *, by: Acting, change: str, line: str, **said: Any) -> None:
        """A line was added, rewritten or taken out: whoever works on the draft at the same time is told that it changed."""

    @state.transition(
        source=V.DRAFT,
        target=V.PUBLISHED,
        label=gettext_lazy("Publish"),
        conditions=[has_lines],
        permission=keeps_version,
    )
    def publish(self, *, by: Acting, since: date, document: str, digest: str) -> None:
        before = self.record.duty_list.versions.exclude(binding=None).order_by("-since").first()
        if not rules.may_begin(since, days.today(), before.since if before else None):
            if before is None:
                raise Refused(_("A list is in force from a day between the year 2000 and a year from now. Correct the day."))
            raise Refused(
                _("This version follows one that is in force from %(day)s: choose a later day, today at the earliest.")
                % {"day": before.since}
            )
        version = self.record
        check_rhythm(version, since)
        version.published_on, version.since, version.document = days.today(), since, str(document).strip()
        version.binding, version.digest = version.duty_list, digest
        if not by.may(Function.SYSTEM):
            version.issuer_id = by.unit_id

    @state.transition(source=V.PUBLISHED, target=V.REPLACED, label=gettext_lazy("Replace"), permission=keeps_version)
    def replace(self, *, by: Acting, until: date) -> None:
        if self.record.since is None or until <= self.record.since:
            raise Refused(_("A version is in force for a day at least. Choose a later day."))
        self.record.until = until

    @state.transition(source=V.DRAFT, target=V.DISCARDED, label=gettext_lazy("Throw the draft away"), permission=keeps_version)
    def discard(self, *, by: Acting) -> None:
        """The draft stays to be read; nothing was in force by it."""


def is_the_clock(flow: ObligationLifecycle, by: Acting) -> bool:
    return by.may(Function.SYSTEM)


def owes_or_keeps(flow: ObligationLifecycle, by: Acting) -> bool:
    """The post that owes it, or who keeps its register and enters what came on paper."""
    return by.post_id == flow.record.post_id or keeps(by, flow.record.post.unit.jurisdiction)


def lets_off(flow: Any, by: Acting) -> bool:
    """Who keeps the register there; never the post that owes it, nor a person who holds that post, or one in that place, beside
    the office: another person at the desk grants it."""
    post = flow.record.post
    if by.may(Function.SYSTEM):
        return True
    if post is not None:
        own = by.post_id == post.pk or (
            by.person_id and Tenure.objects.in_force(days.today()).filter(post=post, person=by.person_id).exists()
        )
        return not own and keeps(by, post.unit.jurisdiction)
    place = flow.record.jurisdiction
    walks = Tenure.objects.in_force(days.today()).filter(person=by.person_id, post__kind__role__in=[*ANSWERING, *WATCHING])
    inside = posts.reach_of(place).q("post__unit__jurisdiction__path", "post__unit__jurisdiction_id")
    return keeps(by, place) and not walks.filter(inside).exists()


def words(text: str) -> str:
    if len(str(text).strip()) < LEAST_WORDS:
        raise Refused(_("Write in a few words why, so that it can be understood later."))
    return str(text).strip()


def not_let_off_by_hand(flow: ObligationLifecycle) -> Any:
    """What the clock waived, because nobody held the post all the while, somebody may have done all the same."""
    owed: Obligation = flow.record
    by_hand = False
    if owed.state == Position.WAIVED and owed.reason in GIVEN:
        waived = Event.objects.filter(stream=owed.stream, act="obligations.waive").order_by("-pk").first()
        by_hand = waived is None or waived.post_id != posts.system(SYSTEM_CLOCK).post_id
    return Fsm.CONDITION(
        not by_hand,
        unmet=_("An office has let this period off, so nothing is owed for it. Ask that office if it was let off by mistake."),
    )


def where_it_stands(flow: ObligationLifecycle, *, let_off: str = "", **_facts: object) -> str:
    if let_off:
        return Position.WAIVED
    return Position.DUE if flow.record.until > days.today() else Position.MISSED


class ObligationLifecycle(Lifecycle):
    """To come, due, done or missed; let off for a reason. What happened in time is done, however late its minutes arrive, also in a
    period for which nobody is charged because the post changed hands in it."""

    name = "obligations"
    state = RecordState(Position)

    @state.transition(source=Position.PLANNED, target=Position.DUE, label=gettext_lazy("Falls due"), permission=is_the_clock)
    def fall_due(self, *, by: Acting) -> None:
        """Its period has begun."""

    @state.transition(
        source=[Position.DUE, Position.MISSED, Position.WAIVED],
        target=Position.DONE,
        label=gettext_lazy("Mark as done"),
        conditions=[not_let_off_by_hand],
        permission=owes_or_keeps,
    )
    def done(self, *, by: Acting, happened_on: date, note: str, tenure: Tenure | None, files: list[str]) -> None:
        owed: Obligation = self.record
        if happened_on > days.today():
            raise Refused(_("That day has not come yet. Write the day on which it happened."))
        if not owed.since <= happened_on < owed.until:
            raise Refused(
                _("It counts for the days from %(since)s to %(due)s. What happened on another day belongs to another period.")
                % {"since": owed.since, "due": owed.due}
            )
        wanted = _("Add the minutes or the record, as photos or as a PDF: without them nobody can see that it took place.")
        if unproved := evidence.unproved(owed.stream, missing=wanted):
            raise Refused(unproved)
        if owed.reason and tenure is None:  # it was waived: nobody held the post all the while
            raise Refused(_("Nobody held the post on that day, as the register has it. Correct the day, or enter the term first."))
        owed.happened_on, owed.note, owed.tenure, owed.reason = happened_on, str(note).strip(), tenure, ""

    @state.transition(
        source=Position.DONE,
        target=Fsm.GET_STATE(where_it_stands, states=[Position.DUE, Position.MISSED, Position.WAIVED]),
        label=gettext_lazy("Send back"),
        permission=lets_off,
    )
    def send_back(self, *, by: Acting, reason: str, tenure: Tenure | None, let_off: str) -> None:
        """What was handed in shows something else. The files stay; the next ones are added to them. ``let_off``: why nobody is charged
        for the period, if so."""
        self.record.note, self.record.happened_on, self.record.tenure = words(reason), None, tenure
        self.record.reason = let_off

    @state.transition(source=Position.DUE, target=Position.MISSED, label=gettext_lazy("Missed"), permission=is_the_clock)
    def miss(self, *, by: Acting, tenure: Tenure | None) -> None:
        self.record.tenure = tenure

    @state.transition(
        source=[Position.PLANNED, Position.DUE, Position.MISSED],
        target=Position.WAIVED,
        label=gettext_lazy("Waive"),
        permission=lets_off,
    )
    def waive(self, *, by: Acting, reason: str, note: str) -> None:
        if not by.may(Function.SYSTEM):
            if reason not in GIVEN:
                raise Refused(_("Choose winter, disaster or vacancy as the reason."))
            self.record.note = words(note)
        self.record.reason, self.record.tenure = reason, None


class WaiverLifecycle(Lifecycle):
    """Granted, and taken back when it was a mistake."""

    name = "waivers"
    state = RecordState(W)

    @state.transition(source=W.STANDING, target=W.LIFTED, label=gettext_lazy("Take back"), permission=lets_off)
    def lift(self, *, by: Acting, reason: str) -> None:
        words(reason)
