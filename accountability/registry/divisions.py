"""Divisions of a day, their changes with everything that must be re-assigned, and successions that wait for a person."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accountability.exchange import sheets
from accountability.kit.names import named
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm, acting_required, refusals_on
from accountability.public.places import Asked, asked
from chiefs.posts.functions import Function
from chiefs.territory import former, forms, reports, standing, successions
from chiefs.territory.lifecycle import ReorganisationLifecycle
from chiefs.territory.models import Jurisdiction, Level, Reorganisation, Succession

from . import units
from .around import at_home

PER_PAGE = 50
MOST_OFFERED = 120  # units on one form
MOST_PARENTS = 5  # whose units are offered beside those that a search found
office = acting_required(Function.CHIEF_OFFICE)
SHOWN = {
    "open": gettext_lazy("To be confirmed"),
    "without": gettext_lazy("Ended without a successor"),
    "confirmed": gettext_lazy("Confirmed"),
}

COLUMNS: list[sheets.Column] = [
    (gettext_lazy("Division code"), lambda j: j.code),
    (pgettext_lazy("thing", "Name"), lambda j: j.name),
    (gettext_lazy("Tibetan name"), lambda j: j.name_bo),
    (gettext_lazy("Level"), lambda j: j.get_level_display()),
    (gettext_lazy("Kind"), lambda j: j.kind),
    (gettext_lazy("Belongs to"), lambda j: j.parent.name if j.parent else ""),
    (gettext_lazy("first day"), lambda j: j.since),
    (gettext_lazy("first day no longer in force"), lambda j: j.until),
    (gettext_lazy("What it became"), lambda j: "；".join(row.successor.name if row.successor else "?" for row in j.successions.all())),
    (gettext_lazy("Source"), lambda j: j.source),
]


# -- the divisions of a day ----------------------------------------------------------------------------------------------


def of_day(ask: Asked, within: Jurisdiction) -> QuerySet[Jurisdiction]:
    """The units directly below a place on a day; with words, those of that name anywhere below it."""
    rows = Jurisdiction.objects.in_force(ask.on)
    if ask.words:
        below = Q(parent=within) | Q(parent__parent=within)
        if former.wide(within):
            below = Q(pk__in=Jurisdiction.objects.under(within.path))
        meant = named(ask.words) | Q(code=ask.words)
        rows = rows.filter(below & meant)
    else:
        rows = rows.filter(parent=within)
    became = Succession.objects.select_related("successor").order_by("pk")
    return rows.select_related("parent").prefetch_related(Prefetch("successions", became)).order_by("path", "code", "pk")


@require_safe
@acting_required()
def listing(request: HttpRequest) -> HttpResponse:
    """The divisions as they stood on a day, with the numbers of that day."""
    ask = asked(request)
    home = Jurisdiction.objects.in_force(ask.on).filter(code=settings.PREFECTURE_CODE)
    within = ask.within or home.first()
    if within is None:
        return render(request, "territory/list.html", {"ask": ask, "none_yet": True})
    rows = of_day(ask, within)
    if kind := sheets.wanted(request):
        return sheets.send(kind, name=_("Divisions"), columns=COLUMNS, rows=rows.iterator(chunk_size=2000))
    context = {
        "ask": ask,
        "within": within,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "counted": units.counted(ask.on, within),
        "keeps": request.acting.may(Function.CHIEF_OFFICE),
    }
    return render(request, "territory/list.html", context)


# -- changes -------------------------------------------------------------------------------------------------------------

CHANGE_COLUMNS: list[sheets.Column] = [
    (gettext_lazy("Day"), lambda act: act.day),
    (gettext_lazy("Kind of change"), lambda act: act.get_kind_display()),
    (gettext_lazy("Within"), lambda act: act.within.name),
    (gettext_lazy("State"), lambda act: act.get_state_display()),
    (gettext_lazy("Document"), lambda act: act.basis),
]


@require_safe
@office
def changes(request: HttpRequest) -> HttpResponse:
    """The changes of divisions in the own reach, the latest first, and how each stands."""
    rows = Reorganisation.objects.visible_to(request.acting).select_related("within__parent").order_by("-day", "-pk")
    if kind := sheets.wanted(request):
        return sheets.send(kind, name=_("Changes of divisions"), columns=CHANGE_COLUMNS, rows=rows.iterator(chunk_size=2000))
    return render(request, "territory/changes.html", {"page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))})


@require_safe
@office
def new(request: HttpRequest) -> HttpResponse:
    """Which kind of change it is."""
    return render(request, "territory/new.html", {"kinds": forms.KINDS.items()})


def offered(ask: Asked, acting: Acting, kind: str) -> list[Jurisdiction]:
    """The units that may be chosen for a change: found by a search in the own reach, with those beside them where several are needed;
    without words those directly below the place. Two queries at most."""
    inside = acting.reach.q(path="parent__path", jurisdiction="parent_id")
    rows = Jurisdiction.objects.filter(inside, until=None, special=False).exclude(level=Level.PREFECTURE)
    rows = rows.select_related("parent").order_by("path", "pk")
    if not ask.words:
        return list(rows.filter(parent=ask.within)[:MOST_OFFERED])
    meant = named(ask.words) | Q(code=ask.words)
    if ask.within is not None and ask.within.pk != acting.jurisdiction_id:
        meant &= Q(parent=ask.within) | Q(parent__parent=ask.within)
    found = list(rows.filter(meant)[:MOST_OFFERED])
    if kind in forms.ONE:
        return found
    parents = list(dict.fromkeys((unit.parent_id, unit.level) for unit in found))[:MOST_PARENTS]
    beside = Q(pk__in=[])
    for parent, level in parents:
        beside |= Q(parent=parent, level=level)
    return list(rows.filter(beside)[:MOST_OFFERED])


@office
def enter(request: HttpRequest, kind: str) -> HttpResponse:
    """Enter a change of one kind: search for the units, choose them, say what they become."""
    if kind not in forms.KINDS:
        raise Http404
    ask, parts = at_home(asked(request), request.acting), forms.parts_asked(kind, request.GET.get("parts", ""))
    found = offered(ask, request.acting, kind)
    form = forms.ChangeForm(request.POST or None, kind=kind, offered=found, parts=parts, acting=request.acting)
    if act := _run(form, request):
        messages.success(request, _("The change is recorded. What is left on the old units is listed here."))
        return redirect("territory:change", ref=act.client_ref)
    context = {"kind": kind, "title": forms.KINDS[kind], "ask": ask, "form": form, "parts": parts, "found": found}
    return render(request, "territory/enter.html", context, status=form.http_status)


def _run(form: ActionForm, request: HttpRequest) -> Any:
    """Send a form to its action when it is right; what the action made, or None when the page has to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    with refusals_on(form):
        made = form.act()  # type: ignore[attr-defined]
    return made if form.is_valid() else None


def _act(request: HttpRequest, ref: uuid.UUID) -> Reorganisation:
    rows = Reorganisation.objects.visible_to(request.acting).select_related("within__parent")
    return get_object_or_404(rows, client_ref=ref)


def _page_of(request: HttpRequest, act: Reorganisation, settle: forms.SettleForm | None = None, finish: Any = None) -> HttpResponse:
    """A change with what it did and the list of what is still to be settled."""
    acting = request.acting
    tasks = standing.tasks_of(act, acting)
    goals = reports.goals_of(act)
    page = Paginator(tasks, PER_PAGE).get_page(request.GET.get("page"))
    open_ = act.state == Reorganisation.State.RECORDED
    context = {
        "act": act,
        "rows": [
            (_("Kind of change"), act.get_kind_display()),
            (_("Within"), " · ".join(local(place) for place in (act.within.parent, act.within) if place)),
            (_("Day of the change"), act.day.isoformat()),
            (_("Document"), act.basis),
            (_("State"), act.get_state_display()),
        ],
        "named": reports.named(act),
        "became": reports.became(act),
        "followed": act.successions.exclude(predecessor__parent=act.within).count(),
        "page": page,
        "left": len(tasks),
        "form": (settle or _settle_form(act, acting, tasks, goals)) if open_ and tasks else None,
        "chosen": set(settle.data.getlist("records")) if settle is not None else set(),
        "finish": (finish or forms.FinishForm(change=act, acting=acting)) if open_ else None,
        "moves": [move for move in ReorganisationLifecycle.available(act, acting) if move.name == "finish"],
    }
    status = next((form.http_status for form in (settle, finish) if form is not None), 200)
    return render(request, "territory/change.html", context, status=status)


def _settle_form(act: Reorganisation, acting: Acting, tasks: Any, goals: Any, data: Any = None) -> forms.SettleForm:
    return forms.SettleForm(data, change=act, tasks=[task for task in tasks if task.settled_here], goals=goals, acting=acting)


@require_safe
@office
def change(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """One change."""
    return _page_of(request, _act(request, ref))


@require_POST
@office
def settle(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Move or end some of what stands on the old units: all that was chosen, or nothing."""
    act = _act(request, ref)
    form = _settle_form(act, request.acting, standing.tasks_of(act, request.acting), reports.goals_of(act), request.POST)
    if _run(form, request):
        messages.success(request, _("Settled."))
        return redirect("territory:change", ref=ref)
    return _page_of(request, act, settle=form)


@require_POST
@office
def finish(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Close the list; refused with the count while something stands on the old units."""
    act = _act(request, ref)
    form = forms.FinishForm(request.POST, change=act, acting=request.acting)
    if _run(form, request):
        messages.success(request, _("Nothing stands on the old units any more; the change is settled."))
        return redirect("territory:change", ref=ref)
    return _page_of(request, act, finish=form)


# -- successions ---------------------------------------------------------------------------------------------------------

SUCCESSION_COLUMNS: list[sheets.Column] = [
    (gettext_lazy("Division code"), lambda row: row.predecessor.code),
    (gettext_lazy("Unit that ended"), lambda row: row.predecessor.name),
    (gettext_lazy("Belonged to"), lambda row: row.predecessor.parent.name if row.predecessor.parent else ""),
    (gettext_lazy("What it became"), lambda row: row.successor.name if row.successor else ""),
    (gettext_lazy("Day of the change"), lambda row: row.day),
    (gettext_lazy("Confirmation"), lambda row: row.get_confirmation_display()),
    (gettext_lazy("How it is known"), lambda row: row.basis),
]


@require_safe
@office
def succession_list(request: HttpRequest) -> HttpResponse:
    """What became of units: what waits for a person, what ended without a successor, what somebody confirmed."""
    ask = asked(request)
    shown = chosen if (chosen := request.GET.get("show", "")) in SHOWN else "open"
    seen = Succession.objects.visible_to(request.acting)
    if ask.within is not None:
        seen = seen.filter(former.inside(ask.within, "predecessor"))
    if ask.words:
        seen = seen.filter(named(ask.words, "predecessor__name") | named(ask.words, "successor__name"))
    confirmed = Succession.Confirmation.CONFIRMED
    parts = {
        "open": seen.unsure(),
        "without": seen.filter(successor=None, predecessor__until__isnull=False),
        "confirmed": seen.filter(confirmation=confirmed),
    }
    rows = parts[shown].select_related("predecessor__parent__parent", "successor__parent").order_by("predecessor__path", "pk")
    if kind := sheets.wanted(request):
        return sheets.send(kind, name=_("Successions"), columns=SUCCESSION_COLUMNS, rows=rows.iterator(chunk_size=2000))
    context = {
        "ask": ask,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "shown": shown,
        "choices": [(name, label, parts[name].count()) for name, label in SHOWN.items()],
        "query": ask.query(show=shown if shown != "open" else ""),
    }
    return render(request, "territory/successions.html", context)


@office
def succession(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Say what became of one unit."""
    rows = Succession.objects.visible_to(request.acting).select_related("predecessor__parent__parent", "successor__parent", "act")
    found = get_object_or_404(rows, ref=ref)
    form = None
    if request.method == "POST" or successions.may_confirm(request.acting, found):
        form = forms.ConfirmForm(request.POST or None, succession=found, acting=request.acting)
        if _run(form, request):
            messages.success(request, _("It is on record what became of %(unit)s.") % {"unit": local(found.predecessor)})
            return redirect("territory:successions")
    old, new = found.predecessor, found.successor
    context = {
        "succession": found,
        "form": form,
        "rows": [
            (_("Unit that ended"), forms.place_label(old)),
            (_("Level"), old.get_level_display()),
            (_("What it became"), forms.place_label(new) if new else ""),
            (_("Day of the change"), found.day.isoformat()),
            (_("Confirmation"), found.get_confirmation_display()),
            (_("How it is known"), found.basis),
        ],
    }
    return render(request, "territory/succession.html", context, status=form.http_status if form else 200)
