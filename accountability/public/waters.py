"""A river, lake, mountain or plot as a whole: where it lies, who answers for it at each level, where to report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from chiefs.posts.models import Charge
from chiefs.resources.models import Resource, Segment
from chiefs.territory.models import UPWARDS, Level

from .boards import Chief
from .roster import named
from .sketch import Sketch, sketch

MOST_DRAWN = 500  # segments of one drawing


@dataclass(frozen=True)
class Stretch:
    """One segment with its chiefs below the county; those above answer for many and stand once above the list."""

    segment: Segment
    chiefs: list[Chief] = field(default_factory=list)


@dataclass(frozen=True)
class Answerers:
    """Who answers for the segments of one page: above the county once each, below beside their segment."""

    above: list[tuple[str, list[Chief]]]
    stretches: list[Stretch]


def segments_of(resource: Resource, on: date) -> QuerySet[Segment]:
    """The segments of a day, from the source down where chainage is known, else by place."""
    return (
        Segment.objects.in_force(on)
        .filter(resource=resource)
        .select_related("jurisdiction__parent__parent")
        .order_by("from_m", "path", "code")
    )


def answerers(segments: Sequence[Segment], on: date) -> Answerers:
    """The chain of chiefs for some segments on a day. Two queries."""
    by_segment: dict[int, list[int]] = {}
    posts = {}
    for charge in Charge.objects.in_force(on).filter(segment__in=segments).select_related("post__kind", "post__unit").order_by("pk"):
        posts[charge.post_id] = charge.post
        by_segment.setdefault(charge.segment_id, []).append(charge.post_id)
    chiefs = {chief.post.pk: chief for chief in named(list(posts.values()), on)}
    high = (Level.PREFECTURE, Level.COUNTY)
    above = [
        (label, found)
        for level, label in ((level, level.label) for level in reversed(UPWARDS) if level in high)
        if (found := [chief for chief in chiefs.values() if chief.post.kind.level == level])
    ]
    order = {level: place for place, level in enumerate(reversed(UPWARDS))}

    def below(segment: Segment) -> list[Chief]:
        found = [chiefs[pk] for pk in by_segment.get(segment.pk, []) if chiefs[pk].post.kind.level not in high]
        return sorted(found, key=lambda chief: order.get(chief.post.kind.level, 9))

    return Answerers([(str(label), found) for label, found in above], [Stretch(segment, below(segment)) for segment in segments])


def shapes_of(resource: Resource, on: date) -> list[tuple[str, dict[str, Any]]]:
    """What there is to draw: the segments' geometry, else the coarse line of the whole, else its registered point. Two queries."""
    rows = segments_of(resource, on).exclude(geometry=None)[:MOST_DRAWN]
    if found := [(segment.name, segment.geometry) for segment in rows]:
        return found
    if lines := [(resource.name, line.geometry) for line in resource.lines.all()]:
        return lines
    if resource.longitude is not None and resource.latitude is not None:
        return [(resource.name, {"type": "Point", "coordinates": [resource.longitude, resource.latitude]})]
    return []


def drawing(resource: Resource, on: date) -> Sketch | None:
    return sketch(shapes_of(resource, on))
