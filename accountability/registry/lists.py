"""Long lists of the register, each with the codes that pages and imports know its rows by: posts, terms, charges, segments.

A file carries the headings of the import of the same kind, so that an office compares what it handed in with what stands here, and
hands in again what it has corrected. What an import does not read stands behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.exchange.columns import Sheet
from accountability.kit.names import named
from accountability.kit.pieces import pieces
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required
from accountability.public.places import Asked, asked
from chiefs.posts.imports_chiefs import ChargesImporter, ChiefsImporter
from chiefs.posts.imports_units import PostsImporter
from chiefs.posts.models import Charge, Post, Tenure
from chiefs.posts.models_former import posts_as_on, units_as_on
from chiefs.resources import reports as resources
from chiefs.resources.imports_segments import SegmentsImporter
from chiefs.resources.models import Segment
from chiefs.resources.models_former import SegmentPlace
from chiefs.territory import former
from chiefs.territory.models import Jurisdiction

from . import units
from .around import at_home
from .people import PERSON_READERS

PER_PAGE, AT_ONCE = 50, 2000
Text = str | Promise


@dataclass(frozen=True)
class Column:
    """What a page shows of a row: a heading, the words, and where they lead."""

    heading: Text
    words: Callable[[Any], Any]
    address: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Cell:
    heading: Text
    words: Any
    address: str


def _shown(
    request: HttpRequest,
    ask: Asked,
    rows: QuerySet,
    *,
    name: Text,
    columns: Sequence[Column],
    in_file: Iterable[sheets.Column],
    posts: Callable[[Any], list[Post]],
    segments: Callable[[Any], list[Segment]] = lambda row: [],
) -> HttpResponse:
    """The rows of a list as a page or as a file; the ``posts`` and ``segments`` of a row as they were called and lay on the day."""

    def as_on(some: Iterable[Any]) -> list[Any]:
        found = list(some)
        seats = [post for row in found for post in posts(row)]
        posts_as_on(seats, ask.on)
        units_as_on([post.unit for post in seats], ask.on)
        former.put_back(SegmentPlace, [segment for row in found for segment in segments(row)], ask.on)
        return found

    if kind := sheets.wanted(request):
        back = (row for batch in pieces(rows.iterator(chunk_size=AT_ONCE)) for row in as_on(batch))
        return sheets.send(kind, name=str(name), columns=list(in_file), rows=back)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [[Cell(c.heading, c.words(row), c.address(row) if c.address else "") for c in columns] for row in as_on(page.object_list)]
    return render(request, "registry/list.html", {"ask": ask, "name": name, "page": page, "columns": columns, "lines": lines})


def _as_imported(sheet: Sheet, **values: Callable[[Any], Any]) -> list[sheets.Column]:
    """Columns under the headings of an import, in its order."""
    return [(column.heading, values[column.code]) for column in sheet.columns]


def _post_address(post: Post) -> str:
    return reverse("registry:post", args=[post.code])


def _place(place: Jurisdiction) -> str:
    return " · ".join(local(one) for one in (place.parent, place) if one)


def _posts(ask: Asked) -> QuerySet[Post]:
    """The posts that stood on the day, of the units of a place."""
    rows = Post.objects.in_force(ask.on).filter(unit__in=units.standing(ask.on, within=ask.within).order_by())
    return rows.order_by("unit__jurisdiction__path", "unit__code", "code")


def _called(words: str, way: str = "") -> Q:
    return named(words, f"{way}title") | named(words, f"{way}unit__name") | Q(**{f"{way}code__iexact": words})


def _holders(post: Any) -> str:
    return "、".join(local(term.person) for term in post.held)


@require_safe
@acting_required()
def post_list(request: HttpRequest) -> HttpResponse:
    """The posts of a day with who holds them."""
    ask = at_home(asked(request), request.acting)
    held = Tenure.objects.in_force(ask.on).select_related("person").order_by("since", "pk")
    rows = _posts(ask).select_related("kind", "unit__jurisdiction__parent").prefetch_related(Prefetch("tenures", held, to_attr="held"))
    if ask.words:
        rows = rows.filter(_called(ask.words))
    columns = [
        Column(gettext_lazy("Title of the post"), lambda post: local(post, "title"), _post_address),
        Column(gettext_lazy("Code"), lambda post: post.code),
        Column(gettext_lazy("Who holds it"), _holders),
        Column(gettext_lazy("Kind of post"), lambda post: local(post.kind)),
        Column(gettext_lazy("Unit"), lambda post: local(post.unit), lambda post: reverse("registry:unit", args=[post.unit.code])),
        Column(gettext_lazy("Place"), lambda post: _place(post.unit.jurisdiction)),
    ]
    in_file = [
        *_as_imported(
            PostsImporter.sheet,
            code=lambda post: post.code,
            title=lambda post: post.title,
            title_bo=lambda post: post.title_bo,
            kind=lambda post: post.kind.code,
            unit=lambda post: post.unit.code,
            since=lambda post: post.since,
        ),
        (_("Who holds it"), _holders),
        (_("Kind of post"), lambda post: post.kind.name),
        (_("Unit"), lambda post: post.unit.name),
        (_("Division code"), lambda post: post.unit.jurisdiction.code),
        (_("Place"), lambda post: _place(post.unit.jurisdiction)),
        (_("first day no longer in force"), lambda post: post.until),
    ]
    return _shown(request, ask, rows, name=gettext_lazy("Posts"), columns=columns, in_file=in_file, posts=lambda post: [post])


@require_safe
@acting_required(*PERSON_READERS)
def term_list(request: HttpRequest) -> HttpResponse:
    """The terms in force on a day inside the reader's reach, with the service telephones by which imports tell people apart."""
    ask = at_home(asked(request), request.acting)
    rows = Tenure.objects.in_force(ask.on).served_in(request.acting).filter(post__in=_posts(ask).order_by())
    if ask.words:
        rows = rows.filter(_called(ask.words, "post__") | named(ask.words, "person__name"))
    rows = rows.select_related("person", "post__unit__jurisdiction__parent").order_by(
        "post__unit__jurisdiction__path", "post__code", "since", "pk"
    )
    columns = [
        Column(gettext_lazy("Person"), lambda term: local(term.person), lambda term: reverse("registry:person", args=[term.person.ref])),
        Column(gettext_lazy("Post"), lambda term: local(term.post, "title"), lambda term: _post_address(term.post)),
        Column(gettext_lazy("Code"), lambda term: term.post.code),
        Column(gettext_lazy("Place"), lambda term: _place(term.post.unit.jurisdiction)),
        Column(gettext_lazy("Since"), lambda term: term.since.isoformat()),
        Column(gettext_lazy("Basis"), lambda term: term.basis),
    ]
    in_file = [
        *_as_imported(
            ChiefsImporter.sheet,
            name=lambda term: term.person.name,
            name_bo=lambda term: term.person.name_bo,
            phone=lambda term: term.person.phone,
            post=lambda term: term.post.code,
            since=lambda term: term.since,
            until=lambda term: term.until,
            basis=lambda term: term.basis,
            appointed_on=lambda term: term.appointed_on,
        ),
        (_("Title of the post"), lambda term: term.post.title),
        (_("Unit"), lambda term: term.post.unit.name),
        (_("Place"), lambda term: _place(term.post.unit.jurisdiction)),
    ]
    return _shown(
        request, ask, rows, name=gettext_lazy("Terms of office"), columns=columns, in_file=in_file, posts=lambda term: [term.post]
    )


@require_safe
@acting_required()
def charge_list(request: HttpRequest) -> HttpResponse:
    """Which post answered for which segment on a day."""
    ask = at_home(asked(request), request.acting)
    rows = Charge.objects.in_force(ask.on).filter(post__in=_posts(ask).order_by())
    if ask.words:
        segment = named(ask.words, "segment__name") | Q(segment__code__iexact=ask.words) | resources.named(ask.words, "segment__resource__")
        rows = rows.filter(_called(ask.words, "post__") | segment)
    rows = rows.select_related("post__unit__jurisdiction__parent", "segment__resource", "segment__jurisdiction__parent")
    rows = rows.defer("segment__geometry", "segment__resource__geometry").order_by("segment__path", "segment__code", "post__code", "pk")
    columns = [
        Column(gettext_lazy("Segment"), lambda row: local(row.segment), lambda row: reverse("public:board", args=[row.segment.code])),
        Column(gettext_lazy("Code of the segment"), lambda row: row.segment.code),
        Column(gettext_lazy("Post"), lambda row: local(row.post, "title"), lambda row: _post_address(row.post)),
        Column(gettext_lazy("Code of the post"), lambda row: row.post.code),
        Column(gettext_lazy("Place"), lambda row: _place(row.segment.jurisdiction)),
        Column(gettext_lazy("Since"), lambda row: row.since.isoformat()),
    ]
    in_file = [
        *_as_imported(
            ChargesImporter.sheet,
            post=lambda row: row.post.code,
            segment=lambda row: row.segment.code,
            since=lambda row: row.since,
            until=lambda row: row.until,
            basis=lambda row: row.basis,
        ),
        (_("Title of the post"), lambda row: row.post.title),
        (_("Segment"), lambda row: row.segment.name),
        (_("Water, mountain or plot"), lambda row: row.segment.resource.name),
        (_("Place"), lambda row: _place(row.segment.jurisdiction)),
    ]
    return _shown(
        request,
        ask,
        rows,
        name=gettext_lazy("Charges"),
        columns=columns,
        in_file=in_file,
        posts=lambda row: [row.post],
        segments=lambda row: [row.segment],
    )


@require_safe
@acting_required()
def segment_list(request: HttpRequest) -> HttpResponse:
    """The segments of a day by place, with the posts that answer for them."""
    ask = at_home(asked(request), request.acting)
    rows = Segment.objects.in_force(ask.on) if ask.within is None else Segment.objects.placed(ask.on, ask.within)
    if ask.words:
        rows = rows.filter(named(ask.words) | Q(code__iexact=ask.words) | resources.named(ask.words, "resource__"))
    charged = Charge.objects.in_force(ask.on).select_related("post__unit").order_by("pk")
    rows = rows.select_related("resource__scheme", "jurisdiction__parent").prefetch_related(Prefetch("charges", charged, to_attr="charged"))
    rows = rows.defer("geometry", "resource__geometry").order_by("path", "code")
    columns = [
        Column(gettext_lazy("Segment"), lambda one: local(one), lambda one: reverse("public:board", args=[one.code])),
        Column(gettext_lazy("Code"), lambda one: one.code),
        Column(gettext_lazy("Water, mountain or plot"), lambda one: local(one.resource)),
        Column(gettext_lazy("Place"), lambda one: _place(one.jurisdiction)),
        Column(gettext_lazy("Answered for by"), lambda one: "、".join(local(charge.post, "title") for charge in one.charged)),
    ]
    in_file = [
        *_as_imported(
            SegmentsImporter.sheet,
            code=lambda one: one.code,
            name=lambda one: one.name,
            name_bo=lambda one: one.name_bo,
            resource=lambda one: one.resource.national_code or one.resource.name,
            place=lambda one: one.jurisdiction.code,
            bank=lambda one: one.get_bank_display(),
            from_m=lambda one: one.from_m,
            to_m=lambda one: one.to_m,
            since=lambda one: one.since,
        ),
        (_("Water, mountain or plot"), lambda one: one.resource.name),
        (_("Scheme"), lambda one: one.resource.scheme.name),
        (_("Place"), lambda one: _place(one.jurisdiction)),
        (_("Answered for by"), lambda one: "、".join(charge.post.code for charge in one.charged)),
        (_("first day no longer in force"), lambda one: one.until),
    ]
    return _shown(
        request,
        ask,
        rows,
        name=gettext_lazy("Segments"),
        columns=columns,
        in_file=in_file,
        posts=lambda one: [charge.post for charge in one.charged],
        segments=lambda one: [one],
    )
