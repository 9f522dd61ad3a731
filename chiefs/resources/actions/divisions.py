"""Where segments, grid cells, red-line plots, management boundaries and whole waters lie after the divisions have changed. The path of
what happened on a segment stays that of its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from accountability.ledger.registry import joined
from chiefs.resources.models import (
    CellPlace,
    CountyPlace,
    GridCell,
    ManagementBoundary,
    PlotPlace,
    RedLinePlot,
    Resource,
    Segment,
    SegmentPlace,
)
from chiefs.territory import moving
from chiefs.territory.former import FormerPlace
from chiefs.territory.models import Jurisdiction, Level, Reorganisation
from chiefs.territory.standing import Way

from .grid import end_cell

Placed = Segment | GridCell | RedLinePlot | ManagementBoundary
KINDS: tuple[type[Placed], ...] = (Segment, GridCell, RedLinePlot, ManagementBoundary)
ACTS: dict[type[Placed], str] = {
    Segment: "resources.move_segment",
    GridCell: "resources.move_cell",
    RedLinePlot: "resources.move_red_line",
    ManagementBoundary: "resources.move_boundary",
}
#: where the place of a past day is kept; a boundary is asked for as it binds today
KEPT: dict[type[Placed], type[FormerPlace]] = {Segment: SegmentPlace, GridCell: CellPlace, RedLinePlot: PlotPlace}
ADDRESSES: dict[type[Placed], str] = {Segment: "resources:segment", GridCell: "resources:cell", RedLinePlot: "resources:plot"}


def _standing(kind: type[Placed], jurisdictions: Any) -> models.QuerySet[Any]:
    return kind.objects.filter(jurisdiction__in=jurisdictions, until=None).defer("geometry").order_by("pk")


def _counted(jurisdictions: Any) -> models.QuerySet[Resource]:
    return Resource.objects.filter(pk__in=Resource.counties.through.objects.filter(jurisdiction__in=jurisdictions).values("resource"))


def standing_on(*, jurisdictions: list[int], day: date) -> list[Placed | Resource]:
    """Answer to the question of the same name: what still lies in units which end, and the waters that are counted to such counties."""
    found: list[Placed | Resource] = []
    for kind in KINDS:
        above = ("jurisdiction", "resource") if kind is ManagementBoundary else ("jurisdiction",)
        found += _standing(kind, jurisdictions).select_related(*above)
    return [*found, *_counted(jurisdictions).defer("geometry").prefetch_related("counties").order_by("name", "pk")]


def _move(record: Placed, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same stretch, cell, plot or boundary, in the unit that its place became. The caller has checked the change of divisions."""
    kind = type(record)
    event = moving.move(record, to=to, day=day, by=by, act=ACTS[kind], path=isinstance(record, Segment), kept=KEPT.get(kind))
    for action in joined(ACTS[kind]):
        action(record, event=event, by=by, facts={"to": to, "day": day})
    return event


def move_segment(segment: Segment, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """A segment, in the unit that its place became. The caller has checked the change of divisions."""
    return _move(segment, to=to, day=day, by=by)


def _taken(boundary: ManagementBoundary, to: Jurisdiction) -> bool:
    """Whether the unit has a boundary of its own of this water on any of these days: no two bind on one day."""
    own = ManagementBoundary.objects.filter(resource=boundary.resource_id, jurisdiction=to)
    return own.touching(boundary.since, None).exclude(pk=boundary.pk).exists()


def _move_if_free(boundary: ManagementBoundary, *, to: Jurisdiction, day: date, by: Acting) -> None:
    """Two acts that drew the same water in two units do not become one by themselves: the second stays, for a person to end."""
    if not _taken(boundary, to):
        _move(boundary, to=to, day=day, by=by)


def _count_to(resource: Resource, before: set[int], to: Jurisdiction | None, day: date, by: Acting) -> Event:
    """A water is counted to what its county became, or no longer to it. What it was counted to before stands in the event."""
    counted = set(resource.counties.values_list("pk", flat=True))
    came = to if to is not None and to.pk not in counted else None
    for county in Jurisdiction.objects.filter(pk__in=before & counted, since__lt=day):
        CountyPlace.objects.create(resource=resource, jurisdiction=county, since=county.since, until=day, became=came)
    resource.counties.remove(*before)
    if to is not None:
        resource.counties.add(to)
    facts = plain({"before": sorted(before), "now": to.pk if to else None, "day": day})
    return Event.record(f"{resource._meta.label_lower}:{resource.pk}", "resources.move_county", by, facts=facts)


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise and territory.settle: what lies in a unit that became exactly one unit goes along."""
    places: dict[int, int] = facts["places"]
    for kind in KINDS:
        move = _move_if_free if kind is ManagementBoundary else _move
        moving.carry(partial(_standing, kind), move, change=act, places=places, by=by)
    units = Jurisdiction.objects.in_bulk(set(places.values()))
    for resource in _counted(places).select_for_update(of=("self",)).defer("geometry").prefetch_related("counties"):
        for county in resource.counties.all():
            if county.pk in places:
                _count_to(resource, {county.pk}, units[places[county.pk]], act.day, by)


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name. A segment is water and bank, a red line a decision of its own: they move, they do not
    end with a unit. A cell of the grid may end, and a boundary whose unit has another one of the same water."""
    if isinstance(record, Resource):
        return _resettle_county(record, to, day, by)
    if not isinstance(record, KINDS):
        return []
    held = type(record).objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=record.pk)
    if to is not None:
        if isinstance(held, ManagementBoundary) and _taken(held, to):
            raise Refused(
                _("%(place)s has a management boundary of this water already. Let one of the two end, and enter the act that draws both.")
                % {"place": to.name}
            )
        _move(held, to=to, day=day, by=by)
        return [True]
    if isinstance(held, GridCell):
        end_cell(held, day=day, by=by)
    elif isinstance(held, ManagementBoundary):
        held.until = max(day, held.since + timedelta(days=1))
        held.save(update_fields=["until"])
        Event.record(f"{held._meta.label_lower}:{held.pk}", "resources.end_boundary", by, facts=plain({"day": held.until}))
    else:
        return []
    return [True]


def _resettle_county(resource: Resource, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    if to is not None and to.level != Level.COUNTY:
        raise Refused(_("A resource is registered at its counties; townships and villages have its segments."))
    held = Resource.objects.select_for_update(of=("self",)).defer("geometry").get(pk=resource.pk)
    ended = set(held.counties.filter(until=day).values_list("pk", flat=True))
    _count_to(held, ended, to, day, by)
    return [True]


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``."""
    return [(record, _way(record)) for record in records if isinstance(record, Placed | Resource)]


def _way(record: Placed | Resource) -> Way:
    kind = capfirst(str(record._meta.verbose_name))
    if isinstance(record, Resource):
        return Way(
            kind=_("County of a water, slope or forest"),
            label=local(record),
            place="、".join(local(county) for county in record.counties.all() if county.until is not None),
            ends=_("It is no longer counted to this county"),
            page=reverse("resources:detail", args=[record.ref]),
            hint=_("If it lies in several of the new counties, add the others on its page."),
        )
    if isinstance(record, ManagementBoundary):
        return Way(
            kind=kind,
            label=f"{local(record.resource)} – {record.act}",
            place=local(record.jurisdiction),
            ends=_("The act binds no longer"),
            page=reverse("resources:detail", args=[record.resource.ref]),
            hint=_("Where the new unit has one of the same water, let one end and enter the act that draws both."),
        )
    return Way(
        kind=kind,
        label=f"{local(record)} ({record.code})",
        place=local(record.jurisdiction),
        ends=_("The cell ends") if isinstance(record, GridCell) else "",
        page=reverse(ADDRESSES[type(record)], args=[record.code]),
    )
