"""What lies open at a post whose term ended, who may take it over, and who answers meanwhile. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.registry import open_work
from chiefs.territory.models import UPWARDS

from . import reports
from .deeds import stream_of
from .functions import Function
from .models import Charge, Deputation, Handover, HandoverItem, Person, Post, Superior, Tenure, Unit

MOST_TAKERS = 40
LONGEST_LABEL = 200
LONGEST_STREAM = 120


@dataclass(frozen=True)
class Taker:
    """Somebody who may take over by name: in a term, or as the deputy of who holds it."""

    tenure: Tenure
    deputation: Deputation | None = None
    person: Person | None = None

    @property
    def key(self) -> str:
        return f"d{self.deputation.pk}" if self.deputation else f"t{self.tenure.pk}"

    @property
    def named(self) -> Person:
        return self.person or self.tenure.person

    def is_acting(self, by: Acting) -> bool:
        return by.post_id == self.tenure.post_id and by.person_id == self.named.pk


def still_open(handover: Handover) -> dict[str, str]:
    """What lies open at the post now: stream -> what it is called. Where the whole unit stands empty, also what lies with the unit."""
    post, day = handover.post, _next_day(handover)
    found = [record for record in open_work.ask(post_id=post.pk) if record != handover]
    if not Tenure.objects.touching(day, None).filter(post__unit=post.unit_id).exists():
        found += [record for record in open_work.ask(unit_id=post.unit_id) if not isinstance(record, Handover)]
    return {stream_of(record)[:LONGEST_STREAM]: str(record)[:LONGEST_LABEL] for record in found}


def _next_day(handover: Handover) -> date:
    """The first day for which somebody else is looked for: the day on which the term ends, or today when that has passed."""
    return max(handover.tenure.until or days.today(), days.today())


def open_streams(handover: Handover) -> set[str]:
    return set(still_open(handover))


def untaken(handover: Handover) -> dict[str, str]:
    """What lies open and has nobody who answers for it by name (or nobody any more); what came after the list was drawn is among it."""
    in_office = Q(taker__until=None) | Q(taker__until__gt=days.today())
    taken = set(handover.items.exclude(taker=None).filter(in_office).values_list("stream", flat=True))
    return {stream: label for stream, label in still_open(handover).items() if stream not in taken}


def is_covered(handover: Handover) -> bool:
    """Whether somebody holds the post from the end of the term on, or is named to answer until somebody does."""
    if Tenure.objects.in_force(_next_day(handover)).filter(post=handover.post_id).exclude(pk=handover.tenure_id).exists():
        return True
    return handover.covered_by is not None and (handover.covered_by.until is None or handover.covered_by.until > days.today())


def takers(handover: Handover) -> list[Taker]:
    """Who may take over: who holds the post or takes it up, and their deputies; while nobody does, who receives and who stands above."""
    today = days.today()
    following = Tenure.objects.touching(today, None).filter(post=handover.post_id).exclude(pk=handover.tenure_id)
    found = list(following.select_related("person", "post").order_by("since", "pk")[:MOST_TAKERS])
    if not any(term.since <= _next_day(handover) for term in found):
        found += receivers(handover.post, today)
    deputies = Deputation.objects.touching(today, None).filter(tenure__in=found).select_related("person", "post")
    standing = [taker for row in deputies if (taker := _deputy(row, found, today)) is not None]
    return [*(Taker(tenure) for tenure in found), *standing]


def _deputy(row: Deputation, terms: list[Tenure], on: date) -> Taker | None:
    tenure = next(term for term in terms if term.pk == row.tenure_id)
    person = row.person
    if person is None and row.post is not None:
        held = Tenure.objects.in_force(on).filter(post=row.post).select_related("person").order_by("since").first()
        person = held.person if held else None
    return Taker(tenure, row, person) if person else None


def receivers(post: Post, on: date) -> list[Tenure]:
    """Who is named for a vacant post: the government desks from its place upwards, the chiefs above it on the same segments,
    and who leads its unit; the nearest first."""
    places = [place.pk for place in reports.ancestors(post.unit.jurisdiction)]
    desks = Q(post__unit__jurisdiction__in=places, post__unit__kind__in=[Unit.Kind.GOVERNMENT, Unit.Kind.VILLAGE], post__kind__single=False)
    segments = Charge.objects.in_force(on).filter(post=post).values("segment")
    above = UPWARDS[UPWARDS.index(post.kind.level) + 1 :] if post.kind.level in UPWARDS else ()
    chiefs = Charge.objects.in_force(on).filter(segment__in=segments, post__kind__level__in=above).values("post")
    leading = Superior.objects.in_force(on).filter(unit=post.unit_id, kind=Superior.Kind.LEAD).values("superior")
    rows = (
        Tenure.objects.in_force(on)
        .filter(desks | Q(post__in=chiefs) | Q(post__unit__in=leading), post__in=Post.objects.in_force(on))
        .exclude(post=post)
        .select_related("person", "post__kind", "post__unit__jurisdiction")
        .distinct()
    )
    wanted = {Function.RECEIVER.value, Function.CHIEF.value, *post.kind.functions}
    order = {place: step for step, place in enumerate(places)}

    def nearness(term: Tenure) -> tuple[bool, int, int]:
        return (not term.post.kind.may(Function.RECEIVER), order.get(term.post.unit.jurisdiction_id, len(order)), term.pk)

    return sorted((term for term in rows if wanted & set(term.post.kind.functions)), key=nearness)[:MOST_TAKERS]


def rows_of(handover: Handover) -> list[HandoverItem]:
    """The list as a page shows it: what was listed, and what has come since, which is written down with the next step."""
    listed = {item.stream: item for item in handover.items.select_related("taker__person", "taker__post", "deputation__person")}
    now = still_open(handover)
    fresh = [HandoverItem(handover=handover, stream=stream, label=label) for stream, label in now.items() if stream not in listed]
    for item in listed.values():
        if item.stream not in now and item.settled_at is None:
            item.settled_at = days.now()  # shown, not saved: a page that is read writes nothing
    return [*sorted(listed.values(), key=lambda item: item.pk), *fresh]


def open_work_of(*, post_id: int | None = None, unit_id: int | None = None, jurisdiction_id: int | None = None) -> list[Handover]:
    """Answer to the question ``open_work``: vacant posts for which a holder of this post answers meanwhile, or the handovers of a unit
    that are not finished. They go along when that term ends, or a matter would be without a holder after all."""
    rows = Handover.objects.select_related("post").order_by("pk")
    if post_id is not None:
        named = Q(covered_by__post=post_id) | Q(pk__in=HandoverItem.objects.filter(taker__post=post_id).values("handover"))
        return list(rows.filter(named, post__in=vacant(days.today())).exclude(post=post_id))
    if unit_id is not None:
        return list(rows.open().filter(post__unit=unit_id))
    return []


def vacant(on: date) -> models.QuerySet[Post]:
    """Posts that are there on a day and held by nobody."""
    held = Tenure.objects.in_force(on).filter(post=models.OuterRef("pk"))
    return Post.objects.in_force(on).filter(~models.Exists(held))


def answers_for(post: Post, stream: str, on: date) -> Tenure | None:
    """The term in which somebody answers by name for one matter of a post on a day: who holds the post, else who has taken the
    matter over, else who answers meanwhile. None for a post that nobody ever left."""
    if held := reports.term_of(post, on):
        return held
    last = Handover.objects.filter(post=post, tenure__until__lte=on).select_related("covered_by__person").order_by("-tenure__until").first()
    if last is None:
        return None
    item = last.items.filter(stream=stream).exclude(taker=None).select_related("taker__person").first()
    named = (item.taker if item else None, last.covered_by)
    return next((term for term in named if term is not None and (term.until is None or term.until > on)), None)
