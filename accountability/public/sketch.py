"""A drawing of registered geometry without a map under it: works without scripts, on paper and in a file. Pure.

GeoJSON geometries in WGS-84 degrees become paths in a box; degrees of longitude are shortened by the cosine of the middle
latitude, so a river keeps its shape (within 1 % over one county).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from accountability.kit.geo import haversine_m

BOX = 640  # units of the longer side
MARGIN = 16
MOST_POINTS = 400  # of one line: more than that many units apart is not seen
LEAST_SPAN = 1e-4  # degrees, about 10 m: a single point has no extent of its own

Part = tuple[str, list[tuple[float, float]]]  # 'line', 'area' or 'point', and its points


@dataclass(frozen=True)
class Drawn:
    """One geometry as a path of the drawing; ``label`` names it."""

    kind: str
    path: str
    label: str


@dataclass(frozen=True)
class Sketch:
    """The paths, the size of the box in units, and how far it reaches on the ground from west to east."""

    width: int
    height: int
    drawn: list[Drawn]
    across_m: int


def _parts(geometry: Mapping[str, Any]) -> Iterator[Part]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates", [])
    if kind == "Point":
        yield "point", [(coordinates[0], coordinates[1])]
    elif kind == "LineString":
        yield "line", [(p[0], p[1]) for p in coordinates]
    elif kind == "MultiLineString":
        for line in coordinates:
            yield "line", [(p[0], p[1]) for p in line]
    elif kind == "Polygon":
        for ring in coordinates:
            yield "area", [(p[0], p[1]) for p in ring]
    elif kind == "MultiPolygon":
        for polygon in coordinates:
            for ring in polygon:
                yield "area", [(p[0], p[1]) for p in ring]


def thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most ``MOST_POINTS`` of the points, evenly taken; the first and the last always stay."""
    if len(points) <= MOST_POINTS:
        return list(points)
    step = (len(points) - 1) / (MOST_POINTS - 1)
    return [points[round(i * step)] for i in range(MOST_POINTS)]


def sketch(shapes: Iterable[tuple[str, Mapping[str, Any] | None]]) -> Sketch | None:
    """The drawing of named geometries; None when none of them has a point."""
    parts = [(label, kind, points) for label, geometry in shapes if geometry for kind, points in _parts(geometry) if points]
    if not parts:
        return None
    lons = [lon for _label, _kind, points in parts for lon, _lat in points]
    lats = [lat for _label, _kind, points in parts for _lon, lat in points]
    west, east, south, north = min(lons), max(lons), min(lats), max(lats)
    shorter = cos(radians((south + north) / 2))
    wide, high = max((east - west) * shorter, LEAST_SPAN), max(north - south, LEAST_SPAN)
    scale = (BOX - 2 * MARGIN) / max(wide, high)

    def place(lon: float, lat: float) -> str:
        return f"{MARGIN + (lon - west) * shorter * scale:.1f},{MARGIN + (north - lat) * scale:.1f}"

    drawn = [Drawn(kind, _path(kind, [place(*p) for p in thinned(points)]), label) for label, kind, points in parts]
    middle = (south + north) / 2
    across = haversine_m(middle, west, middle, east)
    return Sketch(round(wide * scale) + 2 * MARGIN, round(high * scale) + 2 * MARGIN, drawn, round(across))


def _path(kind: str, places: Sequence[str]) -> str:
    if kind == "point":
        x, y = (float(part) for part in places[0].split(","))
        return f"M{x - 6:.1f},{y:.1f}a6,6 0 1,0 12,0a6,6 0 1,0 -12,0Z"
    return "M" + "L".join(places) + ("Z" if kind == "area" else "")
