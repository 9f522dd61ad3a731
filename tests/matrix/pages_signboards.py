"""Notice boards and river plans: what stands on a board is public, where it fails is seen by the posts of the place."""

from __future__ import annotations

import uuid
from typing import Any

from accountability.evidence import actions as evidence
from accountability.kit import days
from chiefs.plans.models import PlanItem, RiverPlan
from chiefs.posts.functions import Function
from chiefs.posts.models import Tenure
from chiefs.signboards import actions
from chiefs.signboards.models import BoardUpdate, Signboard
from tests.factories import plans, signboards
from tests.factories.posts import PersonFactory, UnitFactory, acting_for, desk

from .cast import Cast, Role
from .expectations import READ, Answer, Page, only
from .things import PICTURE, makes, sends

READERS = ("chiefs", "receiver", "chief office", "department")


def seen(own: int, *, also: dict[str, int] | None = None) -> dict[str, Answer]:
    """For who reads boards and plans in the own territory; ``also`` for those who get something else."""
    told: dict[str, Answer] = dict.fromkeys((*READERS,), (own, 404, 404))
    return {**only(404), **told, **{role: (answer, 404, 404) for role, answer in (also or {}).items()}}


def _board(cast: Cast, role: Role, relation: str) -> Signboard | None:
    """Own: on the chain's segment; sibling: on the neighbour's, set up by an office that keeps the register everywhere."""
    if relation == "superior":
        return None
    key = ("board", role.level if relation == "sibling" else "own")
    if key not in cast.made:
        segment = cast.segment(role, relation)
        place = segment.jurisdiction
        while place.parent is not None:
            place = place.parent
        office = desk(UnitFactory(name=f"河长办{uuid.uuid4().hex[:6]}", jurisdiction=place), Function.CHIEF_OFFICE)
        keeper = cast.chain.village.unit if relation == "own" else cast.village_chief(role, relation).unit
        cast.made[key] = actions.set_up(
            code=f"B-{segment.code}", segment=segment, entry=signboards.entry(cast.chain, unit=keeper), by=acting_for(office)
        )
    return cast.made[key]  # type: ignore[no-any-return]


@makes("notice board")
def board_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    found = _board(cast, role, relation)
    return {"code": found.code} if found else None


@makes("notice board gone")
def gone(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    found = _board(cast, role, relation) if relation == "own" else None
    if found is not None and found.state != "gone":
        actions.take_down(found, seen_on=days.today(), note="被洪水冲走", by=acting_for(cast.chain.office), expect=found.version)
    return {"code": found.code} if found else None


@makes("notice board damaged")
def damaged(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    found = _board(cast, role, relation) if relation == "own" else None
    if found is not None and found.state != "damaged":
        actions.report_damaged(found, seen_on=days.today(), note="牌面被涂污", by=acting_for(cast.chain.office), expect=found.version)
    return {"code": found.code} if found else None


@makes("notice board owing")
def owing(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """The board names another chief of the county than is in office; a photo of the new one was kept."""
    found = _board(cast, role, relation) if relation == "own" else None
    if found is not None and not BoardUpdate.objects.exists():
        tenure = Tenure.objects.get(post=cast.chain.county)
        Signboard.objects.filter(pk=found.pk).update(settled=[[cast.chain.county.pk, PersonFactory().pk]])
        actions.chiefs_changed([found.segment], tenure.since, acting_for(cast.chain.office))
        update = BoardUpdate.objects.get()
        evidence.keep(PICTURE, owner=update.stream, role="photo", by=acting_for(cast.chain.village), name="a.jpg")
    return {"code": found.code} if found else None


@sends("board step")
def board_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    board = Signboard.objects.get(code=keys["code"])
    record: Any = board.updates.order_by("-pk").first() if keys["name"] in ("finish", "waive") else board
    today = days.today().isoformat()
    return {
        "expect": record.version if record else 0,
        "client_ref": uuid.uuid4(),
        "seen_on": today,
        "note": "到现场查看过",
        "done_on": today,
        "reason": "该牌下周整体更换",
    }


@sends("board entry")
def board_entry(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    board = Signboard.objects.get(code=keys["code"])
    given = {"place": "上游吊桥旁", "begins_at": "界碑", "ends_at": "二道桥", "unit": board.unit_id, "set_up_on": board.set_up_on}
    return {"expect": board.version, "client_ref": uuid.uuid4(), **given}


@sends("board sheet")
def board_sheet(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    return {"expect": 0, "client_ref": uuid.uuid4(), "size": "A4", "script": "zh"}


def _plan(cast: Cast, state: str) -> RiverPlan:
    if ("plan", state) not in cast.made:
        maker = {"draft": plans.draft, "reviewed": plans.reviewed, "approved": plans.approved}[state]
        plan = maker(cast.chain)
        if state == "draft":
            plans.fill(plan, cast.chain)
        cast.made["plan", state] = plan
    return cast.made["plan", state]  # type: ignore[no-any-return]


@makes("plan draft")
def plan_draft(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"number": _plan(cast, "draft").number} if relation == "own" else None


@makes("plan reviewed")
def plan_reviewed(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"number": _plan(cast, "reviewed").number} if relation == "own" else None


@makes("plan approved")
def plan_approved(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"number": _plan(cast, "approved").number} if relation == "own" else None


@makes("list of a draft")
def list_of_a_draft(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"number": _plan(cast, "draft").number, "kind": "problem"} if relation == "own" else None


@makes("line of a draft")
def line_of_a_draft(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation != "own":
        return None
    plan = _plan(cast, "draft")
    return {"number": plan.number, "ref": plan.items.filter(withdrawn=False, kind=PlanItem.Kind.PROBLEM).get().ref}


@makes("task of a plan")
def task_of_a_plan(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation != "own":
        return None
    plan = _plan(cast, "approved")
    return {"number": plan.number, "ref": plan.items.get(kind=PlanItem.Kind.TASK).ref}


@sends("plan step")
def plan_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    plan = RiverPlan.objects.get(number=keys["number"])
    return {
        "expect": plan.version,
        "client_ref": uuid.uuid4(),
        "situation": "河段全长三千二百米",
        "since": days.today().isoformat(),
        "opinion": "同意报批",
        "reason": "请补充资金安排",
        "basis": "康府函〔2026〕1号",
        "text": "新的一条",
        "day": days.today().isoformat(),
        "percent": 40,
    }


#: A county's draft is seen by the county and above; what is approved, also below.
DRAFT_SEEN = ("county chief", "prefecture chief", "chief office", "department")
ALL_READERS = ("village chief", "township chief", *DRAFT_SEEN, "receiver")


def plan_page(name: str, get: dict[str, int], post: dict[str, int], about: str, readers: tuple[str, ...] = DRAFT_SEEN) -> dict[str, Page]:
    refused = dict.fromkeys(readers, 403)
    return {name: Page(get=only(404) | refused | get, post=only(404) | refused | post, about=about, send="plan step")}


def board_move(name: str, about: str, able: tuple[str, ...], others: int = 403) -> dict[str, Page]:
    def told(answer: int, *roles: str) -> dict[str, Answer]:
        """A neighbour's board is not there; one in a certain state is made in the own place only."""
        return dict.fromkeys(roles, (answer, 404, 404) if about == "notice board" else answer)

    return {
        f"signboards:move {name}": Page(
            get=only(404) | told(403, *ALL_READERS) | told(200, *able),
            post=only(404) | told(others, *ALL_READERS) | told(302, *able),
            about=about,
            send="board step",
        )
    }


TENDS = ("village chief", "receiver", "chief office")  # the committee keeps the board: its chief and its desk look after it
PAGES: dict[str, Page] = {
    "signboards:list": Page(get=only(200, *ALL_READERS), post=READ),
    "signboards:new": Page(get=only(200, "chief office"), post=only(200, "chief office"), why="the segment is asked first"),
    "signboards:detail": Page(get=seen(200), post=READ, about="notice board"),
    "signboards:change": Page(
        get=seen(403, also={"chief office": 200}), post=seen(403, also={"chief office": 302}), about="notice board", send="board entry"
    ),
    "signboards:sheet": Page(
        get=seen(302),
        post=seen(403, also=dict.fromkeys(TENDS, 302)),
        about="notice board",
        send="board sheet",
        why="the sheets stand on the board's page",
    ),
    **board_move("check", "notice board", TENDS),
    **board_move("report_damaged", "notice board", TENDS),
    **board_move("repair", "notice board damaged", TENDS),
    **board_move("take_down", "notice board", TENDS),
    **board_move("put_up_again", "notice board gone", ("chief office",)),
    **board_move("finish", "notice board owing", TENDS),
    **board_move("waive", "notice board owing", ("chief office",)),
    "signboards:move no_such_step": Page(get=only(404), post=only(404), about="notice board", send="board step"),
    "registry:water_file": Page(get=seen(200), post=READ, about="board"),
    "plans:list": Page(get=only(200, *ALL_READERS), post=READ),
    "plans:new": Page(get=only(200, "chief office"), post=only(200, "chief office"), why="the water is asked first"),
    "plans:detail": Page(get=only(200, *DRAFT_SEEN), post=READ, about="plan draft"),
    **plan_page("plans:step rewrite", {"chief office": 200}, {"chief office": 302}, "plan draft"),
    **plan_page("plans:step review", {"county chief": 200}, {"county chief": 302}, "plan draft"),
    **plan_page("plans:step approve", {}, {}, "plan reviewed"),
    **plan_page("plans:step ask_change", {"county chief": 200}, {"county chief": 302}, "plan draft"),
    **plan_page("plans:step drop", {"chief office": 200}, {"chief office": 302}, "plan draft"),
    **plan_page("plans:step send_back", {}, {}, "plan reviewed"),
    **plan_page("plans:step revise", {"chief office": 200}, {"chief office": 302}, "plan approved", readers=ALL_READERS),
    "plans:step no_such_step": Page(get=only(404), post=only(404), about="plan draft", send="plan step"),
    **plan_page("plans:add", {"chief office": 200}, {"chief office": 302}, "list of a draft"),
    **plan_page("plans:line", {"chief office": 200}, {"chief office": 302}, "line of a draft"),
    **plan_page("plans:take_out", {"chief office": 200}, {"chief office": 302}, "line of a draft"),
    **plan_page(
        "plans:progress",
        dict.fromkeys(("chief office", "department"), 200),
        dict.fromkeys(("chief office", "department"), 302),
        "task of a plan",
        readers=ALL_READERS,
    ),
}
