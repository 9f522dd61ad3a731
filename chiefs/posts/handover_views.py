"""The pages of handovers: those still open, one with its list, one step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required, refusals_on

from . import handovers
from .handover_forms import HANDOVER_FORMS
from .lifecycle import HandoverLifecycle
from .models import Handover

PER_PAGE, PER_FILE = 50, 1000
AROUND = ("post__kind", "post__unit__jurisdiction", "tenure__person", "covered_by__person", "covered_by__post")


@require_safe
@acting_required()
def listing(request: HttpRequest) -> HttpResponse:
    """Handovers that are not finished, the oldest first."""
    rows = Handover.objects.visible_to(request.acting).open().select_related(*AROUND).order_by("opened_at", "pk")
    if file := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("Post"), lambda h: h.post.title),
            (_("Unit"), lambda h: h.post.unit.name),
            (_("Place"), lambda h: h.post.unit.jurisdiction.name),
            (_("Left"), lambda h: h.tenure.person.name),
            (_("Term ends"), lambda h: h.tenure.until),
            (_("Answers meanwhile"), lambda h: h.covered_by.person.name if h.covered_by else ""),
            (_("Opened"), lambda h: h.opened_at),
        ]
        return sheets.send(file, name=_("Handovers"), columns=columns, rows=rows.iterator(chunk_size=PER_FILE))
    return render(request, "terms/handovers.html", {"page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))})


def _handover(request: HttpRequest, ref: Any) -> Handover:
    return get_object_or_404(Handover.objects.visible_to(request.acting).select_related(*AROUND), client_ref=ref)


@require_safe
@acting_required()
def detail(request: HttpRequest, ref: Any) -> HttpResponse:
    """What lies open, who has taken it over, and who answers for what comes up meanwhile."""
    found = _handover(request, ref)
    covering = handovers.takers(found) if found.covered_by is None else []
    context = {
        "handover": found,
        "items": handovers.rows_of(found),
        "moves": HandoverLifecycle.available(found, request.acting),
        "rows": [
            (_("Post"), local(found.post, "title")),
            (_("Unit"), local(found.post.unit)),
            (_("Left"), local(found.tenure.person)),
            (_("Term ends"), found.tenure.until.isoformat() if found.tenure.until else ""),
            (_("Successor"), local(covering[0].named) if covering and covering[0].tenure.post_id == found.post_id else ""),
            (_("Answers meanwhile"), local(found.covered_by.person) if found.covered_by else ""),
        ],
    }
    return render(request, "terms/handover.html", context)


@acting_required()
def step(request: HttpRequest, ref: Any, name: str) -> HttpResponse:
    """One step of a handover."""
    if name not in HANDOVER_FORMS:
        raise Http404
    found = _handover(request, ref)
    form = HANDOVER_FORMS[name](request.POST or None, handover=found, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(request, _("Recorded: %(step)s.") % {"step": HandoverLifecycle.label_of(name)})
            return redirect("terms:handover", ref=found.client_ref)
    if not form.is_bound and not form.open_now():
        raise PermissionDenied
    context = {"handover": found, "form": form, "name": name, "label": HandoverLifecycle.label_of(name)}
    return render(request, "terms/handover_step.html", context, status=form.http_status)
