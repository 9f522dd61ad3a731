"""A notice board as the real action sets it up."""

from __future__ import annotations

from typing import Any

from accountability.kit import days
from chiefs.signboards import actions
from chiefs.signboards.actions import Entry
from chiefs.signboards.models import Signboard

from .posts import Chain, acting_for


def entry(world: Chain, **given: Any) -> Entry:
    """All that the rules want on the chain's board; it is kept by the village committee."""
    facts: dict[str, Any] = {
        "place": "村口大桥左岸",
        "place_bo": "གྲོང་ཚོའི་ཟམ་པའི་གཡོན་འགྲམ།",
        "begins_at": "一村界碑",
        "begins_at_bo": "མཚམས་རྡོ་དང་པོ།",
        "ends_at": "二道桥",
        "ends_at_bo": "ཟམ་པ་གཉིས་པ།",
        "unit": world.village.unit,
        "set_up_on": days.today().replace(year=days.today().year - 1, day=1),
        "length_m": 3200,
        "targets": "水质达到二类标准",
        "targets_bo": "ཆུའི་སྤུས་ཚད་རིམ་པ་གཉིས་པར་སླེབས་པ།",
    }
    return Entry(**{**facts, **given})


def board(world: Chain, *, code: str = "", segments: Any = (), whole: bool = False, as_of: Any = None, **given: Any) -> Signboard:
    """The chain's board, set up by the county's chief office; its code is that of the segment unless another is given."""
    return actions.set_up(
        code=code or world.segment.code,
        segment=world.segment,
        entry=entry(world, **given),
        segments=segments,
        whole=whole,
        as_of=as_of,
        by=acting_for(world.office),
    )
