"""For what else a walk counts: the further segments of whoever walked that its track touched. Called by the submission alone."""

from __future__ import annotations

from typing import Any

from accountability.cases.surroundings import level_of
from accountability.kit import days
from chiefs.posts import beats
from chiefs.resources.models import Segment
from chiefs.territory.reports import narrowest

from . import rules
from .codec import Fix
from .models import Patrol, PatrolCount, PatrolValidity

MOST_FURTHER = 1000  # segments of one person that are looked at; a prefecture's chief may answer for hundreds


def touched(patrol: Patrol, fixes: list[Fix], walker_id: int) -> list[PatrolCount]:
    """A row, not saved yet, for every further segment near the track that is ground of whoever walked on that day.

    That is: of the posts that the person held, and of those for whose holders the person stood in; the figures stay the holders'.
    """
    on = days.day_of(patrol.started_at)
    terms = {stint.post.pk: stint.tenure for stint in beats.stints(walker_id) if stint.holds(on)}
    every = list(PatrolValidity.objects.in_force(on))
    found = []
    for post_id, segment in beats.ground_on(terms, on)[:MOST_FURTHER]:
        if (post_id, segment.pk) == (patrol.post_id, patrol.segment_id):
            continue
        term = terms[post_id]
        rule = _rule(every, level_of(term.post), segment)
        part = rules.part_near(fixes, segment.geometry, rule.also_within_m) if rule else []
        if rule is None or not part:
            continue
        reasons = rules.judge_part(part, least_metres=rule.least_metres, least_minutes=rule.least_minutes, most_kmh=rule.most_kmh)
        found.append(
            PatrolCount(
                patrol=patrol,
                post=term.post,
                tenure=term,
                segment=segment,
                rule=rule,
                started_at=patrol.started_at,
                walked_m=round(rules.walked_metres(part)),
                valid=not reasons,
                reasons=[{"code": reason.code, "figures": reason.figures} for reason in reasons],
            )
        )
    return found


def _rule(every: list[PatrolValidity], level: str, segment: Segment) -> PatrolValidity | None:
    """The rule for a level at a segment's place; one for the scheme goes before the general one."""
    rows = [row for row in every if row.level == level]
    own = narrowest([row for row in rows if row.scheme_id == segment.resource.scheme_id], segment.jurisdiction)
    return own or narrowest([row for row in rows if row.scheme_id is None], segment.jurisdiction)


def told(counts: list[PatrolCount]) -> list[dict[str, Any]]:
    """What the ledger keeps of it."""
    return [{"post": c.post_id, "segment": c.segment_id, "rule": c.rule_id, "walked_m": c.walked_m, "valid": c.valid} for c in counts]
