"""The register of regulated sites: the list, one site, its steps, and what may have been entered twice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import acting_required, refusals_on
from accountability.ledger.registry import about_site
from chiefs.posts.functions import Function
from chiefs.territory.models import Level

from . import reports
from .choosing import FindForm
from .forms import FORMS, RegisterForm
from .lifecycle import BY_MERGER, SiteLifecycle
from .models import READERS, Importance, Site

PER_PAGE = 50
#: name of the tab: label
TABS = {
    "operating": gettext_lazy("In operation"),
    "key": gettext_lazy("Key sites"),
    "unwatched": gettext_lazy("Without a unit in charge"),
    "closed": gettext_lazy("Closed down"),
    "all": gettext_lazy("All sites"),
}
readers_only = acting_required(*READERS)
keepers_only = acting_required(Function.CHIEF_OFFICE, Function.RECEIVER)


def may_enter(acting: Acting) -> bool:
    """Whether a post enters sites anywhere: the posts of ``posts.rules.keeps_register``."""
    return acting.may(Function.CHIEF_OFFICE) or (acting.may(Function.RECEIVER) and acting.level == Level.TOWNSHIP)


def _listed(request: HttpRequest) -> tuple[QuerySet[Site], dict[str, str]]:
    """The sites that the address asks for, and the words of the address."""
    find = FindForm(request.GET)
    words = find.cleaned_data["q"].strip() if find.is_valid() else ""
    asked = {"tab": request.GET.get("tab", "operating"), "kind": request.GET.get("kind", ""), "q": words}
    if asked["tab"] not in TABS or (asked["kind"] and asked["kind"] not in Site.Kind.values):
        raise Http404
    today = days.today()
    rows = Site.objects.visible_to(request.acting).standing()
    if asked["tab"] == "closed":
        rows = rows.filter(state=Site.State.CLOSED)
    elif asked["tab"] != "all":
        rows = rows.operating()
    if asked["tab"] == "unwatched":
        rows = rows.unwatched(today)
    if asked["tab"] == "key":
        key = Importance.objects.in_force(today).filter(value=Importance.Value.KEY).values("site")
        rows = rows.filter(pk__in=key)
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["q"]:
        rows = rows.called(asked["q"])
    return rows.as_of(today).order_by("path", "name", "pk"), asked


@require_safe
@readers_only
def listing(request: HttpRequest) -> HttpResponse:
    """Sites inside the reach, by place; with ``?format=`` the same list as a file."""
    rows, asked = _listed(request)
    if kind := sheets.wanted(request):
        return sheets.send(kind, name="sites", columns=_columns(), rows=rows.iterator(chunk_size=500))
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "tabs": list(TABS.items()),
        "asked": asked,
        "kinds": Site.Kind.choices,
        "query": "&" + urlencode(asked),
        "may_enter": may_enter(request.acting),
    }
    return render(request, "sites/list.html", context)


def _columns() -> list[sheets.Column]:
    return [
        (_("Name of the site"), lambda site: site.name),
        (_("Tibetan name"), lambda site: site.name_bo),
        (_("Kind of site"), lambda site: site.get_kind_display()),
        (_("Unified social credit code"), lambda site: site.credit_code),
        (_("Importance"), lambda site: site.rated[0].get_value_display() if site.rated else ""),
        (_("Division code"), lambda site: site.jurisdiction.code),
        (_("Place"), lambda site: local(site.jurisdiction)),
        (_("Address"), lambda site: site.address),
        (_("Latitude"), lambda site: site.latitude),
        (_("Longitude"), lambda site: site.longitude),
        (_("Segment it drains to"), lambda site: site.segment.code if site.segment else ""),
        (_("Unit in charge"), lambda site: local(site.watched[0].unit) if site.watched else ""),
        (_("Permit number"), lambda site: site.permit_number),
        (_("State"), lambda site: site.get_state_display()),
        (_("In operation since"), lambda site: site.since),
        (_("Closed from"), lambda site: site.until),
        (_("Source of the entry"), lambda site: site.source),
    ]


def _site(request: HttpRequest, ref: Any) -> Site:
    rows = Site.objects.visible_to(request.acting).select_related("jurisdiction__parent", "segment", "merged_into")
    return get_object_or_404(rows, ref=ref)


@require_safe
@readers_only
def detail(request: HttpRequest, ref: Any) -> HttpResponse:
    """One site: what the register says, its names, its dated rows, the cases about it, the steps that are open."""
    site = _site(request, ref)
    moves = [move for move in SiteLifecycle.available(site, request.acting) if move.name not in BY_MERGER]
    context = {
        "site": site,
        "moves": moves,
        "rows": _facts(site),
        "names": list(site.names.all()),
        "importances": list(site.importances.order_by("-since")),
        "supervisions": list(site.supervisions.select_related("unit").order_by("-since")),
        "merged": list(site.merged.order_by("pk")),
        "mentions": sorted(about_site.ask(site_id=site.pk, acting=request.acting), key=lambda mention: mention.day, reverse=True),
    }
    return render(request, "sites/detail.html", context)


def _facts(site: Site) -> list[tuple[Any, Any]]:
    where = " · ".join(local(place) for place in (site.jurisdiction.parent, site.jurisdiction) if place)
    point = f"{site.latitude}, {site.longitude}" if site.latitude is not None else ""
    return [
        (_("Kind of site"), site.get_kind_display()),
        (_("Unified social credit code"), site.credit_code),
        (_("Permit number"), site.permit_number),
        (_("Place"), where),
        (_("Address"), site.address),
        (_("Latitude, longitude"), point),
        (_("Segment it drains to"), f"{local(site.segment)} ({site.segment.code})" if site.segment else ""),
        (_("In operation since"), site.since.isoformat() if site.since else ""),
        *([(_("Closed from"), site.until.isoformat())] if site.until else []),
        (_("Source of the entry"), site.source),
    ]


@keepers_only
def new(request: HttpRequest) -> HttpResponse:
    """Enter a site."""
    if not may_enter(request.acting):
        raise Http404
    form = RegisterForm(request.POST or None, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            site = form.act()
        if form.is_valid():
            messages.success(request, _("%(site)s is registered.") % {"site": site.name})
            return redirect("sites:detail", ref=site.ref)
    return render(request, "sites/new.html", {"form": form}, status=form.http_status)


@readers_only
def step(request: HttpRequest, ref: Any, name: str) -> HttpResponse:
    """Show and take one step of a site."""
    if name not in FORMS:
        raise Http404
    site, acting = _site(request, ref), request.acting
    if request.method == "GET" and name not in {move.name for move in SiteLifecycle.available(site, acting)}:
        label = SiteLifecycle.label_of(name)
        return render(request, "sites/closed.html", {"site": site, "label": label}, status=403)
    asked = FindForm(request.GET)
    more = {"found": _others(site, asked)} if name == "merge" else {}
    form = FORMS[name](request.POST or None, site=site, acting=acting, **more)
    label = SiteLifecycle.label_of(name)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(request, _("%(step)s: %(site)s is changed.") % {"step": label, "site": site.name})
            site.refresh_from_db()
            return redirect("sites:detail", ref=site.current.ref)
    context = {"site": site, "form": form, "name": name, "label": label, "find": asked if name == "merge" else None}
    return render(request, "sites/step.html", context, status=form.http_status)


def _others(site: Site, asked: FindForm) -> list[Site]:
    """Entries into which a site may be merged: those found, or those with the same name."""
    words = asked.cleaned_data["q"] if asked.is_valid() else ""
    return reports.search(words or site.name, site.path, but=site)


@require_safe
@keepers_only
def duplicates(request: HttpRequest) -> HttpResponse:
    """Sites of one county that share a name: to be looked at, and merged where they are one."""
    page = Paginator(reports.same_names(request.acting), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "sites/duplicates.html", {"page": page, "groups": reports.sharing(page.object_list)})
