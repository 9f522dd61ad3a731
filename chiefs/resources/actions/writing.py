"""How a record without a lifecycle is changed: locked, compared with what was seen, saved, recorded; once for each form."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused, Stale
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from chiefs.resources import reports
from chiefs.resources.models import Scheme
from chiefs.territory.models import Jurisdiction
from chiefs.territory.rules import may_happen


def stream_of(record: models.Model) -> str:
    return f"{record._meta.label_lower}:{record.pk}"


def lock(record: models.Model, *, expect: int | None = None) -> None:
    """Lock and re-read in place, inside a transaction. Raises Stale when somebody has changed the record since it was seen.

    ``expect``  how many events the record had when it was seen (reports.version_of); None: whoever calls has not shown it to anybody
    """
    manager = type(record)._base_manager
    record.refresh_from_db(from_queryset=manager.select_for_update(of=("self",)))
    if expect is not None and expect != (now := reports.version_of(stream_of(record))):
        raise Stale(now)


def hold_schemes() -> list[Scheme]:
    """Lock what all resources have in common. Taken first, by whoever changes what flows where or gives out codes for boards:
    both are one picture that only one may draw at a time."""
    return list(Scheme.objects.select_for_update(of=("self",)).order_by("pk"))


def told(record: models.Model, act: str, by: Acting, facts: dict[str, Any], client_ref: uuid.UUID | None = None) -> Event:
    """The event of a change of this room."""
    return Event.record(stream_of(record), f"resources.{act}", by, facts=plain(facts), client_ref=client_ref)


def before(client_ref: uuid.UUID | None, act: str, by: Acting) -> Event | None:
    """What the same form has done already: a double click gets the first answer again. Raises Mismatch for another act or post."""
    earlier = Event.objects.filter(client_ref=client_ref).first() if client_ref else None
    if earlier is not None and (earlier.act, earlier.post_id, earlier.account_id) != (f"resources.{act}", by.post_id, by.account_id):
        raise Mismatch
    return earlier


def made_by(earlier: Event, model: type[models.Model]) -> Any:
    """The record that an earlier sending of the same form began."""
    label, _colon, pk = earlier.stream.rpartition(":")
    if label != model._meta.label_lower:
        raise Mismatch
    return model._base_manager.get(pk=pk)


def changes(record: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    """Set the values that differ; the facts of those: free text as a commitment, floats as their text."""
    facts: dict[str, Any] = {}
    for name, value in values.items():
        if getattr(record, name) != value:
            setattr(record, name, value)
            facts[name] = fact(value)
    return facts


def fact(value: Any) -> Any:
    """A value as the ledger keeps it: what people wrote as a commitment, a float as its text."""
    if isinstance(value, float):
        return str(value)
    return Words(value) if isinstance(value, str) and not value.isascii() else value


def check_day(day: date, *places: Jurisdiction) -> None:
    """Raises Refused for a day that lies far away, or on which one of the places did not stand."""
    if not may_happen(day, days.today()):
        raise Refused(_("The day lies more than a year away. Compare the document."))
    check_stood(day, *places)


def check_stood(day: date, *places: Jurisdiction) -> None:
    """Raises Refused for a day on which one of the places did not stand."""
    for place in places:
        if not reports.place_on(place, day):
            raise Refused(_("%(place)s did not stand on %(day)s. Choose the unit of that day.") % {"place": place.name, "day": day})


def check_keeps(lawful: bool) -> None:
    """Raises NotPermitted unless the rule has said yes."""
    if not lawful:
        raise NotPermitted
