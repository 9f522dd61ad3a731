"""What may have a geometry: which record an address means, who keeps it, and what kind of geometry it wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from accountability.ledger.acting import Acting

from . import geofiles, reports, rules
from .models import GridCell, ManagementBoundary, RedLinePlot, Resource, Segment


@dataclass(frozen=True)
class Owner:
    """One kind of record: by which column an address finds it, who keeps a row, what it wants, what lies beside it already."""

    model: type[Model]
    key: str
    keeps: Callable[[Acting, Any], bool]
    wants: Callable[[Any], str]
    beside: Callable[[Any, date], list[dict[str, Any]]]
    counties: Callable[[Any], list[int]]


def _at(by: Acting, row: Any) -> bool:
    return rules.keeps(by, row.jurisdiction.path, row.jurisdiction_id)


def _own(row: Any, on: date) -> list[dict[str, Any]]:
    return [row.geometry] if row.geometry else []


def _county(row: Any) -> list[int]:
    place = row.jurisdiction
    while place is not None and place.level in ("village", "township"):
        place = place.parent
    return [place.pk] if place is not None else []


def _line_or_area(kind: str) -> str:
    return geofiles.LINE if kind in rules.LINES else geofiles.EITHER


OWNERS: dict[str, Owner] = {
    "resource": Owner(
        Resource,
        "ref",
        reports.keeps_resource,
        lambda row: _line_or_area(row.kind),
        reports.drawn_beside,
        lambda row: list(row.counties.values_list("pk", flat=True)),
    ),
    "segment": Owner(
        Segment,
        "code",
        _at,
        lambda row: _line_or_area(row.resource.kind),
        lambda row, on: reports.drawn_beside(row.resource, on),
        _county,
    ),
    "boundary": Owner(
        ManagementBoundary, "ref", _at, lambda row: geofiles.EITHER, lambda row, on: reports.drawn_beside(row.resource, on), _county
    ),
    "cell": Owner(
        GridCell,
        "code",
        lambda by, row: rules.keeps_grid(by, row.jurisdiction.path, row.jurisdiction_id),
        lambda row: geofiles.AREA,
        _own,
        _county,
    ),
    "red-line": Owner(RedLinePlot, "code", _at, lambda row: geofiles.AREA, _own, _county),
}


def kind_of(stream: str) -> str:
    """'resources.segment:7' → 'segment'."""
    label = stream.rpartition(":")[0]
    return next(kind for kind, owner in OWNERS.items() if owner.model._meta.label_lower == label)


def row_of(stream: str) -> Any:
    """The record that a drawing belongs to."""
    return OWNERS[kind_of(stream)].model._base_manager.get(pk=int(stream.rpartition(":")[2]))
