"""Target and village agreements, and key projects.

The target agreement at hand is made between the chief of the prefecture and the chief of a county; village agreements are those
of village chiefs: the own, a neighbour's. "Superior" has no meaning of its own here.
"""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accountability.kit import days
from audits.indicators import project_actions
from audits.indicators.models import Project
from chiefs.agreements.models import TargetAgreement, VillageAgreement
from chiefs.posts.functions import Function
from chiefs.posts.models import Post
from tests.factories import agreements as made
from tests.factories.posts import UnitFactory, acting_for, chief, desk, government

from .cast import Cast, Role
from .expectations import READ, Page, only
from .things import MAKERS, PICTURE, makes, sends

EVERYBODY = {"posts": 200, "strangers": 302}


def _world(cast: Cast) -> Any:
    """The chain with the cast's own target office and the desk of the township's government."""
    if "agreements" not in cast.made:
        township = Post.objects.get(unit=cast.chain.township.unit, kind__functions=[Function.RECEIVER.value])
        cast.made["agreements"] = SimpleNamespace(**vars(cast.chain), targets=cast.roles["targets"].post, township_desk=township)
    return cast.made["agreements"]


def _between(cast: Cast, relation: str) -> dict[str, Any]:
    """Own: between the cast's chiefs. Sibling: of the neighbouring prefecture, by its own office."""
    if relation == "own":
        return {}
    if "elsewhere" not in cast.made:
        place = cast.siblings["prefecture"].jurisdiction.parent.parent.parent
        giver = chief("prefecture", government(place))
        taker = chief("county", government(cast.siblings["prefecture"].jurisdiction.parent.parent))
        office = desk(UnitFactory(name="邻州目标科", jurisdiction=place), Function.TARGETS)
        cast.made["elsewhere"] = {"giver": giver, "taker": taker, "by": office, "evaluator": office.unit}
    return cast.made["elsewhere"]  # type: ignore[no-any-return]


def _target(state: str) -> None:
    @makes(f"target agreement {state}")
    def maker(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
        if relation == "superior":
            return None
        key = ("target agreement", state, relation)
        if key not in cast.made:
            w, facts = _world(cast), _between(cast, relation)
            draft = made.drafted(w, **facts)
            step = {"draft": lambda *a, **k: draft, "offered": made.offered, "signed": made.signed}[state]
            cast.made[key] = step(w, draft, by=facts.get("by"))
        agreement = cast.made[key]
        return {"number": agreement.number, "edition": agreement.edition}


for _state in ("draft", "offered", "signed"):
    _target(_state)


@makes("target agreement number")
def target_number(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    keys = MAKERS["target agreement signed"](cast, role, relation)
    return keys and {"number": keys["number"]}


@sends("agreement step")
def agreement_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    agreement = TargetAgreement.objects.get(number=keys["number"], edition=keys["edition"])
    item = {"place": 1, "text": "试验目标", "target_text": "60", "direction": "up", "weight": "5"}
    period = {"since": agreement.since.isoformat(), "last": agreement.last_day.isoformat(), "evaluator": agreement.evaluator_id}
    told = {"text": "52", "as_of": days.today().isoformat(), "document": agreement.sha256, "read": "on", "reason": "试验理由"}
    if keys["name"] == "put_item":
        told = item
    told |= {"achieved_1": "55", "day": days.today().isoformat(), "place": 1}
    return {"expect": agreement.version, "client_ref": uuid.uuid4(), **period, **told}


@makes("village chief's post")
def village_post(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return None if relation == "superior" else {"code": cast.village_chief(role, relation).code}


def _village(state: str) -> None:
    @makes(f"village agreement {state}")
    def maker(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
        if relation == "superior":
            return None
        post = cast.village_chief(role, relation)
        key = ("village agreement", state, post.pk)
        if key not in cast.made:
            w = SimpleNamespace(**vars(_world(cast)))
            parent = post.unit.jurisdiction.parent
            assert parent is not None
            w.township_desk = Post.objects.get(unit=government(parent), kind__functions=[Function.RECEIVER.value])
            cast.made[key] = (made.prepared if state == "prepared" else made.concluded)(w, post=post)
        return {"number": cast.made[key].number}


for _state in ("prepared", "signed"):
    _village(_state)


@sends("village step")
def village_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    agreement = VillageAgreement.objects.get(number=keys["number"])
    page = SimpleUploadedFile("a.jpg", PICTURE, "image/jpeg")
    told = {"signed_on": days.today().isoformat(), "last": (agreement.until.replace(year=agreement.until.year + 1)).isoformat()}
    told |= {"day": agreement.last_day.isoformat(), "reason": "试验理由"}
    return {"expect": agreement.version, "client_ref": uuid.uuid4(), "photos": [page], **told}


@makes("key project")
def key_project(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """The department leads it; there is one plan, so nothing is a neighbour's."""
    if relation != "own":
        return None
    project, new = Project.objects.get_or_create(seq=1, defaults={"category": "一、试验工程", "name": "试验项目"})
    if new:
        targets, water = cast.roles["targets"].post, cast.chain.water
        assert targets is not None
        project_actions.assign(project, unit=water.unit, by=acting_for(targets))
    return {"seq": 1}


@sends("project report")
def project_report(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    told = {"as_of": days.today().isoformat(), "stage": "under_way", "text": "正在实施", "unit": cast.chain.water.unit_id}
    return {"expect": 0, "client_ref": uuid.uuid4(), **told}


#: Who may see an agreement between prefecture and county: both sides, the target office, the chief office of the county.
SEE = ("prefecture chief", "county chief", "targets", "chief office")


def step(name: str, about: str, get: dict[str, int], post: dict[str, int], *, see: tuple[str, ...] = SEE) -> dict[str, Page]:
    """For who sees the agreement: offered to some (200), not there for the others (404); refused (403) when sent all the same."""
    given = only(404) | {role: (get.get(role, 404), 404, 404) for role in see}
    done = only(404) | {role: (post.get(role, 403), 404, 404) for role in see}
    return {f"agreements:target_step {name}": Page(get=given, post=done, about=f"target agreement {about}", send="agreement step")}


def village(name: str, about: str, get: dict[str, int], post: dict[str, int]) -> dict[str, Page]:
    """For the chief office in its reach: the village's own receiving desk keeps no register."""
    given = only(404) | {role: (answer, 404, 404) for role, answer in get.items()}
    done = only(404) | {role: (answer, 404, 404) for role, answer in post.items()}
    return {f"agreements:village_step {name}": Page(get=given, post=done, about=f"village agreement {about}", send="village step")}


OFFICE = {"chief office": 200}
DONE = {"chief office": 302}
DRAFTER = ("targets",)
BOTH = {"prefecture chief": 200, "county chief": 200}
SIGN = {"prefecture chief": 302, "county chief": 302}
OWN_VILLAGE = ("village chief", "township chief", "county chief", "prefecture chief", "receiver", "chief office")

PAGES: dict[str, Page] = {
    "agreements:targets": Page(get=EVERYBODY, post=READ | {"strangers": 405}),
    "agreements:villages": Page(get=EVERYBODY, post=READ | {"strangers": 405}),
    "agreements:target_new": Page(
        get=only(200, "targets", "chief office", "receiver"),
        post=only(200, "targets", "chief office", "receiver"),
        why="the two posts are looked up first",
    ),
    "agreements:target_number": Page(get=only((302, 404, 404), *SEE), post=READ, about="target agreement number"),
    "agreements:target": Page(get=only((200, 404, 404), *SEE), post=READ, about="target agreement signed"),
    **step("reword", "draft", {"targets": 200}, {"targets": 302}, see=DRAFTER),
    **step("put_item", "draft", {"targets": 200}, {"targets": 302}, see=DRAFTER),
    **step("drop_item", "draft", {"targets": 200}, {"targets": 302}, see=DRAFTER),
    **step("offer", "draft", {"targets": 200}, {"targets": 302}, see=DRAFTER),
    **step("sign", "offered", BOTH, SIGN),
    **step("send_back", "offered", BOTH, SIGN),
    **step("withdraw", "offered", {"targets": 200}, {"targets": 302}),
    **step("report_progress", "signed", {"targets": 200, "county chief": 200}, {"targets": 302, "county chief": 302}),
    **step("sign_on", "signed", {}, {}),
    **step("amend", "signed", {"targets": 200}, {"targets": 302}),
    **step("settle", "signed", {}, {"targets": 422}),
    **step("settle_year", "signed", {}, dict.fromkeys(SEE, 422)),
    **step("end", "signed", {"targets": 200}, {"targets": 302}),
    **step("supersede", "signed", {}, dict.fromkeys(SEE, 404)),
    "agreements:village": Page(get=only((200, 404, 404), *OWN_VILLAGE), post=READ, about="village agreement signed"),
    "agreements:village_page": Page(get=only((200, 404, 404), *OWN_VILLAGE), post=READ, about="village agreement signed"),
    "agreements:village_new": Page(
        get=only((200, 404, 404), "chief office"),
        post=only((422, 404, 404), "chief office"),
        about="village chief's post",
        why="the village's own desk keeps no register; the township's does",
    ),
    **village("sign", "prepared", OFFICE, DONE),
    **village("drop", "prepared", OFFICE, DONE),
    **village("renew", "signed", OFFICE, DONE),
    **village("close", "signed", OFFICE, DONE),
    **village("no_such_step", "signed", {}, {}),
    "indicators:projects": Page(get=EVERYBODY, post=READ | {"strangers": 405}),
    "indicators:project_totals": Page(get=EVERYBODY, post=READ | {"strangers": 405}),
    "indicators:project": Page(get=EVERYBODY, post=READ | {"strangers": 405}, about="key project"),
    "indicators:project_report": Page(
        get=only(200, "targets", "department"),
        post=only(302, "targets", "department"),
        about="key project",
        send="project report",
        why="the lead unit and the target office",
    ),
    "indicators:project_lead": Page(get=only(200, "targets"), post=only(302, "targets"), about="key project", send="project report"),
}
