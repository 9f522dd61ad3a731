"""Bodies, meetings and resolutions: who may come in, and the things of these addresses.

Own: the role's post is a member, the chief office of the chain's county keeps the office. Sibling: neither.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accountability.kit import days
from chiefs.bodies import reports
from chiefs.bodies.actions import bodies, meetings, resolutions
from chiefs.bodies.models import Body, Meeting, Resolution
from chiefs.posts.models import Unit
from chiefs.territory.models import Jurisdiction
from tests.factories.posts import UnitFactory, acting_for

from .cast import Cast, Role
from .expectations import READ, Answer, Page, only
from .pages_sites import everywhere
from .things import PICTURE, makes, sends

FIRST = date(2020, 1, 1)
LISTS: dict[str, Answer] = {"posts": 200, "strangers": 302}


def _once(cast: Cast, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """What several roles may share: every POST is rolled back."""
    if key not in cast.made:
        cast.made[key] = make()
    return cast.made[key]


def _body(cast: Cast, role: Role, relation: str) -> Body | None:
    if relation == "superior":
        return None
    place = cast.segment(role, relation).jurisdiction.parent.parent
    found: Body = _once(cast, ("body", relation, place.pk), lambda: _set_up(cast, place, own=relation == "own"))
    return found


def _set_up(cast: Cast, place: Jurisdiction, *, own: bool) -> Body:
    by, office = everywhere(cast), cast.chain.office.unit if own else UnitFactory(jurisdiction=place)
    made = bodies.set_up(
        kind="committee", name="试验委员会", place=place, office=office, basis="试验文件", since=FIRST, by=by, client_ref=uuid.uuid4()
    )
    seats = [(cast.chain.bureau, "secretary"), *((role.post, "member") for role in cast.roles.values() if own and role.post)]
    for post, as_what in seats:
        bodies.seat(made, post=post, role=as_what, day=FIRST, by=by, expect=made.version)
    return made


@makes("body")
def body_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    made = _body(cast, role, relation)
    return {"ref": made.ref} if made else None


def _meeting(cast: Cast, role: Role, relation: str, state: str) -> Meeting | None:
    made = _body(cast, role, relation)
    if made is None:
        return None
    found: Meeting = _once(cast, ("meeting", made.pk, state), lambda: _planned(cast, made, state))
    return found


def _planned(cast: Cast, made: Body, state: str) -> Meeting:
    by = everywhere(cast)
    meeting = meetings.plan(made, due=days.today() + timedelta(days=10), by=by)
    if state != "planned":
        when = days.now() + timedelta(days=1)
        meetings.call(meeting, planned_for=when, place_text="会议室", agenda=["议题"], by=by, expect=0)
    if state == "held":
        there = {member.pk: "present" for member in reports.seated(made, days.today())}
        meetings.hold(meeting, held_at=days.now(), outcomes=there, by=by, expect=1)
    return meeting


def _named(record: Meeting | Resolution | None) -> dict[str, Any] | None:
    return {"number": record.number} if record else None


@makes("meeting planned")
def meeting_planned(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return _named(_meeting(cast, role, relation, "planned"))


@makes("meeting called")
def meeting_called(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return _named(_meeting(cast, role, relation, "called"))


@makes("meeting held")
def meeting_held(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return _named(_meeting(cast, role, relation, "held"))


def _resolution(cast: Cast, role: Role, relation: str, unit: Unit) -> Resolution | None:
    meeting = _meeting(cast, role, relation, "held")
    if meeting is None:
        return None
    due, by = days.today() + timedelta(days=10), everywhere(cast)
    key = ("resolution", meeting.pk, unit.pk)
    found: Resolution = _once(cast, key, lambda: resolutions.resolve(meeting, text="试验决定", unit=unit, due=due, by=by))
    return found


@makes("resolution of the own unit")
def resolution_own(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    unit = role.post.unit if role.post and relation == "own" else cast.chain.branch.unit
    return _named(_resolution(cast, role, relation, unit))


@makes("resolution")
def resolution_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return _named(_resolution(cast, role, relation, cast.chain.branch.unit))


@makes("resolution done")
def resolution_done(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    made = _resolution(cast, role, relation, cast.chain.branch.unit)
    if made is not None and made.state == Resolution.State.OPEN:
        resolutions.report_done(made, report="已办理", by=acting_for(cast.chain.branch), expect=0)
    return _named(made)


@sends("body step")
def body_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    """Filled in rightly for every step, so that only lawfulness and permission decide."""
    found = Body.objects.get(ref=keys["ref"])
    return {
        "expect": found.version,
        "client_ref": uuid.uuid4(),
        "kind": "group",
        "name": "试验小组",
        "office": cast.chain.office.unit.code,
        "basis": "试验文件",
        "role": "member",
        "post": cast.chain.forestry.code,
        "member": found.members.order_by("pk")[0].pk,
        "day": days.today().isoformat(),
        "due": (days.today() + timedelta(days=5)).isoformat(),
        "every": "month",
        "reason": "写明原因",
    }


@sends("meeting step")
def meeting_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    found = Meeting.objects.get(number=keys["number"])
    now = days.now().astimezone(days.SHANGHAI)
    there = {f"member_{member.pk}": "present" for member in reports.seated(found.body, days.today())}
    return there | {
        "expect": found.version,
        "client_ref": uuid.uuid4(),
        "planned_for": (now + timedelta(days=1)).strftime("%Y-%m-%d %H:%M"),
        "held_at": now.strftime("%Y-%m-%d %H:%M"),
        "place_text": "会议室",
        "agenda": "议题一\n议题二",
        "day": (days.today() + timedelta(days=20)).isoformat(),
        "due": (days.today() + timedelta(days=20)).isoformat(),
        "reason": "写明原因",
        "text": "试验决定",
        "unit": cast.chain.branch.unit.code,
        "files": SimpleUploadedFile("minutes.jpg", PICTURE, "image/jpeg"),
    }


@sends("resolution step")
def resolution_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    found = Resolution.objects.get(number=keys["number"])
    return {
        "expect": found.version,
        "client_ref": uuid.uuid4(),
        "report": "已经办理",
        "note": "写明意见",
        "unit": cast.chain.forestry.unit.code,
        "due": (days.today() + timedelta(days=20)).isoformat(),
        "reason": "写明原因",
    }


def step(address: str, name: str, about: str, *, doers: tuple[str, ...] = ("chief office",), send: str = "") -> dict[str, Page]:
    """One step: done by some, refused to every other member, not there for who does not belong to the body."""
    told: dict[str, Answer] = {"*": 404, "strangers": 302, "posts": (403, 404, 404)}
    get = told | dict.fromkeys(doers, (200, 404, 404))
    post = told | dict.fromkeys(doers, (302, 404, 404))
    return {f"bodies:{address} {name}": Page(get=get, post=post, about=about, send=send or f"{address.replace('_', ' ')}")}


def body_steps(*names: str) -> dict[str, Page]:
    return {key: page for name in names for key, page in step("step", name, "body", send="body step").items()}


def meeting_steps(**names: str) -> dict[str, Page]:
    return {key: page for name, about in names.items() for key, page in step("meeting_step", name, about).items()}


SEEN: dict[str, Answer] = {"*": 404, "strangers": 302, "posts": (200, 404, 404)}
PAGES: dict[str, Page] = {
    "bodies:list": Page(get=LISTS, post=READ),
    "bodies:meetings": Page(get=LISTS, post=READ),
    "bodies:resolutions": Page(get=LISTS, post=READ),
    "bodies:new": Page(get=only(200, "chief office"), post=only(422, "chief office")),
    "bodies:detail": Page(get=SEEN, post=READ, about="body"),
    "bodies:meeting": Page(get=SEEN, post=READ, about="meeting held"),
    "bodies:resolution": Page(get=SEEN, post=READ, about="resolution"),
    **body_steps("seat", "release", "set_rhythm", "change", "plan", "end"),
    **meeting_steps(call="meeting planned", postpone="meeting called", drop="meeting planned", hold="meeting called"),
    **meeting_steps(resolve="meeting held", close="meeting held"),
    "bodies:meeting_step miss": Page(get=only(404), post=only(404), about="meeting planned", why="only the clock says so"),
    **step("resolution_step", "report_done", "resolution of the own unit", doers=("posts",)),
    **step("resolution_step", "confirm", "resolution done"),
    **step("resolution_step", "send_back", "resolution done"),
    **step("resolution_step", "pass_on", "resolution"),
    **step("resolution_step", "set_term", "resolution"),
}
