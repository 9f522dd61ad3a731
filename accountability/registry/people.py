"""Persons with all the terms that they ever held: restricted, see ``Person.objects.visible_to``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from accountability.kit.names import named
from accountability.kit.pieces import pieces
from accountability.ledger.acting import Acting
from accountability.ledger.registry import on_record
from chiefs.posts.models import Person, Post, Tenure, UnitPlace
from chiefs.posts.models_former import posts_as_on, units_as_on
from chiefs.territory import former
from chiefs.territory.models import Jurisdiction

MOST_TERMS = 200
PERSON_READERS = ("chief_office", "receiver", "organisation", "audit", "discipline")


def found(acting: Acting, on: date, words: str = "") -> QuerySet[Person]:
    """Persons that the reader may see, each with the terms held on the day. The list costs a page's rows and two queries."""
    rows = Person.objects.visible_to(acting)
    if not words:  # the whole list is counted; a name finds few anyhow
        rows = rows.served_in_reach(acting)
    return at(rows, None, on, words)


def at(rows: QuerySet[Person], within: Jurisdiction | None, on: date, words: str) -> QuerySet[Person]:
    """Some persons narrowed to a place (a township with its villages) and a part of a name, each with the terms held on the day."""
    if words:
        rows = rows.filter(named(words))
    if within is not None:
        place = "post__unit__jurisdiction"
        lies = former.lay(UnitPlace, on, former.inside(within, place), former.inside(within), "post__unit")
        rows = rows.filter(pk__in=Tenure.objects.in_force(on).filter(lies).values("person"))
    held = Tenure.objects.in_force(on).select_related("post__unit").order_by("since", "pk")
    return rows.prefetch_related(Prefetch("tenures", held, to_attr="held_today")).order_by("name", "pk")


def as_on(rows: Iterable[Any], on: date) -> list[Any]:
    """Persons whose posts and units of the day bear their names of the day. Three queries on a past day, none for today."""
    found = list(rows)
    posts = [tenure.post for person in found for tenure in person.held_today]
    posts_as_on(posts, on)
    units_as_on([post.unit for post in posts], on)
    return found


def file_of(rows: QuerySet[Person], on: date) -> Iterator[Any]:
    """The rows of a file of persons, as of a day."""
    for batch in pieces(rows.iterator(chunk_size=2000)):
        yield from as_on(batch, on)


@dataclass(frozen=True)
class Life:
    """One person's terms, the newest first, and what is on record of them."""

    person: Person
    terms: list[Tenure]
    posts_now: list[Post]
    recorded: list[object]


def life_of(person: Person, on: date) -> Life:
    """All terms ever held. One query and what the rooms above have on record."""
    terms = list(Tenure.objects.filter(person=person).select_related("post__unit__jurisdiction").order_by("-since", "-pk")[:MOST_TERMS])
    now = [t.post for t in terms if t.since <= on and (t.until is None or t.until > on)]
    return Life(person, terms, now, on_record.ask(person_id=person.pk, since=None, until=None))
