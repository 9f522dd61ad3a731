"""What a post has to do, as other rooms ask it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accountability.kit.codes import LEVEL_DIGITS
from chiefs.posts.models import Charge, Post, PostKind, Tenure, Unit
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction
from chiefs.territory.reports import narrowest, rule_for

from . import rules
from .choices import Position, Reason
from .models import DutyList, ListItem, ListVersion, Obligation, PatrolObligation, Power, Waiver

BATCH = 500  # posts that one statement asks about
Terms = list[tuple[int, date, date | None]]  # id, first day, first day after
STILL_SHOWN = timedelta(days=60)  # what was missed may have happened in time: its minutes are still asked for


def responsibilities(post: Post, on: date) -> list[ListItem]:
    """The lines of the responsibility lists in force for a post on a day: those of its kind, the wider place first, then its own.

    A county's list for a kind of post adds to the prefecture's; it takes nothing away.
    """
    own = Q(version__binding__post=post)
    around = _around(post.unit.jurisdiction)
    of_kind = Q(version__binding__post_kind=post.kind_id, version__binding__jurisdiction__path__in=around)
    rows = ListItem.objects.in_force(on).filter(own | of_kind, version__binding__kind=DutyList.Kind.RESPONSIBILITY)
    place = F("version__binding__jurisdiction__path").asc(nulls_last=True)
    return list(rows.order_by(place, "version__binding", "order", "pk"))


def _around(place: Jurisdiction) -> list[str]:
    """The paths of a place and of those above it."""
    return [place.path[:digits] for digits in LEVEL_DIGITS.values() if digits <= len(place.path)]


def lists_binding(unit: Unit, posts: QuerySet[Post], on: date) -> QuerySet[DutyList]:
    """The responsibility, power and negative lists in force on a day for a unit or any of the posts in it: those of the unit, of the
    posts, and of their kinds in the places around. Responsibility lists first, the wider place before the narrower."""
    of_kind = Q(post_kind__in=posts.values("kind"), jurisdiction__path__in=_around(unit.jurisdiction))
    holds = ListVersion.objects.in_force(on).filter(binding=OuterRef("pk"))
    rows = DutyList.objects.filter(Q(unit=unit) | Q(post__in=posts.values("pk")) | of_kind, Exists(holds))
    place = F("jurisdiction__path").asc(nulls_last=True)
    return rows.select_related("post_kind", "unit", "post").order_by("-kind", place, F("unit").asc(nulls_last=True), "post__code", "pk")


def power_for(matter: str, level: str, on: date, jurisdiction: Jurisdiction | None = None) -> Power | None:
    """Which department leads in a matter (the code of a kind of problem) at a level, by the catalogue in force on a day."""
    return rule_for(Power.objects.filter(matter=matter, level=level), on, jurisdiction)


def obligation(post: Post, segment: Segment, on: date, rows: Sequence[PatrolObligation] | None = None) -> PatrolObligation | None:
    """How often a post must patrol a segment, by the rule in force on a day; the scheme's own before the general one.

    ``rows``: what ``obligations_on`` gave for the post's level, where several segments are asked about.
    """
    found = obligations_on(post, on) if rows is None else rows
    return _rule(found, segment.resource.scheme_id, segment.jurisdiction)


def rhythm(kind: PostKind, place: Jurisdiction, on: date) -> PatrolObligation | None:
    """How often posts of a kind must patrol in a place, by the rule in force on a day. One query."""
    return _rule(list(PatrolObligation.objects.in_force(on).filter(level=kind.level)), kind.scheme_id, place)


def rhythms(duty_list: DutyList, level: str, on: date) -> list[PatrolObligation]:
    """The rules of patrols in force on a day for whom a list binds, each once. A post: by its segments; a kind: in its place; a unit, or
    a kind without a scheme: of any scheme. ``level``: of a line in the list of a unit, whose posts are of several."""
    place, post, kind = duty_list.place, duty_list.post, duty_list.post_kind
    kind = post.kind if post is not None else kind
    wanted = (kind.level if kind is not None else level) or place.level
    rows = list(PatrolObligation.objects.in_force(on).filter(level=wanted))
    asked: set[tuple[int | None, Jurisdiction]] = set()
    if post is not None:
        charges = Charge.objects.in_force(on).filter(post=post).select_related("segment__resource", "segment__jurisdiction")
        asked = {(one.segment.resource.scheme_id, one.segment.jurisdiction) for one in charges}
    if not asked:
        own = kind.scheme_id if kind is not None else None
        asked = {(scheme, place) for scheme in ({own} if own else {None, *(row.scheme_id for row in rows)})}
    found = {rule.pk: rule for scheme, where in asked if (rule := _rule(rows, scheme, where))}
    return [found[pk] for pk in sorted(found)]


def _rule(rows: Sequence[PatrolObligation], scheme_id: int | None, place: Jurisdiction) -> PatrolObligation | None:
    own = narrowest([row for row in rows if row.scheme_id == scheme_id], place)
    return own or narrowest([row for row in rows if row.scheme_id is None], place)


def obligations_on(post: Post, on: date) -> list[PatrolObligation]:
    """All rules in force on a day for posts of this level. One query."""
    return list(PatrolObligation.objects.in_force(on).filter(level=post.kind.level))


def stretches(post: Post, segment: Segment, since: date, until: date) -> list[tuple[date, date, PatrolObligation]]:
    """The parts of [since, until) in each of which one rule holds, in order; parts without a rule are left out."""
    rows = PatrolObligation.objects.filter(level=post.kind.level).touching(since, until)
    edges = {since, until}
    for begins, ends in rows.values_list("since", "until"):
        edges |= {day for day in (begins, ends) if day is not None and since < day < until}
    found: list[tuple[date, date, PatrolObligation]] = []
    for begins, ends in pairwise(sorted(edges)):
        row = obligation(post, segment, begins)
        if row is None:
            continue
        if found and found[-1][2] == row and found[-1][1] == begins:
            begins = found.pop()[0]
        found.append((begins, ends, row))
    return found


def due_by(
    post: Post,
    segment: Segment,
    on: date,
    done_on: Iterable[date],
    rows: Sequence[PatrolObligation] | None = None,
    waived: Sequence[rules.Days] = (),
) -> date | None:
    """By when the next patrol of a segment is due; None without an obligation."""
    row = obligation(post, segment, on, rows)
    return rules.due(on, row.every, row.times, row.resting_months, done_on, waived) if row else None


def next_due(post: Post, on: date) -> list[Obligation]:
    """The meetings and reports that a post owes now, the nearest first, and those whose minutes have been missing for a short time:
    also of a period in which the post changed hands, for which nobody is charged, but in which the meeting may have taken place."""
    ended = Q(state=Position.MISSED) | Q(state=Position.WAIVED, reason=Reason.PART)
    rows = Obligation.objects.filter(Q(state=Position.DUE) | Q(ended, until__gt=on - STILL_SHOWN), post=post, since__lte=on)
    return list(rows.select_related("item").order_by("due", "pk"))


def waivers_between(post_ids: Iterable[int], since: date, until: date) -> list[Waiver]:
    """The standing waivers of these posts and of whole places that share a day with [since, until). One query."""
    rows = Waiver.objects.touching(since, until).filter(Q(post=None) | Q(post__in=list(post_ids)), state=Waiver.State.STANDING)
    return list(rows.select_related("jurisdiction").order_by("since", "pk"))


def lets_off(waiver: Waiver, post_id: int, segment: Segment) -> bool:
    """Whether a waiver is about the patrols of a post on a segment; ``segment`` with its resource and jurisdiction."""
    if waiver.jurisdiction is None:
        return (waiver.post_id, waiver.segment_id) == (post_id, segment.pk)
    if waiver.scheme_id not in (None, segment.resource.scheme_id):
        return False
    place = waiver.jurisdiction
    if len(place.path) == LEVEL_DIGITS[place.level] and not place.special:
        return segment.path.startswith(place.path)
    # A unit without a code of its own carries the path of the one above it.
    return place.pk in (segment.jurisdiction_id, segment.jurisdiction.parent_id)


def waived(post: Post, segments: Iterable[Segment], since: date, until: date) -> dict[int, list[rules.Days]]:
    """Segment -> the days on which a post's patrols of it were let off. One query."""
    found: dict[int, list[rules.Days]] = defaultdict(list)
    several = list(segments)
    for waiver in waivers_between([post.pk], since, until):
        for segment in several:
            if lets_off(waiver, post.pk, segment):
                found[segment.pk].append((waiver.since, waiver.until))
    return found


def terms_of(post_ids: Iterable[int]) -> dict[int, Terms]:
    """All terms of the posts, for ``who_owed``. One query for each batch."""
    found: dict[int, Terms] = defaultdict(list)
    wanted = sorted(post_ids)
    for start in range(0, len(wanted), BATCH):
        rows = Tenure.objects.standing().filter(post__in=wanted[start : start + BATCH]).order_by("since", "pk")
        for post, pk, since, until in rows.values_list("post", "pk", "since", "until"):
            found[post].append((pk, since, until))
    return found


def who_owed(post: Post, since: date, until: date, terms: Terms) -> rules.Answer:
    """Which term owed a period; a post that began or ended inside it was held for a part only."""
    if post.since > since or (post.until is not None and post.until < until):
        return rules.Answer(reason=Reason.PART)
    return rules.answerer(since, until, terms, together=not post.kind.single)
