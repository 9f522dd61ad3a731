"""For what else a walk counts: the further segments of the same person that its track touched. Called by the submission alone."""

from __future__ import annotations

from typing import Any

from accountability.cases.surroundings import level_of
from accountability.kit import days
from chiefs.posts.models import Charge, Tenure
from chiefs.resources.models import Segment
from chiefs.territory.reports import narrowest

from . import rules
from .codec import Fix
from .models import Patrol, PatrolCount, PatrolValidity

MOST_FURTHER = 1000  # segments of one person that are looked at; a prefecture's chief may answer for hundreds


def touched(patrol: Patrol, fixes: list[Fix]) -> list[PatrolCount]:
    """A row, not saved yet, for every further segment near the track that a post of the same person answered for that day."""
    on = days.day_of(patrol.started_at)
    terms = {
        term.post_id: term
        for term in Tenure.objects.in_force(on)
        .filter(person=patrol.tenure.person_id)
        .select_related("post__kind", "post__unit__jurisdiction")
    }
    charges = (
        Charge.objects.in_force(on)
        .filter(post__in=terms)
        .exclude(segment=patrol.segment_id, post=patrol.post_id)
        .exclude(segment__geometry=None)
        .select_related("segment__resource", "segment__jurisdiction__parent__parent__parent")
        .order_by("pk")
    )
    every = list(PatrolValidity.objects.in_force(on))
    found = []
    for charge in charges[:MOST_FURTHER]:
        term = terms[charge.post_id]
        rule = _rule(every, level_of(term.post), charge.segment)
        part = rules.part_near(fixes, charge.segment.geometry, rule.also_within_m) if rule else []
        if rule is None or not part:
            continue
        reasons = rules.judge_part(part, least_metres=rule.least_metres, least_minutes=rule.least_minutes, most_kmh=rule.most_kmh)
        found.append(
            PatrolCount(
                patrol=patrol,
                post=term.post,
                tenure=term,
                segment=charge.segment,
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
