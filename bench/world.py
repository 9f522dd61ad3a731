"""A world of a chosen size, straight into the database: 1x is Ganzi (6,000 chiefs, 5,000 segments, 20,000 cases)."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from accountability.cases.models import Case, CaseScope, Leg, ProblemKind
from accountability.kit import codes, days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event, Stream, canonical, gate_open
from chiefs.posts import reports
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Charge, Person, Post, PostKind, Superior, Tenure, Unit
from chiefs.resources import names
from chiefs.resources.models import Resource, Scheme, Segment
from chiefs.territory.models import Jurisdiction, Level

COUNTIES, TOWNSHIPS, VILLAGES = 18, 325, 2796
CHIEFS, SEGMENTS, CASES, OPEN_SHARE = 6_000, 5_000, 20_000, 0.05
SINCE = date(2024, 1, 1)
BATCH = 2_000


@dataclass(frozen=True)
class Watched:
    """The accounts and the case whose pages are measured."""

    county_login: str
    prefecture_login: str
    case_number: str


def _bulk(model: type, rows: Iterable[Any]) -> list[Any]:
    made = list(rows)
    with gate_open():
        model._default_manager.bulk_create(made, batch_size=BATCH)
    return made


def build(scale: int, seed: int = 7) -> Watched:
    """Generate the world. The territory stays Ganzi's; chiefs, segments and cases grow by ``scale``, all in the same counties."""
    draw = random.Random(seed)
    prefecture = Jurisdiction.objects.get(level=Level.PREFECTURE)
    counties, townships, villages = _territory(prefecture)
    scheme, _ = Scheme.objects.get_or_create(code="river", defaults={"name": "河长制", "chief_title": "河长"})
    units = {
        place.pk: unit
        for place, unit in zip(
            [prefecture, *counties, *townships, *villages],
            _bulk(
                Unit,
                (
                    Unit(
                        code=f"gov-{place.code}",
                        name=f"{place.name}政府",
                        kind=Unit.Kind.VILLAGE if place.level == Level.VILLAGE else Unit.Kind.GOVERNMENT,
                        jurisdiction=place,
                        since=SINCE,
                    )
                    for place in [prefecture, *counties, *townships, *villages]
                ),
            ),
            strict=True,
        )
    }
    _bulk(
        Superior,
        (Superior(unit=units[p.pk], superior=units[p.parent_id], since=SINCE) for p in [*counties, *townships, *villages]),
    )
    segments = _segments(scheme, villages, scale)
    chiefs = _chiefs(scheme, units, segments, townships, counties, prefecture, scale)
    offices = _offices(units, [prefecture, *counties])
    desks = _desks(units, counties)
    number = _cases(draw, scale, segments, chiefs, offices, desks, scheme)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Watched(f"office-{counties[0].code}", f"office-{prefecture.code}", number)


def chief_office(chiefs: int) -> tuple[Acting, list[Jurisdiction], list[Resource]]:
    """The prefecture's office with villages, rivers and vacant chiefs' posts: what an import of chiefs and segments finds."""
    prefecture = Jurisdiction.objects.get(level=Level.PREFECTURE)
    _counties, _townships, villages = _territory(prefecture)
    scheme, _ = Scheme.objects.get_or_create(code="river", defaults={"name": "河长制", "chief_title": "河长"})
    kind = _chief(scheme, "village")
    units = _bulk(Unit, (Unit(code=f"gov-{p.code}", name=p.name, kind=Unit.Kind.VILLAGE, jurisdiction=p, since=SINCE) for p in villages))
    _bulk(
        Post,
        (Post(code=f"chief-{n}", kind=kind, unit=units[n % len(units)], title=f"村级河长{n}", since=SINCE) for n in range(chiefs)),
    )
    rivers = _bulk(Resource, (Resource(scheme=scheme, kind=Resource.Kind.RIVER, name=f"河{n}") for n in range(882)))
    leading = _bulk(Unit, [Unit(code="gov", name="州政府", kind=Unit.Kind.GOVERNMENT, jurisdiction=prefecture, since=SINCE)])
    offices = _offices({prefecture.pk: leading[0]}, [prefecture])
    return reports.acting(None, reports.post(offices[prefecture.pk].pk)), villages, rivers


def _territory(prefecture: Jurisdiction) -> tuple[list[Jurisdiction], list[Jurisdiction], list[Jurisdiction]]:
    def row(code: str, level: str, parent: Jurisdiction) -> Jurisdiction:
        return Jurisdiction(code=code, name=f"{level}{code}", level=level, parent=parent, path=codes.significant(code, level), since=SINCE)

    counties = _bulk(Jurisdiction, (row(f"5133{n + 1:02d}000000", Level.COUNTY, prefecture) for n in range(COUNTIES)))
    townships = _bulk(
        Jurisdiction,
        (
            row(f"{counties[n % COUNTIES].path}{200 + n // COUNTIES:03d}000", Level.TOWNSHIP, counties[n % COUNTIES])
            for n in range(TOWNSHIPS)
        ),
    )
    villages = _bulk(
        Jurisdiction,
        (
            row(f"{townships[n % TOWNSHIPS].path}{200 + n // TOWNSHIPS:03d}", Level.VILLAGE, townships[n % TOWNSHIPS])
            for n in range(VILLAGES)
        ),
    )
    return counties, townships, villages


def _segments(scheme: Scheme, villages: list[Jurisdiction], scale: int) -> list[Segment]:
    rivers = _bulk(Resource, (Resource(scheme=scheme, kind=Resource.Kind.RIVER, name=f"河{n}") for n in range(882 * scale)))
    names.spell(rivers)
    return _bulk(
        Segment,
        (
            Segment(
                resource=rivers[n % len(rivers)],
                jurisdiction=villages[n % VILLAGES],
                path=villages[n % VILLAGES].path,
                code=f"S{n:06d}",
                name=f"河段{n}",
                since=SINCE,
            )
            for n in range(SEGMENTS * scale)
        ),
    )


def _chiefs(
    scheme: Scheme,
    units: dict[int, Unit],
    segments: list[Segment],
    townships: list[Jurisdiction],
    counties: list[Jurisdiction],
    prefecture: Jurisdiction,
    scale: int,
) -> dict[str, dict[int, Post]]:
    """Per level the posts by jurisdiction; beyond one per place, further village chiefs up to the wanted number."""
    kinds = {level: _chief(scheme, level) for level in ("prefecture", "county", "township", "village")}
    places = {"prefecture": [prefecture], "county": counties, "township": townships}
    village_ids = list(dict.fromkeys(s.jurisdiction_id for s in segments))
    upper = 1 + COUNTIES + TOWNSHIPS
    wanted = [village_ids[n % len(village_ids)] for n in range(max(CHIEFS * scale - upper, len(village_ids)))]
    rows = [(level, p.pk) for level in places for p in places[level]] + [("village", pk) for pk in wanted]
    posts = _bulk(
        Post,
        (
            Post(code=f"chief-{n}", kind=kinds[level], unit=units[pk], title=f"{level}河长{n}", since=SINCE)
            for n, (level, pk) in enumerate(rows)
        ),
    )
    people = _bulk(Person, (Person(name=f"演示人{n}", demonstration=True) for n in range(len(posts))))
    _bulk(Tenure, (Tenure(person=p, post=post, single_post=post, since=SINCE) for p, post in zip(people, posts, strict=True)))
    by_level: dict[str, dict[int, Post]] = {level: {} for level in kinds}
    for (level, pk), post in zip(rows, posts, strict=True):
        by_level[level].setdefault(pk, post)
    parents = dict(Jurisdiction.objects.values_list("pk", "parent_id"))
    _bulk(Charge, _charges(segments, by_level, parents, prefecture))
    return by_level


def _charges(
    segments: list[Segment], by_level: dict[str, dict[int, Post]], parents: dict[int, int], prefecture: Jurisdiction
) -> Iterator[Charge]:
    for segment in segments:
        village = segment.jurisdiction_id
        township = parents[village]
        chain = (("village", village), ("township", township), ("county", parents[township]), ("prefecture", prefecture.pk))
        for level, place in chain:
            yield Charge(post=by_level[level][place], segment=segment, since=SINCE)


def _chief(scheme: Scheme, level: str) -> PostKind:
    """The kind of post as it is shipped; a database whose schemes came later has none yet."""
    shipped = {"name": f"{level}河长", "level": level, "scheme": scheme, "functions": [Function.CHIEF.value]}
    return PostKind.objects.get_or_create(code=f"river-chief-{level}", defaults=shipped)[0]


def _desk(units: dict[int, Unit], places: list[Jurisdiction], code: str, function: Function, unit_kind: str) -> dict[int, Post]:
    kind = PostKind.objects.create(code=f"bench-desk-{code}", name=code, level="", functions=[function.value], single=False)
    made = _bulk(Unit, (Unit(code=f"{code}-{p.code}", name=f"{p.name}{code}", kind=unit_kind, jurisdiction=p, since=SINCE) for p in places))
    _bulk(Superior, (Superior(unit=u, superior=units[p.pk], since=SINCE) for u, p in zip(made, places, strict=True)))
    posts = _bulk(Post, (Post(code=f"desk-{u.code}", kind=kind, unit=u, title=u.name, since=SINCE) for u in made))
    people = _bulk(Person, (Person(name=f"值班{u.code}", demonstration=True) for u in made))
    _bulk(Tenure, (Tenure(person=person, post=post, since=SINCE) for person, post in zip(people, posts, strict=True)))
    _bulk(Account, (Account(login=u.code, person=person, password="!") for u, person in zip(made, people, strict=True)))
    return {p.pk: post for p, post in zip(places, posts, strict=True)}


def _offices(units: dict[int, Unit], places: list[Jurisdiction]) -> dict[int, Post]:
    return _desk(units, places, "office", Function.CHIEF_OFFICE, Unit.Kind.OFFICE)


def _desks(units: dict[int, Unit], places: list[Jurisdiction]) -> dict[int, Post]:
    return _desk(units, places, "water", Function.DEPARTMENT, Unit.Kind.DEPARTMENT)


def _cases(
    draw: random.Random,
    scale: int,
    segments: list[Segment],
    chiefs: dict[str, dict[int, Post]],
    offices: dict[int, Post],
    desks: dict[int, Post],
    scheme: Scheme,
) -> str:
    """Cases with their legs, scopes and events; returns the number of an open one that has been through several hands."""
    kind = ProblemKind.objects.order_by("order").first() or ProblemKind.objects.create(code="rubbish", name="垃圾")
    parents = dict(Jurisdiction.objects.values_list("pk", "parent_id"))
    now = days.now()
    prefecture_office = next(post for place, post in offices.items() if parents[place] is None)
    total, watched = CASES * scale, ""
    for start in range(0, total, 20_000):
        cases, legs, scopes, events, streams = [], [], [], [], []
        for n in range(start, min(start + 20_000, total)):
            segment = segments[n % len(segments)]
            village = segment.jurisdiction_id
            county = parents[parents[village]]
            is_open = n % round(1 / OPEN_SHARE) == 0
            opened = now - timedelta(days=draw.randint(1, 25) if is_open else draw.randint(40, 700), hours=draw.randint(0, 23))
            hands = [chiefs["village"][village], chiefs["township"][parents[village]], chiefs["county"][county], desks[county]]
            hands = hands[: draw.randint(1, 4)] if is_open else hands
            state = (Case.State.IN_WORK if len(hands) == 4 else Case.State.HELD) if is_open else Case.State.SIGNED_OFF
            case = Case(
                number=codes.number("C", opened.year, n + 1),
                state=state,
                version=len(hands),
                client_ref=uuid.UUID(int=draw.getrandbits(128), version=4),
                origin=Case.Origin.FINDING,
                kind=kind,
                title=f"河段问题{n}",
                scheme=scheme,
                segment=segment,
                jurisdiction_id=village,
                path=segment.path,
                occurred_at=opened,
                opened_at=opened,
                holder=hands[-1],
                due=(opened + timedelta(days=30)).date(),
                signed_off_at=None if is_open else opened + timedelta(days=20),
                demonstration=True,
            )
            cases.append(case)
            at = opened
            for step, post in enumerate(hands):
                left = at + timedelta(days=2) if step + 1 < len(hands) or not is_open else None
                level = ("village", "township", "county", "county")[step]
                legs.append(
                    Leg(
                        case=case, post=post, unit=post.unit, level=level, how="cases.report_up", received_at=at, due=case.due, left_at=left
                    )
                )
                at = left or at
            if is_open:
                wanted = {hands[-1].unit_id: True}
                for office in (offices[county], prefecture_office, hands[0]):
                    wanted.setdefault(office.unit_id, False)
                scopes += [CaseScope(case=case, unit_id=u, due=case.due, state=state, mine=mine) for u, mine in wanted.items()]
                if len(hands) == 4 and county == next(iter(desks)):
                    watched = case.number
        _bulk(Case, cases)
        _bulk(Leg, legs)
        _bulk(CaseScope, scopes)
        by_case: dict[int, list[Leg]] = {}
        for leg in legs:
            by_case.setdefault(leg.case_id, []).append(leg)
        for case in cases:
            prev = ""
            for seq, leg in enumerate(by_case[case.pk], 1):
                event = Event(
                    stream=case.stream,
                    seq=seq,
                    act="cases.open" if seq == 1 else "cases.report_up",
                    before="" if seq == 1 else "held",
                    after="held",
                    occurred_at=leg.received_at,
                    recorded_at=leg.received_at,
                    post_id=leg.post_id,
                    post_title=leg.post.title,
                    unit_id=leg.unit_id,
                    payload=canonical({}),
                    prev=prev,
                )
                event.hash = prev = event.reckoned_hash()
                events.append(event)
            streams.append(Stream(key=case.stream, seq=len(by_case[case.pk]), hash=prev))
        _bulk(Event, events)
        _bulk(Stream, streams)
    assert watched, "no open case that went through four hands in the first county"
    return watched
