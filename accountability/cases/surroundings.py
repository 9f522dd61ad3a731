"""Who stands around the place of a case: chiefs, government desks, chief offices and departments, read in two statements."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef

from accountability.kit import days
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Charge, Post, Tenure, Unit
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction, Level

from . import rules
from .models import Case

WATCH_FROM = (Level.COUNTY, Level.PREFECTURE)  # chief offices that follow, verify and sign off


def level_of(post: Post) -> str:
    """The level at which a post works: its kind's, else its unit's place."""
    return post.kind.level or post.unit.jurisdiction.level


def staffed(row: Any) -> bool:
    """Whether somebody is in office at the post of a row read by Surroundings."""
    return bool(row.in_office)


class Surroundings:
    """Asked as often as needed on one day; whoever is complained of, and what stands under that unit, is not among them."""

    def __init__(self, place: Jurisdiction, segment: Segment | None, subject: Post | None, on: date | None = None) -> None:
        self.place, self.segment, self.subject, self.on = place, segment, subject, on or days.today()

    @classmethod
    def of(cls, case: Case) -> Surroundings:
        return cls(case.jurisdiction, case.segment, case.subject_post)

    @cached_property
    def _order(self) -> dict[int, int]:
        """The place and all above it, by id, from the bottom up."""
        return {place.pk: step for step, place in enumerate(posts.ancestors(self.place))}

    @cached_property
    def _desks(self) -> list[Post]:
        """Posts at these places that are more than a chief's, with whether somebody is in office; nearest place first."""
        in_office = Exists(Tenure.objects.in_force(self.on).filter(post=OuterRef("pk")))
        rows = (
            Post.objects.in_force(self.on)
            .filter(unit__jurisdiction__in=self._order)
            .exclude(kind__functions=[Function.CHIEF.value])
            .select_related("kind__scheme", "unit__jurisdiction")
            .annotate(in_office=in_office)
        )
        return sorted(rows, key=lambda post: (self._order[post.unit.jurisdiction_id], post.pk))

    @cached_property
    def _charges(self) -> list[Charge]:
        """Who answers for the segment, and whether somebody is in office."""
        if self.segment is None:
            return []
        in_office = Exists(Tenure.objects.in_force(self.on).filter(post=OuterRef("post")))
        rows = Charge.objects.in_force(self.on).filter(segment=self.segment).annotate(in_office=in_office).order_by("pk")
        return list(rows.select_related("post__kind__scheme", "post__unit__jurisdiction"))

    @cached_property
    def barred(self) -> rules.Barred:
        """Whom a complaint about a post keeps out: its unit, what that unit leads, and every chief up to its level.

        Above the prefecture nobody is in office here: a matter about one of its departments goes to its own chief.
        """
        if self.subject is None:
            return rules.NOBODY
        level = level_of(self.subject)
        if level == Level.PREFECTURE and not self.subject.kind.may(Function.CHIEF):
            level = Level.COUNTY
        in_office = Tenure.objects.in_force(self.on)
        holders = in_office.filter(post=self.subject).values("person")
        theirs = frozenset(in_office.filter(person__in=holders).values_list("post", flat=True))
        return rules.Barred(frozenset(posts.units_under(self.subject.unit_id, self.on)), level, theirs)

    @cached_property
    def chiefs(self) -> dict[str, list[rules.Seat]]:
        found: dict[str, list[rules.Seat]] = {}
        for charge in self._charges:
            seat = rules.Seat(charge.post_id, charge.post.unit_id, staffed(charge))
            found.setdefault(level_of(charge.post), []).append(seat)
        return found

    @cached_property
    def receivers(self) -> dict[str, rules.Seat]:
        """The government desk of each level; one in office before a vacant one."""
        found: dict[str, rules.Seat] = {}
        for post in self._desks:
            government = post.unit.kind in (Unit.Kind.GOVERNMENT, Unit.Kind.VILLAGE)
            level = post.unit.jurisdiction.level
            if government and post.kind.may(Function.RECEIVER) and not (level in found and found[level].held):
                seat = rules.Seat(post.pk, post.unit_id, staffed(post))
                found[level] = seat if seat.held else found.get(level, seat)
        return found

    def answers(self, post_id: int) -> bool:
        """Whether a post answers for the segment."""
        return any(charge.post_id == post_id for charge in self._charges)

    def in_office(self, post: Post) -> bool:
        """Whether somebody holds the post, and the post itself is in force."""
        known = {desk.pk: staffed(desk) for desk in self._desks} | {charge.post_id: staffed(charge) for charge in self._charges}
        if post.pk in known:
            return known[post.pk]
        lasts = post.since <= self.on and (post.until is None or post.until > self.on)
        return lasts and not posts.is_vacant(post, self.on)

    def keeps_out(self, post: Post) -> bool:
        return self.barred.keeps_out(rules.Seat(post.pk, post.unit_id), level_of(post))

    def first(self) -> Post | None:
        """Who receives a matter that nobody holds yet: the lowest level from the place on."""
        start = self.place.level if self.place.level in rules.UPWARDS else Level.COUNTY
        return self._post(rules.route(start, self.chiefs, self.receivers, self.barred))

    def above(self, level: str) -> Post | None:
        """Who receives a report up from a level: the next one with a chief in office, else its government desk."""
        return self._post(rules.route(level, self.chiefs, self.receivers, self.barred, include_start=False))

    def at(self, level: str) -> Post | None:
        """Who receives at a level now, else above it."""
        return self._post(rules.route(level, self.chiefs, self.receivers, self.barred)) if level in rules.UPWARDS else None

    def below(self, level: str) -> list[Post]:
        """The posts below a level that answer for the place and are in office, the nearest level first."""
        steps = rules.UPWARDS[: rules.UPWARDS.index(level)] if level in rules.UPWARDS else ()
        seats = [seat for step in reversed(steps) for seat in rules.seats_at(step, self.chiefs, self.receivers, self.barred)]
        return [post for seat in seats if (post := self._known(seat.post_id))]

    def _post(self, found: tuple[str, rules.Seat] | None) -> Post | None:
        return self._known(found[1].post_id) if found else None

    def _known(self, post_id: int) -> Post | None:
        return next((p for p in (*self._desks, *(charge.post for charge in self._charges)) if p.pk == post_id), None)

    @cached_property
    def offices(self) -> list[Unit]:
        """The chief offices of the county and the prefecture, from the bottom up."""
        found = [p.unit for p in self._desks if p.kind.may(Function.CHIEF_OFFICE) and p.unit.jurisdiction.level in WATCH_FROM]
        return [unit for unit in {unit.pk: unit for unit in found}.values() if unit.pk not in self.barred.unit_ids]

    def verifier(self, done_unit_id: int | None) -> Unit | None:
        """The unit that goes and looks: the county's chief office, else the one above; never the one that did the work."""
        return next((unit for unit in self.offices if unit.pk != done_unit_id), None)

    def signers(self, done_unit_id: int | None, handed_over_at: str) -> list[Unit]:
        """The chief offices of the level that handed the case over, else of the next above that has one, else any other."""
        others = [unit for unit in self.offices if unit.pk != done_unit_id]
        least = rules.UPWARDS.index(handed_over_at) if handed_over_at in rules.UPWARDS else 0
        upper = [unit for unit in others if rules.UPWARDS.index(unit.jurisdiction.level) >= least] or others
        return [unit for unit in upper if unit.jurisdiction_id == upper[0].jurisdiction_id]

    @cached_property
    def departments(self) -> list[Post]:
        """The desks of departments that serve the place and have somebody in office: of its county first, then of the prefecture."""
        return [p for p in self._desks if p.kind.may(Function.DEPARTMENT) and staffed(p) and not self._barred_desk(p)]

    def _barred_desk(self, desk: Post) -> bool:
        return desk.unit_id in self.barred.unit_ids or desk.pk in self.barred.post_ids

    def departments_near(self, holder: Post) -> list[Post]:
        """Those of the county and, for the county's own posts, of the prefecture: what a township cannot solve goes up first."""
        highest = max(rules.UPWARDS.index(level_of(holder)) + 1, rules.UPWARDS.index(Level.COUNTY))
        return [p for p in self.departments if rules.UPWARDS.index(level_of(p)) <= highest]
