"""What a post has to do, as other rooms ask it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from django.db.models import Q

from chiefs.posts.models import Post
from chiefs.resources.models import Segment
from chiefs.territory.reports import narrowest

from . import rules
from .models import PatrolObligation, ResponsibilityItem


def responsibilities(post: Post, on: date) -> list[ResponsibilityItem]:
    """The lines of the responsibility list in force for a post on a day: its own and those of its kind."""
    rows = ResponsibilityItem.objects.in_force(on).filter(Q(post=post) | Q(post_kind_id=post.kind_id))
    return list(rows.order_by("order", "pk"))


def obligation(post: Post, segment: Segment, on: date, rows: Sequence[PatrolObligation] | None = None) -> PatrolObligation | None:
    """How often a post must patrol a segment, by the rule in force on a day; the scheme's own before the general one.

    ``rows``: what ``obligations_on`` gave for the post's level, where several segments are asked about.
    """
    found = obligations_on(post, on) if rows is None else rows
    own = narrowest([row for row in found if row.scheme_id == segment.resource.scheme_id], segment.jurisdiction)
    return own or narrowest([row for row in found if row.scheme_id is None], segment.jurisdiction)


def obligations_on(post: Post, on: date) -> list[PatrolObligation]:
    """All rules in force on a day for posts of this level. One query."""
    return list(PatrolObligation.objects.in_force(on).filter(level=post.kind.level))


def stretches(post: Post, segment: Segment, since: date, until: date) -> list[tuple[date, date, PatrolObligation]]:
    """The parts of [since, until) in each of which one rule holds, in order; parts without a rule are left out."""
    rows = PatrolObligation.objects.filter(level=post.kind.level).touching(since, until)
    edges = {since, until}
    for begins, ends in rows.values_list("since", "until"):
        edges |= {day for day in (begins, ends) if day is not None and since < day < until}
    found: list[tuple[date, date, PatrolObligation]] = []
    for begins, ends in pairwise(sorted(edges)):
        row = obligation(post, segment, begins)
        if row is None:
            continue
        if found and found[-1][2] == row and found[-1][1] == begins:
            begins = found.pop()[0]
        found.append((begins, ends, row))
    return found


def due_by(post: Post, segment: Segment, on: date, done_on: Iterable[date], rows: Sequence[PatrolObligation] | None = None) -> date | None:
    """By when the next patrol of a segment is due; None without an obligation."""
    row = obligation(post, segment, on, rows)
    return rules.due(on, row.every, row.times, row.resting_months, done_on) if row else None
