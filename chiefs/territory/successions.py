"""A person says what became of a unit, where the releases of the statistics office do not."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event

from .lifecycle import OFFICE
from .models import Jurisdiction, Succession

C = Succession.Confirmation
MOST_CANDIDATES = 300
COUNTY_DIGITS = 6


def may_confirm(by: Acting, succession: Succession) -> bool:
    """A chief office in whose reach the old unit lay."""
    old = succession.predecessor
    return succession.confirmation == C.UNCERTAIN and by.may(OFFICE) and by.reach.holds(old.path, old.pk)


def candidates(succession: Succession, by: Acting) -> list[Jurisdiction]:
    """What the old unit may have become: units of its level that began or went on with the change, in the places that its own place
    became; where that is not known, in its county. At most two queries."""
    old = succession.predecessor
    rows = Jurisdiction.objects.in_force(succession.day).filter(level=old.level, special=old.special).exclude(pk=old.pk)
    became = Succession.objects.filter(predecessor=old.parent_id).exclude(successor=None).values("successor")
    near = rows.filter(parent__in=became) | rows.filter(parent=old.parent_id)
    found = list(near.select_related("parent").order_by("path", "pk")[:MOST_CANDIDATES])
    if not found:
        found = list(rows.under(old.path[:COUNTY_DIGITS]).select_related("parent").order_by("path", "pk")[:MOST_CANDIDATES])
    return [unit for unit in found if by.reach.holds(unit.path, unit.pk)]


def confirm(
    succession: Succession, *, successor: Jurisdiction | None, basis: str = "", by: Acting, client_ref: uuid.UUID | None = None
) -> Event:
    """Say what a unit became; None: it ended and nothing followed. Raises NotPermitted, NoTransition when it was said before, Refused."""
    act, stream = "territory.confirm_succession", f"{succession._meta.label_lower}:{succession.pk}"
    facts = plain({"successor": successor, "basis": Words(basis.strip())})
    with transaction.atomic():
        held = Succession.objects.select_for_update(of=("self",)).select_related("predecessor").get(pk=succession.pk)
        if client_ref is not None and (earlier := Event.objects.filter(client_ref=client_ref).first()):
            if (earlier.stream, earlier.act, earlier.post_id, earlier.facts.get("now")) != (stream, act, by.post_id, facts):
                raise Mismatch
            return earlier
        if held.confirmation != C.UNCERTAIN:
            raise NoTransition(str(held.get_confirmation_display()))
        if not may_confirm(by, held):
            raise NotPermitted
        if successor is not None:
            _check(held, successor, by)
        before = plain({"successor": held.successor})
        held.successor, held.confirmation = successor, C.CONFIRMED
        if basis.strip():
            held.basis = basis.strip()
        held.save(update_fields=["successor", "confirmation", "basis"])
        return Event.record(
            stream, act, by, before=C.UNCERTAIN, after=C.CONFIRMED, facts={"before": before, "now": facts}, client_ref=client_ref
        )


def _check(held: Succession, successor: Jurisdiction, by: Acting) -> None:
    stood = successor.since <= held.day and (successor.until is None or successor.until > held.day)
    if successor == held.predecessor or successor.level != held.predecessor.level or not stood:
        raise Refused(_("Choose a unit of the same level that stood on the day of the change."))
    if not by.reach.holds(successor.path, successor.pk):
        raise NotPermitted
    if Succession.objects.filter(predecessor=held.predecessor, successor=successor).exclude(pk=held.pk).exists():
        raise Refused(_("It is on record already that %(unit)s followed.") % {"unit": successor.name})
