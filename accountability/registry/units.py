"""What a unit and a post are on a day: who leads them, who holds what, what they answer for, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import models
from django.db.models import Count, Q, QuerySet

from accountability.cases.models import Case
from accountability.kit.pieces import pieces
from accountability.ledger.acting import Acting
from accountability.ledger.registry import open_work
from chiefs.duties import reports as duties
from chiefs.posts.models import Charge, Deputation, Handover, Post, Superior, Tenure, Unit, UnitName, Watch
from chiefs.posts.models_former import called, posts_as_on, units_as_on
from chiefs.resources.models import Segment, SegmentPlace
from chiefs.territory import former
from chiefs.territory.models import Jurisdiction

AROUND = former.AROUND
MOST_SHOWN = 30  # segments, posts or open matters of one unit on one page; the files hold them all


@dataclass(frozen=True)
class Seat:
    """A post with who holds it on the day; nobody: vacant."""

    post: Post
    holders: list[Tenure] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """The first rows of something that may be long, and how many there are in all."""

    rows: list[object]
    count: int

    @property
    def left_out(self) -> int:
        return self.count - len(self.rows)


def standing(on: date, *, within: Jurisdiction | None = None, words: str = "", kind: str = "") -> QuerySet[Unit]:
    """The units that stood on a day, by place and name: of a county with everything below it, of a township with its villages."""
    rows = Unit.objects.in_force(on) if within is None else Unit.objects.placed(on, within)
    rows = rows.exclude(kind=Unit.Kind.SYSTEM).select_related(AROUND)
    if words:
        rows = rows.filter(called(UnitName, words, on) | Q(code__iexact=words))
    if kind:
        rows = rows.filter(kind=kind)
    return rows.order_by("jurisdiction__path", "kind", "code")


def as_on(rows: Iterable[Unit], on: date) -> list[Unit]:
    """Units as they were on a day: at their place and under their name of that day. For pages; two queries on a past day."""
    found = list(rows)
    units_as_on(found, on)
    return found


def file_of(rows: QuerySet[Unit], on: date) -> Iterator[Unit]:
    """The rows of a file of units, as they were on a day."""
    for batch in pieces(rows.iterator(chunk_size=2000)):
        yield from as_on(batch, on)


def seats(posts: Iterable[Post], on: date) -> list[Seat]:
    """Posts with their holders on a day. One query."""
    wanted = list(posts)
    posts_as_on(wanted, on)
    held: dict[int, list[Tenure]] = {}
    for tenure in Tenure.objects.in_force(on).filter(post__in=wanted).select_related("person").order_by("since", "pk"):
        held.setdefault(tenure.post_id, []).append(tenure)
    return [Seat(post, held.get(post.pk, [])) for post in wanted]


def posts_of(unit: Unit, on: date) -> Shown:
    """The posts of a unit on a day, chiefs before desks. Three queries."""
    rows = Post.objects.in_force(on).filter(unit=unit)
    found = rows.select_related("kind__scheme").order_by("-kind__single", "code")[:MOST_SHOWN]
    return Shown(list(seats(found, on)), rows.count())


def answers_for(unit: Unit, on: date) -> Shown:
    """The segments that posts of a unit answer for on a day. Two queries."""
    charged = Charge.objects.in_force(on).filter(post__unit=unit).values("segment")
    rows = Segment.objects.filter(pk__in=charged)
    first = _first(rows, "path", "code").select_related("resource", "jurisdiction__parent").defer("geometry", "resource__geometry")
    found = list(first)
    former.put_back(SegmentPlace, found, on)
    return Shown(list(found), rows.count())


def open_at(unit: Unit, acting: Acting) -> Shown:
    """The open cases that posts of a unit hold, as far as the reader may see them; the nearest date first. Two queries."""
    rows = Case.objects.visible_to(acting).open().filter(holder__in=Post.objects.filter(unit=unit))
    first = _first(rows, "due", "pk").select_related("holder", "segment", "jurisdiction").defer("segment__geometry")
    return Shown(list(first), rows.count())


def _first(rows: QuerySet, *order: str) -> QuerySet:
    """The first rows of a list to be shown. What stands around them is fetched for these alone: a county's office answers for
    thousands, and all of them would be joined to be thrown away."""
    return rows.model._default_manager.filter(pk__in=rows.order_by(*order).values("pk")[:MOST_SHOWN]).order_by(*order)


def lines_of(unit: Unit, on: date) -> tuple[list[Superior], list[Superior], list[Superior]]:
    """Whom a unit answers to and whom it leads on a day, as dated rows, and whom it answers to on some day from then on, for what may
    be entered. One query, and two more on a past day: those above it come first, of which there are few."""
    lead = Q(superior=unit, kind=Superior.Kind.LEAD)
    rows = Superior.objects.touching(on, None).filter(Q(unit=unit) | lead).select_related("superior", "unit")
    first = models.Case(models.When(unit=unit, then=0), default=1)
    found = list(rows.order_by(first, "kind", "unit__code", "pk")[: 2 * MOST_SHOWN])
    relations = [row for row in found if row.unit_id == unit.pk]
    found = [row for row in found if row.since <= on]
    above, below = [row for row in found if row.unit_id == unit.pk], [row for row in found if row.unit_id != unit.pk]
    units_as_on([*(row.superior for row in above), *(row.unit for row in below)], on)
    return above, below[:MOST_SHOWN], relations


def lists_of(unit: Unit, on: date, post: Post | None = None) -> Shown:
    """The lists of duties that bind a unit and its posts on a day, or the unit and one post of it. One query."""
    posts = Post.objects.in_force(on).filter(unit=unit) if post is None else Post.objects.filter(pk=post.pk)
    rows = duties.lists_binding(unit, posts, on).annotate(in_all=models.Window(Count("pk")))[:MOST_SHOWN]
    found = list(rows)
    return Shown(found, found[0].in_all if found else 0)


@dataclass(frozen=True)
class PostOn:
    """One post on a day."""

    post: Post
    holders: list[Tenure]
    terms: list[Tenure]
    charges: list[Charge]
    watches: list[Watch]
    standing_in: list[Deputation]
    handovers: list[Handover]
    responsibilities: list[object]
    lists: Shown
    open_count: int


def post_on(post: Post, on: date, acting: Acting) -> PostOn:
    """What a post was on a day, all terms in which it was held, the newest first, and how much is open there now.

    Handovers as far as the reader may see them.
    """
    terms = list(Tenure.objects.filter(post=post).select_related("person").order_by("-since", "-pk")[:MOST_SHOWN])
    holders = list(Tenure.objects.in_force(on).filter(post=post).select_related("person").order_by("-since", "-pk")[:MOST_SHOWN])
    charges = Charge.objects.in_force(on).filter(post=post).select_related("segment__resource", "segment__jurisdiction__parent")
    watches = Watch.objects.in_force(on).filter(post=post).select_related("cell").order_by("cell__code")
    standing_in = Deputation.objects.in_force(on).filter(tenure__post=post).select_related("person", "post").order_by("since", "pk")
    handovers = Handover.objects.visible_to(acting).open().filter(post=post).select_related("tenure__person").order_by("opened_at", "pk")
    charged = list(charges.order_by("segment__path", "segment__code")[:MOST_SHOWN])
    former.put_back(SegmentPlace, [charge.segment for charge in charged], on)
    return PostOn(
        post=post,
        holders=holders,
        terms=terms,
        charges=charged,
        watches=list(watches[:MOST_SHOWN]),
        standing_in=list(standing_in),
        handovers=list(handovers),
        responsibilities=list(duties.responsibilities(post, on)),
        lists=lists_of(post.unit, on, post),
        open_count=len(open_work.ask(post_id=post.pk)),
    )


def counted(on: date, within: Jurisdiction) -> dict[str, int]:
    """How many units, chiefs' posts, holders and segments stood in a place on a day: statistics follow the units of that day.

    Four counts, whatever the size.
    """
    units = Unit.objects.placed(on, within).exclude(kind=Unit.Kind.SYSTEM)
    posts = Post.objects.in_force(on).filter(unit__in=units, kind__single=True)
    held = Tenure.objects.in_force(on).filter(post__in=posts).aggregate(n=Count("post", distinct=True))["n"]
    chiefs, segments = posts.count(), Segment.objects.placed(on, within).count()
    return {"units": units.count(), "chiefs": chiefs, "vacant": chiefs - held, "segments": segments}
