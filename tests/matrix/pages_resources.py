"""Resources, segments, the grid and red lines: names and lines are everybody's, changes the chief office's of the place."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from accountability.kit import days
from accountability.ledger.acting import Acting
from chiefs.resources import actions, reports
from chiefs.resources.actions.writing import stream_of
from chiefs.resources.models import Drawing, LegacyProject, Marker, RedLinePlot, Resource, Segment
from chiefs.territory.models import Jurisdiction
from tests.factories.resources import SegmentFactory, drawn_river, office, upload

from .cast import CHIEFS, Cast, Role
from .expectations import ALL, READ, Answer, Page, only
from .things import makes, sends

OFFICE = "chief office"
POSTS: dict[str, Answer] = {"posts": 200, "strangers": 302}
SEEN: dict[str, Answer] = {"posts": (200, 404, 404), "strangers": 302}
CHECKERS = (*CHIEFS, OFFICE, "receiver", "department")
MINE = (200, 404, 404)
DONE = (302, 404, 404)
ASKED = (422, 404, 404)


def mine(post: Answer, *, about: str, send: str = "", get: Answer = MINE) -> Page:
    return Page(get=only(get, OFFICE), post=only(post, OFFICE), about=about, send=send)


PAGES: dict[str, Page] = {
    "resources:list": Page(get=POSTS, post=READ),
    "resources:new": Page(get=only(200, OFFICE), post=only(422, OFFICE)),
    "resources:detail": Page(get=POSTS, post=READ, about="resource"),
    "resources:geometry": Page(get=ALL, post=READ, about="resource", why="everybody may know where a river is"),
    "resources:step names": mine(DONE, about="resource", send="resource step"),
    "resources:step code": mine(DONE, about="resource", send="resource step"),
    "resources:step flow": mine(DONE, about="resource", send="resource step"),
    "resources:step figures": mine(DONE, about="resource", send="resource step"),
    "resources:step end": mine(DONE, about="resource", send="resource step"),
    "resources:step boundary": mine((302, 302, 302), about="resource", send="resource step", get=(200, 200, 200)),
    "resources:step segment": Page(
        get=only((200, 200, 200), OFFICE),
        post=only((302, 302, 302), OFFICE),
        about="resource",
        send="resource step",
        why="a river of several counties has segments in each; what is sent lies in the own county",
    ),
    "resources:step no-such-step": Page(get=only(404), post=only(404), about="resource"),
    "resources:cut": mine((422, 422, 422), about="resource", get=(200, 200, 200)),
    "resources:upload": mine(ASKED, about="record to draw"),
    "resources:drawing": mine(DONE, about="drawing", send="reading"),
    "resources:segment": Page(get=POSTS, post=READ, about="chained segment"),
    "resources:segment_geometry": Page(get=ALL, post=READ, about="chained segment"),
    "resources:segment_step names": mine(DONE, about="chained segment", send="segment step"),
    "resources:segment_step correct": mine(DONE, about="chained segment", send="segment step"),
    "resources:segment_step end": mine(DONE, about="chained segment", send="segment step"),
    "resources:divide": mine(ASKED, about="chained segment"),
    "resources:cells": Page(get=POSTS, post=READ),
    "resources:new_cell": Page(get=only(200, OFFICE), post=only(422, OFFICE), why="and a township's desk, which is none of the roles"),
    "resources:cell": Page(get=SEEN, post=READ, about="cell"),
    "resources:cell_step change": mine(DONE, about="cell", send="cell step"),
    "resources:cell_step end": mine(DONE, about="cell", send="cell step"),
    "resources:red_lines": Page(get=POSTS, post=READ),
    "resources:new_plot": Page(get=only(200, OFFICE), post=only(422, OFFICE)),
    "resources:plot": Page(get=SEEN, post=READ, about="plot"),
    "resources:plot_step names": mine(DONE, about="plot", send="plot step"),
    "resources:plot_step change": mine(DONE, about="plot", send="plot step"),
    "resources:plot_step end": mine(DONE, about="plot", send="plot step"),
    "resources:marker_step change": mine(DONE, about="marker", send="marker step"),
    "resources:marker_step end": mine(DONE, about="marker", send="marker step"),
    "resources:new_marker": mine(ASKED, about="plot"),
    "resources:marker": Page(
        get=SEEN,
        post={"strangers": 302, "posts": (403, 404, 404)} | dict.fromkeys(CHECKERS, DONE),
        about="marker",
        send="marker check",
        why="whoever goes there may say what stands there",
    ),
    "resources:new_project": mine(ASKED, about="plot"),
    "resources:projects": Page(get=POSTS, post=READ),
    "resources:project": Page(get=SEEN, post=READ, about="project"),
    "resources:project_move rectify": mine(DONE, about="project", send="project move"),
    "resources:project_move gone": mine(DONE, about="project", send="project move"),
    "resources:project_move back": mine((409, 404, 404), about="project", send="project move"),
    "resources:project_move no-such-move": Page(get=only(404), post=only(404), about="project"),
}


def _county(place: Jurisdiction) -> Jurisdiction:
    while place.level != "county":
        assert place.parent is not None
        place = place.parent
    return place


def _keeper(cast: Cast, place: Jurisdiction) -> Acting:
    """The chief office of the county of a place."""
    county = _county(place)
    if ("keeper", county.pk) not in cast.made:
        own = county == _county(cast.chain.place)
        cast.made[("keeper", county.pk)] = cast.roles[OFFICE].acting if own else office(county)
    return cast.made[("keeper", county.pk)]  # type: ignore[no-any-return]


def _code() -> str:
    return f"X-{uuid.uuid4().hex[:10]}"


@makes("resource")
def resource_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Own: in the own county alone. Sibling: in another. Superior: in both, so that the prefecture keeps it."""
    own, beside = _county(cast.chain.place), _county(cast.siblings["county"].jurisdiction)
    river = drawn_river(name=f"试验河{uuid.uuid4().hex[:6]}")
    river.counties.set({"own": [own], "sibling": [beside], "superior": [own, beside]}[relation])
    return {"ref": river.ref}


@sends("resource step")
def resource_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    river, place = Resource.objects.get(ref=keys["ref"]), cast.chain.place
    return {
        "expect": reports.version_of(stream_of(river)),
        "client_ref": uuid.uuid4(),
        "name": "试验改名" if keys["name"] == "names" else "",
        "aliases": "别名",
        "counties": [_county(place).pk],
        "jurisdiction": place.code,
        "document": "康府发〔2022〕2号",
        "approved_on": "2022-05-01",
        "level": "county",
        "bank": "both",
        "basis": "误录登记",
        "day": days.today().isoformat(),
    }


@makes("record to draw")
def record_to_draw(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    keys = resource_(cast, role, relation)
    return {"kind": "resource", "key": str(keys["ref"])} if keys else None


@makes("drawing")
def drawing_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    keys = resource_(cast, role, relation)
    if relation == "superior" or keys is None:
        return None
    place = cast.chain.place if relation == "own" else cast.siblings["county"].jurisdiction
    record = Resource.objects.get(**keys)
    made = actions.hand_in(record, file=upload(), declared="wgs84", by=_keeper(cast, place), client_ref=uuid.uuid4())
    return {"ref": made.client_ref}


@sends("reading")
def reading(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    found = Drawing.objects.get(client_ref=keys["ref"])
    return {"expect": found.version, "client_ref": uuid.uuid4(), "reading": "wgs84"}


@makes("chained segment")
def chained_segment(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    place = cast.segment(role, relation).jurisdiction
    return {"code": SegmentFactory(code=_code(), jurisdiction=place, from_m=0, to_m=1000).code}


@sends("segment step")
def segment_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    found = Segment.objects.get(code=keys["code"])
    seen = reports.version_of(stream_of(found))
    return {
        "expect": seen,
        "client_ref": uuid.uuid4(),
        "name": "新名",
        "day": days.today().isoformat(),
        "jurisdiction": found.jurisdiction.code,
        "bank": "left",
        "from_m": found.from_m,
        "to_m": found.to_m,
    }


@makes("cell")
def cell_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    place = cast.segment(role, relation).jurisdiction
    day, by = days.today() - timedelta(days=9), _keeper(cast, place)
    return {"code": actions.add_cell(code=_code(), name="试验网格", jurisdiction=place, day=day, by=by).code}


@sends("cell step")
def cell_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    return {"expect": 1, "client_ref": uuid.uuid4(), "name": "新名", "for_rangers": "on", "day": days.today().isoformat()}


@makes("plot")
def plot_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    place = cast.segment(role, relation).jurisdiction
    facts = {"type": "important", "purpose": "water", "area_m2": 1000, "act": "文", "day": days.today() - timedelta(days=9)}
    made = actions.enter_plot(code=_code(), name="试验地块", jurisdiction=place, by=_keeper(cast, place), **facts)  # type: ignore[arg-type]
    return {"code": made.code}


@sends("plot step")
def plot_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    seen = reports.version_of(stream_of(RedLinePlot.objects.get(code=keys["code"])))
    facts = {"name": "新名", "type": "other", "purpose": "water", "area_m2": 900, "document": "新文", "reason": "调整方案"}
    return facts | {"expect": seen, "client_ref": uuid.uuid4(), "day": days.today().isoformat()}


@makes("marker")
def marker_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    keys = plot_(cast, role, relation)
    if keys is None:
        return None
    plot = RedLinePlot.objects.get(**keys)
    by = _keeper(cast, plot.jurisdiction)
    actions.place_marker(plot, number="J-1", longitude=101.95, latitude=30.1, day=days.today() - timedelta(days=9), by=by)
    return keys | {"number": "J-1"}


@sends("marker check")
def marker_check(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    found = Marker.objects.get(plot__code=keys["code"])
    seen = reports.version_of(stream_of(found))
    return {"expect": seen, "client_ref": uuid.uuid4(), "day": days.today().isoformat(), "finding": "sound"}


@sends("marker step")
def marker_step(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    facts = {"longitude": 101.96, "latitude": 30.11, "reason": "被洪水冲走"}
    return marker_check(cast, role, keys) | facts


@makes("project")
def project_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    keys = plot_(cast, role, relation)
    if keys is None:
        return None
    plot = RedLinePlot.objects.get(**keys)
    by = _keeper(cast, plot.jurisdiction)
    made = actions.find_project(plot, name="试验采石场", nature="illegal", kind="mine", unit_in_charge="试验局", by=by)
    return {"ref": made.client_ref}


@sends("project move")
def project_move(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    found, today = LegacyProject.objects.get(client_ref=keys["ref"]), days.today()
    due = (today + timedelta(days=30)).isoformat()
    return {"expect": found.version, "client_ref": uuid.uuid4(), "due": due, "gone_on": today.isoformat(), "note": "现场所见"}
