"""What others ask of patrols: the last ones of a post, and all of a term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from accountability.kit import days
from chiefs.duties import reports as duties
from chiefs.duties import rules as duty_rules
from chiefs.posts.models import Charge, Post, Tenure
from chiefs.resources.models import Segment

from . import rules
from .models import Patrol, PatrolCount


def valid_days(post_id: int, segments: Iterable[Segment], since: date) -> dict[int, list[date]]:
    """The days on which a post validly patrolled each segment since a day, also by a walk handed in for another. Two queries."""
    wanted = {segment.pk for segment in segments}
    found: dict[int, list[date]] = defaultdict(list)
    for _post, segment, day in walks([post_id], since, None):
        if segment in wanted:
            found[segment].append(day)
    return found


def walks(post_ids: Collection[int], since: date, until: date | None) -> list[tuple[int, int, date]]:
    """(post, segment, day) of every walk in [since, until) that counts: for the segment that it was handed in for, and for the
    further ones of the same person that it touched. One recording counts once for a segment. Two queries."""
    rows = Patrol.objects.filter(post__in=post_ids, state=Patrol.State.VALID, started_at__gte=days.start_of(since))
    more = PatrolCount.objects.filter(post__in=post_ids, valid=True, started_at__gte=days.start_of(since))
    if until is not None:
        rows, more = rows.filter(started_at__lt=days.start_of(until)), more.filter(started_at__lt=days.start_of(until))
    told: dict[tuple[int, int], list[rules.Walk]] = defaultdict(list)
    for post, segment, began, ended in rows.values_list("post", "segment", "started_at", "ended_at"):
        told[post, segment].append(rules.Walk(began, ended))
    for post, segment, began, ended in more.values_list("post", "segment", "started_at", "patrol__ended_at"):
        told[post, segment].append(rules.Walk(began, ended))
    return [(post, segment, days.day_of(walk.began)) for (post, segment), several in told.items() for walk in rules.once(several)]


@dataclass(frozen=True)
class Walked:
    """One patrol as a departure audit counts it."""

    stream: str
    number: str
    segment: str
    day: date
    arrived_on: date
    walked_m: int
    valid: bool
    findings: int


@dataclass(frozen=True)
class Asked:
    """One period of one obligation in a term, with what came of it."""

    segment: str
    since: date
    until: date
    wanted: int
    done: int
    met: bool
    rule_id: int


def of_tenure(tenure: Tenure, since: date, until: date) -> list[Walked]:
    """The patrols of a term that happened in [since, until); when they arrived does not matter."""
    rows = (
        Patrol.objects.filter(tenure=tenure, started_at__gte=days.start_of(since), started_at__lt=days.start_of(until))
        .exclude(state=Patrol.State.SUBMITTED)
        .select_related("segment")
        .prefetch_related("findings")
        .order_by("started_at", "pk")
    )
    return [
        Walked(
            stream=p.stream,
            number=p.number,
            segment=p.segment.name,
            day=days.day_of(p.started_at),
            arrived_on=days.day_of(p.arrived_at),
            walked_m=p.walked_m,
            valid=p.state == Patrol.State.VALID,
            findings=len(p.findings.all()),
        )
        for p in rows
    ]


def asked_of(post: Post, since: date, until: date) -> list[Asked]:
    """What the patrol obligations asked of a post in [since, until), period by period and segment by segment.

    The rule in force on the first day of each period decides; a period that the term only touches, or that was let off, is not owed.
    """
    found: list[Asked] = []
    charges = list(
        Charge.objects.touching(since, until).filter(post=post).select_related("segment__resource__scheme", "segment__jurisdiction__parent")
    )
    walked = valid_days(post.pk, [c.segment for c in charges], since)
    waived = duties.waived(post, [c.segment for c in charges], since, until)
    for charge in charges:
        first = max(since, charge.since)
        last = min(until, charge.until) if charge.until else until
        walks_there = walked.get(charge.segment_id, [])
        reached = first
        for since_, until_, row in duties.stretches(post, charge.segment, first, last):
            # A period in which the rule changes is still owed by the rule of its first day.
            begins, ends = max(reached, since_), min(last, duty_rules.period(until_ - timedelta(days=1), row.every)[1])
            for owed in duty_rules.owed(
                begins, ends, row.every, row.times, row.resting_months, walks_there, waived.get(charge.segment_id, ())
            ):
                found.append(Asked(charge.segment.name, owed.since, owed.until, owed.wanted, owed.done, owed.met, row.pk))
            reached = ends
    return found
