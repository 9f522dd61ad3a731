"""Whom a unit answers to: a relation ends on a day, or is taken back while it has not begun. What has held stays as it was."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.models import Event

from . import deeds, rules, units
from .models import Superior, Unit


def begun(unit: Unit | None) -> QuerySet[Superior]:
    """The relations of today that may be ended: those that go on tomorrow."""
    rows = Superior.objects.touching(days.today(), None).filter(unit=unit, since__lte=days.today())
    return rows.select_related("superior").order_by("kind", "pk")


def to_come(unit: Unit | None) -> QuerySet[Superior]:
    """The relations that were entered ahead and have not begun."""
    return Superior.objects.filter(unit=unit, since__gt=days.today()).select_related("superior").order_by("since", "pk")


def end_superior(row: Superior, *, day: date, by: Acting, client_ref: uuid.UUID | None = None) -> Unit:
    """A unit no longer leads another, or is no longer informed, from a day on. Raises NotPermitted, Refused, Mismatch."""
    facts = {"relation": row, "superior": row.superior_id, "kind": row.kind, "day": day}
    with deeds.written():
        unit, held = _lock(row, by)
        if known := deeds.earlier(Unit, client_ref, act="posts.end_superior", by=by, facts=facts):
            return known
        if held is None:
            raise Refused(_("This relation was taken back. Reload the page and look."))
        if held.until is not None and held.until <= days.today():
            raise Refused(_("This relation ended on %(day)s.") % {"day": held.until})
        if held.since > days.today():
            raise Refused(_("This relation has not begun. Take it back instead."))
        if day <= held.since or day < days.today() or not rules.not_too_far(day, days.today()):
            raise Refused(_("A relation ends after its first day, today or later, at most a year ahead."))
        if held.until is not None and day > held.until:
            raise Refused(_("This relation ends on %(day)s already. Give an earlier day.") % {"day": held.until})
        held.until = day
        held.save(update_fields=["until"])
        deeds.done(unit, act="posts.end_superior", by=by, facts=facts, client_ref=client_ref)
    return unit


def take_back(row: Superior, *, by: Acting, client_ref: uuid.UUID | None = None) -> Unit:
    """A relation that was entered ahead is taken back before its first day; what it would have ended goes on as before.

    The row has held on no day, and goes; what it said stays in the event. Raises NotPermitted, Refused, Mismatch.
    """
    facts = {"relation": row.pk, "superior": row.superior_id, "kind": row.kind, "since": row.since}
    with deeds.written():
        unit, held = _lock(row, by)
        if known := deeds.earlier(Unit, client_ref, act="posts.take_back_superior", by=by, facts=facts):
            return known
        if held is None:
            raise Refused(_("This relation was taken back. Reload the page and look."))
        if held.since <= days.today():
            raise Refused(_("This relation has begun. Past days had it; end it on a day from today on."))
        first = held.since
        ended = _ended_by(held)
        held.delete()
        for pk, until in ended.items():
            Superior.objects.filter(pk=pk, unit=unit, until=first).update(until=until)
        deeds.done(unit, act="posts.take_back_superior", by=by, facts=facts, client_ref=client_ref)
    return unit


def _lock(row: Superior, by: Acting) -> tuple[Unit, Superior | None]:
    """The unit and the row as they are now; changes of who leads whom wait in line."""
    units.hold_house()
    unit = Unit.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=row.unit_id)
    units.check_office(unit, by)
    return unit, Superior.objects.filter(pk=row.pk).first()


def _ended_by(row: Superior) -> dict[int, date | None]:
    """Which rows end because this one was entered, with the end that each had before: as the event of the entry says."""
    told = Event.objects.filter(stream=deeds.stream_of(row), act="posts.set_superior").order_by("-pk").first()
    closed: list[dict[str, Any]] = told.facts.get("closed", []) if told else []
    return {int(each["row"]): date.fromisoformat(each["until"]) if each["until"] else None for each in closed}
