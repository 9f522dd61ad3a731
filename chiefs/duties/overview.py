"""Where the obligations of posts stand on a day: patrols reckoned from the walks, meetings and reports from their rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accountability.clocks.rules import period
from accountability.kit import days
from accountability.ledger.registry import patrolled
from chiefs.posts.models import Charge, Post
from chiefs.resources.models import Segment

from . import reports, rules
from .choices import Position, Reason, What
from .models import Obligation, PatrolObligation, Waiver

LONGEST = timedelta(days=366)  # of any calendar period
Asked = tuple[PatrolObligation, date, date]


@dataclass(frozen=True)
class Standing:
    """One obligation of a post in the period in which the day lies. Of a patrol: ``segment`` and ``rule``; else ``obligation``."""

    post: Post
    what: str
    since: date
    until: date
    state: str
    wanted: int = 1
    done: int = 0
    reason: str = ""
    segment: Segment | None = None
    rule: PatrolObligation | None = None
    obligation: Obligation | None = None

    @property
    def due(self) -> date:
        return self.until - timedelta(days=1)

    @property
    def is_open(self) -> bool:
        return self.state in (Position.PLANNED, Position.DUE)

    def get_state_display(self) -> str:
        return str(Position(self.state).label)

    def get_reason_display(self) -> str:
        return str(Reason(self.reason).label) if self.reason else ""


def of_posts(posts: Sequence[Post], on: date) -> list[Standing]:
    """Every obligation of the posts in its period around a day, post by post. The number of queries does not grow with the posts."""
    today = days.today()
    found: dict[int, list[Standing]] = defaultdict(list)
    by_id = {post.pk: post for post in posts}
    for one in _patrols(by_id, on, today):
        found[one.post.pk].append(one)
    rows = Obligation.objects.filter(post__in=by_id, since__lte=on, until__gt=on).select_related("item").order_by("due", "pk")
    for row in rows:
        found[row.post_id].append(
            Standing(
                post=by_id[row.post_id],
                what=row.what,
                since=row.since,
                until=row.until,
                state=row.state,
                done=int(row.state == Position.DONE),
                reason=row.reason,
                obligation=row,
            )
        )
    return [one for post in posts for one in found[post.pk]]


def _patrols(posts: dict[int, Post], on: date, today: date) -> list[Standing]:
    charges = list(
        Charge.objects.in_force(on)
        .filter(post__in=posts)
        .select_related("segment__resource__scheme", "segment__jurisdiction__parent__parent__parent")
        .order_by("segment__code")
    )
    if not charges:
        return []
    every = list(PatrolObligation.objects.touching(on - LONGEST, on + timedelta(days=1)))
    known: dict[tuple[str, int, int], Asked | None] = {}  # the rule is the same for all segments of a scheme at a place
    asked = []
    for charge in charges:
        post, segment = posts[charge.post_id], charge.segment
        key = (post.kind.level, segment.resource.scheme_id, segment.jurisdiction_id)
        if key not in known:
            known[key] = _asked(post, segment, on, every)
        if (found := known[key]) is not None:
            asked.append((charge, *found))
    if not asked:
        return []
    begins, ends = min(since for _charge, _rule, since, _until in asked), max(until for _charge, _rule, _since, until in asked)
    walks: Counter[tuple[int, int, date]] = Counter(patrolled.ask(posts=list(posts), since=begins, until=ends))
    days_of: dict[tuple[int, int], list[tuple[date, int]]] = defaultdict(list)
    for (post_id, segment_id, day), times in walks.items():
        days_of[post_id, segment_id].append((day, times))
    terms, waivers = reports.terms_of(posts), reports.waivers_between(posts, begins, ends)
    return [
        _standing(posts[charge.post_id], charge, rule, since, until, today, days_of, terms, waivers) for charge, rule, since, until in asked
    ]


def _asked(post: Post, segment: Segment, on: date, every: Sequence[PatrolObligation]) -> Asked | None:
    """The rule and the period around a day; as everywhere, the rule of the period's first day decides."""

    def rule_on(day: date) -> PatrolObligation | None:
        rows = [row for row in every if row.level == post.kind.level and row.since <= day and (row.until is None or row.until > day)]
        return reports.obligation(post, segment, day, rows)

    now = rule_on(on)
    rule = rule_on(period(on, now.every)[0]) or now if now else None
    return (rule, *period(on, rule.every)) if rule else None


def _standing(
    post: Post,
    charge: Charge,
    rule: PatrolObligation,
    since: date,
    until: date,
    today: date,
    days_of: dict[tuple[int, int], list[tuple[date, int]]],
    terms: dict[int, reports.Terms],
    waivers: Sequence[Waiver],
) -> Standing:
    done = sum(times for day, times in days_of[post.pk, charge.segment_id] if since <= day < until)
    reason = _reason(post, charge, rule, since, until, today, terms.get(post.pk, []), waivers)
    state = rules.position(today, since, until, wanted=rule.times, done=done, reason=reason)
    return Standing(
        post=post,
        what=What.PATROL,
        since=since,
        until=until,
        state=state,
        wanted=rule.times,
        done=done,
        reason=reason if state == Position.WAIVED else "",
        segment=charge.segment,
        rule=rule,
    )


def _reason(
    post: Post,
    charge: Charge,
    rule: PatrolObligation,
    since: date,
    until: date,
    today: date,
    terms: reports.Terms,
    waivers: Sequence[Waiver],
) -> str:
    """Why nothing is owed for the period, if so: rest, a waiver that covers it, nobody (or nobody all the while) in office."""
    if rules.rests(since, rule.resting_months):
        return Reason.WINTER
    mine = [waiver for waiver in waivers if reports.lets_off(waiver, post.pk, charge.segment)]
    if rules.let_off(since, until, [(waiver.since, waiver.until) for waiver in mine]):
        return mine[-1].reason
    if charge.since > since or (charge.until is not None and charge.until < until):
        return Reason.PART
    return reports.who_owed(post, since, until, terms).reason


def counted(rows: Sequence[Standing]) -> Counter[str]:
    """How many stand where."""
    return Counter(row.state for row in rows)
