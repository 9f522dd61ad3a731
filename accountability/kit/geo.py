"""Distances on the ground. WGS-84 degrees in, metres out."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import asin, cos, hypot, isfinite, radians, sin, sqrt

EARTH_M = 6_371_008.8  # mean radius: within 0.36 % between 27 and 35 degrees north
Point = tuple[float, float]  # (longitude, latitude), as GeoJSON has them


def is_place(lat: float, lon: float) -> bool:
    """Whether two numbers can be a place on earth."""
    return isfinite(lat) and isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 180


def haversine_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Metres between two places along a great circle."""
    half_lat, half_lon = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    a = sin(half_lat) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(half_lon) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(a)))


def metres_from_line(lat: float, lon: float, line: Sequence[Point]) -> float:
    """Metres from a place to the nearest point of a line of (lon, lat). Flat within the few kilometres that matter here."""
    east = radians(1) * EARTH_M * cos(radians(lat))
    north = radians(1) * EARTH_M
    xy = [((x - lon) * east, (y - lat) * north) for x, y, *_ in line]
    if len(xy) == 1:
        return hypot(*xy[0])
    best = float("inf")
    for (x1, y1), (x2, y2) in itertools.pairwise(xy):
        dx, dy = x2 - x1, y2 - y1
        length = dx * dx + dy * dy
        part = 0.0 if length == 0 else max(0.0, min(1.0, -(x1 * dx + y1 * dy) / length))
        best = min(best, hypot(x1 + part * dx, y1 + part * dy))
    return best
