"""The one reviewed table: who gets what from every address.

One line per address (its name in the URL configuration), or per move of an address that makes several. ``get`` and
``post`` map a role, a group of roles or "*" (everybody else) to the expected answer: one number, or three for a thing
in the own, a sibling's and a superior's hands.
404 for what may not be seen, 403 for what may not be done, 302 to the sign-in for strangers.

``about`` names the kind of thing in the address; tests/matrix/things.py makes one for each role and relation.
``send`` names what is posted (tests/matrix/things.py); without it the post is empty, and who may come in is told so by 422.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .cast import CHIEFS, DESKS, NO_POST, PUBLIC, ROLES, STAFF

Answer = int | tuple[int, int, int]
GROUPS: dict[str, tuple[str, ...]] = {
    "strangers": (PUBLIC, NO_POST),
    "chiefs": CHIEFS,
    "higher chiefs": CHIEFS[1:],
    "staff": STAFF,
    "desks": DESKS,
    "posts": (*CHIEFS, *STAFF, *DESKS),
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


READ: dict[str, Answer] = {"*": 405}  # a page that only shows
ALL: dict[str, Answer] = {"*": 200}
FORM: dict[str, Answer] = {"*": 422}
DOES: dict[str, Answer] = {"*": 302}
NOBODY: dict[str, Answer] = {"*": 404}
HOLDERS = (*CHIEFS, "receiver", "department")


def only(answer: Answer, *roles: str) -> dict[str, Answer]:
    """For some posts: strangers go to the sign-in, for other posts it is not there."""
    return {"*": 404, "strangers": 302, **dict.fromkeys(roles, answer)}


def case(own: Mapping[str, int] | int, otherwise: int = 403, above: int | None = None) -> dict[str, Answer]:
    """About one case, for who may see it (docs/map.md, "Who may see what"); for all others it is not there.

    Village chief, receiver and department see what they are involved in. Higher chiefs, chief office and intake see their
    reach: also the case that a superior has in hand, never a neighbour's. ``own`` says what who may see the own case gets
    (a role not named: ``otherwise``), ``above`` what they get for the superior's.
    """
    told = own if isinstance(own, Mapping) else dict.fromkeys(ROLES, own)
    above = otherwise if above is None else above
    seen: dict[str, Answer] = {role: (told.get(role, otherwise), 404, 404) for role in ("village chief", "receiver", "department")}
    seen |= {role: (told.get(role, otherwise), 404, above) for role in (*CHIEFS[1:], "chief office", "intake")}
    return {**only(404), **seen}


def all_(answer: int, *roles: str, but: Mapping[str, int] | None = None) -> dict[str, int]:
    return {**dict.fromkeys(roles, answer), **(but or {})}


def move(name: str, get: Mapping[str, int], post: Mapping[str, int], about: str = "case", above: int = 403) -> dict[str, Page]:
    """One move of a case: offered (200) and done (302) for some, refused for who only sees it."""
    return {f"cases:move {name}": Page(get=case(get), post=case(post, above=above), about=about, send="case move")}


def decided(name: str, about: str, answer: int = 302) -> dict[str, Page]:
    """One decision of the intake on its own complaint."""
    own, done = ((200, 404, 404), (answer, 404, 404)) if about == "complaint" else (200, answer)
    return {f"complaints:move {name}": Page(get=only(own, "intake"), post=only(done, "intake"), about=about, send="complaint move")}


def step(name: str, get: Answer, post: Answer, about: str = "audit") -> dict[str, Page]:
    """One step of an audit: for a member of the bureau with a grant; for the others of the bureau it is not there either."""
    return {f"departures:step {name}": Page(get=only(get, "audit"), post=only(post, "audit"), about=about, send="audit step")}


#: The issued report: the team, the reviewers, and whoever commissioned it.
REPORT: dict[str, Answer] = {"*": 404, "audit": (200, 404, 404), "organisation": (200, 404, 404)}

PAGES: dict[str, Page] = {
    # -- citizens -------------------------------------------------------------------------------------------------------
    "public:home": Page(get=ALL, post=READ),
    "public:privacy": Page(get=ALL, post=READ),
    "public:board": Page(get=ALL, post=READ, about="board"),
    "public:sheet": Page(get=ALL, post=READ, about="board"),
    "public:complain": Page(get=ALL, post=FORM),
    "public:complain_at": Page(get=ALL, post=FORM, about="board"),
    "public:receipt": Page(get=DOES, post=READ, why="shows only what this browser has just filed; else leads to the query form"),
    "public:track": Page(get=ALL, post=FORM),
    "public:track_add": Page(get=READ, post=DOES, why="leads to the query form until number and code were given"),
    "public:track_rate": Page(get=READ, post=DOES, why="leads to the query form until number and code were given"),
    "public:track_leave": Page(get=READ, post=DOES),
    "public:photo": Page(get=NOBODY, post=READ, about="file", why="only photos of the complaint that this browser has opened"),
    "papers:verify": Page(get=ALL, post=FORM),
    "papers:verified": Page(get=ALL, post=FORM, about="verification code"),
    # -- the way in -----------------------------------------------------------------------------------------------------
    "posts:sign_in": Page(get={"*": 302, PUBLIC: 200, NO_POST: 200}, post=FORM),
    "posts:sign_out": Page(get=READ, post=DOES),
    "posts:choose": Page(get={"*": 200, "strangers": 302}, post={"*": 422, "strangers": 302}),
    "posts:language": Page(get=READ, post=DOES),
    "posts:large_text": Page(get=READ, post=DOES),
    "posts:demo": Page(get=NOBODY, post=NOBODY, why="exists in the demonstration world only"),
    # -- the desk -------------------------------------------------------------------------------------------------------
    "desk:home": Page(get={"posts": 200, "strangers": 302}, post=READ),
    "desk:notices": Page(get={"posts": 200, "strangers": 302}, post=DOES),
    "desk:case": Page(get=case(200, above=200), post=READ, about="case"),
    **move(
        "report_up",
        get=all_(200, *HOLDERS, but={"prefecture chief": 403, "department": 403}),
        post=all_(302, *HOLDERS, but={"prefecture chief": 422, "department": 409}),
    ),
    **move(
        "hand_down",
        get=all_(200, *CHIEFS[1:]),
        post=all_(302, *CHIEFS[1:], but=dict.fromkeys(("village chief", "receiver", "chief office", "intake"), 422) | {"department": 409}),
    ),
    **move("hand_over", get=all_(200, *CHIEFS[1:]), post=all_(302, *CHIEFS[1:], but={"department": 409})),
    **move("send_back", get=all_(200, "department"), post=all_(422, *HOLDERS, but={"department": 302})),
    # Nobody leads the prefecture's government: nobody could grant it more time.
    **move(
        "ask_extension",
        get=all_(200, *HOLDERS, but={"prefecture chief": 403}),
        post=all_(302, *HOLDERS, but={"prefecture chief": 422}),
    ),
    **move("report_done", get=all_(200, *HOLDERS), post=all_(302, *HOLDERS)),
    "cases:move decide_extension": Page(
        get=only(403, "higher chiefs", "chief office", "intake", "department") | {"county chief": 200},
        post=only(403, "higher chiefs", "chief office", "intake", "department") | {"county chief": 302},
        about="case asking for time",
        send="case move",
        why="the unit that leads the department decides: here the county's government",
    ),
    "cases:move sign_off": Page(
        get=only(200, "chief office", "county chief", "prefecture chief") | dict.fromkeys(("township chief", "intake", "department"), 403),
        post=only(302, "chief office", "county chief", "prefecture chief") | dict.fromkeys(("township chief", "intake", "department"), 403),
        about="case verified",
        send="case move",
    ),
    "cases:move reopen": Page(
        get=only(403, "higher chiefs", "department") | dict.fromkeys(("chief office", "intake"), 200),
        post=only(403, "higher chiefs", "department") | dict.fromkeys(("chief office", "intake"), 302),
        about="case signed off",
        send="case move",
    ),
    "cases:move no_such_move": Page(get=only(404), post=only(404), about="case", send="case move"),
    # -- the register -----------------------------------------------------------------------------------------------------
    "registry:home": Page(get={"posts": 200, "strangers": 302}, post=READ | {"strangers": 405}),
    # -- chiefs on their way, and those who go and look ---------------------------------------------------------------------
    "patrols:home": Page(get=only(200, "chiefs", "staff"), post=READ),
    "patrols:rangers": Page(get=only(200, "chiefs", "supervisor", "chief office"), post=READ),
    "patrols:earlier": Page(get={"posts": 200, "strangers": 302}, post=READ),
    "patrols:new": Page(
        get=only((200, 404, 404), "chiefs", "ranger"), post=only((422, 404, 404), "chiefs", "ranger"), about="segment to patrol"
    ),
    "patrols:detail": Page(
        get=only((200, 404, 404), "chiefs", "staff") | {"chief office": (200, 404, 200)},
        post=READ,
        about="patrol",
        why="a superior walks in the same place, and is not below",
    ),
    "inspections:list": Page(get=only(200, "chiefs", "receiver", "chief office", "department"), post=READ),
    "inspections:detail": Page(
        get=only(200, "chief office"), post=only(302, "chief office"), about="inspection", send="visit", why="the unit that was asked"
    ),
    # -- complaints: the intake that took it, nobody else ---------------------------------------------------------------
    "complaints:list": Page(get=only(200, "intake"), post=READ),
    "complaints:new": Page(get=only(200, "intake"), post=only(422, "intake")),
    "complaints:detail": Page(get=only((200, 404, 404), "intake"), post=READ, about="complaint"),
    "complaints:unseal": Page(
        get=only((302, 404, 404), "intake"), post=only((200, 404, 404), "intake"), about="complaint", send="complaint move"
    ),
    **decided("accept", "complaint"),
    **decided("join_case", "complaint"),
    **decided("refuse", "complaint"),
    **decided("pass_on", "complaint"),
    **decided("reply", "complaint accepted"),
    **decided("clear_photos", "complaint accepted", answer=422),
    **decided("close", "complaint answered"),
    # -- files and papers: who may see the record -----------------------------------------------------------------------
    "evidence:file": Page(get=case(200, above=200) | {"strangers": 404}, post=READ, about="file"),
    "papers:paper": Page(get=REPORT, post=READ, about="audit paper"),
    "papers:pdf": Page(get=REPORT, post=READ, about="audit paper"),
    # -- audits: by grant to the team and reviewers; that one exists, to whoever commissioned it ----------------------------
    "departures:list": Page(get=only(200, "audit", "organisation"), post=READ),
    "departures:new": Page(get=only(200, "organisation"), post=only(200, "organisation"), why="the post is looked up first"),
    "departures:detail": Page(get=only((200, 404, 404), "audit", "organisation"), post=READ, about="audit"),
    "departures:figure": Page(
        get={**only((200, 404, 404), "audit"), "organisation": (403, 404, 404)},
        post=READ,
        about="audit figure",
        why="the issued report, which the organisation department reads, leads there: it is told why not",
    ),
    **step("form_team", (200, 404, 404), (302, 404, 404), about="audit waiting"),
    **step("change_team", (200, 404, 404), (302, 404, 404)),
    **step("collect", (200, 404, 404), (302, 404, 404)),
    **step("check", 404, (422, 404, 404)),
    **step("score", 404, (409, 404, 404)),
    **step("review", 404, (409, 404, 404)),
    **step("decide", 404, (409, 404, 404)),
    **step("issue", 404, (409, 404, 404)),
    "departures:step withdraw": Page(
        get=only((200, 404, 404), "organisation"),
        post=only((422, 404, 404), "organisation"),
        about="audit",
        why="whoever commissioned it takes it back, with a reason",
    ),
    **step("no_such_step", 404, 404),
    # -- machines -------------------------------------------------------------------------------------------------------
    "api:health": Page(get=ALL, post=READ),
    "api-v1:openapi-json": Page(get=ALL, post=ALL, why="the same document whichever way it is asked for"),
    "api-v1:api-root": Page(get=NOBODY, post=NOBODY),
    "api_no_such_address": Page(get=NOBODY, post=NOBODY, about="rest"),
}
