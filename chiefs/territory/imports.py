"""Reading lists of divisions: two releases of the statistical codes, what changed between them, and units without a code."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils.translation import gettext as _

from accountability.exchange.runs import Report
from accountability.kit.codes import significant
from accountability.kit.names import renewed
from accountability.kit.parsing import Unreadable, table

from .models import Boundary, Jurisdiction, Level, Succession

BEGINNING = date(2018, 1, 1)  # the plan's first day; the townships of 2018 hold in the releases of 2016 to 2019
CHANGE = date(2020, 1, 1)  # the releases of 2020 hold the new ones; the true days are not known
COLUMNS = ("code", "name", "level", "parent_code", "kind")
LEVELS = ("prefecture", "county", "township", "village")
#: Endings that the releases write differently for the same village.
ENDINGS = ("社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "社区委员会", "居民委员", "村委会", "居委会", "社区")


@dataclass(frozen=True)
class Division:
    """One row of a release."""

    line: int
    code: str
    name: str
    level: str
    parent_code: str
    kind: str

    @property
    def path(self) -> str:
        return significant(self.code, self.level)


def stem(name: str) -> str:
    """A village's name without the ending: 头道桥村委会 and 头道桥村民委员会 are one name, 莫玉村村民委员会 and 莫玉村民委员会 too."""
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            name = name.removesuffix(ending)
            break
    return name.removesuffix("村") if len(name) > 2 else name


def divisions(data: bytes) -> list[Division]:
    """The rows of a release, checked as a whole. Raises Unreadable with the line and the reason."""
    rows: dict[str, Division] = {}
    for row in table(data, columns=COLUMNS):
        cells = row.cells
        division = Division(row.line, *(cells[name] for name in COLUMNS))
        if division.level not in LEVELS:
            raise Unreadable(_("Line %(line)s: “%(level)s” is not a level.") % {"line": row.line, "level": division.level}, row.line)
        try:
            significant(division.code, division.level)
        except ValueError:
            raise Unreadable(
                _("Line %(line)s: a division code has 12 digits, not “%(code)s”.") % {"line": row.line, "code": division.code}, row.line
            ) from None
        if not division.name:
            raise Unreadable(_("Line %(line)s has no name.") % {"line": row.line}, row.line)
        if division.code in rows:
            first = rows[division.code].line
            raise Unreadable(
                _("Line %(line)s: the code %(code)s stands in line %(first)s already.")
                % {"line": row.line, "code": division.code, "first": first},
                row.line,
            )
        rows[division.code] = division
    for division in rows.values():
        if division.level == "prefecture":
            continue
        parent = rows.get(division.parent_code)
        if parent is None or LEVELS.index(parent.level) + 1 != LEVELS.index(division.level):
            raise Unreadable(
                _("Line %(line)s: the unit above, %(code)s, is missing or of a wrong level.")
                % {"line": division.line, "code": division.parent_code},
                division.line,
            )
    return sorted(rows.values(), key=lambda d: (LEVELS.index(d.level), d.code))


def take_first(data: bytes, report: Report) -> None:
    """The release of 2018: the units that stood at the plan's beginning."""
    known = {j.code: j for j in Jurisdiction.objects.filter(since=BEGINNING).exclude(code=None)}
    made = dict(known)
    for level in LEVELS:
        new = []
        for division in (d for d in divisions(data) if d.level == level):
            report.read += 1
            row = known.get(division.code)
            if row is None:
                row = made[division.code] = _row(division, made.get(division.parent_code), BEGINNING, "国家统计局 2018-10-31")
                new.append(row)
                report.count(new=True)
            elif row.level == Level.PREFECTURE and row.name == row.code:
                row.name, row.kind, row.source = division.name, division.kind, "国家统计局 2018-10-31"
                row.save()
                report.count(new=False, changed=True)
            else:
                report.count(new=False)
        Jurisdiction.objects.bulk_create(new)


def _row(division: Division, parent: Jurisdiction | None, since: date, source: str) -> Jurisdiction:
    return Jurisdiction(
        code=division.code,
        name=division.name,
        level=division.level,
        kind=division.kind,
        parent=parent,
        path=division.path,
        since=since,
        source=source,
    )


def _stood() -> dict[str | None, Jurisdiction]:
    """Code -> the unit that bore it on the day of the second release."""
    return {j.code: j for j in Jurisdiction.objects.in_force(CHANGE).exclude(code=None).select_related("parent")}


def _latest(code: str) -> Jurisdiction | None:
    """The unit with a code: the one that stands, else the last that stood."""
    return Jurisdiction.objects.filter(code=code).order_by(F("until").desc(nulls_first=True), "-pk").first()


def take_second(data: bytes, report: Report) -> None:
    """The release of 2023: what goes on stays one row; what ended ends on the day of the change; what is new begins then.

    A unit goes on when code, name (but for its ending) and the unit above go on. Read again later, the release says nothing of what
    acts have changed since: it is compared with the units that stood on its day.
    """
    rows = divisions(data)
    by_code = {d.code: d for d in rows}
    standing = _stood()
    made = dict(standing)
    goes_on: set[str] = set()
    ended, renamed = [], []
    for code, row in sorted(standing.items(), key=lambda item: LEVELS.index(item[1].level)):
        division = by_code.get(code)
        same = division is not None and (
            division.name == row.name or (row.level == Level.VILLAGE and stem(division.name) == stem(row.name))
        )
        if same and (row.parent is None or row.parent.code in goes_on or row.since == CHANGE):
            goes_on.add(code)
            if division is not None and division.name != row.name and row.until is None:
                row.name = division.name  # only the ending is written differently
                renamed.append(row)
        elif row.since < CHANGE:
            row.until = CHANGE
            ended.append(row)
            del made[code]
    Jurisdiction.objects.bulk_update(ended, ["until"], batch_size=500)
    Jurisdiction.objects.bulk_update(renamed, renewed(Jurisdiction, renamed, ["name"]), batch_size=500)
    report.changed += len(ended) + len(renamed)
    for level in LEVELS:
        new = []
        for division in (d for d in rows if d.level == level):
            report.read += 1
            if division.code in made:
                report.unchanged += 1
                continue
            row = made[division.code] = _row(division, made.get(division.parent_code), CHANGE, "国家统计局 2023-06-30")
            new.append(row)
            report.added += 1
        Jurisdiction.objects.bulk_create(new)


CHANGE_COLUMNS = ("old_code", "old_name", "change", "new_code", "new_name", "basis")
CERTAIN = {"unchanged", "status_changed", "merged_into"}


def take_changes(data: bytes, report: Report) -> None:
    """What became of each township, and of the villages in it. Uncertain ones, and villages without a successor, wait on a list."""
    ends = {j.code: j for j in Jurisdiction.objects.filter(until=CHANGE)}
    now = _stood()
    known = set(Succession.objects.values_list("predecessor", "successor"))
    said = set(Succession.objects.filter(confirmation=Succession.Confirmation.CONFIRMED).values_list("predecessor", flat=True))
    wanted: list[Succession] = []
    new_home: dict[int, Jurisdiction] = {}
    for row in table(data, columns=CHANGE_COLUMNS, key=("old_code",)):
        report.read += 1
        cells = row.cells
        old = ends.get(cells["old_code"]) or now.get(cells["old_code"])
        new = now.get(cells["new_code"])
        if old is None or (cells["new_code"] and new is None):
            code = cells["old_code"] if old is None else cells["new_code"]
            raise Unreadable(_("Line %(line)s: the township %(code)s is in neither release.") % {"line": row.line, "code": code}, row.line)
        if new is not None:
            new_home[old.pk] = new
        if new is not None and old.pk == new.pk:
            continue
        certain = cells["change"] in CERTAIN and new is not None
        if not certain:
            report.warn(row.line, cells["change"], f"{cells['old_name']} → {cells['new_name'] or '?'}: {cells['basis']}")
        wanted.append(_succession(old, new, cells["change"], certain, cells["basis"]))
    wanted += _villages(new_home)
    fresh = [s for s in wanted if (s.predecessor_id, s.successor_id) not in known and s.predecessor_id not in said]
    Succession.objects.bulk_create(fresh)
    report.added += len(fresh)
    report.unchanged += len(wanted) - len(fresh)


def _succession(old: Jurisdiction, new: Jurisdiction | None, kind: str, certain: bool, basis: str) -> Succession:
    C = Succession.Confirmation
    return Succession(
        predecessor=old, successor=new, day=CHANGE, kind=kind, confirmation=C.CERTAIN if certain else C.UNCERTAIN, basis=basis[:200]
    )


def _villages(new_home: dict[int, Jurisdiction]) -> list[Succession]:
    """A name that is unique on both sides of a township's change is the same village; the others wait for a person."""
    candidates: dict[int, list[Jurisdiction]] = defaultdict(list)
    for village in Jurisdiction.objects.filter(level=Level.VILLAGE, since=CHANGE):
        candidates[village.parent_id].append(village)
    leaving: dict[int, list[Jurisdiction]] = defaultdict(list)
    homeless = []
    for village in Jurisdiction.objects.filter(level=Level.VILLAGE, until=CHANGE).order_by("code"):
        home = new_home.get(village.parent_id)
        (leaving[home.pk] if home else homeless).append(village)
    found = [_succession(v, None, "without_successor", False, "the township has no successor") for v in homeless]
    for home_pk, olds in leaving.items():
        old_names, new_names = Counter(stem(v.name) for v in olds), Counter(stem(v.name) for v in candidates[home_pk])
        by_name = {stem(v.name): v for v in candidates[home_pk]}
        for old in olds:
            name = stem(old.name)
            if old_names[name] == 1 and new_names[name] == 1:
                found.append(_succession(old, by_name[name], "same_name", True, "unique name in the successor township"))
            else:
                found.append(_succession(old, None, "without_successor", False, "no unique name in the successor township"))
    return found


def take_special(data: bytes, report: Report) -> None:
    """Units that report like a county and have no statistical code."""
    for row in table(data, columns=("name", "kind", "parent_code", "note"), key=("name",)):
        report.read += 1
        cells = row.cells
        parent = _latest(cells["parent_code"])
        if parent is None:
            raise Unreadable(
                _("Line %(line)s: the county %(code)s is not known.") % {"line": row.line, "code": cells["parent_code"]}, row.line
            )
        if new := not Jurisdiction.objects.filter(
            name=cells["name"], special=True
        ).exists():  # it goes on as another row when its county does
            Jurisdiction.objects.create(
                name=cells["name"],
                special=True,
                level=Level.COUNTY,
                kind=cells["kind"],
                parent=parent,
                path=parent.path,
                since=BEGINNING,
                source=cells["note"][:120],
            )
        report.count(new=new)


#: How deep the points lie in the coordinates of each kind of shape.
DEPTHS = {"LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def features(data: bytes, key: str, *others: str) -> list[dict]:
    """The features of a GeoJSON file, each a shape with these properties; ``key`` tells one from another.

    Raises Unreadable for anything else.
    """
    try:
        found = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as wrong:
        line = getattr(wrong, "lineno", None)
        raise Unreadable(_("The file is not GeoJSON in UTF-8. Export it again."), line) from wrong
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection" or not isinstance(found.get("features"), list):
        raise Unreadable(_("The file is not a GeoJSON collection of features."))
    first: dict[str, int] = {}
    for place, feature in enumerate(found["features"], 1):
        told = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(told, dict) or not all(isinstance(told.get(name), str) and told[name] for name in (key, *others)):
            raise Unreadable(
                _("Feature %(place)s lacks one of these properties: %(names)s.") % {"place": place, "names": ", ".join((key, *others))}
            )
        if not _is_shape(feature.get("geometry")):
            raise Unreadable(_("Feature %(place)s has no line or area in degrees.") % {"place": place})
        if first.setdefault(told[key], place) != place:
            raise Unreadable(
                _("Feature %(place)s: “%(key)s” is feature %(first)s already.")
                % {"place": place, "key": told[key], "first": first[told[key]]}
            )
    return found["features"]


def _is_shape(geometry: object) -> bool:
    """A line or an area whose points lie on the earth."""

    def points(part: object, depth: int) -> bool:
        if not isinstance(part, list) or not part:
            return False
        if depth:
            return all(points(inner, depth - 1) for inner in part)
        return len(part) > 1 and all(type(x) in (int, float) for x in part[:2]) and abs(part[0]) <= 180 and abs(part[1]) <= 90

    return isinstance(geometry, dict) and geometry.get("type") in DEPTHS and points(geometry.get("coordinates"), DEPTHS[geometry["type"]])


def take_outlines(data: bytes, report: Report) -> None:
    """County outlines, for the hint in which county a point lies."""
    for feature in features(data, "code"):
        report.read += 1
        code = feature["properties"]["code"]
        county = _latest(code)
        if county is None:
            raise Unreadable(_("The outline of %(code)s belongs to no county.") % {"code": code})
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        lons = [p[0] for polygon in polygons for p in polygon[0]]
        lats = [p[1] for polygon in polygons for p in polygon[0]]
        row, new = Boundary.objects.get_or_create(
            jurisdiction=county,
            defaults={
                "geometry": shape,
                "west": min(lons),
                "east": max(lons),
                "south": min(lats),
                "north": max(lats),
                "attribution": "天地图",
            },
        )
        changed = not new and row.geometry != shape
        if changed:
            row.geometry, row.west, row.east, row.south, row.north = shape, min(lons), max(lons), min(lats), max(lats)
            row.save()
        report.count(new=new, changed=changed)
