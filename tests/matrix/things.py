"""One thing of each kind for each role and relation, made by the real actions, and what is posted to its addresses.

A maker gets the cast, the role and the relation and returns the words of the address, or None where the relation has no
meaning (nobody stands above the prefecture).
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accountability.cases import actions as cases
from accountability.cases import reports as case_reports
from accountability.cases import ways
from accountability.cases.models import Case, ProblemKind
from accountability.complaints.models import Complaint, RefusalReason
from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.papers.models import Paper
from chiefs.inspections.models import Inspection
from chiefs.posts.functions import Function
from chiefs.posts.models import Post
from chiefs.territory.models import Jurisdiction
from tests.factories.cases import case, done, in_work
from tests.factories.complaints import accepted, registered, replied
from tests.factories.papers import issued
from tests.factories.patrols import patrol
from tests.factories.posts import UnitFactory, acting_for, desk

from .cast import CHIEFS, STAFF, Cast, Role, far_village

Maker = Callable[[Cast, Role, str], dict[str, Any] | None]
Sender = Callable[[Cast, Role, dict[str, Any]], dict[str, Any]]


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return out.getvalue()


PICTURE = _picture()
MAKERS: dict[str, Maker] = {}
SENDERS: dict[str, Sender] = {}


def makes(kind: str) -> Callable[[Maker], Maker]:
    def register(maker: Maker) -> Maker:
        MAKERS[kind] = maker
        return maker

    return register


def sends(kind: str) -> Callable[[Sender], Sender]:
    def register(sender: Sender) -> Sender:
        SENDERS[kind] = sender
        return sender

    return register


@makes("")
def nothing(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """An address that is about no particular thing."""
    return {} if relation == "own" else None


@makes("rest")
def rest(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"rest": "no/such/address"} if relation == "own" else None


@makes("board")
def board(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """The segment whose notice board was scanned."""
    return None if relation == "superior" else {"code": cast.segment(role, relation).code}


@makes("case")
def case_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Own: the role has it in hand where it can hold one, else the village chief of its own territory."""
    holder: Post | None = cast.village_chief(role, relation)
    if relation == "own" and role.name == "department":
        return {"number": in_work(cast.chain).number}
    if relation == "own" and (role.name in CHIEFS or role.name == "receiver"):
        holder = role.post
    if relation == "superior":
        holder = cast.superior(role)
    if holder is None:
        return None
    segment = cast.segment(role, relation)
    by = acting_for(cast.village_chief(role, relation))
    return {"number": case(cast.chain, holder, segment=segment, place=segment.jurisdiction, by=by).number}


@sends("case move")
def case_move(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    """Filled in rightly for every move, so that only lawfulness and permission decide."""
    found = Case.objects.get(number=keys["number"])
    below = ways.posts_below(found)
    return {
        "expect": found.version,
        "client_ref": uuid.uuid4(),
        "note": "写明原因",
        "reason": "写明原因",
        "measure": "垃圾已经清运",
        "days": 1,
        "granted": "1",
        "to": (below[0] if keys.get("name") == "hand_down" and below else cast.chain.water).pk,
        "after": SimpleUploadedFile("after.jpg", PICTURE, "image/jpeg"),
    }


@makes("case asking for time")
def case_asking(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """The department of the chain's county has asked for more time."""
    if relation != "own":
        return None
    found = in_work(cast.chain)
    cases.ask_extension(found, days=1, reason="汛期水位高", by=acting_for(cast.chain.water), expect=found.version)
    return {"number": found.number}


@makes("case verified")
def case_verified(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Done by the department, confirmed by another unit, not yet signed off."""
    return {"number": _verified(cast).number} if relation == "own" else None


@makes("case signed off")
def case_signed_off(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation != "own":
        return None
    found = _verified(cast)
    cases.sign_off(found, note="", by=acting_for(cast.chain.office), expect=found.version)
    return {"number": found.number}


def _verified(cast: Cast) -> Case:
    found = done(cast.chain)
    visiting = Post.objects.filter(unit=case_reports.verifier(found)).order_by("pk").first()
    assert visiting is not None
    cases.confirm(found, note="", by=acting_for(visiting), expect=found.version)
    return found


@makes("file")
def file_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """A photograph that belongs to a case."""
    keys = case_(cast, role, relation)
    if keys is None:
        return None
    owner = Case.objects.get(number=keys["number"])
    kept = evidence.keep(PICTURE, owner=owner.stream, role="photo", by=acting_for(owner.holder), name="a.jpg")
    evidence.render(kept.pk)
    return {"ref": kept.ref}


@makes("verification code")
def code_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"code": printed(cast).verify_code} if relation == "own" else None


def printed(cast: Cast) -> Paper:
    if "paper" not in cast.made:
        cast.made["paper"] = issued(printed=True)
    return cast.made["paper"]  # type: ignore[no-any-return]


def _taken_by(cast: Cast, relation: str) -> Jurisdiction:
    """A place whose complaints go to the chain's own intake, to another county's, or to the prefecture's."""
    if "intakes" not in cast.made:
        neighbour = cast.siblings["county"].jurisdiction
        desk(UnitFactory(name="邻县受理中心", jurisdiction=neighbour.parent.parent), Function.INTAKE)
        desk(UnitFactory(name="州受理中心", jurisdiction=cast.chain.prefecture.unit.jurisdiction), Function.INTAKE)
        cast.made["intakes"] = {
            "own": cast.chain.place,
            "sibling": neighbour,
            "superior": far_village("513323", "无受理县", parent=cast.chain.prefecture.unit.jurisdiction),
        }
    return cast.made["intakes"][relation]  # type: ignore[no-any-return]


@makes("complaint")
def complaint_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Just received, by somebody who gave a name: own, another county's, the prefecture's."""
    found, _code = registered(_taken_by(cast, relation), informant={"name": "试验人", "phone": "13800000000", "address": ""})
    return {"number": found.number}


@makes("complaint accepted")
def complaint_accepted(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"number": accepted(cast.chain).number} if relation == "own" else None


@makes("complaint answered")
def complaint_answered(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"number": replied(cast.chain).number} if relation == "own" else None


@sends("complaint move")
def complaint_move(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    found = Complaint.objects.get(number=keys["number"])
    return {
        "expect": found.version,
        "client_ref": uuid.uuid4(),
        "transfer_text": "河边有垃圾",
        "kind": ProblemKind.objects.get(code="rubbish").pk,
        "scheme": cast.chain.segment.resource.scheme.pk,
        "checked": "on",
        "number": case(cast.chain).number,
        "reason": RefusalReason.objects.order_by("pk")[0].pk if keys.get("name") == "refuse" else "核实情况需要联系本人",
        "note": "请向城管部门反映",
        "text": "垃圾已经清运，河岸已经恢复。",
    }


@makes("segment to patrol")
def segment_to_patrol(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return board(cast, role, relation)


@makes("patrol")
def patrol_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Own: walked by the role itself if it walks, for a supervisor by the ranger, else by the village chief of its territory."""
    walker: Post | None = cast.village_chief(role, relation)
    if relation == "own" and role.name in (*CHIEFS, *STAFF):
        walker = role.post if role.name != "supervisor" else cast.roles["ranger"].post
    if relation == "superior":
        walker = cast.superior(role)
    if walker is None:
        return None
    cast.made["walks"] = cast.made.get("walks", 0) + 1  # nobody walks twice at the same time
    on = days.now() - timedelta(hours=2 * cast.made["walks"])
    return {"number": patrol(walker, cast.segment(role, relation), on=on).number}


@makes("inspection")
def inspection_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """The chief office of the chain's county was asked to look at what its water bureau did."""
    return {"number": done(cast.chain).inspections.get().number} if relation == "own" else None


@sends("visit")
def visit(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    found = Inspection.objects.get(number=keys["number"])
    return {
        "expect": found.version,
        "client_ref": uuid.uuid4(),
        "outcome": "confirm",
        "report": "现场已经清理干净",
        "visited_at": days.now().astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    }
