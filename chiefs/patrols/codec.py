"""A track as bytes: differences between fixes as variable-length whole numbers; 500 fixes are about 3 kB.

Latitude and longitude in millionths of a degree (0.1 m), time in whole seconds, height in decimetres. A fix without a time or
without a height carries a flag and costs one byte less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

VERSION = 1
HAS_TIME, HAS_HEIGHT = 1, 2


@dataclass(frozen=True)
class Fix:
    """One position: WGS-84 degrees, when (aware, UTC) and how high (m), where known. ``begins`` a new stretch after a pause."""

    lat: float
    lon: float
    at: datetime | None = None
    ele: float | None = None
    begins: bool = False


def _varint(value: int, out: bytearray) -> None:
    coded = value << 1 if value >= 0 else (-value << 1) - 1  # zigzag: small differences of either sign stay small
    while coded > 0x7F:
        out.append(coded & 0x7F | 0x80)
        coded >>= 7
    out.append(coded)


def encode(fixes: Sequence[Fix]) -> bytes:
    """The bytes of a track; ``decode`` gives the same fixes again, rounded as the module says."""
    out = bytearray([VERSION])
    lat = lon = at = ele = 0
    for fix in fixes:
        out.append((HAS_TIME if fix.at else 0) | (HAS_HEIGHT if fix.ele is not None else 0) | (4 if fix.begins else 0))
        for new, old in ((round(fix.lat * 1e6), lat), (round(fix.lon * 1e6), lon)):
            _varint(new - old, out)
        lat, lon = round(fix.lat * 1e6), round(fix.lon * 1e6)
        if fix.at is not None:
            seconds = round(fix.at.timestamp())
            _varint(seconds - at, out)
            at = seconds
        if fix.ele is not None:
            _varint(round(fix.ele * 10) - ele, out)
            ele = round(fix.ele * 10)
    return bytes(out)


def _numbers(data: bytes, at: int) -> tuple[int, int]:
    shift = coded = 0
    while True:
        byte = data[at]
        at += 1
        coded |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (coded >> 1 if coded % 2 == 0 else -(coded + 1 >> 1)), at
        shift += 7


def decode(data: bytes) -> list[Fix]:
    """The fixes of a track. Raises ValueError for bytes of another kind or cut off."""
    if not data or data[0] != VERSION:
        raise ValueError("These bytes are not a track.")
    fixes: list[Fix] = []
    at, lat, lon, seconds, ele = 1, 0, 0, 0, 0
    try:
        while at < len(data):
            flags = data[at]
            step, at = _numbers(data, at + 1)
            lat += step
            step, at = _numbers(data, at)
            lon += step
            moment = height = None
            if flags & HAS_TIME:
                step, at = _numbers(data, at)
                seconds += step
                moment = datetime.fromtimestamp(seconds, UTC)
            if flags & HAS_HEIGHT:
                step, at = _numbers(data, at)
                ele += step
                height = ele / 10
            fixes.append(Fix(lat / 1e6, lon / 1e6, moment, height, bool(flags & 4)))
    except IndexError as cut:
        raise ValueError("The track is cut off.") from cut
    return fixes


def box(fixes: Iterable[Fix]) -> tuple[float, float, float, float]:
    """West, south, east, north of the fixes. Raises ValueError when there is none."""
    places = list(fixes)
    lats, lons = [f.lat for f in places], [f.lon for f in places]
    return min(lons), min(lats), max(lons), max(lats)
