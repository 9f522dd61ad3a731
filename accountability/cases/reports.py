"""Reads that the rooms above ask of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from accountability.kit import days
from accountability.ledger.models import Event
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Unit
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction
from chiefs.territory.reports import rule_for

from . import rules
from .models import Case, Leg, ProblemKind, SeverityLimit


def chain_of(place: Jurisdiction, segment: Segment | None, on: date) -> tuple[dict[str, list[rules.Seat]], dict[str, rules.Seat]]:
    """The seats that could receive for a place: chiefs by level, and the government desk of each level."""
    chiefs: dict[str, list[rules.Seat]] = {}
    if segment is not None:
        answering = posts.answerers(segment, on)
        vacant = posts.vacant_among([p.pk for group in answering.values() for p in group], on)
        chiefs = {lvl: [rules.Seat(p.pk, p.unit_id, p.pk not in vacant) for p in group] for lvl, group in answering.items()}
    receivers = {}
    for level_place in posts.ancestors(place):
        if post := posts.receiver_at(level_place, on):
            receivers[level_place.level] = rules.Seat(post.pk, post.unit_id)
    return chiefs, receivers


def barred_by(subject: Post | None) -> rules.Barred:
    """Whom a complaint about a post keeps out."""
    if subject is None:
        return rules.NOBODY
    return rules.Barred(frozenset({subject.unit_id}), subject.kind.level or subject.unit.jurisdiction.level)


def severity_of(kind: ProblemKind, quantity: Decimal | None, on: date, place: Jurisdiction) -> tuple[str, SeverityLimit | None]:
    """Severity by the limit in force on the day at the place, and the row that said so."""
    limit = rule_for(SeverityLimit.objects.filter(kind=kind), on, place)
    if limit is None:
        return rules.severity(quantity, None, None), None
    return rules.severity(quantity, limit.serious_from, limit.major_from), limit


def level_of(post: Post) -> str:
    """The level at which a post works: its kind's, else its unit's place."""
    return post.kind.level or post.unit.jurisdiction.level


def offices_of(place: Jurisdiction, on: date) -> list[Unit]:
    """The chief offices that watch over a place, from the bottom up."""
    chain = posts.ancestors(place)
    order = {jurisdiction.pk: step for step, jurisdiction in enumerate(chain)}
    found = posts.units_with(Function.CHIEF_OFFICE, order, on)
    return sorted(found, key=lambda unit: (order[unit.jurisdiction_id], unit.pk))


def verifier(case: Case, on: date | None = None) -> Unit | None:
    """The unit that goes and looks: the lowest chief office around the place, neither the doer nor complained of."""
    out = {case.done_unit_id, case.subject_post.unit_id if case.subject_post_id else None}
    return next((u for u in offices_of(case.jurisdiction, on or days.today()) if u.pk not in out), None)


def signers(case: Case, on: date | None = None) -> list[Unit]:
    """The chief offices that may sign the case off: any around the place, but the unit that did the work."""
    out = {case.done_unit_id, case.subject_post.unit_id if case.subject_post_id else None}
    return [u for u in offices_of(case.jurisdiction, on or days.today()) if u.pk not in out]


def deciders(unit_id: int, on: date | None = None) -> set[int]:
    """The units that decide on more time for a unit: those that lead it by the dated row, never by its code."""
    return {unit.pk for unit in posts.superiors_of(unit_id, on or days.today())}


def open_leg(case: Case) -> Leg:
    """The present holding. Every open case has exactly one."""
    return case.legs.select_related("post__kind", "unit").get(role=Leg.Role.LEAD, left_at=None)


@dataclass(frozen=True)
class Held:
    """How long a level had a case: whole and part days."""

    level: str
    days: float


def days_per_level(case: Case, until: datetime | None = None) -> list[Held]:
    """Days per level, in the order in which the levels first had it; a sum over legs, so nothing needs a nightly job to stay true."""
    end = until or case.signed_off_at or days.now()
    sums: dict[str, float] = defaultdict(float)
    for leg in case.legs.filter(role=Leg.Role.LEAD).order_by("received_at", "pk"):
        sums[leg.level] += rules.days_between(leg.received_at.timestamp(), (leg.left_at or end).timestamp())
    return [Held(level, round(total, 1)) for level, total in sums.items()]


@dataclass(frozen=True)
class Handled:
    """A case as it concerns one post in one period: what a departure audit counts."""

    case_id: int
    number: str
    stream: str
    title: str
    severity: str
    happened_on: date
    received_on: date
    left_on: date | None
    days_held: float
    due: date
    done_on: date | None
    signed_off_on: date | None
    late: bool
    times_returned: int
    times_reopened: int


def of_post(post_id: int, since: date, until: date | None) -> list[Handled]:
    """The cases that reached a post in [since, until), each with the days it was held within the period.

    A case belongs to whoever held the post on the day it was received there; days after the period belong to the successor.
    """
    start, end = days.start_of(since), days.start_of(until) if until else days.now()
    legs = (
        Leg.objects.filter(post_id=post_id, role=Leg.Role.LEAD, received_at__gte=start, received_at__lt=end)
        .select_related("case")
        .order_by("received_at", "pk")
    )
    held: dict[int, float] = defaultdict(float)
    first: dict[int, Leg] = {}
    last: dict[int, Leg] = {}
    for leg in legs:
        left = min(leg.left_at or end, end)
        held[leg.case_id] += rules.days_between(leg.received_at.timestamp(), left.timestamp())
        first.setdefault(leg.case_id, leg)
        last[leg.case_id] = leg
    return [_handled(leg.case, leg, last[pk], held[pk], end) for pk, leg in first.items()]


def _handled(case: Case, first: Leg, last: Leg, held: float, end: datetime) -> Handled:
    signed = days.day_of(case.signed_off_at) if case.signed_off_at and case.signed_off_at < end else None
    done = days.day_of(case.done_at) if case.done_at and case.done_at < end else None
    # Late: the legal date passed before it was done, counted up to the end of the period and not beyond.
    late = (done or days.day_of(end)) > case.due
    left = days.day_of(last.left_at) if last.left_at and last.left_at < end else None
    return Handled(
        case_id=case.pk,
        number=case.number,
        stream=case.stream,
        title=case.title,
        severity=case.severity,
        happened_on=days.day_of(case.occurred_at),
        received_on=days.day_of(first.received_at),
        left_on=left,
        days_held=round(held, 1),
        due=case.due,
        done_on=done,
        signed_off_on=signed,
        late=late,
        times_returned=case.times_returned,
        times_reopened=case.times_reopened,
    )


def similar(place: Jurisdiction, kinds: Iterable[ProblemKind], since: date, segment: Segment | None = None) -> QuerySet[Case]:
    """Open cases that may be the same matter: near in place, of a like kind, not older than ``since``; the nearest first in time."""
    near = Q(jurisdiction=place)
    if segment is not None:
        near |= Q(segment=segment)
    if place.parent_id is not None and place.level == "village":
        near |= Q(jurisdiction_id=place.parent_id)
    rows = Case.objects.open().filter(near, occurred_at__gte=days.start_of(since))
    wanted = list(kinds)
    if wanted:
        rows = rows.filter(kind__in=wanted) | rows.filter(segment=segment, segment__isnull=False)
    return rows.select_related("kind", "holder", "jurisdiction", "segment").order_by("-occurred_at", "-pk")


def history(case: Case) -> list[Event]:
    """Everything that happened to the case, oldest first."""
    return list(Event.objects.filter(stream=case.stream).order_by("seq"))
