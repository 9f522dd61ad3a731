"""The plans of a place, one plan with its five lists, and the steps that are taken on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.evidence import reports as evidence
from accountability.exchange import sheets as files
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required, refusals_on
from accountability.papers import reports as papers
from chiefs.posts.rules import keeps_register
from chiefs.resources.models import Segment

from . import reports, rules
from .forms import STEPS, DraftForm, LineForm, ProgressForm, TakeOutForm, WaterForm
from .lifecycle import RiverPlanLifecycle
from .models import READERS, PlanItem, RiverPlan

PER_PAGE = 50
MOST_WORDS = 60
MOST_PHOTOS = 12
readers_only = acting_required(*READERS)
keepers_only = acting_required("chief_office", "receiver")
AROUND = ("resource__scheme", "segment__jurisdiction", "jurisdiction", "unit", "rule", "reviewer", "approver")
#: Steps that have a page of their own, in the order of their buttons.
BUTTONS = ("review", "approve", "send_back", "ask_change", "drop")


def _listed(request: HttpRequest) -> QuerySet[RiverPlan]:
    rows = RiverPlan.objects.visible_to(request.acting).select_related(*AROUND)  # type: ignore[attr-defined]
    state, words = request.GET.get("state", ""), request.GET.get("q", "")[:MOST_WORDS].strip()
    if state in RiverPlan.State.values:
        rows = rows.filter(state=state)
    else:
        rows = rows.exclude(state=RiverPlan.State.REPLACED, replaced_on__lte=days.today()).exclude(state=RiverPlan.State.DROPPED)
    if words:
        rows = rows.filter(Q(number__iexact=words) | Q(resource__name__icontains=words) | Q(segment__name__icontains=words))
    return rows.order_by("until", "pk")


@require_safe
@readers_only
def listing(request: HttpRequest) -> HttpResponse:
    """Plans that are on their way or in force, the one that ends first on top; as a page or as a file."""
    rows = _listed(request)
    if kind := files.wanted(request):
        plans = list(rows)
        percents = reports.percents(plan.pk for plan in plans)
        return files.send(kind, name=_("River plans"), columns=_columns(percents), rows=plans)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    percents = reports.percents(plan.pk for plan in page.object_list)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "plans": [(plan, percents.get(plan.pk)) for plan in page.object_list],
        "query": f"&{query.urlencode()}" if query else "",
        "words": request.GET.get("q", "")[:MOST_WORDS],
        "state": request.GET.get("state", ""),
        "states": RiverPlan.State.choices,
        "may_draft": _keeps_anywhere(request),
        "today": days.today(),
    }
    return render(request, "plans/list.html", context)


def _keeps_anywhere(request: HttpRequest) -> bool:
    acting = request.acting  # type: ignore[attr-defined]
    return keeps_register(acting, acting.reach.paths[0] if acting.reach.paths else "", acting.jurisdiction_id)


def _columns(percents: dict[int, int | None]) -> list[files.Column]:
    return [
        (_("Number"), lambda p: p.number),
        (_("Water"), lambda p: p.resource.name),
        (_("Segment"), lambda p: p.segment.name if p.segment else ""),
        (_("Jurisdiction"), lambda p: p.jurisdiction.name),
        (_("Edition"), lambda p: p.edition),
        (_("State"), lambda p: p.get_state_display()),
        (_("First day"), lambda p: p.since),
        (_("First day no longer in force"), lambda p: p.until),
        (_("Level of the highest chief"), lambda p: p.get_highest_level_display()),
        (_("Document of approval"), lambda p: p.approval_basis),
        (_("Done (%)"), lambda p: percents.get(p.pk)),
    ]


def _plan(request: HttpRequest, number: str) -> RiverPlan:
    return get_object_or_404(RiverPlan.objects.visible_to(request.acting).select_related(*AROUND), number=number)  # type: ignore[attr-defined]


@require_safe
@readers_only
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One plan: where it stands, the situation, the five lists as they hang together, and how far the tasks have come."""
    plan, acting = _plan(request, number), request.acting  # type: ignore[attr-defined]
    lines = reports.items(plan)
    roots = reports.tree(lines, reports.last_reports([plan.pk]))
    tasks = reports.tasks_of(roots)
    available = {move.name: move.label for move in RiverPlanLifecycle.available(plan, acting)}
    writes = "write" in available
    loose = {pk for _kind, pk in rules.loose_ends([rules.Node(i.pk, i.kind, i.above_id) for i in lines])}
    runs, keeps = plan.runs(days.today()), keeps_register(acting, plan.jurisdiction.path, plan.jurisdiction_id)
    context = {
        "plan": plan,
        "roots": roots,
        "runs": runs,
        "tasks": [(task, runs and (keeps or rules.names(task.responsible, acting.post_id, acting.unit_id))) for task in tasks],
        "share": rules.share({t.item.pk: t.percent or 0 for t in tasks}, [t.item.pk for t in tasks]),
        "writes": writes,
        "loose": loose,
        "moves": [(name, available[name]) for name in BUTTONS if name in available],
        "may_revise": plan.state == RiverPlan.State.APPROVED and keeps and not hasattr(plan, "replaced_by"),
        "papers": list(papers.for_owner(plan.stream)),
        "editions": [other for other in _editions(request, plan) if other.pk != plan.pk],
        "photos": list(evidence.of(plan.stream).order_by("-pk")[:MOST_PHOTOS]),
        "file_of": _file_of(request, plan),
        "rows": _facts(plan),
        "today": days.today(),
    }
    return render(request, "plans/detail.html", context)


def _file_of(request: HttpRequest, plan: RiverPlan) -> str:
    """The code of a segment of the water inside the reach: the address of its file; empty where the reach holds none."""
    inside = Segment.objects.filter(request.acting.reach.q(), resource=plan.resource_id)  # type: ignore[attr-defined]
    return inside.order_by("code").values_list("code", flat=True).first() or ""


def _editions(request: HttpRequest, plan: RiverPlan) -> QuerySet[RiverPlan]:
    same = {"resource": plan.resource_id, "segment": plan.segment_id, "jurisdiction": plan.jurisdiction_id}
    return RiverPlan.objects.visible_to(request.acting).filter(**same).order_by("-edition")  # type: ignore[attr-defined]


def _facts(plan: RiverPlan) -> list[tuple[str, Any]]:
    basis = plan.term_basis or (plan.rule.basis if plan.rule else "")
    return [
        (_("Water"), local(plan.resource)),
        (_("Segment"), local(plan.segment) if plan.segment else _("the whole water there")),
        (_("Whose government approves it"), local(plan.jurisdiction)),
        (_("Drafted by"), local(plan.unit)),
        (_("Term of the plan"), _("%(since)s to before %(until)s") % {"since": plan.since, "until": plan.until}),
        (_("Level of the highest chief"), plan.get_highest_level_display()),
        (_("Basis of the term"), basis),
        (_("Reviewed by"), local(plan.reviewer, "title") if plan.reviewer else ""),
        (_("Approved by"), local(plan.approver, "title") if plan.approver else ""),
        (_("Document of approval"), plan.approval_basis),
        (_("The next edition holds from"), plan.replaced_on or ""),
    ]


@keepers_only
def new(request: HttpRequest) -> HttpResponse:
    """Begin a plan: first the water, then its days and situation. Not there for a desk that keeps no register."""
    if not _keeps_anywhere(request):
        raise Http404
    asked = WaterForm(request.GET if "segment" in request.GET else None, acting=request.acting)
    if not asked.is_bound or not asked.is_valid():
        return render(request, "plans/new.html", {"asked": asked}, status=asked.http_status)
    segment = asked.cleaned_data["segment"]
    form = DraftForm(request.POST or None, segment=segment, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        plan = None
        with refusals_on(form):
            plan = form.act()
        if plan is not None and form.is_valid():
            messages.success(request, _("Plan %(number)s is begun. Now fill its five lists.") % {"number": plan.number})
            return redirect("plans:detail", number=plan.number)
    return render(request, "plans/new.html", {"asked": asked, "segment": segment, "form": form}, status=form.http_status)


def _answer(request: HttpRequest, plan: RiverPlan, form: Any, label: str, said: str, extra: dict[str, Any] | None = None) -> HttpResponse:
    """Show a form about a plan, or act on it; 403 with a sentence for a post that may not."""
    if request.method == "POST" and form.is_valid():
        following = None
        with refusals_on(form):
            following = form.act()
        if form.is_valid():
            messages.success(request, said)
            return redirect("plans:detail", number=(following or plan).number)
    open_now = form.open_now()
    context = {"plan": plan, "form": form, "label": label, "open_now": open_now or form.is_bound, **(extra or {})}
    return render(request, "plans/step.html", context, status=form.http_status if request.method == "POST" or open_now else 403)


@readers_only
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One step of a plan. 404 for a name that is no step."""
    if name not in STEPS:
        raise Http404
    plan = _plan(request, number)
    labels = {"rewrite": _("Situation and term"), "revise": _("Begin the next edition")}
    label = labels.get(name) or RiverPlanLifecycle.label_of(name)
    form = STEPS[name](request.POST or None, plan=plan, acting=request.acting)
    said = _("%(step)s: recorded for plan %(number)s.") % {"step": label, "number": plan.number}
    return _answer(request, plan, form, label, said, {"name": name})


@readers_only
def add(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Add a line to one of the five lists; ``?above=`` says to which line it answers."""
    if kind not in PlanItem.Kind.values:
        raise Http404
    plan = _plan(request, number)
    form = LineForm(request.POST or None, plan=plan, acting=request.acting, kind=kind)
    above = request.GET.get("above", "")
    if "above" in form.fields and above.isascii() and above.isdigit() and len(above) < 19:
        form.fields["above"].initial = int(above)  # a line of another plan is no choice of the form: it shows nothing chosen
    label = _("Add a line: %(list)s") % {"list": PlanItem.Kind(kind).label}
    return _answer(request, plan, form, label, _("The line was added."))


def _item(plan: RiverPlan, ref: uuid.UUID) -> PlanItem:
    return get_object_or_404(plan.items.filter(withdrawn=False).select_related("above", "plan__jurisdiction"), ref=ref)


@readers_only
def line(request: HttpRequest, number: str, ref: uuid.UUID) -> HttpResponse:
    """Write one line anew."""
    plan = _plan(request, number)
    item = _item(plan, ref)
    form = LineForm(request.POST or None, plan=plan, acting=request.acting, kind=item.kind, item=item)
    return _answer(request, plan, form, _("Change the line"), _("The line was changed."), {"item": item, "may_take_out": True})


@readers_only
def take_out(request: HttpRequest, number: str, ref: uuid.UUID) -> HttpResponse:
    """Take a line out of a draft, with what answers to it."""
    plan = _plan(request, number)
    item = _item(plan, ref)
    form = TakeOutForm(request.POST or None, plan=plan, acting=request.acting, item=item)
    return _answer(request, plan, form, _("Take the line out"), _("The line was taken out."), {"item": item, "danger": True})


@readers_only
def progress(request: HttpRequest, number: str, ref: uuid.UUID) -> HttpResponse:
    """Report on one task."""
    plan = _plan(request, number)
    task = _item(plan, ref)
    if task.kind != PlanItem.Kind.TASK:
        raise Http404
    form = ProgressForm(request.POST or None, request.FILES or None, task=task, acting=request.acting)
    return _answer(
        request, plan, form, _("Report progress"), _("The progress was recorded."), {"item": task, "reports": reports.earlier_reports(task)}
    )
