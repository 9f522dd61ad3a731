"""Red lines on the pages of those who keep them and go there: plots, their markers, and what stands inside and should not."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, QuerySet
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
from accountability.kit.asking import asked_day
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required
from chiefs.territory import former

from . import forms_land as forms
from . import geojson, rules
from .actions.writing import stream_of
from .lifecycle import ProjectLifecycle
from .models import LegacyProject, Marker, PlotPlace, RedLineEdition, RedLinePlot
from .pages import Steps, iso, keepers_only, list_of, page_of_form, run, step_title, take_step

MOST_PHOTOS = 12
MOST_SHOWN = 100
PLOT_STEPS: Steps = {
    "names": (forms.PlotNamesForm, gettext_lazy("Names")),
    "change": (forms.PlotChangeForm, gettext_lazy("Enter a newer act")),
    "end": (forms.EndLandForm, gettext_lazy("End the plot")),
}
MARKER_STEPS: Steps = {
    "change": (forms.MarkerChangeForm, gettext_lazy("Change where it stands")),
    "end": (forms.EndLandForm, gettext_lazy("End the marker")),
}

PLOT_COLUMNS: list[sheets.Column] = [
    (gettext_lazy("Code"), lambda p: p.code),
    (pgettext_lazy("thing", "Name"), lambda p: p.name),
    (gettext_lazy("Tibetan name"), lambda p: p.name_bo),
    (gettext_lazy("Jurisdiction"), lambda p: p.jurisdiction.name),
    (gettext_lazy("Type"), lambda p: str(said(p).get_type_display())),
    (gettext_lazy("Function"), lambda p: str(said(p).get_purpose_display())),
    (gettext_lazy("Area by the act (m²)"), lambda p: said(p).area_m2),
    (gettext_lazy("Approving act"), lambda p: said(p).act),
    (gettext_lazy("In force since"), lambda p: p.since),
    (gettext_lazy("First day no longer in force"), lambda p: p.until),
    (gettext_lazy("Boundary markers"), lambda p: p.marker_count),
    (gettext_lazy("Open projects"), lambda p: p.open_count),
    (gettext_lazy("Demonstration"), lambda p: p.demonstration),
]


@require_safe
@acting_required()
def plots(request: HttpRequest) -> HttpResponseBase:
    """The red-line plots of the own reach, each with its markers and what is still open inside."""
    on = asked_day(request)
    rows = RedLinePlot.objects.visible_to(request.acting).in_force(on).select_related("jurisdiction__parent").prefetch_related(_then(on))
    standing = Q(markers__since__lte=on) & (Q(markers__until=None) | Q(markers__until__gt=on))
    there = Q(projects__gone_on=None) | Q(projects__gone_on__gt=on)
    rows = rows.order_by("jurisdiction__path", "code").annotate(
        marker_count=Count("markers", filter=standing, distinct=True), open_count=Count("projects", filter=there, distinct=True)
    )
    shown = {"on": on, "today": days.today()}
    return list_of(
        request, rows, "resources/red_lines.html", file="red-lines", columns=PLOT_COLUMNS, features=_features, kept=PlotPlace, **shown
    )


def _then(on: date) -> Prefetch:
    return Prefetch("editions", RedLineEdition.objects.in_force(on), to_attr="then")


def said(plot: RedLinePlot) -> RedLinePlot | RedLineEdition:
    """What the act of the asked day says of a plot: an earlier one, or the one in force."""
    return next(iter(plot.then), plot)  # type: ignore[attr-defined]


def _features(rows: Iterable[RedLinePlot]) -> Iterator[dict[str, Any]]:
    for plot in rows:
        act = said(plot)
        yield geojson.feature(plot.geometry, code=plot.code, name=plot.name, type=act.type, act=act.act, demonstration=plot.demonstration)


@keepers_only
def new_plot(request: HttpRequest) -> HttpResponse:
    """Enter a plot of the red line."""
    form = forms.PlotForm(request.POST or None, acting=request.acting)
    if made := run(form, request):
        messages.success(request, _("%(name)s is in the register.") % {"name": made.name})
        return redirect("resources:plot", code=made.code)
    return page_of_form(request, form, title=_("Enter a red-line plot"), submit=_("Enter"), back=reverse("resources:red_lines"))


def _ended(record: RedLinePlot | Marker) -> list[tuple[str, Any]]:
    """Since when a plot or a marker is no more, and why; nothing of one that goes on."""
    return [(_("First day no longer in force"), iso(record.until)), (_("Why it ends"), record.ended_by)] if record.until else []


@require_safe
@acting_required()
def plot(request: HttpRequest, code: str) -> HttpResponse:
    """One plot as it stood on a day: what the act of that day says, its markers, what stands inside, and what acts said before."""
    on = asked_day(request)
    rows = RedLinePlot.objects.visible_to(request.acting).select_related("jurisdiction__parent").prefetch_related(_then(on))
    found = get_object_or_404(rows, code=code)
    act = said(found)
    former.put_back(PlotPlace, [found], on)
    facts = [
        (_("Jurisdiction"), local(found.jurisdiction)),
        (_("Type"), act.get_type_display()),
        (_("Function"), act.get_purpose_display()),
        (_("Area by the act (m²)"), act.area_m2),
        (_("Approving act"), act.act),
        (_("In force since"), iso(found.since)),
        *_ended(found),
        (_("Geometry"), _("drawn") if found.geometry else None),
    ]
    keeps = found.until is None and RedLinePlot.objects.kept_by(request.acting).filter(pk=found.pk).exists()
    context = {
        "plot": found,
        "rows": facts,
        "on": on,
        "today": days.today(),
        "earlier": found.editions.order_by("-since")[:MOST_SHOWN],
        "markers": found.markers.in_force(on).order_by("number")[:MOST_SHOWN],
        "ended": found.markers.filter(until__lte=on).order_by("number")[:MOST_SHOWN],
        "projects": found.projects.order_by("state", "pk")[:MOST_SHOWN],
        "keeps": keeps,
        "steps": [(name, label) for name, (_form, label) in PLOT_STEPS.items()] if keeps else [],
    }
    return render(request, "resources/plot.html", context)


@keepers_only
def plot_step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Name a plot, enter a newer act on it, or end it."""
    return take_step(request, PLOT_STEPS, name, _kept_plots(request), back=reverse("resources:plot", args=[code]), code=code)


def _kept_plots(request: HttpRequest) -> QuerySet[RedLinePlot]:
    return RedLinePlot.objects.kept_by(request.acting).filter(until=None).select_related("jurisdiction")


@keepers_only
def new_marker(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a boundary marker of a plot."""
    found = get_object_or_404(_kept_plots(request), code=code)
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
        *_ended(found),
    ]
    keeps = found.until is None and Marker.objects.kept_by(request.acting).filter(pk=found.pk).exists()
    photos = list(evidence.of(stream_of(found)).order_by("-pk")[:MOST_PHOTOS])
    context = {"marker": found, "rows": facts, "form": form if form.is_bound or checks else None, "photos": photos}
    context["steps"] = [(name, label) for name, (_form, label) in MARKER_STEPS.items()] if keeps else []
    return render(request, "resources/marker.html", context, status=form.http_status)


@keepers_only
def marker_step(request: HttpRequest, code: str, number: str, name: str) -> HttpResponse:
    """Say where a marker stands now, or that it stands no longer."""
    rows = Marker.objects.kept_by(request.acting).filter(until=None).select_related("plot__jurisdiction")
    back = reverse("resources:marker", args=[code, number])
    return take_step(request, MARKER_STEPS, name, rows, back=back, plot__code=code, number=number)


@keepers_only
def new_project(request: HttpRequest, code: str) -> HttpResponse:
    """Enter what was found inside a plot."""
    found = get_object_or_404(_kept_plots(request), code=code)
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
    shown = {"states": LegacyProject.State.choices, "state": state}
    rows = rows.order_by("gone_on", "due", "pk")
    return list_of(request, rows, "resources/projects.html", file="red-line-projects", columns=PROJECT_COLUMNS, **shown)


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
    title = step_title(local(found), ProjectLifecycle.label_of(name))
    back = reverse("resources:project", args=[ref])
    return page_of_form(request, form, title=title, submit=_("Save"), back=back, move=name)
