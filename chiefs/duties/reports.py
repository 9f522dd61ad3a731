"""What a post has to do, as other rooms ask it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from chiefs.posts.models import Post
from chiefs.resources.models import Segment
from chiefs.territory.reports import rule_for

from . import rules
from .models import PatrolObligation, ResponsibilityItem


def responsibilities(post: Post, on: date) -> list[ResponsibilityItem]:
    """The lines of the responsibility list in force for a post on a day: its own and those of its kind."""
    rows = ResponsibilityItem.objects.in_force(on).filter(Q(post=post) | Q(post_kind_id=post.kind_id))
    return list(rows.order_by("order", "pk"))


def obligation(post: Post, segment: Segment, on: date) -> PatrolObligation | None:
    """How often a post must patrol a segment, by the rule in force on a day; the scheme's own before the general one."""
    rows = PatrolObligation.objects.filter(level=post.kind.level)
    own = rule_for(rows.filter(scheme_id=segment.resource.scheme_id), on, segment.jurisdiction)
    return own or rule_for(rows.filter(scheme=None), on, segment.jurisdiction)


def due_by(post: Post, segment: Segment, on: date, done_on: Iterable[date]) -> date | None:
    """By when the next patrol of a segment is due; None without an obligation."""
    row = obligation(post, segment, on)
    return rules.due(on, row.every, row.times, row.resting_months, done_on) if row else None
