"""From frozen rows to figures, points and a grade, by the sheet in force on the last day of the term."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accountability.ledger.errors import Refused
from chiefs.posts.reports import ancestors
from chiefs.territory.reports import rule_for

from . import rules
from .models import Audit, Item, OverrideRule, ScoreSheet


@dataclass(frozen=True)
class Scored:
    """The whole reckoning, before anything is written."""

    sheet: ScoreSheet
    outcomes: list[tuple[Item, rules.Outcome]]
    score: rules.Score
    computed_grade: str
    capped_grade: str
    cap_basis: str


def sheet_for(audit: Audit) -> ScoreSheet:
    """The sheet in force on the last day of the term. Raises Refused when there is none."""
    last = audit.last_day
    sheet = rule_for(ScoreSheet.objects.all(), last, audit.post.unit.jurisdiction)
    if sheet is None:
        raise Refused(_("No score sheet was in force on %(day)s. An administrator must enter one.") % {"day": last})
    return sheet


def reckon(audit: Audit) -> Scored:
    """Score the frozen evidence. The same rows and sheet give the same result on any day."""
    sheet = sheet_for(audit)
    by_block: dict[str, list[rules.Row]] = defaultdict(list)
    for row in audit.evidence.order_by("place"):
        by_block[row.block].append(rules.Row(row.place, json.loads(row.facts)))
    items = list(Item.objects.filter(block__sheet=sheet).select_related("block").order_by("block__order", "order"))
    outcomes = [(item, rules.METHODS[item.method](by_block[item.evidence], item.params)) for item in items]
    parts = [rules.Part(item.block.code, item.most, outcome.share) for item, outcome in outcomes]
    caps = {block.code: block.most for block in sheet.blocks.all()}
    score = rules.total(parts, caps, sheet.least_assessed)
    if score.score is None:
        return Scored(sheet, outcomes, score, "", "", "")
    limits = [(limit.grade, limit.from_score) for limit in sheet.limits.all()]
    computed = rules.grade(score.score, limits)
    holding = _caps(audit, outcomes)
    return Scored(
        sheet, outcomes, score, computed, rules.capped(computed, [o.cap_grade for o in holding]), "；".join(o.basis for o in holding)[:300]
    )


def altered(audit: Audit) -> bool:
    """Whether the stored score or a stored figure is not what the rows give by the same sheet; before scoring there is nothing to alter."""
    if audit.sheet_id is None or audit.computed_score is None:
        return False
    found = reckon(audit)
    if found.sheet.pk != audit.sheet_id:
        return False  # the administrators' tables tell why another sheet holds now; the score stays that of its own
    stored = dict(audit.figures.values_list("code", "value"))
    given = {figure.code: figure.value for _item, outcome in found.outcomes for figure in outcome.figures}
    same = stored.keys() == given.keys() and all(_near(stored[code], given[code]) for code in stored)
    return not (same and found.score.score is not None and _near(audit.computed_score, found.score.score))


def _near(stored: Decimal, given: Decimal) -> bool:
    """The same within the eight decimals that a column keeps."""
    return abs(stored - given) <= Decimal("0.00000001")


def _caps(audit: Audit, outcomes: list[tuple[Item, rules.Outcome]]) -> list[OverrideRule]:
    """The override rules in force on the last day whose figure reaches their limit."""
    values: dict[str, Decimal] = {figure.code: figure.value for _item, outcome in outcomes for figure in outcome.figures}
    last = audit.last_day
    inside = {place.pk for place in ancestors(audit.post.unit.jurisdiction)} | {None}
    rows = [o for o in OverrideRule.objects.in_force(last).order_by("pk") if o.jurisdiction_id in inside]
    return [o for o in rows if o.figure in values and values[o.figure] >= o.at_least]
