"""Records that may be one person: for somebody to look at, and to join by hand. Reads only."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count

from accountability.ledger.acting import Acting
from chiefs.territory.models import Level

from . import rules
from .models import Person, Tenure

MOST_NAMES = 300  # names that occur twice, of which the records are compared
MOST_OF_ONE_NAME = 40
TOWNSHIP_SIGNS = 9  # of the path of a place: a township's, and that of its villages


@dataclass
class Double:
    """A record with the terms by which somebody knows it."""

    person: Person
    terms: list[Tenure] = field(default_factory=list)

    @property
    def entry(self) -> rules.Entry:
        places = {
            term.post.unit.jurisdiction.path[:TOWNSHIP_SIGNS]
            for term in self.terms
            if term.post.unit.jurisdiction.level in (Level.TOWNSHIP, Level.VILLAGE)
        }
        held: tuple[tuple[int, date, date | None], ...] = tuple((term.post_id, term.since, term.until) for term in self.terms)
        return rules.Entry(self.person.phone, held, frozenset(places))


def possible(acting: Acting) -> list[tuple[Double, Double]]:
    """Pairs of one name among the persons that a post may look up. Three queries, however many records there are."""
    seen = Person.objects.visible_to(acting)
    names = seen.values("name").annotate(times=Count("pk")).filter(times__gt=1).order_by("name").values_list("name", flat=True)
    groups: dict[str, list[Double]] = defaultdict(list)
    by_pk: dict[int, Double] = {}
    for person in seen.filter(name__in=list(names[:MOST_NAMES])).order_by("name", "pk"):
        by_pk[person.pk] = Double(person)
        groups[person.name].append(by_pk[person.pk])
    terms = Tenure.objects.standing().filter(person__in=by_pk).select_related("post__unit__jurisdiction")
    for term in terms.order_by("since", "pk"):
        by_pk[term.person_id].terms.append(term)
    return list(_pairs(groups))


def _pairs(groups: dict[str, list[Double]]) -> Iterator[tuple[Double, Double]]:
    for rows in groups.values():
        for one, two in itertools.combinations(rows[:MOST_OF_ONE_NAME], 2):
            if rules.may_be_one(one.entry, two.entry):
                yield one, two
