"""The register of who answers for what. These pages only read; every change is an action of the room that it belongs to."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required
from accountability.public.places import asked
from chiefs.posts import person_forms, register_forms, unit_forms
from chiefs.posts.models import Person, Post, Unit
from chiefs.posts.models_former import posts_as_on
from chiefs.posts.rules import founds_units, keeps
from chiefs.resources import reports as resources
from chiefs.resources.models import Resource, Segment
from chiefs.resources.models_former import counted_to
from chiefs.territory.models import Jurisdiction, Level

from . import people, search, units
from .doors import doors

PER_PAGE = 50


@require_safe
@acting_required()
def home(request: HttpRequest) -> HttpResponse:
    """The parts of the register that this post may open, the numbers of a day, and what a name leads to."""
    ask = asked(request)
    if ask.words:
        everywhere = request.GET.get("everywhere") == "1"
        found = search.find(ask.words, request.acting, ask.on, everywhere=everywhere)
        return render(request, "registry/search.html", {"ask": ask, "found": found, "at_most": search.MOST, "everywhere": everywhere})
    within = ask.within or get_object_or_404(Jurisdiction.objects.in_force(days.today()), code=settings.PREFECTURE_CODE)
    return render(
        request,
        "registry/home.html",
        {"ask": ask, "within": within, "counted": units.counted(ask.on, within), "doors": doors(request.acting)},
    )


@require_safe
@acting_required()
def unit_list(request: HttpRequest) -> HttpResponse:
    """The units of a day, by place."""
    ask = asked(request)
    rows = units.standing(ask.on, within=ask.within, words=ask.words)
    if kind := sheets.wanted(request):
        columns = [
            (_("Code"), lambda u: u.code),
            (pgettext("thing", "Name"), lambda u: u.name),
            (_("Tibetan name"), lambda u: u.name_bo),
            (_("Kind"), lambda u: u.get_kind_display()),
            (_("Level"), lambda u: u.jurisdiction.get_level_display()),
            (_("Place"), lambda u: u.jurisdiction.name),
            (_("Division code"), lambda u: u.jurisdiction.code),
            (_("Duty telephone"), lambda u: u.phone),
            (_("first day"), lambda u: u.since),
            (_("first day no longer in force"), lambda u: u.until),
        ]
        return sheets.send(kind, name=_("Units"), columns=columns, rows=units.file_of(rows, ask.on))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = units.as_on(page.object_list, ask.on)
    return render(request, "registry/units.html", {"ask": ask, "page": page, "founds": bool(founds_units(request.acting))})


@require_safe
@acting_required()
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Who a unit is, what it answers for, and what is open there."""
    ask = asked(request)
    found = get_object_or_404(Unit.objects.exclude(kind=Unit.Kind.SYSTEM).select_related(units.AROUND), code=code)
    above, below, relations = units.lines_of(found, ask.on)
    entries = unit_forms.open_forms(found, request.acting, relations)  # what may be entered is a question of today
    units.as_on([found], ask.on)
    place = found.jurisdiction
    context = {
        "ask": ask,
        "unit": found,
        "stood": found.since <= ask.on and (found.until is None or found.until > ask.on),
        "above": above,
        "below": below,
        "posts": units.posts_of(found, ask.on),
        "segments": units.answers_for(found, ask.on),
        "lists": units.lists_of(found, ask.on),
        "open": units.open_at(found, request.acting),
        "entries": entries,
        "rows": [
            (_("Code"), found.code),
            (_("Kind"), found.get_kind_display()),
            (_("Level"), place.get_level_display()),
            (_("Place"), " · ".join(local(p) for p in (place.parent, place) if p)),
            (_("Division code"), place.code),
            (_("Duty telephone"), found.phone),
            (_("first day"), found.since.isoformat()),
            (_("first day no longer in force"), found.until.isoformat() if found.until else ""),
        ],
    }
    return render(request, "registry/unit.html", context)


@require_safe
@acting_required()
def post(request: HttpRequest, code: str) -> HttpResponse:
    """A post with all the terms in which it was held."""
    ask = asked(request)
    rows = Post.objects.exclude(unit__kind=Unit.Kind.SYSTEM).select_related("kind__scheme", "unit__jurisdiction__parent")
    found = get_object_or_404(rows, code=code)
    entries = register_forms.open_forms(found, request.acting)  # what may be entered is a question of today
    units.as_on([found.unit], ask.on)
    posts_as_on([found], ask.on)
    place = found.unit.jurisdiction
    shown = units.post_on(found, ask.on, request.acting)
    seen = set(Person.objects.visible_to(request.acting).filter(pk__in=[t.person_id for t in shown.terms]).values_list("pk", flat=True))
    context = {
        "ask": ask,
        "post": found,
        "shown": shown,
        "persons_seen": seen,
        "entries": entries,
        "rows": [
            (_("Code"), found.code),
            (_("Unit"), local(found.unit)),
            (_("Kind of post"), local(found.kind)),
            (_("Level"), found.kind.get_level_display()),
            (_("Scheme"), local(found.kind.scheme) if found.kind.scheme else ""),
            (_("Place"), " · ".join(local(p) for p in (place.parent, place) if p)),
            (_("Legal basis"), found.kind.basis),
            (_("first day"), found.since.isoformat()),
            (_("first day no longer in force"), found.until.isoformat() if found.until else ""),
        ],
    }
    return render(request, "registry/post.html", context)


@require_safe
@acting_required(*people.PERSON_READERS)
def person_list(request: HttpRequest) -> HttpResponse:
    """Persons with a term inside the reader's reach."""
    ask = asked(request)
    rows = people.found(request.acting, ask.on, ask.words)
    if kind := sheets.wanted(request):
        columns = [
            (_("Name"), lambda p: p.name),
            (_("Tibetan name"), lambda p: p.name_bo),
            (_("Posts on the day"), lambda p: "；".join(f"{t.post.unit.name} {t.post.title}" for t in p.held_today)),
            (_("Service telephone"), lambda p: p.phone),
        ]
        return sheets.send(kind, name=_("Persons"), columns=columns, rows=people.file_of(rows, ask.on))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = people.as_on(page.object_list, ask.on)
    return render(request, "registry/persons.html", {"ask": ask, "page": page, "keeps": keeps(request.acting)})


@require_safe
@acting_required()
def person(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """All terms that a person ever held; for who keeps or judges them, and for oneself."""
    joined = Person.everybody.filter(ref=ref).exclude(merged_into=None).select_related("merged_into").first()
    ref = joined.merged_into.ref if joined else ref
    found = get_object_or_404(Person.objects.visible_to(request.acting), ref=ref)
    if joined:
        return redirect("registry:person", ref=ref)
    life = people.life_of(found, days.today())
    context = {"person": found, "life": life, "levels": dict(Level.choices), "entries": person_forms.open_forms(found, request.acting)}
    return render(request, "registry/person.html", context)


@require_safe
@acting_required()
def resource_list(request: HttpRequest) -> HttpResponse:
    """Rivers, lakes, mountains and plots by name, other name, pinyin initials, Tibetan name or national code; of a county, of a kind."""
    ask = asked(request)
    of_kind = chosen if (chosen := request.GET.get("kind", "")) in Resource.Kind.values else ""
    rows = (
        Resource.objects.standing(ask.on)
        .filter(resources.named(ask.words))
        .select_related("scheme", "flows_into")
        .prefetch_related("aliases", "counties")
    )
    if of_kind:
        rows = rows.filter(kind=of_kind)
    if ask.within is not None:
        lies = Segment.objects.placed(ask.on, ask.within).values("resource")
        rows = rows.filter(Q(pk__in=lies) | counted_to(ask.within, ask.on))
    rows = rows.order_by("kind", "name", "pk")
    if kind := sheets.wanted(request):
        columns = [
            (pgettext("thing", "Name"), lambda r: r.name),
            (_("Tibetan name"), lambda r: r.name_bo),
            (_("Also called"), lambda r: "、".join(alias.name for alias in r.aliases.all())),
            (_("Kind"), lambda r: r.get_kind_display()),
            (_("Scheme"), lambda r: r.scheme.name),
            (_("national code"), lambda r: r.national_code),
            (_("Flows into"), lambda r: r.flows_into.name if r.flows_into else r.flows_into_name),
            (_("Counties"), lambda r: "、".join(county.name for county in r.counties.all())),
            (_("length (m)"), lambda r: r.length_m),
            (_("area (m²)"), lambda r: r.area_m2),
            (_("Source"), lambda r: r.source),
        ]
        return sheets.send(kind, name=_("Waters, mountains, forests"), columns=columns, rows=rows.iterator(chunk_size=2000))
    page = Paginator(rows.defer("geometry"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"ask": ask, "page": page, "kinds": Resource.Kind.choices, "kind": of_kind, "query": ask.query(kind=of_kind)}
    return render(request, "registry/resources.html", context)
