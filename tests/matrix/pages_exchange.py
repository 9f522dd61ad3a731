"""Who gets what from the addresses of imports: the office that handed a file in, nobody else; targets also from the target office."""

from __future__ import annotations

from typing import Any

from accountability.exchange import actions
from chiefs.posts.functions import Function
from chiefs.posts.models import Unit
from tests.factories.exchange import handed_in
from tests.factories.posts import UnitFactory, acting_for, desk, government

from .cast import Cast, Role
from .expectations import READ, Page, only
from .things import makes, sends

OFFICE = "chief office"
OWN = (200, 404, 404)


@makes("kind of import")
def kind_of_import(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Own: of the register, which chief offices fill; sibling: targets, which the target office drafts too."""
    return {"own": {"kind": "units"}, "sibling": {"kind": "targets"}}.get(relation)


def _row(code: str, place: str) -> dict[str, str]:
    return {"code": code, "name": "试验单位", "kind": "office", "place": place, "since": "2026-01-01"}


def _file(cast: Cast, role: Role, relation: str, *, taken: bool) -> dict[str, Any]:
    """Own: the file of the county's chief office; a sibling's and a superior's are those of other chief offices."""
    key = ("file handed in", relation, taken)
    if key not in cast.made:
        office = cast.chain.office
        if relation == "sibling":
            office = desk(UnitFactory(jurisdiction=cast.siblings["county"].jurisdiction.parent.parent), Function.CHIEF_OFFICE)
        elif relation == "superior":
            above = UnitFactory(kind=Unit.Kind.OFFICE, jurisdiction=government(cast.chain.prefecture.unit.jurisdiction).jurisdiction)
            office = desk(above, Function.CHIEF_OFFICE)
        by, place = acting_for(office), office.unit.jurisdiction
        wrong = {**_row("wrong", place.code or ""), "kind": "?"}
        delivery = handed_in("units", by, _row(f"matrix-{relation}-{taken}", place.code or ""), wrong)
        if taken:
            actions.take_over(delivery, partial=True, by=by, expect=delivery.version)
        cast.made[key] = delivery
    return {"ref": cast.made[key].client_ref}


@makes("file handed in")
def file_handed_in(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return _file(cast, role, relation, taken=False)


@makes("file taken over")
def file_taken_over(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return _file(cast, role, relation, taken=True)


@sends("import step")
def import_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    delivery = next(made for made in cast.made.values() if getattr(made, "client_ref", None) == keys["ref"])
    return {"expect": delivery.version, "client_ref": "0b2a1ff0-52a4-4c50-9a53-0d8a3f3f5c11", "partial": "on"}


PAGES: dict[str, Page] = {
    "exchange:list": Page(get=only(200, OFFICE, "targets"), post=READ),
    "exchange:template": Page(get=only(200, OFFICE) | {"targets": (404, 200, 404)}, post=READ, about="kind of import"),
    "exchange:new": Page(
        get=only(200, OFFICE) | {"targets": (404, 200, 404)},
        post=only(422, OFFICE) | {"targets": (404, 422, 404)},
        about="kind of import",
    ),
    "exchange:detail": Page(get=only(OWN, OFFICE), post=READ, about="file handed in"),
    "exchange:remarks": Page(get=only(OWN, OFFICE), post=READ, about="file handed in"),
    "exchange:left": Page(get=only(OWN, OFFICE), post=READ, about="file handed in"),
    "exchange:take_over": Page(get=READ, post=only((302, 404, 404), OFFICE), about="file handed in", send="import step"),
    "exchange:undo": Page(get=only(OWN, OFFICE), post=only((302, 404, 404), OFFICE), about="file taken over", send="import step"),
}
