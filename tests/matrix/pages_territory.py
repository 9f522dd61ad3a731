"""Who sees the divisions, enters their changes and says what units became, and who sees what the register lacks."""

from __future__ import annotations

import uuid
from typing import Any

from accountability.kit import days
from chiefs.posts.functions import Function
from chiefs.territory import actions
from chiefs.territory.models import Jurisdiction, Reorganisation, Succession
from tests.factories.posts import UnitFactory, acting_for, desk
from tests.factories.resources import SegmentFactory
from tests.factories.territory import JurisdictionFactory

from .cast import Cast, Role
from .expectations import READ, Page, only
from .things import makes, sends

OFFICE = "chief office"
READERS = (OFFICE, "receiver", "administrator")
WHY_REACH = "a change belongs to the chief offices around the place"

PAGES: dict[str, Page] = {
    "territory:list": Page(get={"posts": 200, "strangers": 302}, post=READ),
    "territory:changes": Page(get=only(200, OFFICE), post=READ),
    "territory:new": Page(get=only(200, OFFICE), post=READ),
    "territory:enter": Page(get=only(200, OFFICE), post=only(422, OFFICE), about="kind of change"),
    "territory:change": Page(get=only((200, 404, 404), OFFICE), post=READ, about="change", why=WHY_REACH),
    "territory:settle": Page(get=READ, post=only((302, 404, 404), OFFICE), about="change", send="settling", why=WHY_REACH),
    "territory:finish": Page(
        get=READ, post=only((422, 404, 404), OFFICE), about="change", send="finishing", why="a segment still stands on the old unit"
    ),
    "territory:successions": Page(get=only(200, OFFICE), post=READ),
    "territory:succession": Page(
        get=only((200, 404, 404), OFFICE), post=only((302, 404, 404), OFFICE), about="succession", send="confirmation"
    ),
    "registry:health": Page(get=only(200, *READERS), post=READ, why="whoever keeps a part of the register sees what it lacks"),
    "registry:faults": Page(get=only(200, *READERS), post=READ, about="kind of fault"),
}


@makes("kind of change")
def kind_of_change(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"kind": "renamed"} if relation == "own" else None


@makes("kind of fault")
def kind_of_fault(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"code": "vacant"} if relation == "own" else None


def _office(cast: Cast, village: Jurisdiction) -> Any:
    """A chief office of the county around a village."""
    county = village.parent.parent  # type: ignore[union-attr]
    key = ("office", county.pk)
    if key not in cast.made:
        cast.made[key] = acting_for(desk(UnitFactory(jurisdiction=county, kind="office"), Function.CHIEF_OFFICE))
    return cast.made[key]


def _beside(cast: Cast, role: Role, relation: str) -> Jurisdiction:
    place = cast.segment(role, relation).jurisdiction
    return JurisdictionFactory(code=f"{place.code[:9]}{300 + len(cast.made)}", name="试验变更村", parent=place.parent)  # type: ignore[no-any-return]


@makes("change")
def change(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """A village that was split, with a segment that still lies in it."""
    if relation == "superior":
        return None
    place = cast.segment(role, relation).jurisdiction
    if ("change", place.pk) not in cast.made:
        old = _beside(cast, role, relation)
        SegmentFactory(jurisdiction=old)
        parts = [actions.Beginning("试验上村"), actions.Beginning("试验下村")]
        office = _office(cast, place)
        cast.made["change", place.pk] = actions.reorganise(
            kind="split", ending=[old], beginning=parts, day=days.today(), basis="试验", by=office
        )
    act: Reorganisation = cast.made["change", place.pk]
    return {"ref": act.client_ref}


@makes("succession")
def succession(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    place = cast.segment(role, relation).jurisdiction
    if ("succession", place.pk) not in cast.made:
        old = _beside(cast, role, relation)
        Jurisdiction.objects.filter(pk=old.pk).update(until=days.today())
        facts = {"day": days.today(), "kind": "without_successor", "confirmation": Succession.Confirmation.UNCERTAIN}
        cast.made["succession", place.pk] = Succession.objects.create(predecessor=old, successor=None, **facts)
    row: Succession = cast.made["succession", place.pk]
    return {"ref": row.ref}


@sends("settling")
def settling(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    act = Reorganisation.objects.get(client_ref=keys["ref"])
    old = act.successions.first()
    goal = old.successor
    segment = old.predecessor.segments.get()
    told = {"records": [f"resources.segment:{segment.pk}"], "to": str(goal.pk)}
    return told | {"expect": act.version, "client_ref": uuid.uuid4()}


@sends("finishing")
def finishing(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    act = Reorganisation.objects.get(client_ref=keys["ref"])
    return {"expect": act.version, "client_ref": uuid.uuid4()}


@sends("confirmation")
def confirmation(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    return {"expect": 0, "client_ref": uuid.uuid4(), "successor": "none", "basis": "试验"}
