"""Grid cells and red lines on the pages of those who keep them and go there."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accountability.evidence import reports as evidence
from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required

from . import forms_land as forms
from . import geojson, rules
from .actions.writing import stream_of
from .lifecycle import ProjectLifecycle
from .models import GridCell, LegacyProject, Marker, RedLinePlot
from .views import GEOJSON, PER_PAGE, drawers_only, iso, keepers_only, page_of_form, run, spoken

MOST_PHOTOS = 12
MOST_SHOWN = 100
CELL_STEPS: dict[str, tuple[Any, Any]] = {
    "change": (forms.CellChangeForm, gettext_lazy("Names, purposes and segments")),
    "end": (forms.CellEndForm, gettext_lazy("End the cell")),
}


def _paged(request: HttpRequest, rows: QuerySet[Any]) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "query": f"&{query.urlencode()}" if query else "",
        "keeps": request.acting.may(rules.OFFICE),
    }


# -- the grid ------------------------------------------------------------------------------------------------------------

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
    rows = GridCell.objects.visible_to(request.acting).in_force(days.today()).select_related("jurisdiction__parent")
    rows = rows.order_by("jurisdiction__path", "code")
    if request.GET.get("format") == GEOJSON:
        found = (
            geojson.feature(c.geometry, code=c.code, name=c.name, name_bo=c.name_bo, demonstration=c.demonstration)
            for c in rows.iterator(chunk_size=geojson.AT_ONCE)
        )
        return geojson.download(found, name="grid-cells")
    rows = rows.defer("geometry").annotate(segment_count=Count("segments"))
    if kind := sheets.wanted(request):
        return sheets.send(kind, name="grid-cells", columns=spoken(CELL_COLUMNS), rows=rows)
    context = _paged(request, rows)
    context["keeps"] = rules.has_a_grid(request.acting)
    return render(request, "resources/cells.html", context)


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
        (_("First day no longer in force"), iso(found.until)),
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
    if name not in CELL_STEPS:
        raise Http404
    form_class, label = CELL_STEPS[name]
    rows = GridCell.objects.kept_by(request.acting).filter(until=None).select_related("jurisdiction")
    found = get_object_or_404(rows, code=code)
    form = form_class(request.POST or None, acting=request.acting, record=found)
    if run(form, request):
        messages.success(request, _("%(step)s: %(name)s is changed.") % {"step": label, "name": found.name})
        return redirect("resources:cell", code=code)
    back = reverse("resources:cell", args=[code])
    return page_of_form(request, form, title=f"{local(found)}: {label}", submit=_("Save"), back=back, move=name)


# -- red lines -----------------------------------------------------------------------------------------------------------

PLOT_COLUMNS: list[sheets.Column] = [
    (gettext_lazy("Code"), lambda p: p.code),
    (pgettext_lazy("thing", "Name"), lambda p: p.name),
    (gettext_lazy("Tibetan name"), lambda p: p.name_bo),
    (gettext_lazy("Jurisdiction"), lambda p: p.jurisdiction.name),
    (gettext_lazy("Type"), lambda p: str(p.get_type_display())),
    (gettext_lazy("Function"), lambda p: str(p.get_purpose_display())),
    (gettext_lazy("Area by the act (m²)"), lambda p: p.area_m2),
    (gettext_lazy("Approving act"), lambda p: p.act),
    (gettext_lazy("In force since"), lambda p: p.since),
    (gettext_lazy("Boundary markers"), lambda p: p.marker_count),
    (gettext_lazy("Open projects"), lambda p: p.open_count),
    (gettext_lazy("Demonstration"), lambda p: p.demonstration),
]


@require_safe
@acting_required()
def plots(request: HttpRequest) -> HttpResponseBase:
    """The red-line plots of the own reach, each with its markers and what is still open inside."""
    rows = RedLinePlot.objects.visible_to(request.acting).in_force(days.today()).select_related("jurisdiction__parent")
    rows = rows.order_by("jurisdiction__path", "code")
    if request.GET.get("format") == GEOJSON:
        found = (
            geojson.feature(p.geometry, code=p.code, name=p.name, type=p.type, act=p.act, demonstration=p.demonstration)
            for p in rows.iterator(chunk_size=geojson.AT_ONCE)
        )
        return geojson.download(found, name="red-lines")
    still = ~Q(projects__state=LegacyProject.State.GONE)
    counts = {
        "marker_count": Count("markers", distinct=True),
        "open_count": Count("projects", filter=still, distinct=True),
    }
    rows = rows.defer("geometry").annotate(**counts)
    if kind := sheets.wanted(request):
        return sheets.send(kind, name="red-lines", columns=spoken(PLOT_COLUMNS), rows=rows)
    return render(request, "resources/red_lines.html", _paged(request, rows))


@keepers_only
def new_plot(request: HttpRequest) -> HttpResponse:
    """Enter a plot of the red line."""
    form = forms.PlotForm(request.POST or None, acting=request.acting)
    if made := run(form, request):
        messages.success(request, _("%(name)s is in the register.") % {"name": made.name})
        return redirect("resources:plot", code=made.code)
    return page_of_form(request, form, title=_("Enter a red-line plot"), submit=_("Enter"), back=reverse("resources:red_lines"))


@require_safe
@acting_required()
def plot(request: HttpRequest, code: str) -> HttpResponse:
    """One plot: what it is for, its markers, and what stands inside."""
    found = get_object_or_404(RedLinePlot.objects.visible_to(request.acting).select_related("jurisdiction__parent"), code=code)
    facts = [
        (_("Jurisdiction"), local(found.jurisdiction)),
        (_("Type"), found.get_type_display()),
        (_("Function"), found.get_purpose_display()),
        (_("Area by the act (m²)"), found.area_m2),
        (_("Approving act"), found.act),
        (_("In force since"), iso(found.since)),
        (_("Geometry"), _("drawn") if found.geometry else None),
    ]
    context = {
        "plot": found,
        "rows": facts,
        "markers": found.markers.order_by("number")[:MOST_SHOWN],
        "projects": found.projects.order_by("state", "pk")[:MOST_SHOWN],
        "keeps": RedLinePlot.objects.kept_by(request.acting).filter(pk=found.pk).exists(),
    }
    return render(request, "resources/plot.html", context)


def _kept_plot(request: HttpRequest, code: str) -> RedLinePlot:
    rows = RedLinePlot.objects.kept_by(request.acting).filter(until=None).select_related("jurisdiction")
    return get_object_or_404(rows, code=code)


@keepers_only
def new_marker(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a boundary marker of a plot."""
    found = _kept_plot(request, code)
    form = forms.MarkerForm(request.POST or None, acting=request.acting, plot=found)
    if made := run(form, request):
        messages.success(request, _("Marker %(number)s is in the register.") % {"number": made.number})
        return redirect("resources:plot", code=code)
    title = _("New boundary marker of %(name)s") % {"name": local(found)}
    return page_of_form(request, form, title=title, submit=_("Enter"), back=reverse("resources:plot", args=[code]))


@acting_required()
def marker(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """One marker, its photos, and the form of whoever is there and looks at it."""
    rows = Marker.objects.visible_to(request.acting).select_related("plot__jurisdiction")
    found = get_object_or_404(rows, plot__code=code, number=number)
    place = found.plot.jurisdiction
    checks = rules.checks_markers(request.acting, place.path, place.pk) and found.until is None
    form = forms.CheckForm(request.POST or None, request.FILES or None, acting=request.acting, record=found)
    if run(form, request):
        messages.success(request, _("The check of marker %(number)s is recorded.") % {"number": number})
        return redirect("resources:marker", code=code, number=number)
    facts = [
        (_("Red-line plot"), local(found.plot)),
        (_("Place in words"), found.place),
        (_("Longitude, latitude (WGS-84)"), f"{found.longitude:.6f}°, {found.latitude:.6f}°"),
        (_("Set up on"), iso(found.since)),
        (_("Last check"), iso(found.checked_on)),
        (_("What was seen"), found.get_finding_display() if found.finding else None),
        (_("Checked by"), found.checker_title),
        (_("Remark"), found.remark),
    ]
    photos = list(evidence.of(stream_of(found)).order_by("-pk")[:MOST_PHOTOS])
    context = {"marker": found, "rows": facts, "form": form if form.is_bound or checks else None, "photos": photos}
    return render(request, "resources/marker.html", context, status=form.http_status)


@keepers_only
def new_project(request: HttpRequest, code: str) -> HttpResponse:
    """Enter what was found inside a plot."""
    found = _kept_plot(request, code)
    form = forms.ProjectForm(request.POST or None, acting=request.acting, plot=found)
    if made := run(form, request):
        messages.success(request, _("%(name)s is in the register.") % {"name": made.name})
        return redirect("resources:project", ref=made.client_ref)
    title = _("Found inside %(name)s") % {"name": local(found)}
    return page_of_form(request, form, title=title, submit=_("Enter"), back=reverse("resources:plot", args=[code]))


PROJECT_COLUMNS: list[sheets.Column] = [
    (pgettext_lazy("thing", "Name"), lambda p: p.name),
    (gettext_lazy("Red-line plot"), lambda p: p.plot.name),
    (gettext_lazy("Jurisdiction"), lambda p: p.plot.jurisdiction.name),
    (gettext_lazy("Illegal or legacy"), lambda p: str(p.get_nature_display())),
    (gettext_lazy("Kind"), lambda p: str(p.get_kind_display())),
    (gettext_lazy("There since (year)"), lambda p: p.since_year),
    (gettext_lazy("State"), lambda p: str(p.get_state_display())),
    (gettext_lazy("To be rectified by"), lambda p: p.due),
    (gettext_lazy("Gone since"), lambda p: p.gone_on),
    (gettext_lazy("Unit in charge"), lambda p: p.unit_in_charge),
    (gettext_lazy("Demonstration"), lambda p: p.demonstration),
]


@require_safe
@acting_required()
def projects(request: HttpRequest) -> HttpResponseBase:
    """The illegal and legacy projects inside red lines, in the own reach; what is still there first, the nearest day first."""
    rows = LegacyProject.objects.visible_to(request.acting).select_related("plot__jurisdiction").defer("plot__geometry")
    if (state := request.GET.get("state", "")) in LegacyProject.State.values:
        rows = rows.filter(state=state)
    rows = rows.order_by("gone_on", "due", "pk")
    if kind := sheets.wanted(request):
        return sheets.send(kind, name="red-line-projects", columns=spoken(PROJECT_COLUMNS), rows=rows)
    return render(request, "resources/projects.html", _paged(request, rows) | {"states": LegacyProject.State.choices, "state": state})


@require_safe
@acting_required()
def project(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """One project and what may happen to it next."""
    rows = LegacyProject.objects.visible_to(request.acting).select_related("plot__jurisdiction").defer("plot__geometry")
    found = get_object_or_404(rows, client_ref=ref)
    facts = [
        (_("Red-line plot"), local(found.plot)),
        (_("Illegal or legacy"), found.get_nature_display()),
        (_("Kind"), found.get_kind_display()),
        (_("There since (year)"), found.since_year),
        (_("Unit in charge"), found.unit_in_charge),
        (_("To be rectified by"), iso(found.due)),
        (_("Gone since"), iso(found.gone_on)),
        (_("Remark"), found.note),
    ]
    context = {"project": found, "rows": facts, "moves": ProjectLifecycle.available(found, request.acting)}
    return render(request, "resources/project.html", context)


@keepers_only
def project_move(request: HttpRequest, ref: uuid.UUID, name: str) -> HttpResponse:
    """One step of a project: its rectification begins, it is gone, it is there again."""
    rows = LegacyProject.objects.kept_by(request.acting).select_related("plot__jurisdiction")
    found = get_object_or_404(rows, client_ref=ref)
    if name not in ProjectLifecycle.moves():
        raise Http404
    form = forms.ProjectMoveForm(request.POST or None, acting=request.acting, project=found, move=name)
    if run(form, request):
        messages.success(request, _("%(name)s is now “%(state)s”.") % {"name": found.name, "state": found.get_state_display()})
        return redirect("resources:project", ref=ref)
    title = f"{local(found)}: {ProjectLifecycle.label_of(name)}"
    back = reverse("resources:project", args=[ref])
    return page_of_form(request, form, title=title, submit=_("Save"), back=back, move=name)
