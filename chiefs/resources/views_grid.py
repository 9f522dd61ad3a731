"""The grid on the pages of those who keep it: one for rangers and for environmental supervision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.asking import asked_day
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required

from . import forms_land as forms
from . import geojson, rules
from .models import CellPlace, GridCell
from .pages import Steps, drawers_only, iso, list_of, page_of_form, run, take_step

MOST_SHOWN = 100
CELL_STEPS: Steps = {
    "change": (forms.CellChangeForm, gettext_lazy("Names, purposes and segments")),
    "end": (forms.CellEndForm, gettext_lazy("End the cell")),
}

CELL_COLUMNS: list[sheets.Column] = [
    (gettext_lazy("Code"), lambda c: c.code),
    (pgettext_lazy("thing", "Name"), lambda c: c.name),
    (gettext_lazy("Tibetan name"), lambda c: c.name_bo),
    (gettext_lazy("Jurisdiction"), lambda c: c.jurisdiction.name),
    (gettext_lazy("Rangers walk here"), lambda c: c.for_rangers),
    (gettext_lazy("Environmental supervision"), lambda c: c.for_supervision),
    (gettext_lazy("Segments"), lambda c: c.segment_count),
    (gettext_lazy("First day"), lambda c: c.since),
    (gettext_lazy("Demonstration"), lambda c: c.demonstration),
]


@require_safe
@acting_required()
def cells(request: HttpRequest) -> HttpResponseBase:
    """The grid of the own reach, one for rangers and for environmental supervision."""
    on = asked_day(request)
    rows = GridCell.objects.visible_to(request.acting).in_force(on).select_related("jurisdiction__parent")
    rows = rows.order_by("jurisdiction__path", "code").annotate(segment_count=Count("segments"))
    shown = {"keeps": rules.has_a_grid(request.acting), "on": on, "today": days.today()}
    return list_of(
        request, rows, "resources/cells.html", file="grid-cells", columns=CELL_COLUMNS, features=_features, kept=CellPlace, **shown
    )


def _features(rows: Iterable[GridCell]) -> Iterator[dict[str, Any]]:
    for cell in rows:
        yield geojson.feature(cell.geometry, code=cell.code, name=cell.name, name_bo=cell.name_bo, demonstration=cell.demonstration)


@drawers_only
def new_cell(request: HttpRequest) -> HttpResponse:
    """Enter a cell."""
    if not rules.has_a_grid(request.acting):
        raise Http404
    form = forms.CellForm(request.POST or None, acting=request.acting)
    if made := run(form, request):
        messages.success(request, _("Cell %(code)s is in the register. Now choose its segments.") % {"code": made.code})
        return redirect("resources:cell_step", code=made.code, name="change")
    return page_of_form(request, form, title=_("Enter a grid cell"), submit=_("Enter"), back=reverse("resources:cells"))


@require_safe
@acting_required()
def cell(request: HttpRequest, code: str) -> HttpResponse:
    """One cell and what lies in it."""
    found = get_object_or_404(GridCell.objects.visible_to(request.acting).select_related("jurisdiction__parent"), code=code)
    keeps = found.until is None and GridCell.objects.kept_by(request.acting).filter(pk=found.pk).exists()
    facts = [
        (_("Jurisdiction"), local(found.jurisdiction)),
        (_("Rangers walk here"), _("yes") if found.for_rangers else _("no")),
        (_("Environmental supervision"), _("yes") if found.for_supervision else _("no")),
        (_("First day"), iso(found.since)),
        *([(_("First day no longer in force"), iso(found.until))] if found.until else []),
        (_("Geometry"), _("drawn") if found.geometry else None),
    ]
    context = {
        "cell": found,
        "rows": facts,
        "keeps": keeps,
        "segments": found.segments.select_related("resource", "jurisdiction").defer("geometry").order_by("path", "code")[:MOST_SHOWN],
        "steps": [(name, label) for name, (_form, label) in CELL_STEPS.items()] if keeps else [],
    }
    return render(request, "resources/cell.html", context)


@drawers_only
def cell_step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Change a cell, or end it."""
    rows = GridCell.objects.kept_by(request.acting).filter(until=None).select_related("jurisdiction")
    return take_step(request, CELL_STEPS, name, rows, back=reverse("resources:cell", args=[code]), code=code)
