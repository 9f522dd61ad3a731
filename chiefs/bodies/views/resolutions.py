"""Resolutions that are owed, late or settled; one resolution and its steps."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accountability.evidence import reports as evidence
from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required, refusals_on
from chiefs.bodies.forms.resolutions import FORMS
from chiefs.bodies.lifecycle import ResolutionLifecycle
from chiefs.bodies.models import Body, Resolution

PER_PAGE = 50
#: name of the tab: label
TABS = {
    "mine": gettext_lazy("Of the own unit"),
    "late": gettext_lazy("Late"),
    "open": gettext_lazy("To be settled"),
    "all": gettext_lazy("All resolutions"),
}


@require_safe
@acting_required()
def listing(request: HttpRequest) -> HttpResponse:
    """Resolutions that a post may see, the nearest due first; with ``?format=`` as a file."""
    tab = request.GET.get("tab", "mine")
    if tab not in TABS:
        raise Http404
    rows = Resolution.objects.visible_to(request.acting)
    if tab == "mine":
        rows = rows.unsettled().filter(unit_id=request.acting.unit_id)
    elif tab == "late":
        rows = rows.overdue(days.today())
    elif tab == "open":
        rows = rows.unsettled()
    rows = rows.select_related("meeting__body", "unit", "post").order_by("due", "pk")
    if kind := sheets.wanted(request):
        return sheets.send(kind, name="resolutions", columns=_columns(), rows=rows.iterator(chunk_size=500))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "bodies/resolutions.html", {"page": page, "tabs": list(TABS.items()), "tab": tab})


def _columns() -> list[sheets.Column]:
    return [
        (_("Number"), lambda resolution: resolution.number),
        (_("Body"), lambda resolution: resolution.meeting.body.name),
        (_("Meeting"), lambda resolution: resolution.meeting.number),
        (_("What was decided"), lambda resolution: resolution.text),
        (_("Unit responsible"), lambda resolution: resolution.unit.name),
        (_("Post responsible"), lambda resolution: resolution.post.title if resolution.post else ""),
        (_("Due"), lambda resolution: resolution.due),
        (_("State"), lambda resolution: resolution.get_state_display()),
        (_("What was done"), lambda resolution: resolution.report),
    ]


def _resolution(request: HttpRequest, number: str) -> Resolution:
    rows = Resolution.objects.visible_to(request.acting)
    related = ("meeting__body__office", "unit", "post", "done_unit", "confirmed_unit")
    return get_object_or_404(rows.select_related(*related), number=number)


@require_safe
@acting_required()
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One resolution: what is to be done, by whom, by when, and how it stands."""
    resolution = _resolution(request, number)
    sees_body = Body.objects.visible_to(request.acting).filter(pk=resolution.meeting.body_id).exists()
    context = {
        "resolution": resolution,
        "moves": ResolutionLifecycle.available(resolution, request.acting),
        "sees_body": sees_body,
        "closed": resolution.state != Resolution.State.OPEN,
        "files": list(evidence.of(resolution.stream)),
        "rows": [
            (_("Body"), local(resolution.meeting.body)),
            (_("Unit responsible"), local(resolution.unit)),
            *([(_("Post responsible"), local(resolution.post, "title"))] if resolution.post else []),
            (_("What was done"), resolution.report),
            (_("Reported done by"), local(resolution.done_unit) if resolution.done_unit else ""),
            (_("Confirmed by"), local(resolution.confirmed_unit) if resolution.confirmed_unit else ""),
            *([(_("Remark"), resolution.note)] if resolution.note else []),
        ],
    }
    return render(request, "bodies/resolution.html", context)


@acting_required()
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show and take one step of a resolution."""
    if name not in FORMS:
        raise Http404
    resolution = _resolution(request, number)
    label, back = ResolutionLifecycle.label_of(name), reverse("bodies:resolution", args=[resolution.number])
    if request.method == "GET" and name not in {m.name for m in ResolutionLifecycle.available(resolution, request.acting)}:
        return render(request, "bodies/closed.html", {"title": resolution.number, "back": back, "label": label}, status=403)
    form = FORMS[name](request.POST or None, request.FILES or None, resolution=resolution, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            told = {"step": label, "number": resolution.number, "state": resolution.get_state_display()}
            messages.success(request, _("%(step)s: resolution %(number)s is now “%(state)s”.") % told)
            return redirect(back)
    if request.method == "POST" and form.refusal is None and form.errors and hasattr(form, "keep_files"):
        with refusals_on(form):
            form.keep_files()
    context = {"title": resolution.number, "back": back, "form": form, "name": name, "label": label, "text": resolution.text}
    return render(request, "bodies/step.html", context, status=form.http_status)
