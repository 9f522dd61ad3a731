"""Whatever happens to terms, deputies, charges and divisions: every day has its answerer at every level, or a named vacancy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import GateError
from chiefs.posts import answering, charges, deputations, tenures
from chiefs.posts.functions import Function
from chiefs.posts.models import Charge, Deputation, Person, Post, Superior, Tenure, Unit, Watch
from chiefs.resources.models import GridCell, Segment
from chiefs.territory import actions as territory
from chiefs.territory.actions import Beginning
from chiefs.territory.models import Jurisdiction
from tests.factories import territory as places
from tests.factories.posts import PersonFactory, PostFactory, TenureFactory, UnitFactory, acting_for, chief, desk, government
from tests.factories.resources import SegmentFactory
from tests.factories.territory import LONG_AGO

TODAY = days.today()
WINDOW = 8  # days that are looked at one by one
LEVELS = ("village", "township", "county", "prefecture")


def day(n: int) -> dt.date:
    return TODAY + dt.timedelta(days=n)


@dataclass
class Told:
    """What is known of the history without asking the product: periods as [person or None, since, until)."""

    held: dict[int, list[tuple[Person, int, int]]] = field(default_factory=dict)
    standing: dict[int, list[tuple[Person, int, int]]] = field(default_factory=dict)  # by the post of the holder
    charged: dict[tuple[int, int], list[tuple[int, int]]] = field(default_factory=dict)
    merged_on: int = WINDOW * 9

    def on(self, periods, n):
        return [period[0] for period in periods if period[-2] <= n < period[-1]]


FOREVER = WINDOW * 9


class World:
    """Two townships with a village each, chiefs at random levels, desks at random levels; everything by the real actions."""

    def __init__(self, vacant: set[int], desks: set[str]) -> None:
        self.told = Told()
        self.villages = [places.village(), places.village("513301202200", "试验邻村")]
        self.segments = [SegmentFactory(jurisdiction=place) for place in self.villages]
        self.place = {
            "village": self.villages,
            "township": [place.parent for place in self.villages],
            "county": [places.county()] * 2,
            "prefecture": [places.prefecture()] * 2,
        }
        self.units: dict[int, Unit] = {}
        for level, there in self.place.items():
            for place in there:
                kind = Unit.Kind.VILLAGE if level == "village" else Unit.Kind.GOVERNMENT
                unit = self.units.get(place.pk) or UnitFactory(jurisdiction=place, kind=kind)
                if level in desks and place.pk not in self.units:
                    desk(unit, Function.RECEIVER)
                self.units[place.pk] = unit
        self.desks = desks
        office = desk(UnitFactory(jurisdiction=places.prefecture(), kind=Unit.Kind.OFFICE), Function.CHIEF_OFFICE)
        self.office: Acting = acting_for(office)
        self.posts: list[Post] = []
        for number, (level, side) in enumerate((level, side) for level in LEVELS for side in (0, 1)):
            post = chief(level, self.units[self.place[level][side].pk])
            (person,) = (term.person for term in post.tenures.all())
            self.told.held[post.pk] = [(person, -FOREVER, FOREVER)]
            if number in vacant:
                post.tenures.all().delete()
                self.told.held[post.pk] = []
            self.posts.append(post)
            self.told.standing[post.pk] = []

    def expected(self, segment: Segment, n: int) -> dict[str, list[tuple[list[str], str | None, int | None]]]:
        """level -> for each post that answers (one None-line where none does): holders, deputy, unit that receives."""
        told, side, found = self.told, self.segments.index(segment), {}
        for level in LEVELS:
            lines = []
            for post in self.posts:
                if post.kind.level != level or not self.told.on([(None, *p) for p in told.charged.get((post.pk, segment.pk), [])], n):
                    continue
                holders = [person.name for person in told.on(told.held[post.pk], n)]
                deputy = next((person.name for person in told.on(told.standing[post.pk], n)), None) if holders else None
                lines.append((holders, deputy, None if holders else self.receiver(level, side, n)))
            found[level] = lines or [([], None, self.receiver(level, side, n))]
        return found

    def receiver(self, level: str, side: int, n: int) -> int | None:
        """The nearest desk upwards. From the day of the merger on, the first township's government serves both."""
        for above in LEVELS[LEVELS.index(level) :]:
            if above in self.desks:
                which = 0 if above == "township" and n >= self.told.merged_on else side
                return self.units[self.place[above][which].pk].pk
        return None

    def told_by_the_product(self, segment: Segment, n: int):
        found: dict[str, list] = {}
        for line in answering.who_answered(Segment.objects.select_related("resource__scheme", "jurisdiction").get(pk=segment.pk), day(n)):
            named = [holder.name for holder in line.holders]
            receiver = line.receiver.unit_id if line.receiver else None
            found.setdefault(line.level, []).append((named, line.deputy and line.deputy.name, receiver))
            assert line.holders or line.receiver is None or line.receiving, "who receives is named"
        return found

    # -- what may happen; each returns without a change where the product refuses -----------------------------------------

    def appoint(self, post: Post, a: int, b: int) -> None:
        person = PersonFactory()
        tenures.appoint(post, person=person, since=day(a), until=day(b) if b < WINDOW else None, basis="任字1号", by=self.office)
        self.told.held[post.pk].append((person, a, b if b < WINDOW else FOREVER))

    def succeed(self, post: Post, a: int, b: int) -> None:
        term = self.term(post, a)
        person = PersonFactory()
        tenures.succeed(term, person=person, day=day(a), basis="任字1号", by=self.office)
        self.cut(post, term.person, a)
        self.told.held[post.pk].append((person, a, FOREVER))

    def end(self, post: Post, a: int, b: int) -> None:
        term = self.term(post, a)
        tenures.end_term(term, day=day(a), reason="免职", by=self.office)
        self.cut(post, term.person, a)

    def deputise(self, post: Post, a: int, b: int) -> None:
        person = PersonFactory()
        deputations.deputise(self.term(post, a), person=person, since=day(a), until=day(b), reason="培训", by=self.office)
        self.told.standing[post.pk].append((person, a, b))

    def charge(self, post: Post, a: int, b: int) -> None:
        for segment in self.segments:
            try:
                charges.give_charge(post, segment, since=day(a), until=day(b) if b < WINDOW else None, by=self.office)
            except GateError:
                continue
            self.told.charged.setdefault((post.pk, segment.pk), []).append((a, b if b < WINDOW else FOREVER))

    def release(self, post: Post, a: int, b: int) -> None:
        row = Charge.objects.in_force(day(a)).filter(post=post).first()
        if row is None:
            return
        charges.end_charge(row, day=day(a), by=self.office)
        periods = self.told.charged[(post.pk, row.segment_id)]
        self.told.charged[(post.pk, row.segment_id)] = [(s, a if s < a < u else u) for s, u in periods]

    def merge(self, post: Post, a: int, b: int) -> None:
        if self.told.merged_on < FOREVER:
            return
        old = self.place["township"]
        act = territory.reorganise(
            kind="merged", ending=old, beginning=[Beginning("雅新镇", "镇", "513301103000")], day=day(a), basis="川民政1号", by=self.office
        )
        goes_on = Unit.objects.get(pk=self.units[old[0].pk].pk)
        territory.settle(act, goes_on, to=Jurisdiction.objects.get(code="513301103000"), by=self.office)
        self.told.merged_on = a

    def term(self, post: Post, n: int) -> Tenure:
        """The term on the day before, to be ended or stood in for."""
        rows = Tenure.objects.filter(post=post, since__lt=day(n)).order_by("-since")
        return rows.first() or TenureFactory.build(post=post, pk=0)

    def cut(self, post: Post, person: Person, n: int) -> None:
        self.told.held[post.pk] = [(p, s, n if p == person else u) for p, s, u in self.told.held[post.pk]]


DEEDS = ("appoint", "succeed", "end", "deputise", "charge", "charge", "release", "merge")
deed = st.tuples(st.sampled_from(DEEDS), st.integers(0, 7), st.integers(0, WINDOW - 1), st.integers(1, WINDOW))


class AnyHistory(TestCase):
    @settings(max_examples=12)
    @given(
        vacant=st.sets(st.integers(0, 7), max_size=3),
        desks=st.sets(st.sampled_from(LEVELS), min_size=1),
        history=st.lists(deed, min_size=3, max_size=12),
    )
    def test_every_day_has_its_answerer_at_every_level_or_a_named_vacancy(self, vacant, desks, history):
        world = World(vacant, desks)
        for post in world.posts:
            world.charge(post, 0, WINDOW)
        for name, which, a, length in history:
            post = world.posts[which]
            try:
                with transaction.atomic():
                    getattr(world, name)(post, a, a + length)
            except (GateError, Tenure.DoesNotExist):
                continue  # refused whole: the history that was told has not changed either
        for n in range(WINDOW):
            for segment in world.segments:
                assert world.told_by_the_product(segment, n) == world.expected(segment, n), (n, segment.code)


def lasting(a: int, length: int | None) -> tuple[dt.date, dt.date | None]:
    return day(a), None if length is None else day(a + length)


period = st.tuples(st.integers(0, 12), st.one_of(st.none(), st.integers(1, 6)))


def share_a_day(one, other) -> bool:
    ends = [FOREVER if length is None else a + length for a, length in (one, other)]
    return one[0] < ends[1] and other[0] < ends[0]


class NoTwoAtOnce(TestCase):
    """The same for every table, on both databases: what shares a day with another row of its kind does not get in."""

    @settings(max_examples=15)
    @given(rows=st.lists(period, min_size=2, max_size=6), which=st.sampled_from(["tenure", "charge", "superior", "deputation", "watch"]))
    def test_no_two_rows_share_a_day(self, rows, which):
        insert = self.table(which)
        kept: list = []
        for row in rows:
            since, until = lasting(*row)
            if which == "deputation":
                until = until or day(40)
                row = (row[0], (until - since).days)
            try:
                with transaction.atomic():
                    insert(since, until)
            except IntegrityError:
                assert any(share_a_day(row, other) for other in kept)
                continue
            assert not any(share_a_day(row, other) for other in kept)
            kept.append(row)

    def table(self, which: str):
        post = chief("village", government(places.village()))
        if which == "tenure":
            post.tenures.all().delete()
            return lambda since, until: Tenure.objects.create(post=post, person=PersonFactory(), since=since, until=until)
        if which == "charge":
            segment = SegmentFactory()
            return lambda since, until: Charge.objects.create(post=post, segment=segment, since=since, until=until)
        if which == "superior":
            one, other = UnitFactory(), UnitFactory()
            return lambda since, until: Superior.objects.create(unit=one, superior=other, since=since, until=until)
        if which == "deputation":
            term = post.tenures.get()
            return lambda since, until: Deputation.objects.create(
                tenure=term, person=PersonFactory(), since=since, until=until, reason="培训"
            )
        ranger = PostFactory()
        cell = GridCell.objects.create(code="W-1", name="一号网格", jurisdiction=places.village(), since=LONG_AGO)
        return lambda since, until: Watch.objects.create(post=ranger, cell=cell, since=since, until=until)
