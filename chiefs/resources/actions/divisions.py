"""Where a segment lies after the divisions have changed. The path of what happened on it stays that of its day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction, Reorganisation


def _standing(jurisdictions: Any) -> models.QuerySet[Segment]:
    return Segment.objects.filter(jurisdiction__in=jurisdictions, until=None).order_by("code")


def standing_on(*, jurisdictions: list[int], day: date) -> list[Segment]:
    """Answer to the question of the same name: segments that still lie in units which end."""
    return list(_standing(jurisdictions).select_related("jurisdiction"))


def move_segment(segment: Segment, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same stretch, in the unit that its place became. The caller has checked the change of divisions."""
    before, segment.jurisdiction = segment.jurisdiction_id, to
    segment.save(update_fields=["jurisdiction", "path"])
    facts = plain({"before": before, "now": to.pk, "day": day})
    return Event.record(f"{segment._meta.label_lower}:{segment.pk}", "resources.move_segment", by, facts=facts)


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise: segments whose unit became exactly one unit go along."""
    places: dict[int, int] = facts["places"]
    units = Jurisdiction.objects.in_bulk(set(places.values()))
    for segment in _standing(places).select_for_update(of=("self",)):
        move_segment(segment, to=units[places[segment.jurisdiction_id]], day=act.day, by=by)


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name, for segments. A segment is water and bank: it moves, it does not end with a unit."""
    if not isinstance(record, Segment) or to is None:
        return []
    move_segment(Segment.objects.select_for_update(of=("self",)).get(pk=record.pk), to=to, day=day, by=by)
    return [True]
