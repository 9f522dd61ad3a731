"""Distances on the ground, and the shift of maps in China. Degrees in, WGS-84 unless a name says otherwise; metres out."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import asin, cos, degrees, hypot, isfinite, pi, radians, sin, sqrt

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


# -- the shift of maps in China ------------------------------------------------------------------------------------------

CHINA = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north: inside the box to which the shift is applied
_AXIS_M = 6_378_245.0  # Krasovsky 1940, on which the published formula stands
_ECCENTRICITY = 0.006_693_421_622_965_943  # first eccentricity, squared
_STEPS = 30  # five are enough; a formula that no longer closes in is a fault, not an endless loop


def in_china(lon: float, lat: float) -> bool:
    """Whether a place lies in the box around China in which anything that we register must lie."""
    west, south, east, north = CHINA
    return west <= lon <= east and south <= lat <= north


def _shift(lon: float, lat: float) -> Point:
    """Degrees (east, north) by which GCJ-02 lies beside WGS-84 at a WGS-84 place: the published formula, on Krasovsky's ellipsoid.

    The formula is public knowledge since about 2010; the figures are those of eviltransform (github.com/googollee/eviltransform)
    and of every other implementation.
    """
    x, y = lon - 105.0, lat - 35.0
    both = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (both + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi) + 160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y / 30.0 * pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (both + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi) + 150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    bulge = 1 - _ECCENTRICITY * sin(radians(lat)) ** 2
    north_radius = _AXIS_M * (1 - _ECCENTRICITY) / (bulge * sqrt(bulge))
    east_radius = _AXIS_M / sqrt(bulge) * cos(radians(lat))
    return degrees(east / east_radius), degrees(north / north_radius)


def to_gcj(lon: float, lat: float) -> Point:
    """(lon, lat) of a WGS-84 place as maps and phones in China give it. Only for places ``in_china``."""
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def from_gcj(lon: float, lat: float) -> Point:
    """(lon, lat) in WGS-84 of a GCJ-02 place: exact, not the usual single step back, which misses by up to some metres.

    The shift changes by less than 1 % of the way that one goes, so taking the shift of the last guess off the given place closes
    in by two digits a step; it stops where a step is below a tenth of a millimetre.
    """
    guess_lon, guess_lat = lon, lat
    for _step in range(_STEPS):
        east, north = _shift(guess_lon, guess_lat)
        next_lon, next_lat = lon - east, lat - north
        done = abs(next_lon - guess_lon) + abs(next_lat - guess_lat) < 1e-9
        guess_lon, guess_lat = next_lon, next_lat
        if done:
            break
    return guess_lon, guess_lat
