"""Who enters terms, charges, deputies and units, and who sees a handover: the chief office, the township's desk, the administrator."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from accountability.kit import days
from chiefs.posts import actions_handover, handovers
from chiefs.posts.models import Handover, Person, Post, PostKind, Superior, Tenure, Unit
from chiefs.resources.models import GridCell
from tests.factories.posts import PersonFactory, PostFactory, TenureFactory, UnitFactory, acting_for
from tests.factories.resources import SegmentFactory
from tests.factories.territory import LONG_AGO

from .cast import Cast, Role
from .expectations import READ, Answer, Page, only
from .things import makes, sends


def kept(answer: int, administrator: int = 403) -> dict[str, Answer]:
    """Of the own reach; the administrator finds posts of the line, and enters nothing about them. A village's desk keeps no register."""
    return only(404) | {"chief office": (answer, 404, 404), "administrator": (administrator, 404, 404)}


def entry(about: str, send: str = "entry of the register", answer: int = 302) -> Page:
    return Page(get=kept(200), post=kept(answer), about=about, send=send)


def about_a_person(answer: int) -> dict[str, Answer]:
    """A village's desk and an administrator know who is around, and write nothing of them."""
    return kept(answer) | {"receiver": (403, 404, 404)}


def about_a_unit(send: str, answer: int, administrator: int = 403, found: int = 403, about: str = "unit of the register") -> Page:
    own = {"receiver": (403, 404, 404)}  # the unit it sits in is no secret to a village's desk
    return Page(get=kept(200, found) | own, post=kept(answer, administrator) | own, about=about, send=send)


@makes("post with a holder")
def post_with_a_holder(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    return {"code": cast.village_chief(role, relation).code} if relation != "superior" else None


@makes("vacant post")
def vacant_post(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    return {"code": PostFactory(kind=PostKind.objects.get(code="river-chief-village"), unit=cast.village_chief(role, relation).unit).code}


@makes("post with a deputy")
def post_with_a_deputy(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    post = cast.village_chief(role, relation)
    term = post.tenures.get()
    today = days.today()
    if not term.deputations.exists():
        term.deputations.create(person=PersonFactory(), since=today - timedelta(days=1), until=today + timedelta(days=9), reason="培训")
    return {"code": post.code}


@makes("ranger's post")
def rangers_post(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    return {"code": _ranger(cast.village_chief(role, relation)).code}


@makes("ranger's post with a cell")
def rangers_post_with_a_cell(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    post = _ranger(cast.village_chief(role, relation))
    post.watches.create(cell=_cell(post), since=LONG_AGO)
    return {"code": post.code}


def _ranger(beside: Post) -> Post:
    return PostFactory(kind=PostKind.objects.get(code="ranger-village"), unit=beside.unit)


def _cell(post: Post) -> GridCell:
    place = post.unit.jurisdiction
    return GridCell.objects.get_or_create(code=f"W-{place.pk}", defaults={"name": "试验网格", "jurisdiction": place, "since": LONG_AGO})[0]


@makes("unit of the register")
def unit_of_the_register(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    return {"code": cast.village_chief(role, relation).unit.code}


@makes("unit with superiors")
def unit_with_superiors(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Somebody is informed about it today, and somebody else will be."""
    keys = unit_of_the_register(cast, role, relation)
    if keys is not None:
        unit, today = Unit.objects.get(code=keys["code"]), days.today()
        for since in (LONG_AGO, today + timedelta(days=9)):
            above = UnitFactory(jurisdiction=unit.jurisdiction)
            Superior.objects.create(unit=unit, superior=above, kind=Superior.Kind.INFORMED, since=since)
    return keys


@sends("relation to a superior")
def relation_to_a_superior(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    tomorrow = days.today() + timedelta(days=1)
    rows = Superior.objects.filter(unit__code=keys["code"], kind=Superior.Kind.INFORMED, until=None).order_by("since")
    return {"expect": 0, "client_ref": uuid.uuid4(), "relation": rows[0].pk, "day": tomorrow.isoformat()}


@sends("relation to come")
def relation_to_come(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    rows = Superior.objects.filter(unit__code=keys["code"]).order_by("-since")
    return {"expect": 0, "client_ref": uuid.uuid4(), "relation": rows[0].pk}


@makes("person with a post")
def person_with_a_post(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    if relation == "superior":
        return None
    return {"ref": cast.village_chief(role, relation).tenures.get().person.ref}


@sends("correction of a person")
def correction_of_a_person(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    person = Person.objects.get(ref=keys["ref"])
    return {"expect": person.revision, "client_ref": uuid.uuid4(), "name": f"更名{uuid.uuid4().hex[:6]}"}


@sends("two records of a person")
def two_records_of_a_person(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    """The other record held a post of the same place, until yesterday."""
    person = Person.objects.get(ref=keys["ref"])
    other = PersonFactory(name=person.name)
    last = Post.objects.filter(tenures__person=person).first()
    assert last is not None
    TenureFactory(person=other, post=PostFactory(kind=last.kind, unit=last.unit), until=days.today() - timedelta(days=1))
    chosen = {"into": person.name, "person": str(other.ref), "reason": "证件号码相同"}
    return {"expect": person.revision, "client_ref": uuid.uuid4()} | chosen


@makes("handover")
def handover_(cast: Cast, role: Role, relation: str) -> dict[str, Any] | None:
    """Own: of the village chief of the own place, who has left. The new holder is the one who acts in that role."""
    if relation == "superior":
        return None
    post = cast.village_chief(role, relation)
    if (post.pk, "left") not in cast.made:
        yesterday = days.today() - timedelta(days=1)
        left = PostFactory(kind=post.kind, unit=post.unit)
        term = Tenure.objects.create(person=PersonFactory(), post=left, since=LONG_AGO, until=yesterday)
        cast.made[(post.pk, "left")] = actions_handover.begin(term, by=acting_for(cast.chain.office))
    found: Handover = cast.made[(post.pk, "left")]
    return {"ref": found.client_ref}


@sends("entry of the register")
def entry_of_the_register(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    today = days.today()
    post = Post.objects.select_related("unit__jurisdiction").filter(code=keys.get("code", "")).first()
    charge = post.charges.filter(until=None).select_related("segment").first() if post else None
    number = uuid.uuid4().hex[:8]
    return {
        "expect": 0,
        "client_ref": uuid.uuid4(),
        "name": f"新人{number}",
        "since": today.isoformat(),
        "until": (today + timedelta(days=9)).isoformat(),
        "day": (today + timedelta(days=1)).isoformat(),
        "basis": "任字〔2026〕1号",
        "reason": "调离",
        "segment": charge.segment.code if charge else "",
        "cell": _cell(post).code if post else "",
        "title_zh": "试验岗位",
        "code": f"new-{number}",
        "kind": PostKind.objects.get(code="river-chief-village").pk,
    }


@sends("charge of the register")
def charge_of_the_register(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    """A segment that the post does not answer for yet."""
    place = Post.objects.get(code=keys["code"]).unit.jurisdiction
    return entry_of_the_register(cast, role, keys) | {"segment": SegmentFactory(jurisdiction=place).code}


@sends("term entered wrongly")
def term_entered_wrongly(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    return {
        "expect": 0,
        "client_ref": uuid.uuid4(),
        "term": Tenure.objects.filter(post__code=keys["code"]).values_list("pk", flat=True).first(),
        "reason": "姓名录错",
    }


@sends("unit of the register")
def new_unit(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    number = uuid.uuid4().hex[:8]
    return {
        "expect": 0,
        "client_ref": uuid.uuid4(),
        "name": "试验单位",
        "code": f"unit-{number}",
        "kind": "department",
        "jurisdiction": cast.chain.place.code,
        "since": days.today().isoformat(),
    }


@sends("name of the register")
def name_of_the_register(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    number = uuid.uuid4().hex[:8]
    row = Post.objects.filter(code=keys["code"]).first() or Unit.objects.get(code=keys["code"])
    earlier = (row.former_titles if isinstance(row, Post) else row.former_names).order_by("-until").first()
    begins = earlier.until if earlier else row.since
    return {
        "expect": 0,
        "client_ref": uuid.uuid4(),
        "name": f"新名{number}",
        "since": (begins + timedelta(days=1)).isoformat(),
        "basis": "发〔2026〕1号（试验）",
    }


@sends("superior of a unit")
def superior_of_a_unit(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    return {
        "expect": 0,
        "client_ref": uuid.uuid4(),
        "superior": cast.chain.water.unit.code,
        "kind": "informed",
        "since": days.today().isoformat(),
    }


@sends("step of a handover")
def step_of_a_handover(cast: Cast, role: Role, keys: dict[str, Any]) -> dict[str, Any]:
    found = Handover.objects.get(client_ref=keys["ref"])
    return {"expect": found.version, "client_ref": uuid.uuid4(), "taker": handovers.takers(found)[0].key, "streams": []}


#: The chief office of the reach, and whoever answers meanwhile: here the village's own desk.
SEEN = only(404) | {"chief office": (200, 404, 404), "receiver": (200, 404, 404)}


def step(name: str, get: dict[str, Answer], post: dict[str, Answer]) -> dict[str, Page]:
    return {f"terms:handover_step {name}": Page(get=only(404) | get, post=only(404) | post, about="handover", send="step of a handover")}


PAGES: dict[str, Page] = {
    "terms:appoint": entry("vacant post"),
    "terms:succeed": entry("post with a holder"),
    "terms:end": entry("post with a holder"),
    "terms:annul": entry("post with a holder", "term entered wrongly"),
    "terms:deputise": entry("post with a holder"),
    "terms:return": entry("post with a deputy"),
    "terms:charge": entry("post with a holder", "charge of the register"),
    "terms:end_charge": entry("post with a holder"),
    "terms:watch": entry("ranger's post"),
    "terms:end_watch": entry("ranger's post with a cell"),
    "terms:entitle": entry("vacant post"),
    "terms:close": entry("vacant post"),
    "terms:found_unit": Page(
        get=only(403, "receiver", "administrator") | {"chief office": 200, "receiver": 403, "administrator": 200},
        post=only(403, "receiver", "administrator") | {"chief office": 302, "receiver": 403, "administrator": 422},
        send="unit of the register",
        why="a government desk keeps a register at the township only; an administrator founds offices, not departments",
    ),
    "terms:create_post": about_a_unit("entry of the register", 302, administrator=422, found=200),
    "terms:describe": about_a_unit("entry of the register", 302),
    "terms:rename_unit": about_a_unit("name of the register", 302),
    "terms:rename_post": entry("post with a holder", "name of the register"),
    "terms:superior": about_a_unit("superior of a unit", 302),
    "terms:end_superior": about_a_unit("relation to a superior", 302, about="unit with superiors"),
    "terms:take_back": about_a_unit("relation to come", 302, about="unit with superiors"),
    "terms:close_unit": about_a_unit("entry of the register", 422),
    "terms:correct_person": Page(
        get=about_a_person(200), post=about_a_person(302), about="person with a post", send="correction of a person"
    ),
    "terms:merge_person": Page(
        get=about_a_person(200), post=about_a_person(302), about="person with a post", send="two records of a person"
    ),
    "terms:handovers": Page(get={"posts": 200, "strangers": 302}, post=READ),
    "terms:handover": Page(get=SEEN, post=READ, about="handover"),
    **step(
        "take_over",
        get={"chief office": (200, 404, 404), "receiver": (200, 404, 404)},
        post={"chief office": (422, 404, 404), "receiver": (422, 404, 404)},
    ),
    **step(
        "cover",
        get={"chief office": (200, 404, 404), "receiver": (200, 404, 404)},
        post={"chief office": (302, 404, 404), "receiver": (302, 404, 404)},
    ),
    **step(
        "finish",
        get={"chief office": (200, 404, 404), "receiver": (403, 404, 404)},
        post={"chief office": (302, 404, 404), "receiver": (403, 404, 404)},
    ),
    **step("no_such_step", get={}, post={}),
}
