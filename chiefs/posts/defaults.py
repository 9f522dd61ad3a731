"""Rows that must be there from the first start: the house's own unit and the posts through which nobody in person acts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from chiefs.resources.schemes import levels_of

from .functions import SYSTEM_CLOCK, SYSTEM_IMPORTER, SYSTEM_PUBLIC, Function, Role

if TYPE_CHECKING:
    from chiefs.resources.models import Scheme

BEGINNING = date(2018, 1, 1)  # the plan's first day: nothing here is older
HOUSE = "system"
#: Behind the title of a post in the ledger when a deputy acted: the record is kept in Chinese.
DEPUTY_MARK = "（代理）"
LEVELS = {"prefecture": ("州级", "ཁུལ་རིམ་"), "county": ("县级", "རྫོང་རིམ་"), "township": ("乡级", "ཤང་རིམ་"), "village": ("村级", "གྲོང་ཚོའི་རིམ་")}
SHARED = "关于全面推行河长制的意见（厅字〔2016〕42号）；州生态文明建设规划第八章：三级党政、四级管理"
#: role: (name, Tibetan draft); heads of party and government share responsibility at three levels
GENERALS = {
    Role.FIRST_GENERAL_CHIEF: ("第一总河长", "སྤྱི་ཁྱབ་འགན་འཛིན་དང་པོ།"),
    Role.GENERAL_CHIEF: ("总河长", "སྤྱི་ཁྱབ་འགན་འཛིན།"),
    Role.DEPUTY_GENERAL_CHIEF: ("副总河长", "སྤྱི་ཁྱབ་འགན་འཛིན་གཞོན་པ།"),
}
#: code of a scheme -> (how its general chiefs are called behind 总, beginning of their Tibetan draft); those of rivers are ``GENERALS``
#: themselves, which stand above all schemes; a scheme that a prefecture adds calls them by its own chief's title
GENERAL_OF = {"lake": ("湖长", "མཚོའི་"), "mountain": ("山长", "རིའི་"), "forest_grass": ("林长", "ནགས་རྩྭའི་")}
WHOLE = "river"
#: role: (word in the code, what stands before the name)
RANKS = {
    Role.FIRST_GENERAL_CHIEF: ("first", "第一总"),
    Role.GENERAL_CHIEF: ("general", "总"),
    Role.DEPUTY_GENERAL_CHIEF: ("deputy", "副总"),
}
THREE_LEVELS = ("prefecture", "county", "township")
CHIEF_BO = {"river": "གཙང་པོའི་འགན་འཛིན།", "lake": "མཚོའི་འགན་འཛིན།", "mountain": "རིའི་འགན་འཛིན།", "forest_grass": "ནགས་རྩྭའི་འགན་འཛིན།"}
SCHEME_BASIS = {
    "river": SHARED,
    "lake": "关于在湖泊实施湖长制的指导意见（2017-12）；州生态文明建设规划第八章",
    "mountain": "州生态文明建设规划第八章：探索山长制",
    "forest_grass": "关于全面推行林长制的意见（2020-12）；州生态文明建设规划第八章",
}
ONE_CHIEF_TWO_STAFF = "州生态文明建设规划第八章：一长两员，以行政村为单位，网格化管理"
CONTRACT = "生态护林员管理办法（2021）：一年一聘"
YEAR = 12  # months
#: function: (name, levels at which such a desk is usual)
DESKS = {
    Function.RECEIVER: ("政府值班岗", ("prefecture", "county", "township", "village")),
    Function.CHIEF_OFFICE: ("河长办值班岗", ("prefecture", "county")),
    Function.INTAKE: ("投诉受理岗", ("prefecture", "county")),
    Function.DEPARTMENT: ("部门值班岗", ("prefecture", "county", "township")),
    Function.STATISTICS: ("统计岗", ("prefecture",)),
    Function.TARGETS: ("目标考核岗", ("prefecture",)),
    Function.AUDIT: ("审计岗", ("prefecture", "county")),
    Function.ORGANISATION: ("干部监督岗", ("prefecture", "county")),
    Function.DISCIPLINE: ("纪检监察岗", ("prefecture", "county")),
    Function.ADMINISTRATOR: ("规则管理岗", ("prefecture",)),
}


def insert_where_absent(**kwargs: Any) -> None:
    """Inserted where absent, never updated: an administrator's change stays."""
    from chiefs.territory.models import Jurisdiction, Level

    from .models import Post, PostKind, Unit

    prefecture, _ = Jurisdiction.objects.get_or_create(
        code=settings.PREFECTURE_CODE,
        until=None,
        defaults={"name": settings.PREFECTURE_CODE, "level": Level.PREFECTURE, "path": settings.PREFECTURE_CODE[:4], "since": BEGINNING},
    )
    unit, _ = Unit.objects.get_or_create(
        code=HOUSE, defaults={"name": "系统", "kind": Unit.Kind.SYSTEM, "jurisdiction": prefecture, "since": BEGINNING}
    )
    kind, _ = PostKind.objects.get_or_create(
        code="system", defaults={"name": "系统", "functions": [Function.SYSTEM.value], "single": False}
    )
    for code, title in ((SYSTEM_CLOCK, "系统时钟"), (SYSTEM_IMPORTER, "系统导入"), (SYSTEM_PUBLIC, "公众入口")):
        Post.objects.get_or_create(code=code, defaults={"kind": kind, "unit": unit, "title": title, "since": BEGINNING})
    _kinds()
    _requirements()


def _kinds() -> None:
    """Kinds of post for every scheme at each of its levels, the general chiefs, the two staff of forests, the duty desks."""
    from chiefs.resources.models import Scheme

    rows: dict[str, dict[str, Any]] = {}
    for level in THREE_LEVELS:
        for role, (name, name_bo) in GENERALS.items():
            rows[f"{role.value.replace('_', '-')}-{level}"] = _kind(level, name, name_bo, role, [Function.CHIEF.value], SHARED)
    for scheme in Scheme.objects.order_by("pk"):
        rows |= kinds_of(scheme)
        if scheme.code == "forest_grass":
            staff = _kind("village", "监管员", "ལྟ་སྐུལ་པ།", Role.SUPERVISOR, [Function.SUPERVISOR.value], ONE_CHIEF_TWO_STAFF)
            ranger = _kind("village", "护林（草）员", "ནགས་རྩྭ་སྲུང་མཁན།", Role.RANGER, [Function.RANGER.value], CONTRACT)
            rows |= {"supervisor-village": staff | {"scheme": scheme}}
            rows |= {"ranger-village": ranger | {"scheme": scheme, "longest_months": YEAR}}
    for function, (name, levels) in DESKS.items():
        for level in levels:
            rows[f"desk-{function.value}-{level}"] = _kind(level, name, "", Role.DESK, [function.value], "") | {"single": False}
    insert_kinds(rows)


def kinds_of(scheme: Scheme) -> dict[str, dict[str, Any]]:
    """The kinds of chief's post of one scheme, at each of its levels: code -> columns."""
    rows = {}
    for level in levels_of(scheme.levels):
        role, basis = _answering(level), SCHEME_BASIS.get(scheme.code, "")
        row = _kind(level, scheme.chief_title, CHIEF_BO.get(scheme.code, ""), role, [Function.CHIEF.value], basis)
        rows[f"{scheme.code}-chief-{level}"] = row | {"scheme": scheme}
        if level in THREE_LEVELS and scheme.code != WHOLE:
            rows |= {code: general | {"scheme": scheme} for code, general in _generals(scheme, level, basis)}
    return rows


def _generals(scheme: Scheme, level: str, basis: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The heads of one scheme at a level: 总林长 beside the 总河长 who stand above all of them. Nothing asks for them."""
    title, begins_bo = GENERAL_OF.get(scheme.code, (scheme.chief_title, ""))
    for role, (word, before) in RANKS.items():
        name_bo = f"{begins_bo}{GENERALS[role][1]}" if begins_bo else ""
        row = _kind(level, f"{before}{title}", name_bo, role, [Function.CHIEF.value], basis or SHARED)
        yield f"{scheme.code}-{word}-{level}", row


def wanted_at(scheme: Scheme, level: str) -> dict[str, Any]:
    """What a scheme asks for at one of its levels, as columns of a requirement."""
    return {"role": _answering(level), "level": level, "basis": SCHEME_BASIS.get(scheme.code) or SHARED}


def _answering(level: str) -> Role:
    return Role.SEGMENT_CHIEF if level == "village" else Role.RESOURCE_CHIEF


def insert_kinds(rows: dict[str, dict[str, Any]]) -> None:
    """Kinds of post that are not there yet; what an administrator calls one that is there stays."""
    from .models import PostKind

    there = set(PostKind.objects.values_list("code", flat=True))
    PostKind.objects.bulk_create([PostKind(code=code, **row) for code, row in rows.items() if code not in there])


def _kind(level: str, name: str, name_bo: str, role: Role, functions: list[str], basis: str) -> dict[str, Any]:
    before, before_bo = LEVELS[level]
    named_bo = f"{before_bo}{name_bo}" if name_bo else ""
    shipped = {"name": f"{before}{name}", "name_bo": named_bo, "level": level, "role": role.value}
    return shipped | {"functions": functions, "basis": basis}


def _requirements() -> None:
    """What the schemes ask for, none of it confirmed against the full texts; inserted while the table has none for the scheme."""
    from chiefs.resources.models import Scheme

    from .models import Requirement

    def ship(**row: Any) -> None:
        Requirement.objects.create(since=BEGINNING, confirmed=False, **row)

    if not Requirement.objects.filter(scheme=None).exists():
        for level in THREE_LEVELS:
            for role in (Role.FIRST_GENERAL_CHIEF, Role.GENERAL_CHIEF):
                ship(role=role, level=level, basis=SHARED)
    for scheme in Scheme.objects.order_by("pk"):
        if Requirement.objects.filter(scheme=scheme).exists():
            continue
        for level in levels_of(scheme.levels):
            ship(scheme=scheme, **wanted_at(scheme, level))
        if scheme.code == "forest_grass":
            for role in (Role.SUPERVISOR, Role.RANGER):
                ship(scheme=scheme, role=role, basis=ONE_CHIEF_TWO_STAFF)
