"""What everybody may know of the register: who is chief where, and who answers for which water."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from chiefs.resources.models import Resource

from . import roster, waters
from .places import asked

PER_PAGE = 50
MAP_SECONDS = 300


@require_safe
def roster_page(request: HttpRequest) -> HttpResponse:
    """The chiefs of a place today, with the duty telephone of their units. Who held a post before is not for everybody."""
    ask = replace(asked(request), on=days.today())
    schemes = roster.schemes()
    scheme = chosen if (chosen := request.GET.get("scheme", "")) in {s.code for s in schemes} else ""
    rows = roster.chiefs_at(ask.on, within=ask.within, scheme=scheme, words=ask.words)
    if kind := sheets.wanted(request):
        columns = [
            (_("Place"), lambda c: c.post.unit.jurisdiction.name),
            (_("Level"), lambda c: c.post.kind.get_level_display()),
            (_("Scheme"), lambda c: c.post.kind.scheme.name if c.post.kind.scheme else ""),
            (_("Post"), lambda c: c.post.title),
            (_("Name"), lambda c: "、".join(t.person.name for t in c.tenures)),
            (_("Duty telephone"), lambda c: c.post.unit.phone),
        ]
        return sheets.send(kind, name=_("Chiefs"), columns=columns, rows=roster.listed(rows, ask.on))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "ask": ask,
        "page": page,
        "chiefs": roster.named(list(page.object_list), ask.on),
        "schemes": schemes,
        "scheme": scheme,
        "query": ask.query(scheme=scheme),
    }
    return render(request, "public/roster.html", context)


def _resource(ref: uuid.UUID) -> Resource:
    rows = Resource.objects.select_related("scheme", "flows_into", "same_as").prefetch_related("aliases", "counties", "tributaries")
    return get_object_or_404(rows, ref=ref)


@require_safe
def resource(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """One water, mountain or plot: who answers for it at each level today, stretch by stretch."""
    found, today = _resource(ref), days.today()
    page = Paginator(waters.segments_of(found, today), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "resource": found,
        "page": page,
        "answerers": waters.answerers(list(page.object_list), today),
        "drawing": waters.drawing(found, today),
        "rows": [
            (_("Kind"), found.get_kind_display()),
            (_("Scheme"), local(found.scheme)),
            (_("Department in charge of the scheme"), found.scheme.owner_department),
            (_("Also called"), "、".join(alias.name for alias in found.aliases.all())),
            (_("Counties"), "、".join(local(county) for county in found.counties.all())),
            (_("Length"), _("%(km)s km") % {"km": f"{found.length_m / 1000:.1f}"} if found.length_m else ""),
            (_("Area"), _("%(km2)s km²") % {"km2": f"{found.area_m2 / 1e6:.2f}"} if found.area_m2 else ""),
        ],
    }
    return render(request, "public/resource.html", context)


@require_safe
@cache_control(max_age=MAP_SECONDS, public=True)
def shapes(request: HttpRequest, ref: uuid.UUID) -> JsonResponse:
    """The same as GeoJSON, for the map on tap and for whoever draws maps."""
    found = _resource(ref)
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": geometry} for name, geometry in waters.shapes_of(found, days.today())
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
