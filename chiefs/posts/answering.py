"""Who answered for a segment on a day, at each level, by name: past, present or future."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Exists, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chiefs.resources import schemes
from chiefs.resources.models import Segment
from chiefs.territory.models import UPWARDS, Jurisdiction, Succession
from chiefs.territory.reports import of_day

from .functions import Function
from .models import Charge, Deputation, Post, Unit


@dataclass(frozen=True)
class Named:
    """A person by name, and the term in which they answer. Of a deputy it is the holder's term."""

    person_id: int
    name: str
    name_bo: str
    tenure_id: int


@dataclass(frozen=True)
class Answerer:
    """One post that answers at a level; without holders it is vacant, and ``receiver`` is who receives meanwhile.

    ``post`` is None where a level of the scheme has no chief at all. ``deputy`` stands in for the (first) holder.
    """

    level: str
    post: Post | None
    holders: tuple[Named, ...] = ()
    deputy: Named | None = None
    receiver: Post | None = None
    receiving: tuple[Named, ...] = ()

    @property
    def vacant(self) -> bool:
        return not self.holders


@dataclass
class _Seat:
    """What the rows of the statement say of one post."""

    post: Post
    holders: dict[int, Named]
    deputy: Named | None = None
    moved: bool = False  # it stands elsewhere today


def who_answered(segment: Segment, on: date) -> list[Answerer]:
    """Who answered for a segment on a day: for every level of its scheme, and any other with a chief, the highest first.

    Two chiefs of a level are two lines; a level without a chief, or whose chief nobody is, says who receives: the nearest
    government desk from that level upwards with somebody in office. One query when the segment came with
    ``resource__scheme`` and ``jurisdiction``; for a day on which its place had another row (before a renaming, a merger, a
    split) a few more, which follow the successions.
    """
    charged: list[_Seat] = []
    desks: list[_Seat] = []
    for seat in _seats(segment, on):
        (charged if seat.post.charged else desks).append(seat)  # type: ignore[attr-defined]
    found = [_answerer(seat, desks) for seat in charged]
    levels = {answer.level for answer in found} | set(schemes.levels_of(segment.resource.scheme.levels))
    found += [_missing(level, desks) for level in levels - {answer.level for answer in found}]
    return sorted(found, key=lambda answer: (-_height(answer.level), answer.post.pk if answer.post else 0))


def _height(level: str) -> int:
    return UPWARDS.index(level) if level in UPWARDS else -1


def _level(post: Post) -> str:
    return post.kind.level or post.unit.jurisdiction.level


def _answerer(seat: _Seat, desks: list[_Seat]) -> Answerer:
    level, holders = _level(seat.post), tuple(seat.holders.values())
    if holders:
        return Answerer(level, seat.post, holders, seat.deputy)
    receiver = _receiver(level, desks)
    return Answerer(level, seat.post, (), None, receiver and receiver.post, tuple(receiver.holders.values()) if receiver else ())


def _missing(level: str, desks: list[_Seat]) -> Answerer:
    receiver = _receiver(level, desks)
    return Answerer(level, None, (), None, receiver and receiver.post, tuple(receiver.holders.values()) if receiver else ())


def _receiver(level: str, desks: Iterable[_Seat]) -> _Seat | None:
    """The nearest government desk from a level upwards with somebody in office (Zhejiang rule, art. 11)."""
    upwards = [seat for seat in desks if seat.holders and _height(seat.post.unit.jurisdiction.level) >= _height(level)]
    return min(upwards, key=lambda seat: (_height(seat.post.unit.jurisdiction.level), seat.moved, seat.post.pk), default=None)


def _in_force(on: date, before: str = "") -> Q:
    prefix = f"{before}__" if before else ""
    return Q(**{f"{prefix}since__lte": on}) & (Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gt": on}))


def _places(segment: Segment, on: date) -> tuple[list[int], set[int]]:
    """Where the segment lay on the day, and what became since of these places and of all above them.

    A segment carries the place of today. While that row is in force nothing has to be asked: with whatever lies above it, a place
    gets a new row at every change. For other days the successions are followed.
    """
    place = segment.jurisdiction
    if place.since <= on and (place.until is None or place.until > on):
        return [place.pk], set()
    here = [there.pk for there in of_day(place, on)]
    became: set[int] = set()
    frontier = set(_upwards(here).values_list("pk", flat=True))
    while frontier:
        steps = Succession.objects.filter(day__gt=on, predecessor__in=frontier).exclude(successor=None)
        frontier = set(steps.values_list("successor", flat=True)) - became
        became |= frontier
    return here, became


def _upwards(here: list[int]) -> QuerySet[Jurisdiction]:
    """These places and all above them, to be asked inside another query."""
    there = Jurisdiction.objects.filter(pk__in=here)
    above = ("parent", "parent__parent", "parent__parent__parent")
    return Jurisdiction.objects.filter(pk__in=there.values("pk").union(*(there.values(step) for step in above), all=True))


def _seats(segment: Segment, on: date) -> list[_Seat]:
    here, became = _places(segment, on)
    charges = Charge.objects.in_force(on).filter(segment=segment)
    # By the units at these few places: asked for as a join, the planner reads all posts of the prefecture.
    government = Unit.objects.in_force(on).filter(kind__in=[Unit.Kind.GOVERNMENT, Unit.Kind.VILLAGE])
    desks = Post.objects.in_force(on).filter(unit__in=government.filter(Q(jurisdiction__in=_upwards(here)) | Q(jurisdiction__in=became)))
    wanted = charges.values("post").union(desks.values("pk"), all=True)
    standing = Deputation.objects.in_force(on).filter(tenure=OuterRef("term__pk"))
    # Whoever holds the post that stands in, where a post and not a person was named.
    seated = FilteredRelation("post__tenures", condition=_in_force(on, "post__tenures"))
    standing = standing.annotate(seated=seated).order_by("pk", "seated__since")

    def deputy(field: str, output: CharField | IntegerField) -> Subquery:
        column = Coalesce(f"person__{field}", f"seated__person__{field}", output_field=output)
        return Subquery(standing.annotate(found=column).values("found")[:1])

    rows = (
        Post.objects.filter(pk__in=wanted)
        .select_related("kind__scheme", "unit__jurisdiction")
        .annotate(
            charged=Exists(charges.filter(post=OuterRef("pk"))),
            term=FilteredRelation("tenures", condition=_in_force(on, "tenures")),
        )
        .annotate(
            term_id=F("term__pk"),
            person_id=F("term__person"),
            person_name=F("term__person__name"),
            person_name_bo=F("term__person__name_bo"),
            deputy_id=deputy("pk", IntegerField()),
            deputy_name=deputy("name", CharField()),
            deputy_name_bo=deputy("name_bo", CharField()),
        )
        .order_by("pk", "term__since", "term__pk")
    )
    seats: dict[int, _Seat] = {}
    for row in rows:
        if not row.charged and (row.kind.single or not row.kind.may(Function.RECEIVER)):
            continue
        seat = seats.setdefault(row.pk, _Seat(row, {}, moved=row.unit.jurisdiction_id in became))
        if row.term_id is not None:
            seat.holders[row.term_id] = Named(row.person_id, row.person_name, row.person_name_bo, row.term_id)
            if row.deputy_id is not None and seat.deputy is None:
                seat.deputy = Named(row.deputy_id, row.deputy_name, row.deputy_name_bo, row.term_id)
    return list(seats.values())
