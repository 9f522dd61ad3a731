"""Regulated sites, and the page on which a case or a complaint is given one: who may come in, and the things of these addresses."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

from accountability.cases.models import Case
from accountability.complaints.models import Complaint
from accountability.kit import days
from accountability.ledger.acting import Acting, Reach
from chiefs.sites import actions
from chiefs.sites.models import Site
from tests.factories.posts import acting_for

from .cast import CHIEFS, Cast, Role
from .expectations import READ, Answer, Page, case, only
from .things import makes, sends

READERS = (*CHIEFS, "receiver", "chief office", "intake", "department")


def everywhere(cast: Cast) -> Acting:
    """A chief office whose reach is the whole country, to enter what lies with neighbours."""
    return dataclasses.replace(acting_for(cast.chain.office), reach=Reach(paths=("5",)))


@makes("site")
def site_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    place = cast.segment(role, relation).jurisdiction
    return {"ref": actions.register(kind="mine", name=f"试验矿{uuid.uuid4().hex[:8]}", place=place, by=everywhere(cast)).ref}


@makes("site closed")
def site_closed(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    keys = site_(cast, role, relation)
    if keys is not None:
        actions.close(Site.objects.get(**keys), day=days.today(), reason="停产关闭", by=everywhere(cast), expect=0)
    return keys


@sends("site step")
def site_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    """Filled in rightly for every step, so that only lawfulness and permission decide."""
    found = Site.objects.get(ref=keys["ref"])
    other = actions.register(kind="mine", name=found.name, place=found.jurisdiction, by=everywhere(cast))
    return {
        "expect": found.version,
        "client_ref": uuid.uuid4(),
        "kind": "mine",
        "name": "试验新名",
        "place": found.jurisdiction.code,
        "value": "key",
        "day": days.today().isoformat() if keys.get("name") == "close" else (days.today().replace(day=28)).isoformat(),
        "unit": cast.chain.water.unit_id,
        "names": "别名",
        "reason": "写明原因",
        "into": other.ref,
    }


@sends("no site")
def no_site(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    number = keys["number"]
    record = Case.objects.filter(number=number).first() or Complaint.objects.get(number=number)
    return {"expect": record.version, "client_ref": uuid.uuid4(), "site": ""}


def step(name: str, get: int = 200, post: int = 302, about: str = "site", otherwise: int = 403) -> dict[str, Page]:
    """One step of a site: for who keeps the register there; who only reads it is told so."""
    rest: dict[str, Answer] = only((403, 404, 404), *READERS)
    done: dict[str, Answer] = only((otherwise, 404, 404), *READERS)
    return {
        f"sites:step {name}": Page(
            get=rest | {"chief office": (get, 404, 404)}, post=done | {"chief office": (post, 404, 404)}, about=about, send="site step"
        )
    }


NAMING = {"chief office": (200, 404, 200), "intake": (200, 404, 200)}
PAGES: dict[str, Page] = {
    "sites:list": Page(get=only(200, *READERS), post=READ),
    "sites:new": Page(get=only(200, "chief office"), post=only(422, "chief office")),
    "sites:duplicates": Page(get=only(200, "chief office", "receiver"), post=READ),
    "sites:detail": Page(get=only((200, 404, 404), *READERS), post=READ, about="site"),
    **step("change"),
    **step("classify"),
    **step("put_in_charge"),
    **step("name_also"),
    **step("close"),
    **step("merge"),
    **step("resume", about="site closed"),
    "sites:step take_up": Page(get=only(404), post=only(404), about="site", why="only a merger does it"),
    "cases:site": Page(
        get=case(200, above=403) | NAMING,
        post=case(302, above=403) | {role: (302, 404, 302) for role in NAMING},
        about="case",
        send="no site",
    ),
    "complaints:site": Page(get=only((200, 404, 404), "intake"), post=only((302, 404, 404), "intake"), about="complaint", send="no site"),
}
