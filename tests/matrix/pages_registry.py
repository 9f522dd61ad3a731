"""Who gets what from the pages of the register, and the things that they are about."""

from __future__ import annotations

from typing import Any

from .cast import Cast, Role
from .expectations import ALL, FORM, READ, Page, only
from .things import makes

POSTS = {"posts": 200, "strangers": 302}
LET_IN = ("chief office", "receiver", "administrator")
KEEPERS = ("receiver", "chief office", "organisation", "audit", "discipline")

PAGES: dict[str, Page] = {
    "registry:units": Page(get=POSTS, post=READ),
    "registry:unit": Page(get=POSTS, post=READ, about="unit", why="who a unit is is no secret; of its open cases one sees what one may"),
    "registry:post": Page(get=POSTS, post=READ, about="post"),
    "registry:posts": Page(get=POSTS, post=READ),
    "registry:charges": Page(get=POSTS, post=READ),
    "registry:segments": Page(get=POSTS, post=READ),
    "registry:resources": Page(get=POSTS, post=READ),
    "public:roster": Page(get=ALL, post=READ),
    "public:resource": Page(get=ALL, post=READ, about="water"),
    "public:shapes": Page(get=ALL, post=READ, about="water"),
    "registry:accounts": Page(get=only(200, *LET_IN), post=READ),
    "registry:slips": Page(get=READ, post=only(302, *LET_IN), why="everybody here can sign in already"),
    "registry:reset": Page(get=READ, post=only((403, 404, 404), *LET_IN), about="person", why="nobody lets themselves in"),
    "posts:activate": Page(get=ALL, post=FORM),
    "posts:activate_slip": Page(get=ALL, post=FORM, about="slip"),
    "registry:persons": Page(get=only(200, *KEEPERS), post=READ),
    "registry:term_list": Page(get=only(200, *KEEPERS), post=READ, why="with the service telephones; inside the reach"),
    "registry:doubles": Page(get=only(200, "receiver", "chief office"), post=READ),
    "registry:person": Page(
        get=only((200, 404, 404), "posts"),
        post=READ,
        about="person",
        why="oneself; and whoever keeps or judges terms served inside the reach",
    ),
}


@makes("unit")
def unit(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"code": cast.village_chief(role, relation).unit.code} if relation != "superior" else None


@makes("post")
def post(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"code": cast.village_chief(role, relation).code} if relation != "superior" else None


@makes("water")
def water(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"ref": cast.segment(role, relation).resource.ref} if relation != "superior" else None


@makes("person")
def person(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Own: oneself; sibling: the village chief of the neighbour; superior: the chief one level above."""
    if relation == "own":
        who = role.post or cast.chain.village
    elif relation == "sibling":
        who = cast.village_chief(role, relation)
    else:
        above = cast.superior(role)
        if above is None:
            return None
        who = above
    return {"ref": who.tenures.get().person.ref}


@makes("slip")
def slip(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"slip": "123456789"} if relation == "own" else None
