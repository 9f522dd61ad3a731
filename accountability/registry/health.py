"""What the register lacks: how much of each kind lies where, and each with the page that mends it. The rooms answer, this page adds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.ledger.acting import Acting, Reach
from accountability.ledger.doors import acting_required
from accountability.ledger.registry import register_faults
from accountability.public.places import Asked, asked
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.territory.health import Faults, Found
from chiefs.territory.models import Jurisdiction

from .around import at_home

PER_PAGE = 50
AT_ONCE = 500  # rows of a file that are described together
readers = acting_required(Function.CHIEF_OFFICE, Function.RECEIVER, Function.ADMINISTRATOR)

COLUMNS: list[sheets.Column] = [
    (gettext_lazy("What"), lambda found: found.label),
    (gettext_lazy("Place"), lambda found: found.place),
    (gettext_lazy("Since"), lambda found: found.since),
    (gettext_lazy("Remark"), lambda found: found.told),
]


@dataclass(frozen=True)
class Here:
    """A place that was asked about, its reach, and the units directly below it with everything that lies below each."""

    place: Jurisdiction | None
    reach: Reach
    below: list[Jurisdiction]
    tops: dict[int, int]

    def by_unit(self, counts: dict[int, int]) -> dict[int, int]:
        """What lies at places, added up by the unit directly below in which it lies; 0: at the place itself."""
        sums: dict[int, int] = {}
        for place, number in counts.items():
            top = self.tops.get(place, 0)
            sums[top] = sums.get(top, 0) + number
        return sums


def here(ask: Asked, acting: Acting) -> Here:
    """The place asked about; one elsewhere is not found. Two queries, and those of a reach."""
    place = ask.within
    if place is not None and not acting.reach.holds(place.path, place.pk):
        raise Http404
    narrowed = place is not None and place.pk != acting.jurisdiction_id
    reach = posts.reach_of(place) if place is not None and narrowed else acting.reach
    below = list(Jurisdiction.objects.in_force(ask.on).filter(parent=place).order_by("path", "pk")) if place is not None else []
    parents = dict(Jurisdiction.objects.filter(reach.q(path="path", jurisdiction="pk")).values_list("pk", "parent"))
    return Here(place, reach, below, _tops({unit.pk for unit in below}, parents))


def _tops(below: set[int], parents: dict[int, int | None]) -> dict[int, int]:
    """Place -> the unit among ``below`` in which it lies."""
    found: dict[int, int] = {}
    for place in parents:
        step: int | None = place
        while step is not None and step not in below:
            step = parents.get(step)
        if step is not None:
            found[place] = step
    return found


@dataclass(frozen=True)
class Line:
    """One unit of the table, with how much it lacks of each kind."""

    unit: Jurisdiction | None
    name: str
    counts: list[int]

    @property
    def total(self) -> int:
        return sum(self.counts)


def lines(at: Here, counted: list[dict[int, int]]) -> list[Line]:
    """The units below a place that lack something, those with most of it first; what lies at the place itself at the end."""
    sums = [at.by_unit(counts) for counts in counted]
    found = [Line(unit, unit.name, [each.get(unit.pk, 0) for each in sums]) for unit in at.below]
    own = Line(None, _("At the place itself"), [each.get(0, 0) for each in sums])
    return [*sorted((line for line in found if line.total), key=lambda line: -line.total), *([own] if own.total else [])]


@require_safe
@readers
def health(request: HttpRequest) -> HttpResponse:
    """Every kind of fault with its number, and the units in which they lie. The number of queries does not depend on the faults."""
    ask = at_home(asked(request), request.acting)
    at = here(ask, request.acting)
    kinds = register_faults.ask(reach=at.reach, on=ask.on)
    counted = [kind.counts() for kind in kinds]
    found = lines(at, counted)
    if wanted := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("Unit"), lambda line: line.name),
            (_("Division code"), lambda line: line.unit.code if line.unit else ""),
            *((kind.title, lambda line, n=n: line.counts[n]) for n, kind in enumerate(kinds)),
            (_("All together"), lambda line: line.total),
        ]
        return sheets.send(wanted, name=_("Health of the register"), columns=columns, rows=found)
    totals = [(kind, sum(counts.values())) for kind, counts in zip(kinds, counted, strict=True)]
    context = {
        "ask": ask,
        "place": at.place,
        "lacking": [(kind, number) for kind, number in totals if number],
        "whole": [kind for kind, number in totals if not number],
        "lines": found,
        "query": ask.query(),
    }
    return render(request, "registry/health.html", context)


@require_safe
@readers
def faults(request: HttpRequest, code: str) -> HttpResponse:
    """One kind of fault, row by row, each with what mends it."""
    ask = at_home(asked(request), request.acting)
    at = here(ask, request.acting)
    kind = next((kind for kind in register_faults.ask(reach=at.reach, on=ask.on) if kind.code == code), None)
    if kind is None:
        raise Http404
    rows = kind.rows()
    if wanted := sheets.wanted(request):
        return sheets.send(wanted, name=kind.title, columns=COLUMNS, rows=_described(kind, rows))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "ask": ask,
        "place": at.place,
        "kind": kind,
        "page": page,
        "found": kind.describe(list(page.object_list)),
        "lines": lines(at, [kind.counts()]),
        "query": ask.query(),
    }
    return render(request, "registry/faults.html", context)


def _described(kind: Faults, rows: Any) -> Iterator[Found]:
    start = 0
    while batch := list(rows[start : start + AT_ONCE]):
        yield from kind.describe(batch)
        start += AT_ONCE
