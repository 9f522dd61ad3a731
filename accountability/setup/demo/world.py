"""Who is who in the demonstration world: the Yala river area in Kangding, four levels, four schemes, and the desks around.

Territory and waters are real (load_ganzi); persons, terms, segments and everything that happens are invented and marked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from chiefs.posts.functions import Function as F
from chiefs.posts.models import Charge, Person, Post, PostKind, Superior, Tenure, Unit
from chiefs.resources.models import Resource, Scheme, Segment
from chiefs.territory.models import Jurisdiction, Level

SOURCE = "演示数据，非真实记录"
SCHEMES = {"river": "河长", "lake": "湖长", "mountain": "山长", "forest_grass": "林（草）长"}
LEVEL_NAMES = {"prefecture": "州级", "county": "市级", "township": "乡级", "village": "村级"}
LEVEL_NAMES_BO = {"prefecture": "ཁུལ་རིམ་", "county": "གྲོང་ཁྱེར་རིམ་", "township": "ཤང་རིམ་", "village": "གྲོང་ཚོའི་རིམ་"}
CHIEF_BO = {"river": "གཙང་པོའི་འགན་འཛིན།", "lake": "མཚོའི་འགན་འཛིན།", "mountain": "རིའི་འགན་འཛིན།", "forest_grass": "ནགས་རྩྭའི་འགན་འཛིན།"}
GIVEN = (
    "扎西 卓玛 多吉 央金 次仁 达瓦 尼玛 平措 格桑 洛桑 丹增 旺堆 曲珍 白玛 仁青 强巴 拉姆 索朗 贡布 德吉 顿珠 巴桑 嘎玛 土登 益西 吉美"
).split()
#: The stretch of the Yala river in the nine villages, upstream to downstream; coarse and synthetic.
RIVER = [
    (101.842, 30.262),
    (101.856, 30.238),
    (101.866, 30.214),
    (101.881, 30.190),
    (101.893, 30.166),
    (101.905, 30.142),
    (101.921, 30.120),
    (101.936, 30.100),
    (101.948, 30.080),
    (101.957, 30.058),
]


@dataclass
class World:
    """What the history is played on."""

    since: date
    today: date
    posts: dict[str, Post] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    segments: dict[str, list[Segment]] = field(default_factory=dict)
    villages: list[Jurisdiction] = field(default_factory=list)
    outgoing: Tenure | None = None  # the township head who has left, and who took over
    incoming: Tenure | None = None
    _people: int = 0

    def person(self) -> Person:
        """The next invented person."""
        name, round_ = GIVEN[self._people % len(GIVEN)], self._people // len(GIVEN)
        self._people += 1
        suffix = "" if round_ == 0 else "甲乙丙丁"[round_ - 1]
        return Person.objects.create(name=f"{name}{suffix}（演示）", phone=f"0836-000{self._people:04d}", demonstration=True)


def kind(
    code: str, name: str, level: str, functions: list[F], *, scheme: Scheme | None = None, single: bool = True, name_bo: str = ""
) -> PostKind:
    made, _ = PostKind.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "name_bo": name_bo,
            "level": level,
            "scheme": scheme,
            "functions": [f.value for f in functions],
            "single": single,
        },
    )
    return made


def seat(world: World, code: str, unit: Unit, of_kind: PostKind, title: str, *, title_bo: str = "", holders: int = 1) -> Post:
    """A post with its holders from the world's first day."""
    post = Post.objects.create(code=code, kind=of_kind, unit=unit, title=title, title_bo=title_bo, since=world.since)
    for _ in range(holders):
        Tenure.objects.create(person=world.person(), post=post, since=world.since, basis=SOURCE)
    world.posts[code] = post
    return post


def unit(world: World, code: str, name: str, of_kind: str, place: Jurisdiction, leads: Unit | None, informed: Unit | None = None) -> Unit:
    made = Unit.objects.create(code=code, name=name, kind=of_kind, jurisdiction=place, since=world.since)
    for superior, how in ((leads, Superior.Kind.LEAD), (informed, Superior.Kind.INFORMED)):
        if superior:
            Superior.objects.create(unit=made, superior=superior, kind=how, since=world.since)
    world.units[code] = made
    return made


def build(today: date) -> World:
    """Everybody and everything, standing since the first day of this month a year ago."""
    world = World(since=date(today.year - 1, today.month, 1), today=today)
    places = Jurisdiction.objects.in_force(today)
    prefecture = places.get(level=Level.PREFECTURE)
    county = places.get(code="513301000000")
    township = places.get(code="513301201000")
    world.villages = list(places.filter(parent=township).order_by("code"))
    _offices(world, prefecture, county, township)
    _segments(world, township)
    _chiefs(world, prefecture, county, township)
    return world


def _offices(world: World, prefecture: Jurisdiction, county: Jurisdiction, township: Jurisdiction) -> None:
    K = Unit.Kind
    state = unit(world, "pref-gov", "甘孜州人民政府", K.GOVERNMENT, prefecture, None)
    party = unit(world, "pref-party", "中共甘孜州委", K.PARTY, prefecture, None)
    city = unit(world, "county-gov", "康定市人民政府", K.GOVERNMENT, county, state)
    town = unit(world, "town-gov", "雅拉乡人民政府", K.GOVERNMENT, township, city)
    office = unit(world, "pref-office", "甘孜州河长制办公室", K.OFFICE, prefecture, state)
    bureau = unit(world, "pref-ecology", "甘孜州生态环境局", K.DEPARTMENT, prefecture, state)
    desks: list[tuple[str, str, str, Jurisdiction, Unit, Unit | None, F, str, int]] = [
        ("pref-statistics", "甘孜州统计局", K.DEPARTMENT, prefecture, state, None, F.STATISTICS, "统计岗", 1),
        ("pref-targets", "州委办公室目标科", K.DEPARTMENT, prefecture, party, None, F.TARGETS, "目标岗", 1),
        ("pref-audit", "甘孜州审计局", K.DEPARTMENT, prefecture, state, None, F.AUDIT, "审计岗", 3),
        ("pref-organisation", "州委组织部", K.DEPARTMENT, prefecture, party, None, F.ORGANISATION, "干部监督岗", 1),
        ("pref-discipline", "州纪委监委", K.DEPARTMENT, prefecture, party, None, F.DISCIPLINE, "值班岗", 1),
        ("county-office", "康定市河长制办公室", K.OFFICE, county, city, office, F.CHIEF_OFFICE, "值班岗", 2),
        ("county-intake", "康定市环境投诉受理中心", K.OFFICE, county, city, bureau, F.INTAKE, "受理岗", 2),
        ("county-water", "康定市水利局", K.DEPARTMENT, county, city, None, F.DEPARTMENT, "值班岗", 1),
        ("county-forestry", "康定市林业和草原局", K.DEPARTMENT, county, city, None, F.DEPARTMENT, "值班岗", 1),
        ("county-ecology", "甘孜州康定生态环境局", K.BRANCH, county, bureau, city, F.DEPARTMENT, "值班岗", 1),
    ]
    for code, name, of_kind, place, leads, informed, function, title, holders in desks:
        made = unit(world, code, name, of_kind, place, leads, informed)
        _desk(world, made, function, title, holders)
    _desk(world, office, F.CHIEF_OFFICE, "值班岗", 1)
    _desk(world, bureau, F.DEPARTMENT, "值班岗", 1)
    _desk(world, office, F.ADMINISTRATOR, "系统规则管理岗", 1)
    for government in (state, city, town):
        _desk(world, government, F.RECEIVER, "值班岗", 1)
    for place in world.villages:
        unit(world, f"village-{place.code}", place.name, K.VILLAGE, place, town)


def _desk(world: World, at: Unit, function: F, title: str, holders: int) -> Post:
    level = at.jurisdiction.level
    of_kind = kind(f"desk-{function.value}-{level}", f"{LEVEL_NAMES[level]}{function.label}", level, [function], single=False)
    return seat(world, f"{at.code}-{function.value}", at, of_kind, f"{at.name}{title}", holders=holders)


def _line(start: tuple[float, float], end: tuple[float, float], bends: int = 6) -> dict[str, object]:
    """A gently bent line from one point to the other."""
    points = []
    for step in range(bends + 1):
        part = step / bends
        bend = 0.0012 * (1 if step % 2 else -1) if 0 < step < bends else 0.0
        points.append([round(start[0] + (end[0] - start[0]) * part + bend, 6), round(start[1] + (end[1] - start[1]) * part, 6)])
    return {"type": "LineString", "coordinates": points}


def _resource(scheme: str, kind_: str, name: str) -> Resource:
    found = Resource.objects.filter(name=name).first()
    if found:
        return found
    return Resource.objects.create(scheme=Scheme.objects.get(code=scheme), kind=kind_, name=name, source=SOURCE, demonstration=True)


def _segments(world: World, township: Jurisdiction) -> None:
    K = Resource.Kind
    river = _resource("river", K.RIVER, "雅拉沟")
    lake = _resource("lake", K.LAKE, "木格措")
    mountain = _resource("mountain", K.MOUNTAIN, "雅拉山（演示）")
    forest = _resource("forest_grass", K.FOREST_GRASS, "雅拉乡林草地（演示）")

    def segment(scheme: str, resource: Resource, place: Jurisdiction, code: str, name: str, name_bo: str, start, end) -> None:
        made = Segment.objects.create(
            resource=resource,
            jurisdiction=place,
            path=place.path,
            code=code,
            name=name,
            name_bo=name_bo,
            since=world.since,
            geometry=_line(start, end),
            demonstration=True,
        )
        world.segments.setdefault(scheme, []).append(made)

    for index, place in enumerate(world.villages):
        short = place.name.removesuffix("村民委员会").removesuffix("村")
        segment(
            "river", river, place, f"YL-{index + 1:02d}", f"雅拉河{short}段", f"ཡ་ལ་ཆུ་བོའི་དུམ་བུ་{index + 1}", RIVER[index], RIVER[index + 1]
        )
    for index, place in enumerate(world.villages[:3]):
        start = (RIVER[index][0] - 0.02, RIVER[index][1])
        end = (RIVER[index + 1][0] - 0.02, RIVER[index + 1][1])
        short = place.name.removesuffix("村民委员会").removesuffix("村")
        segment("forest_grass", forest, place, f"LC-{index + 1:02d}", f"{short}林草网格", f"ནགས་རྩྭའི་དྲྭ་མིག་{index + 1}", start, end)
    place = world.villages[0]
    segment("lake", lake, place, "MGC-01", "木格措岸段", "མཚོ་ཡི་འགྲམ་དུམ།", (101.845, 30.145), (101.86, 30.16))
    segment("mountain", mountain, place, "YS-01", "雅拉山南坡", "ཡ་ལ་རིའི་ལྷོ་ངོས།", (101.83, 30.25), (101.835, 30.23))


def _chiefs(world: World, prefecture: Jurisdiction, county: Jurisdiction, township: Jurisdiction) -> None:
    """Per scheme one chief at each level above, and one per segment in the villages; general chiefs at the top."""
    governments = {"prefecture": "pref-gov", "county": "county-gov", "township": "town-gov"}
    general = kind("general-chief-prefecture", "州总河长", "prefecture", [F.CHIEF])
    first = kind("first-general-chief-prefecture", "州第一总河长", "prefecture", [F.CHIEF])
    seat(world, "pref-general-chief", world.units["pref-gov"], general, "甘孜州总河长")
    seat(world, "pref-first-general-chief", world.units["pref-party"], first, "甘孜州第一总河长")
    for scheme, title in SCHEMES.items():
        row = Scheme.objects.get(code=scheme)
        for level, code in governments.items():
            at = world.units[code]
            of_kind = kind(
                f"{scheme}-chief-{level}",
                f"{LEVEL_NAMES[level]}{title}",
                level,
                [F.CHIEF],
                scheme=row,
                name_bo=LEVEL_NAMES_BO[level] + CHIEF_BO[scheme],
            )
            name = f"{at.jurisdiction.name}{title}"
            post = Post.objects.create(
                code=f"{scheme}-{level}",
                kind=of_kind,
                unit=at,
                title=name,
                title_bo=LEVEL_NAMES_BO[level] + CHIEF_BO[scheme],
                since=world.since,
            )
            world.posts[post.code] = post
            for segment in world.segments[scheme]:
                Charge.objects.create(post=post, segment=segment, since=world.since)
        of_kind = kind(
            f"{scheme}-chief-village",
            f"村级{title}",
            "village",
            [F.CHIEF],
            scheme=row,
            name_bo=LEVEL_NAMES_BO["village"] + CHIEF_BO[scheme],
        )
        for segment in world.segments[scheme]:
            at = world.units[f"village-{segment.jurisdiction.code}"]
            short = segment.jurisdiction.name.removesuffix("民委员会")
            post = seat(
                world,
                f"{scheme}-{segment.code.lower()}",
                at,
                of_kind,
                f"{short}{title}",
                title_bo=LEVEL_NAMES_BO["village"] + CHIEF_BO[scheme],
            )
            Charge.objects.create(post=post, segment=segment, since=world.since)
    # At each level above one person leads the river and the lake, another the mountain and the forest: several posts, one acting.
    for level in governments:
        if level == "township":
            continue
        for pair in (("river", "lake"), ("mountain", "forest_grass")):
            person = world.person()
            for scheme in pair:
                Tenure.objects.create(person=person, post=world.posts[f"{scheme}-{level}"], since=world.since, basis=SOURCE)
    _township_heads(world)


def _township_heads(world: World) -> None:
    """Two successive holders of the township's river post: the second took over five months ago."""
    change = world.today - timedelta(days=150)
    before, after = world.person(), world.person()
    for scheme in SCHEMES:
        post = world.posts[f"{scheme}-township"]
        old = Tenure.objects.create(person=before, post=post, since=world.since, until=change, basis=SOURCE)
        new = Tenure.objects.create(person=after, post=post, since=change, basis=SOURCE)
        if scheme == "river":
            world.outgoing, world.incoming = old, new
