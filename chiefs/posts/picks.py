"""What the forms of terms, charges and units let one name: units, segments, cells, posts, places, persons."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from chiefs.resources import reports as resources
from chiefs.resources.models import GridCell, Segment
from chiefs.territory.models import Jurisdiction

from . import reports
from .models import Person, Post, Tenure, Unit
from .picking import Pick, beside


def _code(row: Any) -> str:
    return str(row.code)


def units(acting: Acting) -> Pick:
    """Units that stand today. A part of a name is looked for in the own reach and in the places above it: there stands who leads."""
    rows = (
        Unit.objects.in_force(days.today())
        .exclude(kind=Unit.Kind.SYSTEM)
        .select_related("jurisdiction")
        .order_by("jurisdiction__path", "code")
    )
    around = acting.reach.q(path="jurisdiction__path", jurisdiction="jurisdiction_id")
    if acting.jurisdiction_id is not None:
        own = Jurisdiction.objects.get(pk=acting.jurisdiction_id)
        around |= Q(jurisdiction__in=[place.pk for place in reports.ancestors(own)])
    return Pick(
        rows=rows,
        near=rows.filter(around),
        called=lambda unit: beside(local(unit), local(unit.jurisdiction), unit.code),
        key=_code,
        nothing=_("No unit that stands today has this code or this name. Look it up in the register."),
    )


def segments(post: Post) -> Pick:
    """Segments of today; by a part of their name, or by another name of the water, those of the post's place and scheme."""
    rows = Segment.objects.in_force(days.today()).select_related("resource", "jurisdiction__parent").order_by("path", "code")
    near = rows.filter(reports.reach_of(post.unit.jurisdiction).q())
    if post.kind.scheme_id is not None:
        near = near.filter(resource__scheme=post.kind.scheme_id)
    return Pick(
        rows=rows,
        near=near,
        called=lambda segment: beside(segment.code, local(segment), _place(segment.jurisdiction)),
        key=_code,
        nothing=_("No segment has this code or this name today. Look it up in the register."),
        also=lambda words: resources.named(words, "resource__"),
    )


def cells(post: Post) -> Pick:
    """Cells of the grid that are there today; by a part of their name those of the post's place."""
    rows = GridCell.objects.in_force(days.today()).select_related("jurisdiction__parent").order_by("jurisdiction__path", "code")
    return Pick(
        rows=rows,
        near=rows.filter(reports.reach_of(post.unit.jurisdiction).q("jurisdiction__path", "jurisdiction_id")),
        called=lambda cell: beside(cell.code, local(cell), _place(cell.jurisdiction)),
        key=_code,
        nothing=_("No cell has this code or this name today. Look it up in the register."),
    )


def posts(acting: Acting, but: Post) -> Pick:
    """Posts of today that may stand in for another."""
    rows = Post.objects.in_force(days.today()).exclude(unit__kind=Unit.Kind.SYSTEM).exclude(pk=but.pk)
    rows = rows.select_related("kind", "unit__jurisdiction").order_by("unit__jurisdiction__path", "code")
    inside = acting.reach.q(path="unit__jurisdiction__path", jurisdiction="unit__jurisdiction_id")
    return Pick(
        rows=rows,
        near=rows.filter(inside).exclude(kind__functions=[]),
        called=lambda post: beside(local(post, "title"), local(post.unit), post.code),
        key=_code,
        nothing=_("No post has this code or this title today. Look it up in the register."),
        names=("title", "title_bo"),
    )


def places(acting: Acting) -> Pick:
    """Places of the own reach."""
    inside = acting.reach.q(path="path", jurisdiction="pk")
    rows = Jurisdiction.objects.in_force(days.today()).filter(inside).select_related("parent").order_by("path", "pk")
    return Pick(
        rows=rows,
        near=rows,
        called=lambda place: beside(_place(place), place.code),
        key=lambda place: str(place.code or place.pk),
        nothing=_("No place of your register has this code or this name today."),
    )


def persons(acting: Acting, rows: QuerySet[Person]) -> Pick:
    """Persons: everybody of exactly this name, for names repeat; by the first letters of the pinyin those whom the post may look up."""
    return Pick(
        rows=rows.order_by("pk"),
        near=rows.filter(pk__in=Person.objects.visible_to(acting).values("pk")).order_by("name", "pk"),
        called=_with_post,
        key=lambda person: str(person.ref),
        nothing="",
        code="",
        names=("name",),
        another=_("Somebody else of this name"),
        radio="person",
        label=_("Is it one of these?"),
    )


def _with_post(person: Person) -> str:
    last = Tenure.objects.standing().filter(person=person).select_related("post").order_by("-since").first()
    return _("%(person)s: %(post)s") % {"person": local(person), "post": local(last.post, "title")} if last else local(person)


def _place(place: Jurisdiction) -> str:
    return beside(local(place.parent) if place.parent else "", local(place))
