"""The one reviewed table: who gets what from every address.

One line per address (its name in the URL configuration). ``get`` and ``post`` map a role, a group of roles or "*" (everybody
else) to the expected answer: one number, or three for a thing in the own, a sibling's and a superior's hands.
404 for what may not be seen, 403 for what may not be done, 302 to the sign-in for strangers.

``about`` names the kind of thing in the address; tests/matrix/things.py makes one for each role and relation.
``send`` names what is posted (tests/matrix/things.py); without it the post is empty, and who may come in is told so by 422.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .cast import CHIEFS, DESKS, NO_POST, PUBLIC, ROLES

Answer = int | tuple[int, int, int]
GROUPS: dict[str, tuple[str, ...]] = {
    "strangers": (PUBLIC, NO_POST),
    "chiefs": CHIEFS,
    "higher chiefs": CHIEFS[1:],
    "desks": DESKS,
    "posts": (*CHIEFS, *DESKS),
}


@dataclass(frozen=True)
class Page:
    get: Mapping[str, Answer]
    post: Mapping[str, Answer]
    about: str = ""
    send: str = ""
    why: str = field(default="", compare=False)

    def expected(self, method: str, role: str, relation: int) -> int:
        """The narrowest line counts: the role itself, then a group, then everybody."""
        table = self.get if method == "GET" else self.post
        groups = sorted((name for name, members in GROUPS.items() if role in members), key=lambda name: len(GROUPS[name]))
        for name in (role, *groups, "*"):
            if name in table:
                answer = table[name]
                return answer if isinstance(answer, int) else answer[relation]
        raise LookupError(f"no expectation for {role}")

    def unknown(self) -> set[str]:
        """Names in the table that are neither a role nor a group."""
        return {*self.get, *self.post} - {*ROLES, *GROUPS, "*"}


READ = {"*": 405}  # a page that only shows
ALL = {"*": 200}

PAGES: dict[str, Page] = {
    # -- the way in -----------------------------------------------------------------------------------------------------
    "posts:sign_in": Page(get={"*": 302, PUBLIC: 200, NO_POST: 200}, post={"*": 422}),
    "posts:sign_out": Page(get=READ, post={"*": 302}),
    "posts:choose": Page(get={"*": 200, "strangers": 302}, post={"*": 422, "strangers": 302}),
    "posts:language": Page(get=READ, post={"*": 302}),
    "posts:large_text": Page(get=READ, post={"*": 302}),
    "posts:demo": Page(get={"*": 404}, post={"*": 404}, why="exists in the demonstration world only"),
    # -- machines -------------------------------------------------------------------------------------------------------
    "api:health": Page(get=ALL, post=READ),
    "api-v1:openapi-json": Page(get=ALL, post=READ),
    "api-v1:api-root": Page(get={"*": 404}, post={"*": 405}),
}
