"""Reads that the rooms above ask of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from accountability.kit import days
from accountability.ledger.lifecycle import FOUND
from accountability.ledger.models import Event
from chiefs.posts import reports as posts
from chiefs.posts.models import Unit
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction
from chiefs.territory.reports import rule_for

from . import rules, ways
from .models import Case, Extension, Leg, ProblemKind, SeverityLimit
from .surroundings import Surroundings, level_of

__all__ = ["level_of"]  # asked of this room's reports by the rooms above


def severity_of(kind: ProblemKind, quantity: Decimal | None, on: date, place: Jurisdiction) -> tuple[str, SeverityLimit | None]:
    """Severity by the limit in force on the day at the place, and the row that said so."""
    limit = rule_for(SeverityLimit.objects.filter(kind=kind), on, place)
    if limit is None:
        return rules.severity(quantity, None, None), None
    return rules.severity(quantity, limit.serious_from, limit.major_from), limit


def verifier(case: Case) -> Unit | None:
    """The unit that goes and looks: the chief office of the county, else the one above; neither the doer nor complained of."""
    return Surroundings.of(case).verifier(case.done_unit_id)


def signers(case: Case) -> list[Unit]:
    """The chief offices that may sign the case off: of the level that handed it over, but never the unit that did the work."""
    return Surroundings.of(case).signers(case.done_unit_id, ways.handed_over_at(case))


def deciders(unit_id: int, on: date | None = None) -> set[int]:
    """The units that decide on more time for a unit: those that lead it by the dated row, never by its code."""
    return {unit.pk for unit in posts.superiors_of(unit_id, on or days.today())}


@dataclass(frozen=True)
class Held:
    """How long a level had a case: whole and part days."""

    level: str
    days: float


def days_per_level(case: Case, until: datetime | None = None) -> list[Held]:
    """Days per level, in the order in which the levels first had it; a sum over legs, so nothing needs a nightly job to stay true."""
    end = until or days.now()
    sums: dict[str, float] = defaultdict(float)
    for leg in ways.holdings(case):
        sums[leg.level] += rules.days_between(leg.received_at.timestamp(), (leg.left_at or end).timestamp())
    return [Held(level, round(total, 1)) for level, total in sums.items()]


def days_held(case: Case, at: datetime | None = None) -> int | None:
    """For how many days the present holder has had the case; None when it is signed off and nobody holds it."""
    last = next((leg for leg in reversed(ways.holdings(case)) if leg.left_at is None), None)
    return None if last is None else (days.day_of(at or days.now()) - days.day_of(last.received_at)).days


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
    """The cases that reached a post in [since, until), each with the days it was held and how it stood at the end of the period.

    A case belongs to whoever held the post on the day it was received there; days after the period belong to the successor.
    Work that a visit returned is no new case. What happens later (a reopening, say) changes nothing of an earlier term.
    """
    start, end = days.start_of(since), days.start_of(until) if until else days.now()
    legs = list(
        Leg.objects.filter(post_id=post_id, role=Leg.Role.LEAD, received_at__gte=start, received_at__lt=end)
        .select_related("case")
        .order_by("received_at", "pk")
    )
    reached = {leg.case_id for leg in legs if leg.how not in rules.CONTINUED}
    held: dict[int, float] = defaultdict(float)
    first: dict[int, Leg] = {}
    last: dict[int, Leg] = {}
    for leg in legs:
        if leg.case_id not in reached:
            continue
        left = min(leg.left_at or end, end)
        held[leg.case_id] += rules.days_between(leg.received_at.timestamp(), left.timestamp())
        first.setdefault(leg.case_id, leg)
        last[leg.case_id] = leg
    known = [leg.case for leg in first.values()]
    stood, dates = _stood(known, end), _legal_dates(known, end)
    return [_handled(leg.case, leg, last[pk], held[pk], stood[leg.case.stream], dates[pk], end) for pk, leg in first.items()]


@dataclass
class Stood:
    """How a case stood at a moment."""

    done_at: datetime | None = None
    signed_off_at: datetime | None = None
    times_returned: int = 0
    times_reopened: int = 0


def _stood(cases: list[Case], at: datetime) -> dict[str, Stood]:
    """By stream, from the ledger: what happened before ``at``, whatever happened since. One query."""
    found = {case.stream: Stood() for case in cases}
    acts = ["cases.report_done", "cases.return_to_work", "cases.sign_off", "cases.reopen"]
    events = Event.objects.filter(stream__in=list(found), act__in=acts, occurred_at__lt=at).order_by("stream", "seq")
    for stream, act, moment in events.values_list("stream", "act", "occurred_at"):
        case = found[stream]
        if act == "cases.report_done":
            case.done_at = moment
        elif act == "cases.sign_off":
            case.signed_off_at = moment
        else:
            case.done_at = case.signed_off_at = None
            case.times_returned += act == "cases.return_to_work"
            case.times_reopened += act == "cases.reopen"
    return found


def _legal_dates(cases: list[Case], at: datetime) -> dict[int, date]:
    """By case, the legal date as it stood at a moment: time that was granted or begun anew later changes nothing of it. Two queries."""
    found = {case.pk: case.due for case in cases}
    ids = {case.stream: case.pk for case in cases}
    granted = Extension.objects.filter(case__in=found, granted=True, decided_at__gte=at)
    moved = list(granted.values_list("decided_at", "case", "due_before"))
    for event in Event.objects.filter(stream__in=list(ids), act="cases.reopen", occurred_at__gte=at):
        if before := event.facts.get(FOUND, {}).get("due_before"):
            moved.append((event.occurred_at, ids[event.stream], date.fromisoformat(before)))
    for _moment, case_id, before in sorted(moved, reverse=True):
        found[case_id] = before  # the last one read is the first that moved it after the moment
    return found


def _handled(case: Case, first: Leg, last: Leg, held: float, stood: Stood, due: date, end: datetime) -> Handled:
    done = days.day_of(stood.done_at) if stood.done_at else None
    left = days.day_of(last.left_at) if last.left_at and last.left_at < end else None
    until = min(day for day in (done, left, days.day_of(end)) if day is not None)
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
        due=due,
        done_on=done,
        signed_off_on=days.day_of(stood.signed_off_at) if stood.signed_off_at else None,
        # Late: the legal date passed while the post had it and it was not done; what comes after is another's delay.
        late=until > due,
        times_returned=stood.times_returned,
        times_reopened=stood.times_reopened,
    )


@dataclass(frozen=True)
class OnTime:
    """How many of the cases of a post were done, and how many of them by their legal date."""

    cases: int
    done: int
    done_in_time: int
    late: int


def on_time(handled: Iterable[Handled]) -> OnTime:
    """The sum of what ``of_post`` gave; a case that is neither done nor late is still on its way."""
    rows = list(handled)
    return OnTime(
        cases=len(rows),
        done=sum(row.done_on is not None for row in rows),
        done_in_time=sum(row.done_on is not None and not row.late for row in rows),
        late=sum(row.late for row in rows),
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
