"""Lines by chainage, what a row of stretches leaves open, how a map was shifted, and who keeps what. Pure.

A line is a list of (longitude, latitude), WGS-84, upstream end first. Chainage is metres along the drawn line from that end.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import radians, sin
from statistics import median

from accountability.kit.geo import EARTH_M, Point, from_gcj, haversine_m, metres_from_line
from accountability.ledger.acting import Acting

OFFICE = "chief_office"  # of posts.functions, which stands above this room, as do the three below
TOWNSHIP_DESK = "receiver"
CHIEF = "chief"
DEPARTMENT = "department"
TOWNSHIP = "township"
PREFECTURE = "prefecture"

DIGITS = 7  # decimals of a degree: a centimetre
MOST_CUTS = 40
LEFT, RIGHT, BOTH = "left", "right", "both"
GAP, OVERLAP = "gap", "overlap"
ROUNDING_M = 1  # chainage is whole metres, a drawn line is not
SLACK_M = 0.51  # so much a whole metre may differ from a line that was measured, the rounding of its points included
WGS84, GCJ02 = "wgs84", "gcj02"
CLEAR_M = 100.0  # the shift is 228 to 385 m in Ganzi; what differs by less than this speaks for neither
SAMPLES, MOST_COMPARED = 60, 3000

#: Kinds that are drawn as a line and have a chainage; the others are areas, or the line of their shore.
LINES = ("river", "canal")


# -- who ---------------------------------------------------------------------------------------------------------------


def keeps(by: Acting, path: str, jurisdiction_id: int | None) -> bool:
    """Whether a post keeps what is registered at one place: a chief office in its reach."""
    return by.may(OFFICE) and by.reach.holds(path, jurisdiction_id)


def keeps_resource(by: Acting, counties: Sequence[tuple[str, int]]) -> bool:
    """Whether a post keeps a resource: a chief office whose reach holds all its counties; one without counties is the prefecture's."""
    if not counties:
        return by.may(OFFICE) and by.level == PREFECTURE
    return all(keeps(by, path, pk) for path, pk in counties)


def keeps_grid(by: Acting, path: str, jurisdiction_id: int | None) -> bool:
    """Whether a post keeps grid cells at a place: as above, and a township's desk, because the grid is the township's own tool."""
    return has_a_grid(by) and by.reach.holds(path, jurisdiction_id)


def has_a_grid(by: Acting) -> bool:
    """Whether a post keeps the grid anywhere."""
    return by.may(OFFICE) or (by.may(TOWNSHIP_DESK) and by.level == TOWNSHIP)


def checks_markers(by: Acting, path: str, jurisdiction_id: int | None) -> bool:
    """Whoever goes there may say what stands there: chief offices, township desks, departments and chiefs in their reach."""
    return by.may(OFFICE, TOWNSHIP_DESK, CHIEF, DEPARTMENT) and by.reach.holds(path, jurisdiction_id)


# -- lines -------------------------------------------------------------------------------------------------------------


def chainages(line: Sequence[Point]) -> list[float]:
    """Metres from the first point to each point of a line."""
    steps = (haversine_m(y1, x1, y2, x2) for (x1, y1), (x2, y2) in itertools.pairwise(line))
    return list(itertools.accumulate(steps, initial=0.0))


def length_m(line: Sequence[Point]) -> float:
    """Length of a line over the ground, in metres."""
    return chainages(line)[-1] if line else 0.0


def cut(line: Sequence[Point], at_m: Sequence[int]) -> list[list[Point]]:
    """The parts of a line between its ends and the chainages ``at_m``, upstream first: nothing is lost and nothing is there twice.

    The point of a cut belongs to both neighbours and is worked out once. Raises ValueError when the cuts do not rise or one does
    not lie inside the line.
    """
    along = chainages(line)
    whole = along[-1]
    if any(low >= high for low, high in itertools.pairwise([0.0, *at_m, whole])):
        raise ValueError("The cuts must rise and lie inside the line.")
    parts: list[list[Point]] = []
    rest, done = [line[0]], 0
    for metres in at_m:
        after = bisect.bisect_right(along, metres)
        point = _between(line[after - 1], line[after], (metres - along[after - 1]) / (along[after] - along[after - 1]))
        inner = [p for p, m in zip(line[done + 1 : after], along[done + 1 : after], strict=True) if m < metres]
        parts.append(_ends([*rest, *inner, point]))
        rest, done = [point], after - 1
    parts.append(_ends([*rest, *line[done + 1 :]]))
    return parts


def parts(line: Sequence[Point], edges: Sequence[int]) -> list[list[Point]]:
    """The parts of a line between neighbouring chainages ``edges``; the first and the last edge may be the line's own ends.

    The end of a line is not a whole metre: an edge within a metre of it is the end itself. Raises ValueError for edges that do
    not rise or lie behind the end.
    """
    whole = length_m(line)
    if edges[-1] > whole + SLACK_M:
        raise ValueError("The last edge lies behind the end of the line.")
    head = [edges[0]] if edges[0] > 0 else []
    tail = [edges[-1]] if edges[-1] <= whole - ROUNDING_M else []
    found = cut(line, [*head, *edges[1:-1], *tail])
    return found[len(head) : len(found) - len(tail)]


def _between(one: Point, other: Point, part: float) -> Point:
    return (round(one[0] + (other[0] - one[0]) * part, DIGITS), round(one[1] + (other[1] - one[1]) * part, DIGITS))


def distinct(points: Sequence[Point]) -> list[Point]:
    """Without a point that stands where the last one stood."""
    return [point for n, point in enumerate(points) if n == 0 or point != points[n - 1]]


def _ends(points: list[Point]) -> list[Point]:
    """A part of a line keeps its two ends, even where rounding has put them on one place."""
    kept = distinct(points)
    return kept if len(kept) > 1 else [points[0], points[-1]]


def joined(lines: Sequence[Sequence[Point]], within_m: float = 1.0) -> list[list[Point]]:
    """Lines that begin where the one before ended, made one: phones and editors split a line for reasons of their own."""
    found: list[list[Point]] = []
    for line in lines:
        if found and haversine_m(found[-1][-1][1], found[-1][-1][0], line[0][1], line[0][0]) <= within_m:
            found[-1] += list(line)[1:] if tuple(found[-1][-1]) == tuple(line[0]) else list(line)
        else:
            found.append(list(line))
    return found


def area_m2(ring: Sequence[Point]) -> float:
    """Area inside a closed ring on the mean sphere (Chamberlain and Duquette, JPL 07-03), in square metres."""
    total = sum(radians(x2 - x1) * (2 + sin(radians(y1)) + sin(radians(y2))) for (x1, y1), (x2, y2) in itertools.pairwise(ring))
    return abs(total) * EARTH_M**2 / 2


def points_of(geometry: dict | None) -> list[list[Point]]:
    """The lines and rings of a GeoJSON geometry, each as points."""
    if not geometry:
        return []
    depth = {"LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}.get(geometry.get("type", ""), 0)
    rows: list = [geometry["coordinates"]] if depth else []
    for _step in range(depth - 1):
        rows = [inner for row in rows for inner in row]
    return [[(p[0], p[1]) for p in row] for row in rows]


def moved(geometry: dict, turn: Callable[[float, float], Point]) -> dict:
    """The geometry with every place turned, to the centimetre."""

    def walk(part: list) -> list:
        if part and isinstance(part[0], int | float):
            lon, lat = turn(part[0], part[1])
            return [round(lon, DIGITS), round(lat, DIGITS)]
        return [walk(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}


@dataclass(frozen=True)
class Extent:
    """What is said of a drawing before it is taken: its length or area, its box, its points."""

    points: int
    length_m: int
    area_m2: int
    west: float
    south: float
    east: float
    north: float


def extent(geometry: dict) -> Extent:
    """Length of the lines, or area of the polygons without their holes, and the box around them."""
    rows = points_of(geometry)
    every = [point for row in rows for point in row]
    lons, lats = [p[0] for p in every], [p[1] for p in every]
    line, area = 0.0, 0.0
    if geometry["type"] in ("LineString", "MultiLineString"):
        line = sum(length_m(row) for row in rows)
    else:
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for outer, *holes in polygons:
            area += area_m2([(p[0], p[1]) for p in outer]) - sum(area_m2([(p[0], p[1]) for p in hole]) for hole in holes)
    return Extent(len(every), round(line), round(area), min(lons), min(lats), max(lons), max(lats))


# -- the shift ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """How far a drawing lies from what is registered, read as it is and read as GCJ-02; ``proposed`` is empty where neither is clear."""

    as_it_is_m: float
    turned_m: float
    proposed: str


def compare(drawn: dict, registered: Iterable[dict]) -> Compared | None:
    """Which reading of a drawing lies nearer to registered lines. None without something to compare with.

    The median of evenly chosen points is compared: a stretch that is new does not decide. A line that runs along the shift lies
    near either way, and then nothing is proposed.
    """
    rows = [row for geometry in registered for row in points_of(geometry)]
    every = [point for row in points_of(drawn) for point in row]
    if not rows or not every:
        return None
    thin = max(1, sum(len(row) for row in rows) // MOST_COMPARED)
    rows = [[*row[::thin], row[-1]] for row in rows]
    chosen = every[:: max(1, len(every) // SAMPLES)]

    def away(turn: Callable[[float, float], Point]) -> float:
        return median(min(metres_from_line(lat, lon, row) for row in rows) for lon, lat in (turn(x, y) for x, y in chosen))

    as_it_is, turned = away(lambda lon, lat: (lon, lat)), away(from_gcj)
    proposed = GCJ02 if turned + CLEAR_M < as_it_is else WGS84 if as_it_is + CLEAR_M < turned else ""
    return Compared(as_it_is, turned, proposed)


def inside(drawn: dict, outlines: Sequence[dict]) -> Compared | None:
    """Which reading of a drawing lies inside the outlines (of counties) more often; the figures are metres outside, in the median.

    A coarse outline says something only where the drawing touches its edge: mostly neither reading is clear.
    """
    every = [point for row in points_of(drawn) for point in row]
    if not outlines or not every:
        return None
    chosen = every[:: max(1, len(every) // SAMPLES)]

    def away(turn: Callable[[float, float], Point]) -> float:
        return median(_metres_outside(*turn(x, y), outlines) for x, y in chosen)

    as_it_is, turned = away(lambda lon, lat: (lon, lat)), away(from_gcj)
    proposed = GCJ02 if turned + CLEAR_M < as_it_is else WGS84 if as_it_is + CLEAR_M < turned else ""
    return Compared(as_it_is, turned, proposed) if proposed or as_it_is or turned else None


def _metres_outside(lon: float, lat: float, outlines: Sequence[dict]) -> float:
    best = float("inf")
    for outline in outlines:
        rings = points_of(outline)
        if sum(crosses(lon, lat, ring) for ring in rings) % 2:
            return 0.0
        best = min(best, *(metres_from_line(lat, lon, ring) for ring in rings))
    return best


def crosses(lon: float, lat: float, ring: Sequence[Point]) -> bool:
    """Whether a ray to the east crosses a closed ring an odd number of times."""
    crossed = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


# -- stretches ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """A segment as far as chainage goes; ``key`` is whatever finds it again."""

    key: int
    bank: str
    from_m: int
    to_m: int


@dataclass(frozen=True)
class Flaw:
    """A gap or an overlap on a bank; ``beside`` are the keys of the stretches before and behind, or of those that overlap."""

    kind: str
    bank: str
    from_m: int
    to_m: int
    beside: tuple[int, ...]


def flaws(stretches: Sequence[Stretch], whole_m: int | None) -> list[Flaw]:
    """Gaps and overlaps of the stretches of one resource on each bank, upstream first; the same on both banks is said once.

    ``whole_m``  length of the whole line; None: what lies behind the last stretch is not asked about
    """
    left, right = (_flaws([s for s in stretches if s.bank in (bank, BOTH)], bank, whole_m) for bank in (LEFT, RIGHT))
    same = {(f.kind, f.from_m, f.to_m, f.beside) for f in left} & {(f.kind, f.from_m, f.to_m, f.beside) for f in right}
    both = [Flaw(kind, BOTH, from_m, to_m, beside) for kind, from_m, to_m, beside in same]
    single = [f for f in (*left, *right) if (f.kind, f.from_m, f.to_m, f.beside) not in same]
    return sorted((*both, *single), key=lambda f: (f.from_m, f.to_m, f.kind, f.bank, f.beside))


def _flaws(stretches: Sequence[Stretch], bank: str, whole_m: int | None) -> list[Flaw]:
    if not stretches:
        return [] if whole_m is None else [Flaw(GAP, bank, 0, whole_m, ())]
    found: list[Flaw] = []
    reached, last = 0, None
    for stretch in sorted(stretches, key=lambda s: (s.from_m, s.to_m, s.key)):
        beside = (stretch.key,) if last is None else (last.key, stretch.key)
        if stretch.from_m > reached:
            found.append(Flaw(GAP, bank, reached, stretch.from_m, beside))
        elif stretch.from_m < reached:
            found.append(Flaw(OVERLAP, bank, stretch.from_m, min(reached, stretch.to_m), beside))
        if stretch.to_m > reached or last is None:
            reached, last = stretch.to_m, stretch
    if whole_m is not None and last is not None and whole_m - reached > ROUNDING_M:
        found.append(Flaw(GAP, bank, reached, whole_m, (last.key,)))
    return found


def clash(bank: str, from_m: int, to_m: int, others: Iterable[Stretch]) -> Stretch | None:
    """The first stretch that shares a bank and a metre with a new one."""
    sides = {LEFT, RIGHT} if bank == BOTH else {bank}
    for other in others:
        shared = sides & ({LEFT, RIGHT} if other.bank == BOTH else {other.bank})
        if shared and from_m < other.to_m and other.from_m < to_m:
            return other
    return None


def order_of(pk: int, flows_into: dict[int, int | None]) -> int:
    """Tributary order: 0 for a water that flows into none registered, 1 for what flows into it, and so on."""
    order, seen = 0, {pk}
    while (below := flows_into.get(pk)) is not None and below not in seen:
        pk, order = below, order + 1
        seen.add(below)
    return order


def closes(pk: int, into: int, flows_into: dict[int, int | None]) -> bool:
    """Whether a water would flow into itself, directly or through others, if it flowed into ``into``."""
    step: int | None = into
    seen: set[int] = set()
    while step is not None and step not in seen:
        if step == pk:
            return True
        seen.add(step)
        step = flows_into.get(step)
    return False
