"""What is read of boards: whose names belong on them, which are behind, which one a code or a place means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from chiefs.posts.models import Charge, Tenure
from chiefs.resources.models import Segment

from . import rules
from .models import Signboard
from .rules import Pair

AROUND = ("segment__resource__scheme", "segment__jurisdiction__parent", "unit")


def of_segments(segments: Iterable[int]) -> QuerySet[Signboard]:
    """The boards that speak for any of these segments: they stand there, name it beside their own, or are of the whole water."""
    wanted = list(segments)
    waters = Segment.objects.filter(pk__in=wanted).values("resource")
    beside = Signboard.segments.through.objects.filter(segment__in=wanted).values("signboard")
    return Signboard.objects.standing().filter(Q(segment__in=wanted) | Q(pk__in=beside) | Q(whole=True, segment__resource__in=waters))


def segments_of(boards: Sequence[Signboard], on: date) -> dict[int, set[int]]:
    """By board the segments for which it speaks on a day. Two queries, however many boards there are."""
    found: dict[int, set[int]] = {board.pk: {board.segment_id} for board in boards}
    beside = Signboard.segments.through.objects.filter(signboard__in=found)
    for board_id, segment_id in beside.values_list("signboard", "segment"):
        found[board_id].add(segment_id)
    whole = [board for board in boards if board.whole]
    if whole:
        of_water: dict[int, set[int]] = defaultdict(set)
        rows = Segment.objects.in_force(on).filter(resource__in={board.segment.resource_id for board in whole})
        for pk, water in rows.values_list("pk", "resource"):
            of_water[water].add(pk)
        for board in whole:
            found[board.pk] |= of_water[board.segment.resource_id]
    return found


def chiefs_by_board(boards: Sequence[Signboard], on: date) -> dict[int, frozenset[Pair]]:
    """Whose names belong on each board on a day: posts with their holders, a vacant post with nobody. Four queries at most."""
    segments = segments_of(boards, on)
    everywhere = set().union(*segments.values()) if segments else set()
    posts: dict[int, list[tuple[int, str]]] = defaultdict(list)
    charges = Charge.objects.in_force(on).filter(segment__in=everywhere)
    for segment, post, level in charges.values_list("segment", "post", "post__kind__level"):
        posts[segment].append((post, level))
    held: dict[int, set[int]] = defaultdict(set)
    wanted = {post for rows in posts.values() for post, _level in rows}
    for post, person in Tenure.objects.in_force(on).filter(post__in=wanted).values_list("post", "person"):
        held[post].add(person)
    return {
        board.pk: frozenset(
            (post, person)
            for segment in segments[board.pk]
            for post, level in posts[segment]
            if rules.names_level(level, whole=board.whole)
            for person in (held[post] or {rules.NOBODY})
        )
        for board in boards
    }


def changed_on(board: Signboard, before: frozenset[Pair], now: frozenset[Pair], on: date) -> date:
    """Since which day a board is wrong, by the dated rows behind what differs."""
    gone, new = before - now, now - before
    posts = {post for post, _person in gone | new}
    segments = segments_of([board], on)[board.pk]
    steps: list[date | None] = []
    tenures = list(Tenure.objects.filter(post__in=posts, since__lte=on).values_list("post", "person", "since", "until"))
    charges = list(Charge.objects.filter(post__in=posts, segment__in=segments, since__lte=on).values_list("post", "since", "until"))
    for post, person in new:
        charged = min((since for p, since, until in charges if p == post and (until is None or until > on)), default=None)
        if person == rules.NOBODY:
            left = max((until for p, _who, _since, until in tenures if p == post and until is not None and until <= on), default=None)
            steps.append(max((day for day in (left, charged) if day is not None), default=None))
        else:
            began = max((since for p, who, since, _until in tenures if (p, who) == (post, person)), default=None)
            steps.append(max((day for day in (began, charged) if day is not None), default=None))
    for post, person in gone:
        ends = [until for p, who, _since, until in tenures if (p, who) == (post, person) and until is not None and until <= on]
        ends += [until for p, _since, until in charges if p == post and until is not None and until <= on]
        steps.append(min((day for day in ends if day >= board.as_of), default=min(ends, default=None)))
    return rules.wrong_since(steps, on)


def find(code: str) -> Signboard | None:
    """The board with a code; also one that is gone, because its picture may hang on in somebody's telephone."""
    return Signboard.objects.select_related(*AROUND).filter(code=code).first()


def stands_for(board: Signboard, on: date) -> Segment | None:
    """The segment that a board's code leads to: its own while that is in force, else another of the same water, the nearest first."""
    rows = Segment.objects.in_force(on).select_related("resource__scheme", "jurisdiction__parent__parent__parent")
    own = rows.filter(pk=board.segment_id).first()
    if own is not None:
        return own
    others = rows.filter(resource=board.segment.resource_id).order_by("code")
    return others.filter(jurisdiction=board.segment.jurisdiction_id).first() or others.first()


def at(segment: Segment) -> list[Signboard]:
    """The boards that stand at a segment."""
    return list(Signboard.objects.standing().filter(segment=segment).select_related(*AROUND).order_by("code"))


def meant(segment: Segment | None, code: str = "") -> Signboard | None:
    """Which board somebody means who reports one: the one whose code they gave, else the only one that stands there."""
    if code and (board := find(code)) is not None:
        return board
    there = at(segment) if segment is not None else []
    return there[0] if len(there) == 1 else None
