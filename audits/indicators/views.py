"""The pages of the plan's key projects: list, one project with its reports, totals as stated and as added up."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accountability.evidence.models import Evidence
from accountability.exchange import sheets
from accountability.kit import days
from accountability.ledger.doors import acting_required, refusals_on
from chiefs.posts.functions import Function

from . import projects
from .forms import LeadForm, ReportForm
from .models import Project, ProjectLead, ProjectReport

PER_PAGE = 50
MOST_REPORTS = 50
MONEY = (
    (gettext_lazy("Investment in all"), "invest_total"),
    (gettext_lazy("Investment 2018-2020"), "invest_2018_2020"),
    (gettext_lazy("Investment 2021-2023"), "invest_2021_2023"),
    (gettext_lazy("Investment 2024-2030"), "invest_2024_2030"),
)
STAGES = {None: "", **dict(ProjectReport.Stage.choices)}
LIST_COLUMNS: list[sheets.Column] = [
    (gettext_lazy("Row"), lambda p: p.seq),
    (gettext_lazy("Category"), lambda p: p.category),
    (gettext_lazy("Section"), lambda p: p.section),
    (gettext_lazy("Project"), lambda p: p.name),
    (gettext_lazy("Sub-item"), lambda p: p.sub_item),
    *((heading, lambda p, name=name: getattr(p, name)) for heading, name in MONEY),
    (gettext_lazy("Lead units"), lambda p: p.lead_units),
    (gettext_lazy("Indicators as printed"), lambda p: p.indicators_text),
    (gettext_lazy("Period"), lambda p: p.period),
    (gettext_lazy("Stage"), lambda p: str(STAGES[p.stage])),
    (gettext_lazy("Last report"), lambda p: p.reported_on),
]


@require_safe
@acting_required()
def listing(request: HttpRequest) -> HttpResponse:
    """The 94 rows in the plan's order, with the stage last reported."""
    rows = projects.listed()
    category = request.GET.get("category", "")
    categories = list(Project.objects.order_by("seq").values_list("category", flat=True))
    if category:
        if category not in categories:
            raise Http404
        rows = rows.filter(category=category)
    if kind := sheets.wanted(request):
        columns = [(str(heading), value) for heading, value in LIST_COLUMNS]
        return sheets.send(kind, name=_("key-projects"), columns=columns, rows=rows)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [(project, STAGES[project.stage]) for project in page.object_list]  # type: ignore[attr-defined]
    context = {"page": page, "shown": shown, "categories": list(dict.fromkeys(categories)), "category": category}
    return render(request, "indicators/projects.html", context)


@require_safe
@acting_required()
def totals(request: HttpRequest) -> HttpResponse:
    """What the plan states and what its own rows add up to, side by side; nothing is corrected."""
    found = projects.totals()
    headings = [_("Projects"), *(str(heading) for heading, _name in MONEY)]
    if kind := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("Table"), lambda row: row[0].source_table),
            (_("Category"), lambda row: row[0].category),
            (_("Section"), lambda row: row[0].section),
            (_("Label"), lambda row: row[0].label),
        ]
        for place, heading in enumerate(headings):
            columns.append((_("%(figure)s, stated") % {"figure": heading}, lambda row, at=place: row[1][at].stated))
            columns.append((_("%(figure)s, added up") % {"figure": heading}, lambda row, at=place: row[1][at].summed))
        return sheets.send(kind, name=_("project-totals"), columns=columns, rows=found)
    rows = [(total, list(zip(headings, cells, strict=True))) for total, cells in found]
    return render(request, "indicators/totals.html", {"rows": rows, "headings": headings})


def _project(seq: int) -> Project:
    return get_object_or_404(Project, seq=seq)


@require_safe
@acting_required()
def detail(request: HttpRequest, seq: int) -> HttpResponse:
    """One project: the plan's words, who leads it, which indicators it serves, what was reported."""
    project, today = _project(seq), days.today()
    reports = list(project.reports.select_related("unit")[:MOST_REPORTS])
    photos: dict[str, list[Evidence]] = defaultdict(list)
    for photo in Evidence.objects.filter(owner__in=[report.stream for report in reports]).order_by("pk"):
        photos[photo.owner].append(photo)
    context: dict[str, Any] = {
        "project": project,
        "rows": [
            (_("Category"), project.category),
            (_("Section"), project.section),
            (_("Sub-item"), project.sub_item),
            (_("Period"), project.period),
            *((heading, getattr(project, name)) for heading, name in MONEY),
            (_("Lead units, as printed"), project.lead_units),
            (_("Indicators as printed"), project.indicators_text),
        ],
        "leads": ProjectLead.objects.in_force(today).filter(project=project).select_related("unit").order_by("pk"),
        "matches": project.projectindicator_set.select_related("indicator").order_by("indicator_no", "pk"),
        "reports": [(report, photos[report.stream]) for report in reports],
        "may_report": projects.may_report(request.acting, project, today),
        "may_assign": request.acting.may(Function.TARGETS),
    }
    return render(request, "indicators/project.html", context)


@acting_required(Function.TARGETS, Function.DEPARTMENT, Function.RECEIVER, Function.CHIEF_OFFICE)
def report(request: HttpRequest, seq: int) -> HttpResponse:
    """Report how far a project is."""
    project = _project(seq)
    if not projects.may_report(request.acting, project, days.today()):
        raise Http404
    form = ReportForm(request.POST or None, request.FILES or None, project=project, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(request, _("The report on project %(seq)s is recorded.") % {"seq": project.seq})
            return redirect("indicators:project", seq=project.seq)
    context = {"project": project, "form": form, "label": _("Report on the project")}
    return render(request, "indicators/project_form.html", context, status=form.http_status)


@acting_required(Function.TARGETS)
def lead(request: HttpRequest, seq: int) -> HttpResponse:
    """Say which unit leads a project."""
    project = _project(seq)
    form = LeadForm(request.POST or None, project=project, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(request, _("The lead units of project %(seq)s are recorded.") % {"seq": project.seq})
            return redirect("indicators:project", seq=project.seq)
    context = {"project": project, "form": form, "label": _("Lead units of the project")}
    return render(request, "indicators/project_form.html", context, status=form.http_status)
