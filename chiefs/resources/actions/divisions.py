"""Where segments, grid cells and red-line plots lie after the divisions have changed. The path of what happened on a segment stays
that of its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from chiefs.resources.models import GridCell, RedLinePlot, Segment
from chiefs.territory.models import Jurisdiction, Reorganisation
from chiefs.territory.standing import Way

from .grid import end_cell

Placed = Segment | GridCell | RedLinePlot
KINDS: tuple[type[Placed], ...] = (Segment, GridCell, RedLinePlot)
ACTS: dict[type[Placed], str] = {Segment: "move_segment", GridCell: "move_cell", RedLinePlot: "move_red_line"}
ADDRESSES: dict[type[Placed], str] = {Segment: "resources:segment", GridCell: "resources:cell", RedLinePlot: "resources:plot"}


def _standing(kind: type[Placed], jurisdictions: Any) -> models.QuerySet[Any]:
    return kind.objects.filter(jurisdiction__in=jurisdictions, until=None).defer("geometry").order_by("code")


def standing_on(*, jurisdictions: list[int], day: date) -> list[Placed]:
    """Answer to the question of the same name: what still lies in units which end."""
    return [record for kind in KINDS for record in _standing(kind, jurisdictions).select_related("jurisdiction")]


def _move(record: Placed, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same stretch, cell or plot, in the unit that its place became. The caller has checked the change of divisions."""
    before, record.jurisdiction = record.jurisdiction_id, to
    # A segment keeps the path of its place beside it, so that a territory is one range of it.
    record.save(update_fields=["jurisdiction", "path"] if isinstance(record, Segment) else ["jurisdiction"])
    facts = plain({"before": before, "now": to.pk, "day": day})
    return Event.record(f"{record._meta.label_lower}:{record.pk}", f"resources.{ACTS[type(record)]}", by, facts=facts)


def move_segment(segment: Segment, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """A segment, in the unit that its place became. The caller has checked the change of divisions."""
    return _move(segment, to, day, by)


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise and territory.settle: what lies in a unit that became exactly one unit goes along."""
    places: dict[int, int] = facts["places"]
    units = Jurisdiction.objects.in_bulk(set(places.values()))
    for kind in KINDS:
        for record in _standing(kind, places).select_for_update(of=("self",)):
            _move(record, units[places[record.jurisdiction_id]], act.day, by)


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name. A segment is water and bank, a red line a decision of its own: they move, they do not
    end with a unit. A cell of the grid may end."""
    if not isinstance(record, KINDS):
        return []
    if to is not None:
        _move(type(record).objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=record.pk), to, day, by)
        return [True]
    if isinstance(record, GridCell):
        end_cell(record, day=day, by=by)
        return [True]
    return []


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``."""
    return [
        (
            record,
            Way(
                kind=str(record._meta.verbose_name).capitalize(),
                label=f"{local(record)} ({record.code})",
                place=local(record.jurisdiction),
                ends=_("The cell ends") if isinstance(record, GridCell) else "",
                page=reverse(ADDRESSES[type(record)], args=[record.code]),
            ),
        )
        for record in records
        if isinstance(record, KINDS)
    ]
