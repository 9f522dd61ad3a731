"""Resources, their segments and their drawings on a chief office's pages; their names and lines for everybody."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required
from chiefs.territory.models import Level
from chiefs.territory.reports import county_at

from . import actions, forms, geojson, owners, reports, rules
from .forms_land import ReadingForm, UploadForm
from .models import Drawing, Resource, Segment
from .pages import PER_PAGE, Steps, drawers_only, iso, keepers_only, list_of, page_of_form, run, take_step

MOST_SHOWN = 50

#: what may be changed of a resource: form, what the page is called
STEPS: Steps = {
    "names": (forms.NamesForm, gettext_lazy("Names")),
    "code": (forms.CodeForm, gettext_lazy("National code")),
    "flow": (forms.FlowForm, gettext_lazy("Where it flows")),
    "figures": (forms.FiguresForm, gettext_lazy("Figures and counties")),
    "boundary": (forms.BoundaryForm, gettext_lazy("Management boundary")),
    "segment": (forms.SegmentForm, gettext_lazy("Add a segment")),
    "end": (forms.EndResourceForm, gettext_lazy("End the entry")),
}
#: those that concern one unit only: open to every office in whose reach a part of the resource lies
LOCAL_STEPS = ("boundary", "segment")
SEGMENT_STEPS: Steps = {
    "names": (forms.SegmentNamesForm, gettext_lazy("Names")),
    "correct": (forms.SegmentCorrectForm, gettext_lazy("Correct unit, bank and chainage")),
    "end": (forms.EndForm, gettext_lazy("End the segment")),
}


def _listed(request: HttpRequest) -> QuerySet[Resource]:
    """The resources that were asked for, with how many segments each has today."""
    today = days.today()
    segments = Segment.objects.in_force(today).filter(resource=OuterRef("pk")).order_by().values("resource").annotate(n=Count("pk"))
    rows = Resource.objects.visible_to(request.acting).standing(today).filter(reports.named(request.GET.get("q", "")[:80]))
    if (kind := request.GET.get("kind", "")) in Resource.Kind.values:
        rows = rows.filter(kind=kind)
    rows = rows.annotate(segment_count=Subquery(segments.values("n"))).select_related("scheme", "flows_into").defer("flows_into__geometry")
    return rows.prefetch_related("aliases", "counties").order_by("name", "pk")


@require_safe
@acting_required()
def listing(request: HttpRequest) -> HttpResponseBase:
    """The register of rivers, lakes, mountains, forest and grass: searched by any of their names; as a page, a table or geometry."""
    shown = {"words": request.GET.get("q", ""), "kind": request.GET.get("kind", ""), "kinds": Resource.Kind.choices}
    template, rows = "resources/list.html", _listed(request)
    return list_of(request, rows, template, file="resources", columns=COLUMNS, features=geojson.features_of, **shown)


COLUMNS: list[sheets.Column] = [
    (pgettext_lazy("thing", "Name"), lambda r: r.name),
    (gettext_lazy("Tibetan name"), lambda r: r.name_bo),
    (gettext_lazy("Other names"), lambda r: "、".join(alias.name for alias in r.aliases.all())),
    (gettext_lazy("Kind"), lambda r: str(r.get_kind_display())),
    (gettext_lazy("Scheme"), lambda r: r.scheme.name),
    (gettext_lazy("National code"), lambda r: r.national_code),
    (gettext_lazy("Flows into"), lambda r: r.flows_into.name if r.flows_into else r.flows_into_name),
    (gettext_lazy("Counties"), lambda r: "、".join(place.name for place in r.counties.all())),
    (gettext_lazy("Length (m)"), lambda r: r.length_m),
    (gettext_lazy("Length as drawn (m)"), lambda r: r.drawn_m),
    (gettext_lazy("Area (m²)"), lambda r: r.area_m2),
    (gettext_lazy("Segments"), lambda r: r.segment_count or 0),
    (gettext_lazy("Source"), lambda r: r.source),
    (gettext_lazy("Demonstration"), lambda r: r.demonstration),
]


@keepers_only
def register(request: HttpRequest) -> HttpResponse:
    """Enter a resource that is not in the register."""
    form = forms.RegisterForm(request.POST or None, acting=request.acting)
    if made := run(form, request):
        messages.success(request, _("%(name)s is in the register.") % {"name": made.name})
        return redirect("resources:detail", ref=made.ref)
    return page_of_form(request, form, title=_("Register a resource"), submit=_("Enter"), back=reverse("resources:list"))


@require_safe
@acting_required()
def detail(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """One resource: what is known of it, its segments, what its chainage leaves open, and what this post may change."""
    today = days.today()
    rows = (
        Resource.objects.visible_to(request.acting)
        .select_related("scheme", "flows_into", "same_as")
        .prefetch_related("aliases", "counties")
    )
    resource = get_object_or_404(rows, ref=ref)
    keeps = Resource.objects.kept_by(request.acting).filter(pk=resource.pk).exists()
    local_too = request.acting.may(rules.OFFICE)
    open_to = STEPS.items() if resource.until is None else ()
    steps = [(name, label) for name, (_form, label) in open_to if keeps or (local_too and name in LOCAL_STEPS)]
    segments = Paginator(reports.segments_of(resource, today), PER_PAGE).get_page(request.GET.get("page"))
    tributaries = list(reports.tributaries(resource)[: MOST_SHOWN + 1])
    context = {
        "resource": resource,
        "rows": _facts(resource),
        "page": segments,
        "tributaries": tributaries[:MOST_SHOWN],
        "more_tributaries": len(tributaries) > MOST_SHOWN,
        "boundaries": resource.boundaries.in_force(today).select_related("jurisdiction").order_by("jurisdiction__path", "pk")[:MOST_SHOWN],
        "faults": reports.faults_of(resource, today)[:MOST_SHOWN],
        "steps": steps,
        "keeps": keeps,
        "may_cut": local_too and resource.drawn_m is not None and resource.until is None,
    }
    return render(request, "resources/detail.html", context)


def _facts(resource: Resource) -> list[tuple[str, Any]]:
    order = reports.order_of(resource) if resource.flows_into_id else 0
    return [
        (_("Kind"), resource.get_kind_display()),
        (_("Scheme"), local(resource.scheme)),
        (_("Other names"), "、".join(alias.name for alias in resource.aliases.all())),
        (_("National code"), resource.national_code),
        (_("Flows into"), local(resource.flows_into) if resource.flows_into else resource.flows_into_name),
        (_("Tributary order"), order if resource.flows_into else ""),
        (_("Counties"), "、".join(local(place) for place in resource.counties.all())),
        (_("Official length (m)"), resource.length_m),
        (_("Length as drawn (m)"), resource.drawn_m),
        (_("Area (m²)"), resource.area_m2),
        (_("Source"), resource.source),
    ]


@require_safe
def geometry(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """A resource and its segments of today as GeoJSON, for maps: everybody may know where a river is and who answers for what part."""
    resource = get_object_or_404(Resource.objects.visible_to(request.acting), ref=ref)
    segments = reports.drawn_segments(resource, days.today())
    coarse = reports.coarse_lines([resource]).get(resource.pk, ())
    return geojson.send([*geojson.of_resource(resource, coarse), *map(geojson.of_segment, segments)])


@keepers_only
def step(request: HttpRequest, ref: uuid.UUID, name: str) -> HttpResponse:
    """Change one thing about a resource."""
    rows = (
        Resource.objects.visible_to(request.acting).filter(until=None) if name in LOCAL_STEPS else Resource.objects.kept_by(request.acting)
    )
    return take_step(
        request, STEPS, name, rows.select_related("flows_into", "scheme"), back=reverse("resources:detail", args=[ref]), ref=ref
    )


def _cutting(request: HttpRequest, record: Any, ends: tuple[int, int], *, title: str, back: str, with_bank: bool) -> HttpResponse:
    """First where, then what becomes of the parts. The cuts stand in the address, so that the second form knows its fields."""
    asked = forms.CutsForm(request.GET if "at" in request.GET else None)
    context: dict[str, Any] = {"title": title, "back": back, "ends": ends, "asked": asked}
    if not asked.is_valid():
        return render(request, "resources/cut.html", context, status=422 if request.method == "POST" or asked.is_bound else 200)
    at_m = asked.cleaned_data["at"]
    form = forms.PiecesForm(request.POST or None, acting=request.acting, record=record, at_m=at_m, ends=ends, with_bank=with_bank)
    if made := run(form, request):
        messages.success(request, _("%(count)s segments begin on %(day)s.") % {"count": len(made), "day": made[0].since})
        return redirect("resources:detail", ref=made[0].resource.ref)
    return render(request, "resources/cut.html", context | {"form": form}, status=form.http_status)


@keepers_only
def cut(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Cut the drawn line of a resource into segments."""
    resource = get_object_or_404(Resource.objects.visible_to(request.acting).select_related("scheme"), ref=ref, drawn_m__isnull=False)
    title = _("Cut %(name)s into segments") % {"name": local(resource)}
    back = reverse("resources:detail", args=[ref])
    return _cutting(request, resource, (0, resource.drawn_m or 0), title=title, back=back, with_bank=True)


@require_safe
@acting_required()
def segment(request: HttpRequest, code: str) -> HttpResponse:
    """One segment, in force or ended."""
    rows = Segment.objects.visible_to(request.acting).select_related("resource", "jurisdiction__parent").prefetch_related("cells")
    found = get_object_or_404(rows, code=code)
    keeps = found.until is None and Segment.objects.kept_by(request.acting).filter(pk=found.pk).exists()
    facts = [
        (_("Resource"), local(found.resource)),
        (_("Jurisdiction"), local(found.jurisdiction)),
        (_("Bank"), found.get_bank_display()),
        (_("Chainage from (m)"), found.from_m),
        (_("Chainage to (m)"), found.to_m),
        (_("First day"), iso(found.since)),
        *([(_("First day no longer in force"), iso(found.until))] if found.until else []),
        (_("Grid cells"), "、".join(local(cell) for cell in found.cells.all())),
    ]
    steps = [(name, label) for name, (_form, label) in SEGMENT_STEPS.items()] if keeps else []
    context = {"segment": found, "rows": facts, "steps": steps, "keeps": keeps, "may_divide": keeps and found.from_m is not None}
    return render(request, "resources/segment.html", context)


@require_safe
def segment_geometry(request: HttpRequest, code: str) -> HttpResponse:
    """A segment as GeoJSON, for maps."""
    rows = Segment.objects.visible_to(request.acting).select_related("resource", "jurisdiction")
    return geojson.send([geojson.of_segment(get_object_or_404(rows, code=code))])


def _kept_segments(request: HttpRequest) -> QuerySet[Segment]:
    return Segment.objects.kept_by(request.acting).filter(until=None).select_related("resource__scheme", "jurisdiction")


@keepers_only
def segment_step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Name a segment, or end it."""
    return take_step(request, SEGMENT_STEPS, name, _kept_segments(request), back=reverse("resources:segment", args=[code]), code=code)


@keepers_only
def divide(request: HttpRequest, code: str) -> HttpResponse:
    """Cut a segment in force into several."""
    found = get_object_or_404(_kept_segments(request), code=code)
    if found.from_m is None or found.to_m is None:
        raise Http404
    title = _("Cut %(name)s into segments") % {"name": local(found)}
    back = reverse("resources:segment", args=[code])
    return _cutting(request, found, (found.from_m, found.to_m), title=title, back=back, with_bank=False)


@drawers_only
def upload(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Hand in a file with the geometry of a record that this post keeps."""
    record = _drawn(request, kind, key)
    form = UploadForm(request.POST or None, request.FILES or None, acting=request.acting, record=record)
    if made := run(form, request):
        return redirect("resources:drawing", ref=made.client_ref)
    title = _("Geometry of %(name)s") % {"name": local(record, "act" if kind == "boundary" else "name")}
    return page_of_form(request, form, title=title, submit=_("Read the file"), back=_page_of(record))


def _drawn(request: HttpRequest, kind: str, key: str) -> Any:
    owner = owners.OWNERS.get(kind)
    if owner is None:
        raise Http404
    if owner.key == "ref":
        try:
            key = str(uuid.UUID(key))
        except ValueError:
            raise Http404 from None
    record = get_object_or_404(owner.model._base_manager, **{owner.key: key})
    if not owner.keeps(request.acting, record):
        raise Http404
    return record


def _page_of(record: Any) -> str:
    """Where a drawn record is looked at."""
    if isinstance(record, Resource):
        return reverse("resources:detail", args=[record.ref])
    names = {"segment": "resources:segment", "gridcell": "resources:cell", "redlineplot": "resources:plot"}
    if name := names.get(str(record._meta.model_name)):
        return reverse(name, args=[record.code])
    return reverse("resources:detail", args=[record.resource.ref])


@drawers_only
def drawing(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """What a file holds, before anything is changed by it: how long, where, and in which coordinates it seems to be."""
    found = get_object_or_404(Drawing.objects.visible_to(request.acting), client_ref=ref)
    record = owners.row_of(found.owner)
    form = ReadingForm(request.POST or None, acting=request.acting, drawing=found)
    if run(form, request):
        messages.success(request, _("The drawing is %(state)s.") % {"state": found.get_state_display()})
        return redirect(_page_of(record))
    compared = actions.drawings.compare(record, found.geometry) if found.state == Drawing.State.PROPOSED else None
    context = {
        "drawing": found,
        "form": form if form.is_bound or found.state == Drawing.State.PROPOSED else None,
        "compared": compared,
        "rows": _seen(found),
        "back": _page_of(record),
        "title": _("Geometry of %(name)s") % {"name": local(record, "name") or record},
    }
    return render(request, "resources/drawing.html", context, status=form.http_status)


def _seen(found: Drawing) -> list[tuple[str, Any]]:
    county = county_at((found.west + found.east) / 2, (found.south + found.north) / 2)
    return [
        (_("Format"), found.get_form_display()),
        (_("Points of the line"), found.points),
        (_("Length (m)"), found.length_m or None),
        (_("Area (m²)"), found.area_m2 or None),
        (_("West to east"), f"{found.west:.5f}° – {found.east:.5f}°"),
        (_("South to north"), f"{found.south:.5f}° – {found.north:.5f}°"),
        (_("Middle lies in"), local(county) if county is not None and county.level == Level.COUNTY else None),
        (_("Coordinates as declared"), found.get_declared_display()),
        (_("Coordinates of the file"), found.get_source_crs_display() if found.source_crs else None),
    ]
