"""The visits that a unit owes, and one visit."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.evidence import reports as evidence
from accountability.exchange import sheets
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required, refusals_on
from chiefs.posts.functions import Function

from .forms import VisitForm
from .lifecycle import InspectionLifecycle
from .models import Inspection

PER_PAGE, PER_FILE = 50, 500
visitors_only = acting_required(Function.CHIEF, Function.CHIEF_OFFICE, Function.DEPARTMENT, Function.RECEIVER)


@require_safe
@visitors_only
def listing(request: HttpRequest) -> HttpResponse:
    """Open visits of the own unit, the nearest due first."""
    rows = (
        Inspection.objects.visible_to(request.acting)
        .open()
        .select_related("case__segment", "case__jurisdiction", "unit")
        .order_by("due", "pk")
    )
    if kind := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("Number"), lambda one: one.number),
            (_("Case"), lambda one: one.case.number),
            (_("Title"), lambda one: one.case.title),
            (_("Place"), lambda one: local(one.case.jurisdiction)),
            (_("Segment"), lambda one: one.case.segment.code if one.case.segment else ""),
            (_("Goes and looks"), lambda one: local(one.unit)),
            (_("Due"), lambda one: one.due),
        ]
        return sheets.send(kind, name=_("Visits to be made"), columns=columns, rows=rows.iterator(chunk_size=PER_FILE))
    return render(request, "inspections/list.html", {"page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))})


@visitors_only
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One visit; the form is there for the unit that was asked, while it is open."""
    rows = Inspection.objects.visible_to(request.acting).select_related("case__segment", "case__jurisdiction", "unit", "case__done_unit")
    inspection = get_object_or_404(rows, number=number)
    form = VisitForm(request.POST or None, request.FILES or None, inspection=inspection, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(request, _("Inspection %(number)s is recorded.") % {"number": inspection.number})
            return redirect("inspections:detail", number=inspection.number)
    context = {
        "inspection": inspection,
        "case": inspection.case,
        "form": form if form.is_bound or InspectionLifecycle.available(inspection, request.acting) else None,
        "photos": evidence.of(inspection.stream),
        "rows": [
            (_("Case"), inspection.case.number),
            (_("Place"), local(inspection.case.jurisdiction)),
            (_("Work done by"), local(inspection.case.done_unit) if inspection.case.done_unit else ""),
            (_("What was done"), inspection.case.measure),
            (_("Goes and looks"), local(inspection.unit)),
            (_("State"), inspection.get_state_display()),
        ],
    }
    return render(request, "inspections/detail.html", context, status=form.http_status)
