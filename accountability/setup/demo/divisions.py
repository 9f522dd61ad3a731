"""What changes among the divisions of the demonstration: a village renamed, one split and not settled yet, a succession confirmed.

The villages lie in another township of the county, where nothing else is played.
"""

from __future__ import annotations

from datetime import timedelta

from accountability.kit import days
from chiefs.posts import units
from chiefs.posts.models import Unit
from chiefs.territory import actions, successions
from chiefs.territory.actions import Beginning
from chiefs.territory.models import Jurisdiction, Level, Succession

from .stage import Stage, version_of

OFFICE = "county-office-chief_office"
COMMITTEE = "demo-village-committee"
BASIS = "民政〔2026〕1号（演示）"


def plan(stage: Stage) -> None:
    """In the third week the first change; in the last week the one that is still open."""
    stage.at(stage.office_hour(stage.begin + timedelta(days=15)), lambda: _renamed(stage))
    stage.at(stage.office_hour(stage.begin + timedelta(days=16)), lambda: _confirmed(stage))
    stage.at(stage.office_hour(stage.end - timedelta(days=4)), lambda: _split(stage))


def _villages(stage: Stage) -> list[Jurisdiction]:
    """Villages of the county that stand today, outside the townships of the story."""
    county = stage.world.units["county-gov"].jurisdiction
    played = {place.parent_id for place in stage.world.villages}
    rows = Jurisdiction.objects.in_force(days.today()).filter(parent__parent=county, level=Level.VILLAGE, until=None)
    return list(rows.exclude(parent__in=played).exclude(code=None).order_by("code")[:2])


def _renamed(stage: Stage) -> None:
    found = _villages(stage)
    if not found:
        return
    by, old = stage.by(stage.world.posts[OFFICE]), found[0]
    beginning = [Beginning(f"{old.name}（更名演示）", code=old.code or "")]
    act = actions.reorganise(kind="renamed", ending=[old], beginning=beginning, day=days.today(), basis=BASIS, by=by)
    actions.finish(act, by=by, expect=version_of(act))
    stage.counts["divisions changed"] += 1


def _confirmed(stage: Stage) -> None:
    by = stage.by(stage.world.posts[OFFICE])
    rows = Succession.objects.visible_to(by).unsure().filter(successor=None).select_related("predecessor")
    if row := rows.order_by("predecessor__code").first():
        successions.confirm(row, successor=None, basis="乡镇来函（演示）", by=by)
        stage.counts["successions confirmed"] += 1


def _split(stage: Stage) -> None:
    """Its committee waits for somebody who says to which of the two it goes."""
    found = _villages(stage)
    if len(found) < 2:
        return
    by, old = stage.by(stage.world.posts[OFFICE]), found[1]
    name = f"{old.name}（演示）"
    units.found_unit(code=COMMITTEE, name=name, kind=Unit.Kind.VILLAGE, jurisdiction=old, since=days.today() - timedelta(days=30), by=by)
    parts = [Beginning(f"{old.name}上（演示）"), Beginning(f"{old.name}下（演示）")]
    actions.reorganise(kind="split", ending=[old], beginning=parts, day=days.today(), basis=BASIS, by=by)
    stage.counts["divisions changed"] += 1
