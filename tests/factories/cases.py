"""A case as the real action opens it, and short ways through its life."""

from __future__ import annotations

from typing import Any

from accountability.cases import actions
from accountability.cases.models import Case, ProblemKind
from accountability.kit import days
from chiefs.inspections import actions as inspections
from chiefs.posts.models import Post

from .posts import Chain, acting_for


def case(world: Chain, holder: Post | None = None, **facts: Any) -> Case:
    """An open case on the chain's segment, held by the village chief unless another holder or a subject is given."""
    holder = holder or (None if facts.get("subject_post") else world.village)
    given = {
        "origin": Case.Origin.FINDING,
        "kind": ProblemKind.objects.get(code="rubbish"),
        "title": "试验问题",
        "text": "河边有垃圾",
        "place": world.place,
        "segment": world.segment,
        "scheme": world.segment.resource.scheme,
        "occurred_at": days.now(),
        "by": acting_for(world.village),
        "holder": holder,
    }
    return actions.open_case(**{**given, **facts})


def in_work(world: Chain) -> Case:
    """Reported up to the county, which handed it to the water bureau."""
    made = case(world, holder=world.county)
    actions.hand_over(made, to=world.water, assisting=[], note="请牵头办理", by=acting_for(world.county), expect=made.version)
    return made


def done(world: Chain) -> Case:
    made = in_work(world)
    actions.report_done(made, measure="垃圾已清运", by=acting_for(world.water), expect=made.version)
    return made


def verified(world: Chain) -> Case:
    """Done by the water bureau and seen to be done by the county's chief office."""
    made = done(world)
    inspection = made.inspections.get(state="asked")
    inspections.confirm(inspection, report="现场已清", visited_at=days.now(), by=acting_for(world.office), expect=inspection.version)
    made.refresh_from_db()
    return made


def signed_off(world: Chain) -> Case:
    made = verified(world)
    actions.sign_off(made, note="同意销号", by=acting_for(world.office), expect=made.version)
    return made
