"""What the citizen sees of the way, and what the intake is told. Levels and offices only, never a person's name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accountability.cases.models import Case
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from accountability.notices import actions as notices
from accountability.notices import wording
from chiefs.posts.models import Post, Unit

from . import intakes
from .models import Complaint, PollutionKind, Step

wording.register(
    "complaints:detail",
    complaint_received=_("Complaint %(number)s has arrived. Accept or refuse it by %(due)s."),
    complaint_added=_("The citizen added something to complaint %(number)s."),
    complaint_reply_due=_("The case of complaint %(number)s is signed off. Answer the citizen by %(due)s."),
    complaint_dissatisfied=_("The citizen is not satisfied with the answer to complaint %(number)s. Answer again by %(due)s."),
    complaint_dissatisfied_again=_(
        "For the second time the answer to complaint %(number)s did not satisfy. Look at it as the level above."
    ),
)

#: Moves of the case that change who has the matter: the timeline says who has it now.
HANDED = {"cases.report_up": "reported_up", "cases.hand_down": "handed_down", "cases.hand_over": "handed_over"}
#: Moves of the case that change where the matter stands.
MOVED = {
    "cases.report_done": "done",
    "cases.confirm": "verified",
    "cases.return_to_work": "returned",
    "cases.send_back": "sent_back",
    "cases.sign_off": "signed_off",
    "cases.reopen": "reopened",
}
JOINED_MOVES = (*HANDED, *MOVED, "cases.decide_extension")


def step(
    complaint: Complaint,
    kind: str,
    event: Event,
    *,
    unit: Unit | None = None,
    holder: Post | None = None,
    due: date | None = None,
    **params: Any,
) -> None:
    """One line of the timeline, once per event."""
    if holder is not None:
        unit, params["level"] = holder.unit, holder.kind.level
    if unit is not None:
        params |= {"office": unit.name, "office_bo": unit.name_bo}
    if due is not None:
        params["due"] = due.isoformat()
    Step.objects.get_or_create(complaint=complaint, kind=kind, event_id=event.pk, defaults={"at": event.occurred_at, "params": params})


def to_intake(complaint: Complaint, kind: str, *, key: str, unit: Unit | None = None) -> None:
    """Put a notice into the inbox of the intake desks (of another unit, if one is named)."""
    notices.tell(
        intakes.desks(unit or complaint.intake_unit),
        kind=kind,
        about=complaint.stream,
        number=complaint.number,
        params={"due": (complaint.due or complaint.accept_due).isoformat()},
        key=f"{complaint.stream}:{key}",
    )


def title_of(complaint: Complaint, kinds: Sequence[PollutionKind]) -> str:
    """A title without a word of the citizen's: what kinds, and where."""
    place = complaint.segment.name if complaint.segment else complaint.jurisdiction.name
    return f"{'、'.join(kind.name for kind in kinds)} · {place}"[:160]


def case_moved(case: Case, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of every move of a case: each of its complaints gets its line; signed off, each is owed its reply."""
    complaints = case.complaints.filter(state__in=[Complaint.State.ACCEPTED, Complaint.State.REPLIED]).select_related("intake_unit")
    for complaint in complaints:
        if event.act in HANDED:
            step(complaint, HANDED[event.act], event, holder=case.holder, due=case.due)
        elif event.act == "cases.decide_extension":
            _extension(complaint, case, event)
        else:
            step(complaint, MOVED[event.act], event, holder=case.holder)
        if event.act == "cases.sign_off" and complaint.state == Complaint.State.ACCEPTED:
            to_intake(complaint, "complaint-reply-due", key=f"reply-due-{event.pk}")


def _extension(complaint: Complaint, case: Case, event: Event) -> None:
    """More time was granted: the citizen is told, with the reason (信访工作条例 art. 34)."""
    extension = case.extensions.filter(granted=True, decided_at__isnull=False).order_by("-decided_at", "-pk").first()
    if extension is not None and event.facts.get("granted"):
        step(complaint, "extended", event, holder=case.holder, due=extension.due_after, reason=extension.reason)
