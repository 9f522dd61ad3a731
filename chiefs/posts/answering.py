"""Who answered for a segment on a day, at each level, by name: one statement for any past, present or future day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Exists, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chiefs.resources.models import Segment
from chiefs.territory.models import UPWARDS, Jurisdiction, Succession

from .functions import Function
from .models import Charge, Deputation, Post, Unit

MOST_CHANGES = 3  # of one place that are looked back through: renamed, then merged, then merged again


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


def who_answered(segment: Segment, on: date) -> list[Answerer]:
    """Who answered for a segment on a day: for every level of its scheme, and any other with a chief, the highest first.

    Two chiefs of a level are two lines; a level without a chief, or whose chief nobody is, says who receives: the nearest
    government desk from that level upwards with somebody in office. One query when the segment came with
    ``resource__scheme``.
    """
    charged: list[_Seat] = []
    desks: list[_Seat] = []
    for seat in _seats(segment, on):
        (charged if seat.post.charged else desks).append(seat)  # type: ignore[attr-defined]
    found = [_answerer(seat, desks) for seat in charged]
    levels = {answer.level for answer in found} | set(segment.resource.scheme.levels)
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
    return min(upwards, key=lambda seat: (_height(seat.post.unit.jurisdiction.level), seat.post.moved, seat.post.pk), default=None)  # type: ignore[attr-defined]


def _in_force(on: date, before: str = "") -> Q:
    prefix = f"{before}__" if before else ""
    return Q(**{f"{prefix}since__lte": on}) & (Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gt": on}))


def _places(segment: Segment, on: date) -> tuple[QuerySet, QuerySet]:
    """The place of the segment as it stood on the day with all above it; and what became of these places since.

    As queries to be asked inside another: a segment carries the place of today, and its place may have had other names.
    """
    here = Segment.objects.filter(pk=segment.pk).values("jurisdiction")
    stood, earlier = Q(pk__in=here), here
    for _step in range(MOST_CHANGES):
        earlier = Succession.objects.filter(successor__in=earlier).values("predecessor")
        stood |= Q(pk__in=earlier)
    there = Jurisdiction.objects.in_force(on).filter(stood)
    chain = there.values("pk").union(
        there.values("parent"), there.values("parent__parent"), there.values("parent__parent__parent"), all=True
    )
    became = Succession.objects.filter(day__gt=on, predecessor__in=Jurisdiction.objects.filter(pk__in=chain)).values("successor")
    return Jurisdiction.objects.filter(pk__in=chain).values("pk"), became


def _seats(segment: Segment, on: date) -> list[_Seat]:
    chain, became = _places(segment, on)
    charges = Charge.objects.in_force(on).filter(segment=segment)
    government = Q(unit__kind__in=[Unit.Kind.GOVERNMENT, Unit.Kind.VILLAGE], kind__single=False)
    desks = Post.objects.filter(government, _in_force(on), _in_force(on, "unit"))
    wanted = charges.values("post").union(
        desks.filter(unit__jurisdiction__in=chain).values("pk"), desks.filter(unit__jurisdiction__in=became).values("pk"), all=True
    )
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
            moved=Exists(Jurisdiction.objects.filter(pk=OuterRef("unit__jurisdiction")).exclude(pk__in=chain)),
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
        if not row.charged and not row.kind.may(Function.RECEIVER):
            continue
        seat = seats.setdefault(row.pk, _Seat(row, {}))
        if row.term_id is not None:
            seat.holders[row.term_id] = Named(row.person_id, row.person_name, row.person_name_bo, row.term_id)
            if row.deputy_id is not None and seat.deputy is None:
                seat.deputy = Named(row.deputy_id, row.deputy_name, row.deputy_name_bo, row.term_id)
    return list(seats.values())
