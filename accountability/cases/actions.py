"""Every write about cases. The moves are one call of the gate each; what follows from a move (legs, inboxes, notices) is in follow.py."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accountability.clocks import reports as clocks
from accountability.clocks.models import Term
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from accountability.papers.actions import take_number
from chiefs.posts.models import Post, Unit
from chiefs.resources.models import Scheme, Segment
from chiefs.signboards.models import Signboard
from chiefs.sites import reports as sites
from chiefs.sites.models import Site
from chiefs.territory.models import Jurisdiction

from . import reports
from .lifecycle import CaseLifecycle
from .models import Case, ProblemKind
from .surroundings import Surroundings

NUMBER_KIND = "C"
TERM = "case.solve"


def open_case(
    *,
    origin: str,
    kind: ProblemKind,
    title: str,
    text: str,
    place: Jurisdiction,
    segment: Segment | None,
    scheme: Scheme,
    occurred_at: datetime,
    by: Acting,
    latitude: float | None = None,
    longitude: float | None = None,
    quantity: Decimal | None = None,
    label: str = "internal",
    holder: Post | None = None,
    subject_post: Post | None = None,
    site: Site | None = None,
    signboard: Signboard | None = None,
    client_ref: uuid.UUID | None = None,
    demonstration: bool = False,
) -> Case:
    """Open a case with its first holder, legal date and inboxes. The same ``client_ref`` gives the same case.

    Without ``holder`` it goes to the lowest post that answers for the place, never to the line of ``subject_post``.
    Raises Refused when nobody may receive it, Mismatch when the reference was used for another matter.
    """
    client_ref = client_ref or uuid.uuid4()
    if known := Case.objects.filter(client_ref=client_ref).first():
        return _the_same(known, kind, place)
    happened_on = days.day_of(occurred_at)
    holder = _may_hold(holder, place, segment, subject_post) if holder else _first_holder(place, segment, subject_post)
    severity, limit = reports.severity_of(kind, quantity, happened_on, place)
    due, term = _legal_date(place)
    case = Case(
        client_ref=client_ref,
        origin=origin,
        kind=kind,
        title=title.strip()[:160] or str(kind),
        text=text.strip(),
        severity=severity,
        severity_rule=limit,
        label=label,
        scheme=scheme,
        segment=segment,
        jurisdiction=place,
        path=place.path,
        signboard=signboard,
        latitude=latitude,
        longitude=longitude,
        occurred_at=occurred_at,
        opened_at=days.now(),
        holder=holder,
        subject_post=subject_post,
        due=due,
        term_id=term.pk,
        demonstration=demonstration,
    )
    facts: dict[str, Any] = {
        "origin": origin,
        "kind": kind,
        "severity": severity,
        "quantity": quantity,
        "place": place,
        "segment": segment,
        "holder": holder,
        "due": due,
        "text": Words(case.text),
    } | ({"signboard": signboard} if signboard else {})
    try:
        with transaction.atomic():
            case.site = facts["site"] = sites.held(site) if site else None
            case.number = take_number(NUMBER_KIND)
            CaseLifecycle.begin(case, by=by, act="open", occurred_at=occurred_at, facts=facts)
    except IntegrityError:  # the same one sent twice at once: the other was faster
        known = Case.objects.filter(client_ref=client_ref).first()
        if known is None:
            raise
        return _the_same(known, kind, place)
    return case


def _the_same(known: Case, kind: ProblemKind, place: Jurisdiction) -> Case:
    if (known.kind_id, known.jurisdiction_id) != (kind.pk, place.pk):
        raise Mismatch
    return known


def _first_holder(place: Jurisdiction, segment: Segment | None, subject_post: Post | None) -> Post:
    found = Surroundings(place, segment, subject_post).first()
    if found is None and subject_post is not None:
        raise Refused(_("Nobody here stands above the post complained of. Pass the matter on to the discipline inspection."))
    if found is None:
        raise Refused(_("Nobody answers for this place yet. Ask the chief office to enter a chief or a government desk for it."))
    return found


def _may_hold(holder: Post, place: Jurisdiction, segment: Segment | None, subject_post: Post | None) -> Post:
    if subject_post is not None and Surroundings(place, segment, subject_post).keeps_out(holder):
        raise Refused(_("Whoever is complained of, and who stands under that unit, cannot hold the case. Choose a post above."))
    return holder


def _legal_date(place: Jurisdiction) -> tuple[date, Term]:
    try:
        return clocks.due(TERM, days.today(), jurisdiction=place)
    except LookupError:
        raise Refused(_("No term for solving cases is in force. Ask the administrator of the rule tables to enter one.")) from None


def _move(
    name: str, case: Case, by: Acting, expect: int, occurred_at: datetime | None, client_ref: uuid.UUID | None, **facts: Any
) -> Event:
    """Through the gate; a moment that lies before the present holding, or in the future, is refused."""
    repeated = client_ref is not None and Event.objects.filter(client_ref=client_ref).exists()
    if occurred_at is not None and not repeated and not _possible(case, occurred_at):
        raise Refused(_("The time must lie after the case reached its present holder, and not in the future."))
    return CaseLifecycle.perform(name, case, by=by, expect=expect, occurred_at=occurred_at, client_ref=client_ref, **facts)


def _possible(case: Case, moment: datetime) -> bool:
    last = case.legs.order_by("-received_at").values_list("received_at", flat=True).first()
    return moment <= days.now() and (last is None or moment >= last)


def report_up(
    case: Case, *, note: str, by: Acting, expect: int, occurred_at: datetime | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """Give the case to the next level above that can receive it; its clock does not stop."""
    return _move("report_up", case, by, expect, occurred_at, client_ref, note=Words(note))


def hand_down(
    case: Case, *, to: Post, note: str, by: Acting, expect: int, occurred_at: datetime | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """Give the case to a post below that answers for the place; its clock does not stop."""
    return _move("hand_down", case, by, expect, occurred_at, client_ref, to=to, note=Words(note))


def hand_over(
    case: Case,
    *,
    to: Post,
    assisting: Sequence[Unit],
    note: str,
    by: Acting,
    expect: int,
    occurred_at: datetime | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Give the case to the desk of a department that leads the work, and name the units that assist."""
    return _move("hand_over", case, by, expect, occurred_at, client_ref, to=to, assisting=list(assisting), note=Words(note))


def send_back(
    case: Case, *, note: str, by: Acting, expect: int, occurred_at: datetime | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """Return the case to whoever gave it, with the reason."""
    return _move("send_back", case, by, expect, occurred_at, client_ref, note=Words(note))


def ask_extension(
    case: Case, *, days: int, reason: str, by: Acting, expect: int, occurred_at: datetime | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """Ask the unit above for more time."""
    return _move("ask_extension", case, by, expect, occurred_at, client_ref, days=days, reason=Words(reason))


def decide_extension(
    case: Case,
    *,
    granted: bool,
    reason: str,
    by: Acting,
    expect: int,
    occurred_at: datetime | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Grant more time or refuse it, with the reason; granted, the legal date moves."""
    return _move("decide_extension", case, by, expect, occurred_at, client_ref, granted=granted, reason=Words(reason))


def report_done(
    case: Case, *, measure: str, by: Acting, expect: int, occurred_at: datetime | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """Say that the work is done. That is not the end: another unit goes and looks."""
    return _move("report_done", case, by, expect, occurred_at, client_ref, measure=Words(measure))


def confirm(
    case: Case, *, note: str, by: Acting, expect: int, occurred_at: datetime | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """The inspecting unit saw that it is done."""
    return _move("confirm", case, by, expect, occurred_at, client_ref, note=Words(note))


def return_to_work(
    case: Case, *, note: str, by: Acting, expect: int, occurred_at: datetime | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """The inspecting unit saw that it is not done; the holder goes on."""
    return _move("return_to_work", case, by, expect, occurred_at, client_ref, note=Words(note))


def sign_off(
    case: Case, *, note: str, by: Acting, expect: int, occurred_at: datetime | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """Take the case off the list (销号). The ledger keeps it; it may be reopened."""
    return _move("sign_off", case, by, expect, occurred_at, client_ref, note=Words(note))


def reopen(
    case: Case, *, reason: str, by: Acting, expect: int, occurred_at: datetime | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """Open a signed-off case again; it goes back to who worked on it last."""
    return _move("reopen", case, by, expect, occurred_at, client_ref, reason=Words(reason))
