"""The pages of departure audits: list, commission, the audit as a list of tasks, one step, one figure with its rows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.ledger.doors import acting_required, refusals_on
from chiefs.posts.functions import Function

from . import desk, report, wording
from .forms import FORMS, CommissionForm, SearchForm
from .lifecycle import AuditLifecycle
from .models import Audit

PER_PAGE = 50
#: Steps of those who may know of the audit but need not read the dossier.
OUTSIDE = {"form_team": Function.AUDIT, "change_team": Function.AUDIT, "withdraw": Function.ORGANISATION}
auditors = acting_required(Function.ORGANISATION, Function.AUDIT)


@require_safe
@auditors
def listing(request: HttpRequest) -> HttpResponse:
    """Audits that the post may know of, the newest first."""
    rows = Audit.objects.visible_to(request.acting).select_related("person", "post", "audit_unit").order_by("-commissioned_at", "-pk")
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may_commission": request.acting.may(Function.ORGANISATION),
    }
    return render(request, "departures/list.html", context)


@acting_required(Function.ORGANISATION)
def new(request: HttpRequest) -> HttpResponse:
    """Commission an audit: find the post, choose the term."""
    search = SearchForm(request.GET if "title" in request.GET else None)
    title = search.cleaned_data["title"] if search.is_bound and search.is_valid() else ""
    form = CommissionForm(request.POST or None, acting=request.acting, title=title) if title else None
    if request.method == "POST" and form is not None and form.is_valid():
        with refusals_on(form):
            audit = form.act()
        if form.is_valid():
            messages.success(request, _("Audit %(number)s is commissioned.") % {"number": audit.number})
            return redirect("departures:detail", number=audit.number)
    status = form.http_status if form is not None else 200
    return render(request, "departures/new.html", {"search": search, "form": form, "title": title}, status=status)


def _audit(request: HttpRequest, number: str, rows: Any) -> Audit:
    related = (
        "person",
        "post__unit__jurisdiction__parent__parent",
        "post__kind",
        "audit_unit",
        "commissioned_by__unit",
        "sheet",
        "paper",
        "tenure",
    )
    return get_object_or_404(rows.select_related(*related), number=number)


@require_safe
@auditors
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Where the audit stands; for team and reviewers also evidence, score and drafts."""
    audit = _audit(request, number, Audit.objects.visible_to(request.acting))
    inside = Audit.objects.dossier_open_to(request.acting).filter(pk=audit.pk).exists()
    moves = AuditLifecycle.available(audit, request.acting)
    context: dict[str, Any] = {
        "audit": audit,
        "inside": inside,
        "moves": [m for m in moves if m.name != "check"],
        "rows": [
            (_("Number"), audit.number),
            (_("Kind"), audit.get_kind_display()),
            (_("Person"), audit.person.name),
            (_("Post"), audit.post.title),
            (_("First day"), audit.since.isoformat()),
            (_("Last day"), audit.last_day.isoformat()),
            (_("Commission"), audit.basis),
            (_("Commissioned by"), audit.commissioned_by.unit.name),
            (_("Audit bureau"), audit.audit_unit.name),
            *([(_("Reason of the withdrawal"), audit.withdrawn_reason)] if audit.withdrawn_reason else []),
        ],
    }
    if inside:
        may_check = any(m.name == "check" for m in moves)
        context |= {
            "parts": [(part, may_check and not part.done) for part in desk.parts(audit)] if audit.frozen_at else [],
            "evidence": report.evidence_parts(audit),
            "blocks": report.blocks(audit),
            "results": [
                (_("Computed score"), f"{audit.computed_score:.4f}" if audit.computed_score is not None else ""),
                (_("Computed grade"), report.grade_label(audit.computed_grade)),
                (_("Grade after caps"), report.grade_label(audit.capped_grade)),
                (_("Decided grade"), report.grade_label(audit.decided_grade)),
                (_("Reason"), audit.decided_reason),
                (_("Opinion of the review"), audit.opinion),
            ],
        }
    return render(request, "departures/detail.html", context)


@auditors
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show and take one step of an audit."""
    if name not in FORMS:
        raise Http404
    audit = _audit(request, number, Audit.objects.visible_to(request.acting))
    if name in OUTSIDE and not request.acting.may(OUTSIDE[name]):
        raise Http404
    if name not in OUTSIDE and not Audit.objects.dossier_open_to(request.acting).filter(pk=audit.pk).exists():
        raise Http404
    if request.method == "GET" and name not in {m.name for m in AuditLifecycle.available(audit, request.acting)}:
        raise Http404  # a page never offers what the gate would refuse
    initial = {"part": request.GET.get("part", "")} if name == "check" else {}
    form = FORMS[name](request.POST or None, audit=audit, acting=request.acting, initial=initial)
    label = AuditLifecycle.label_of(name)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(
                request,
                _("%(step)s: audit %(number)s is now “%(state)s”.")
                % {"step": label, "number": audit.number, "state": audit.get_state_display()},
            )
            return redirect("departures:detail", number=audit.number)
    part = request.POST.get("part") or request.GET.get("part", "")
    shown = dict(zip(desk.PARTS, report.evidence_parts(audit), strict=True)).get(part) if name == "check" else None
    if name == "check" and shown is None:
        raise Http404
    context = {
        "audit": audit,
        "form": form,
        "label": label,
        "name": name,
        "shown": shown,
        "blocks": report.blocks(audit),
        "part_label": shown[0] if shown else "",
    }
    return render(request, "departures/step.html", context, status=form.http_status)


@require_safe
@auditors
def figure(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """One figure and every row that it came from. The issued report leads here; who reads it without being of the team is told why not."""
    audit = _audit(request, number, Audit.objects.visible_to(request.acting))
    if not Audit.objects.dossier_open_to(request.acting).filter(pk=audit.pk).exists():
        raise PermissionDenied(
            _("The rows behind the figures are open to the team and the reviewers of the audit only. Ask the audit bureau.")
        )
    found = get_object_or_404(audit.figures.select_related("item"), code=code)
    rows = [(row, wording.facts(row), wording.outcome(row)) for row in found.rows.order_by("place")]
    context = {"audit": audit, "figure": found, "value": report.figure_text(found), "rows": rows}
    return render(request, "departures/figure.html", context)
