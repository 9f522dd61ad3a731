"""Finding anything of the register by a Chinese name, another name, pinyin initials or a Tibetan name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accountability.kit.names import named
from accountability.ledger.acting import Acting
from chiefs.posts.models import Person, Post, PostTitle, Unit, UnitName
from chiefs.posts.models_former import called, posts_as_on, units_as_on
from chiefs.resources import reports as resources
from chiefs.resources.models import Resource, Segment, SegmentPlace
from chiefs.territory import former
from chiefs.territory.models import Jurisdiction, Level

MOST = 20  # of each kind


@dataclass(frozen=True)
class Found:
    """What was found of each kind, the first twenty."""

    resources: list[Resource]
    segments: list[Segment]
    units: list[Unit]
    posts: list[Post]
    persons: list[Person]
    places: list[Jurisdiction]

    @property
    def empty(self) -> bool:
        return not any((self.resources, self.segments, self.units, self.posts, self.persons, self.places))


def _coded(words: str) -> Q:
    """The code, where the words could be one."""
    return Q(code__iexact=words) if words.isascii() else Q(pk__in=[])


def find(words: str, acting: Acting, on: date, *, everywhere: bool = False) -> Found:
    """Eight queries whatever is found; persons only as far as the reader may see them.

    Segments, units and posts are looked for in the reader's own place, or ``everywhere``: a village of the same name lies in
    every second county, and whoever looks for one means the nearest. Waters and divisions are few, and looked for everywhere.
    """
    coded = _coded(words)
    segments = Segment.objects.in_force(on)
    units = Unit.objects.in_force(on).exclude(kind=Unit.Kind.SYSTEM)
    posts = Post.objects.in_force(on).exclude(unit__kind=Unit.Kind.SYSTEM)
    if not everywhere:
        inside = Jurisdiction.objects.filter(acting.reach.q(path="path", jurisdiction="pk"))
        segments = segments.filter(acting.reach.q())
        units = units.filter(jurisdiction__in=inside)
        posts = posts.filter(unit__in=Unit.objects.filter(jurisdiction__in=inside))
    segments = segments.filter(named(words) | coded | resources.named(words, "resource__"))
    units = units.filter(called(UnitName, words, on) | coded)
    posts = posts.filter(called(PostTitle, words, on) | coded)
    persons = Person.objects.visible_to(acting).filter(named(words))
    upper = Jurisdiction.objects.in_force(on).exclude(level=Level.VILLAGE)
    places = upper.filter(named(words) | coded)
    found_segments = list(segments.select_related("resource", "jurisdiction__parent").order_by("path", "code")[:MOST])
    former.put_back(SegmentPlace, found_segments, on)
    found_units = list(units.select_related("jurisdiction").order_by("jurisdiction__path", "code")[:MOST])
    units_as_on(found_units, on)
    found_posts = list(posts.select_related("unit").order_by("code")[:MOST])
    posts_as_on(found_posts, on)
    units_as_on([post.unit for post in found_posts], on)
    return Found(
        resources=resources.search(words, MOST),
        segments=found_segments,
        units=found_units,
        posts=found_posts,
        persons=list(persons.order_by("name", "pk")[:MOST]),
        places=list(places.select_related("parent").order_by("code", "pk")[:MOST]),
    )
