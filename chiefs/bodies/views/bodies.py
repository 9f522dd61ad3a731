"""The list of bodies, one body with its members and meetings, and its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required, refusals_on
from chiefs.bodies import reports
from chiefs.bodies.forms.bodies import FORMS, NewForm
from chiefs.bodies.lifecycle import BodyLifecycle, keeps
from chiefs.bodies.models import Body, Meeting, Member, Resolution, Rhythm
from chiefs.posts.functions import Function
from chiefs.sites.views import may_enter

PER_PAGE = 50
MOST_MEETINGS = 20
keepers_only = acting_required(Function.CHIEF_OFFICE, Function.RECEIVER)


@require_safe
@acting_required()
def listing(request: HttpRequest) -> HttpResponse:
    """The bodies that a post may see; with ``?format=`` as a file."""
    today = days.today()
    missed = Count("meetings", filter=Q(meetings__state=Meeting.State.MISSED), distinct=True)
    late = Count("meetings__resolutions", filter=Q(meetings__resolutions__state=Resolution.State.OPEN), distinct=True)
    rows = (
        Body.objects.visible_to(request.acting)
        .select_related("jurisdiction", "office")
        .prefetch_related(Prefetch("rhythms", queryset=Rhythm.objects.in_force(today), to_attr="rhythm_now"))
        .annotate(missed=missed, owed=late)
        .order_by("state", "path", "name", "pk")
    )
    if kind := sheets.wanted(request):
        return sheets.send(kind, name="bodies", columns=_columns(), rows=rows.iterator(chunk_size=500))
    rows = rows.order_by("-state", "path", "name", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "bodies/list.html", {"page": page, "may_enter": may_enter(request.acting)})


def _columns() -> list[sheets.Column]:
    return [
        (_("Name of the body"), lambda body: body.name),
        (_("Kind of body"), lambda body: body.get_kind_display()),
        (_("Place"), lambda body: local(body.jurisdiction)),
        (_("Unit that keeps its office"), lambda body: local(body.office)),
        (_("Rhythm of meetings"), lambda body: body.rhythm_now[0].get_every_display() if body.rhythm_now else ""),
        (_("Meetings missed"), lambda body: body.missed),
        (_("Resolutions to be carried out"), lambda body: body.owed),
        (_("Basis"), lambda body: body.basis),
        (_("First day"), lambda body: body.since),
        (_("First day no longer in force"), lambda body: body.until),
    ]


def _body(request: HttpRequest, ref: Any) -> Body:
    return get_object_or_404(Body.objects.visible_to(request.acting).select_related("jurisdiction", "office"), ref=ref)


@require_safe
@acting_required()
def detail(request: HttpRequest, ref: Any) -> HttpResponse:
    """One body: who belongs to it today, how often it meets, its last meetings, what is still owed."""
    body, today = _body(request, ref), days.today()
    members = reports.seated(body, today)
    names = reports.holders(members, today)
    moves = [(move.name, move.label) for move in BodyLifecycle.available(body, request.acting)]
    if keeps(body, request.acting) and body.state == Body.State.STANDING:
        moves.insert(0, ("plan", _("Plan another meeting")))
    owed = Resolution.objects.unsettled().filter(meeting__body=body).select_related("unit").order_by("due", "pk")
    context = {
        "body": body,
        "moves": moves,
        "members": [(member, names.get(member.post_id or 0, "")) for member in members],
        "former": list(Member.objects.filter(body=body, until__lte=today).select_related("post").order_by("-until", "pk")),
        "rhythms": list(body.rhythms.order_by("-since")),
        "meetings": list(body.meetings.order_by("-due", "-pk")[:MOST_MEETINGS]),
        "resolutions": list(owed[:PER_PAGE]),
        "rows": [
            (_("Kind of body"), body.get_kind_display()),
            (_("Place"), local(body.jurisdiction)),
            (_("Unit that keeps its office"), local(body.office)),
            (_("Basis"), body.basis),
            (_("First day"), body.since.isoformat()),
            *([(_("First day no longer in force"), body.until.isoformat())] if body.until else []),
        ],
    }
    return render(request, "bodies/detail.html", context)


@keepers_only
def new(request: HttpRequest) -> HttpResponse:
    """Enter a body."""
    if not may_enter(request.acting):
        raise Http404
    form = NewForm(request.POST or None, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            body = form.act()
        if form.is_valid():
            messages.success(request, _("%(body)s is registered.") % {"body": body.name})
            return redirect("bodies:detail", ref=body.ref)
    return render(request, "bodies/new.html", {"form": form}, status=form.http_status)


@acting_required()
def step(request: HttpRequest, ref: Any, name: str) -> HttpResponse:
    """Show and take one step of a body."""
    if name not in FORMS:
        raise Http404
    body = _body(request, ref)
    label = _("Plan another meeting") if name == "plan" else BodyLifecycle.label_of(name)
    offered = {move.name for move in BodyLifecycle.available(body, request.acting)}
    if body.state == Body.State.STANDING and keeps(body, request.acting):
        offered.add("plan")
    if request.method == "GET" and name not in offered:
        return render(request, "bodies/closed.html", {"title": local(body), "back": _address(body), "label": label}, status=403)
    form = FORMS[name](request.POST or None, body=body, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = form.act()
        if form.is_valid():
            messages.success(request, _("%(step)s: %(body)s is changed.") % {"step": label, "body": body.name})
            return redirect("bodies:meeting", number=made.number) if name == "plan" else redirect("bodies:detail", ref=body.ref)
    context = {"title": local(body), "back": _address(body), "form": form, "name": name, "label": label}
    return render(request, "bodies/step.html", context, status=form.http_status)


def _address(body: Body) -> str:
    return reverse("bodies:detail", args=[body.ref])
