"""What follows from every move of a case, inside its transaction and before the rooms above are told: legs, inboxes, notices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from accountability.notices import actions as notices
from accountability.notices import wording
from chiefs.posts import reports as posts
from chiefs.posts.models import Post

from . import reports, rules, ways
from .models import Case, CaseScope, Extension, Label, Leg
from .surroundings import Surroundings, level_of

HANDED = {"report_up", "hand_down", "hand_over", "send_back", "reopen"}
MOVES = ("open", *sorted(HANDED), "ask_extension", "decide_extension", "report_done", "confirm", "return_to_work", "sign_off")

#: Moves whose moment the case itself keeps.
HAPPENED = {"report_done": "done_at", "confirm": "verified_at", "sign_off": "signed_off_at"}

wording.register(
    "desk:case",
    case_received=_("Case %(number)s has reached you. Legal date: %(due)s."),
    case_assist=_("You are asked to assist in case %(number)s. Legal date: %(due)s."),
    case_extension_asked=_("%(unit)s asks for more time for case %(number)s. Decide on it."),
    case_extension_granted=_("More time was granted for case %(number)s. New legal date: %(due)s."),
    case_extension_refused=_("More time was not granted for case %(number)s. Legal date: %(due)s."),
    case_returned=_("Case %(number)s was looked at and is not settled yet. Legal date: %(due)s."),
    case_verified=_("Case %(number)s was verified and can be signed off."),
    case_signed_off=_("Case %(number)s is signed off."),
)


def after(case: Case, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of every move of a case; registered first, so the rooms above find legs and extensions as they are now."""
    move = event.act.removeprefix("cases.")
    if move in HAPPENED:
        _happened(case, HAPPENED[move], event)
    if move == "report_done" or move in HANDED:
        # Whoever asked no longer needs it: nobody decides on it any more.
        case.extensions.filter(granted=None).update(granted=False, decided_at=event.occurred_at)
    if move == "open" or move in HANDED:
        _hold(case, event, facts, move)
    elif move == "ask_extension":
        Extension.objects.create(
            case=case,
            asked_by_id=by.post_id,
            asked_at=event.occurred_at,
            days=facts["days"],
            reason=str(facts["reason"]).strip(),
            due_before=case.due,
        )
    elif move == "decide_extension":
        _decide(case, event, by, facts)
    elif move == "report_done":
        case.legs.filter(role=Leg.Role.LEAD, left_at=None).update(answer=case.measure)
    elif move == "return_to_work":
        case.legs.filter(role=Leg.Role.LEAD, left_at=None).update(left_at=event.occurred_at)
        _leg(case, case.holder, Leg.Role.LEAD, event, str(facts["note"]).strip(), event.occurred_at).save()
    elif move == "sign_off":
        case.legs.filter(left_at=None).update(left_at=event.occurred_at)
        _keep_remark(case, event, by, str(facts["note"]).strip())
    reconcile_scopes(case)
    _tell(case, event, by, facts, move)


def _happened(case: Case, field: str, event: Event) -> None:
    """A step that was taken before it arrived counts from when it was taken; the event keeps both times."""
    setattr(case, field, event.occurred_at)
    Case.objects.filter(pk=case.pk).update(**{field: event.occurred_at})


def _keep_remark(case: Case, event: Event, by: Acting, remark: str) -> None:
    if remark:
        signer = posts.post(by.post_id)
        leg = _leg(case, signer, Leg.Role.ASSIST, event, remark, event.occurred_at)
        leg.left_at = event.occurred_at
        leg.save()


def _hold(case: Case, event: Event, facts: dict[str, Any], move: str) -> None:
    """End the present holding and begin the next; naming assisting units begins theirs."""
    moment = event.occurred_at if move != "open" else case.opened_at
    case.legs.filter(left_at=None).update(left_at=moment)
    holder = posts.post(case.holder_id)
    case.holder = holder
    note = str(facts.get("note") or facts.get("reason") or "").strip()
    rows = [_leg(case, holder, Leg.Role.LEAD, event, note, moment)]
    for unit in facts.get("assisting", ()):
        if desk := posts.desk_of(unit.pk, days.today()):
            rows.append(_leg(case, desk, Leg.Role.ASSIST, event, note, moment))
    Leg.objects.bulk_create(rows)


def _leg(case: Case, post: Post, role: str, event: Event, note: str, moment: Any) -> Leg:
    return Leg(
        case=case,
        role=role,
        post=post,
        unit=post.unit,
        level=level_of(post),
        how=event.act,
        note=note,
        received_at=moment,
        due=case.due,
    )


def _decide(case: Case, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    asked = case.extensions.get(granted=None)
    asked.granted, asked.decision = bool(facts["granted"]), str(facts["reason"]).strip()
    asked.decided_by_id, asked.decided_at = by.post_id, event.occurred_at
    if asked.granted:
        asked.due_after = case.due
        case.legs.filter(left_at=None).update(due=case.due)
    asked.save()


def reconcile_scopes(case: Case) -> None:
    """Make the inbox rows what they should be: a few statements, however often the case moved and whoever holds it."""
    legs = list(case.legs.values_list("unit_id", "role", "left_at"))
    around = Surroundings.of(case)
    asked = case.extensions.filter(granted=None).exists()
    verifier = around.verifier(case.done_unit_id) if case.state == Case.State.DONE else None
    signers = around.signers(case.done_unit_id, ways.handed_over_at(case)) if case.state == Case.State.VERIFIED else []
    who = rules.Watchers(
        holder_unit=case.holder.unit_id,
        assisting=frozenset(unit for unit, role, left in legs if role == Leg.Role.ASSIST and left is None),
        came_through=frozenset(unit for unit, role, _left in legs if role == Leg.Role.LEAD),
        offices=frozenset(unit.pk for unit in around.offices),
        verifier=verifier.pk if verifier else None,
        signer=frozenset(unit.pk for unit in signers),
        decider=frozenset(reports.deciders(case.holder.unit_id)) if asked else frozenset(),
        kept_out=around.barred.unit_ids,
    )
    # A sealed case is for those alone to whom it was granted: it lies in no inbox.
    wanted = {} if case.label == Label.SEALED else rules.scopes(case.state, who)
    standing = {scope.unit_id: scope for scope in case.scopes.all()}
    CaseScope.objects.filter(pk__in=[scope.pk for unit, scope in standing.items() if unit not in wanted]).delete()
    CaseScope.objects.bulk_create(
        CaseScope(case=case, unit_id=unit, due=case.due, state=case.state, mine=mine)
        for unit, mine in wanted.items()
        if unit not in standing
    )
    changed = []
    for unit, scope in standing.items():
        now = (case.due, case.state, wanted.get(unit, False))
        if unit in wanted and (scope.due, scope.state, scope.mine) != now:
            scope.due, scope.state, scope.mine = now
            changed.append(scope)
    CaseScope.objects.bulk_update(changed, ["due", "state", "mine"])


def _desks(unit_ids: Iterable[int]) -> list[Post]:
    return [desk for unit in unit_ids if (desk := posts.desk_of(unit, days.today()))]


def _tell(case: Case, event: Event, by: Acting, facts: dict[str, Any], move: str) -> None:
    """The posts that must act or know are told once each."""

    def tell(kind: str, whom: Iterable[Post], **params: Any) -> None:
        others = [post for post in whom if post.pk != by.post_id]
        notices.tell(
            others,
            kind=kind,
            about=case.stream,
            number=case.number,
            params={"due": case.due.isoformat(), **params},
            key=f"{event.stream}:{event.seq}:{kind}",
        )

    if move == "open" or move in HANDED:
        tell("case-received", [case.holder])
        tell("case-assist", _desks(unit.pk for unit in facts.get("assisting", ())))
    elif move == "ask_extension":
        tell("case-extension-asked", _desks(reports.deciders(case.holder.unit_id)), unit=case.holder.unit.name)
    elif move == "decide_extension":
        tell("case-extension-granted" if facts["granted"] else "case-extension-refused", [case.holder])
    elif move == "return_to_work":
        tell("case-returned", [case.holder])
    elif move == "confirm":
        tell("case-verified", _desks(unit.pk for unit in reports.signers(case)))
    elif move == "sign_off":
        passed = case.legs.filter(role=Leg.Role.LEAD).values_list("post_id", flat=True).distinct()
        tell("case-signed-off", posts.in_order(sorted(set(passed))))
