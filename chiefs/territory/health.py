"""What is missing or wrong in the register: lists that each room answers for itself, counted by place, each with what mends it.

A room answers ``ledger.registry.register_faults`` with one ``Faults`` for each kind of thing that may be missing. Nothing is
read before somebody asks for a count or for rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.ledger.acting import Reach

from .models import Jurisdiction, Reorganisation, Succession


@dataclass(frozen=True)
class Found:
    """One thing that is missing: what, where, since when it is so (if that is known), and the address of what mends it."""

    label: str
    place: str
    page: str
    mend: str
    since: date | None = None
    told: str = ""


@dataclass(frozen=True)
class Faults(ABC):
    """One kind of fault. ``code`` stands in addresses, ``about`` says why it is one and what is to be done."""

    code: str
    title: str
    about: str

    @abstractmethod
    def counts(self) -> dict[int, int]:
        """Jurisdiction id -> how many lie there."""

    @abstractmethod
    def rows(self) -> Any:
        """What there is, in the order of places; sliced by whoever shows it."""

    @abstractmethod
    def describe(self, rows: Sequence[Any]) -> list[Found]:
        """The rows of one page as they are shown, in a number of queries that does not depend on them."""


@dataclass(frozen=True)
class Queried(Faults):
    """Faults that the database finds. ``at``: the way from a row to its jurisdiction; ``former.place_then`` where that may have moved."""

    found: QuerySet[Any]
    at: Any
    told: Callable[[Sequence[Any]], list[Found]]

    def counts(self) -> dict[int, int]:
        place = F(self.at) if isinstance(self.at, str) else self.at
        grouped = self.found.order_by().select_related(None).values(at_place=place).annotate(number=Count("pk"))
        return {row["at_place"]: row["number"] for row in grouped}

    def rows(self) -> QuerySet[Any]:
        return self.found

    def describe(self, rows: Sequence[Any]) -> list[Found]:
        return self.told(rows)


@dataclass(frozen=True)
class Reckoned(Faults):
    """Faults that are reckoned from rows: ``find`` gives them with the places that each concerns."""

    find: Callable[[], Iterable[tuple[Any, set[int]]]]
    told: Callable[[Sequence[Any]], list[Found]]

    def counts(self) -> dict[int, int]:
        sums: dict[int, int] = {}
        for _fault, places in self.find():
            # One fault counts once, at one place: the sum over the places is the length of the list.
            place = min(places)
            sums[place] = sums.get(place, 0) + 1
        return sums

    def rows(self) -> list[Any]:
        return [fault for fault, _places in self.find()]

    def describe(self, rows: Sequence[Any]) -> list[Found]:
        return self.told(rows)


def name_of(place: Model | None) -> str:
    """A place with the one above it, as lists name it."""
    if not isinstance(place, Jurisdiction):
        return ""
    return f"{place.parent.name} · {place.name}" if place.parent else place.name


def register_faults(*, reach: Reach, on: date) -> list[Faults]:
    """Answer to the question of the same name: changes of divisions that are not settled, and successions nobody has confirmed."""
    inside = reach.q(path="within__path", jurisdiction="within_id")
    acts = Reorganisation.objects.filter(inside, state=Reorganisation.State.RECORDED).select_related("within__parent")
    gone = reach.q(path="predecessor__path", jurisdiction="predecessor_id")
    unsure = Succession.objects.filter(gone, confirmation=Succession.Confirmation.UNCERTAIN)
    unsure = unsure.select_related("predecessor__parent__parent", "successor").order_by("predecessor__path", "pk")
    return [
        Queried(
            "changes",
            _("Changes of divisions that are not settled"),
            _("Something still stands on units that are no more."),
            acts.order_by("day", "pk"),
            "within",
            _tell_acts,
        ),
        Queried(
            "successions",
            _("Successions that nobody has confirmed"),
            _("It is not certain what these units became. The past of a place is known only as far as its successions are."),
            unsure,
            "predecessor",
            _tell_successions,
        ),
    ]


def _tell_acts(rows: Sequence[Any]) -> list[Found]:
    return [
        Found(
            str(act.get_kind_display()), name_of(act.within), reverse("territory:change", args=[act.client_ref]), _("Settle"), since=act.day
        )
        for act in rows
    ]


def _tell_successions(rows: Sequence[Any]) -> list[Found]:
    return [
        Found(
            row.predecessor.name,
            name_of(row.predecessor.parent),
            reverse("territory:succession", args=[row.ref]),
            _("Confirm"),
            since=row.day,
            told=row.successor.name if row.successor else _("no successor is known"),
        )
        for row in rows
    ]
