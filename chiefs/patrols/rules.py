"""When a walk is a patrol: length, time and pace of a track, and the judgement by the rule in force that day. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from math import cos, radians
from typing import Any

from accountability.kit.geo import Point, haversine_m, metres_from_line

from .codec import Fix

LONGEST_GAP_S = 15 * 60
WALK_KMH = 60.0  # above this between two fixes the signal jumped, or somebody drove: such a step is no way walked
NEAR_M = 1000  # a coarse line, a wide valley and a bent signal: farther than this is another place
LEAST_NEAR = 0.5
MOST_SAMPLES = 500  # places of a track that are measured against a further segment: one in 20 m on a walk of 10 km
DEGREE_M = 111_195  # of latitude


@dataclass(frozen=True)
class TrackFacts:
    """What a track says: metres walked, seconds from first to last fix (None without times), share faster than the rule allows,
    share of fixes near the segment (None when the segment has no line)."""

    walked_m: float
    seconds: float | None
    fast_share: float
    near_share: float | None


@dataclass(frozen=True)
class Reason:
    """Why a patrol does not count: a code for wording.SENTENCES and its figures."""

    code: str
    figures: dict[str, str]


def walked_metres(fixes: Sequence[Fix]) -> float:
    """Length of a patrol over the ground, in metres.

    fixes    in order of the file; WGS 84 degrees
    returns  0.0 when fewer than two fixes are usable

    A gap over 15 min or between two recordings is not bridged: a lost signal is not a walk. A step faster than 60 km/h is a
    jump of the signal. Great circles on a mean sphere.
    """
    return sum(metres for metres, _seconds, _fast in _steps(fixes, WALK_KMH))


def _steps(fixes: Sequence[Fix], most_kmh: float) -> list[tuple[float, float, bool]]:
    """(metres, seconds, faster than the limit) of each step that counts; seconds 0 where a time is missing."""
    steps = []
    for one, two in itertools.pairwise(fixes):
        if two.begins:
            continue
        metres = haversine_m(one.lat, one.lon, two.lat, two.lon)
        seconds = (two.at - one.at).total_seconds() if one.at and two.at else 0.0
        if seconds > LONGEST_GAP_S or seconds < 0:
            continue
        kmh = metres / seconds * 3.6 if seconds else 0.0
        if kmh > WALK_KMH and most_kmh == WALK_KMH:
            continue
        steps.append((metres, seconds, kmh > most_kmh))
    return steps


def moments(fixes: Sequence[Fix]) -> tuple[datetime, datetime] | None:
    """The earliest and latest moment of a track; None when it carries no times."""
    known = [fix.at for fix in fixes if fix.at is not None]
    return (min(known), max(known)) if known else None


def facts(fixes: Sequence[Fix], most_kmh: float, line: Sequence[Point] | None) -> TrackFacts:
    """Reckon what the judgement needs. ``fast_share`` is by way, not by time: standing still does not dilute a drive."""
    span = moments(fixes)
    steps = _steps(fixes, most_kmh)
    way = sum(step[0] for step in steps)
    fast = sum(step[0] for step in steps if step[2])
    near = None
    if line and fixes:
        sample = fixes[:: max(1, len(fixes) // 200)]
        near = sum(metres_from_line(f.lat, f.lon, line) <= NEAR_M for f in sample) / len(sample)
    return TrackFacts(
        walked_m=walked_metres(fixes),
        seconds=(span[1] - span[0]).total_seconds() if span else None,
        fast_share=fast / way if way else 0.0,
        near_share=near,
    )


def lines_of(geometry: Mapping[str, Any] | None) -> tuple[list[Sequence[Point]], list[Sequence[Point]]]:
    """The lines of a GeoJSON geometry, and the outer rings of its areas; none of a shape that cannot be walked along."""
    if not geometry:
        return [], []
    kind, places = geometry.get("type"), geometry.get("coordinates") or []
    match kind:
        case "LineString":
            return [places], []
        case "MultiLineString":
            return list(places), []
        case "Polygon":
            return list(places), places[:1]
        case "MultiPolygon":
            return [ring for polygon in places for ring in polygon], [polygon[0] for polygon in places if polygon]
    return [], []


def is_inside(lat: float, lon: float, ring: Sequence[Point]) -> bool:
    """Whether a place lies in a closed ring: how often a ray to the east crosses its edges."""
    crossed = False
    for one, two in itertools.pairwise(ring):
        (x1, y1), (x2, y2) = one[:2], two[:2]  # a height may stand behind them
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


def part_near(fixes: Sequence[Fix], geometry: Mapping[str, Any] | None, within_m: float) -> list[Fix]:
    """The stretches of a track that lie within some metres of a segment, or inside its area; each begins anew, so that what lies
    between them is no way walked. Empty when the track never comes near, or the segment has no shape.
    """
    lines, rings = lines_of(geometry)
    lines = [line for line in lines if line]
    if not lines or not fixes or not _boxes_touch(fixes, lines, within_m):
        return []
    step = max(1, len(fixes) // MOST_SAMPLES)
    found: list[Fix] = []
    left = True
    for start in range(0, len(fixes), step):
        place = fixes[start]
        near = any(metres_from_line(place.lat, place.lon, line) <= within_m for line in lines)
        if not (near or any(is_inside(place.lat, place.lon, ring) for ring in rings)):
            left = True
            continue
        several = list(fixes[start : start + step])
        if left:
            several[0] = replace(several[0], begins=bool(found))
        found += several
        left = False
    return found


def _boxes_touch(fixes: Sequence[Fix], lines: Iterable[Sequence[Point]], within_m: float) -> bool:
    """A first look that costs little: most segments of a chief lie in other valleys."""
    points = [point for line in lines for point in line]
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    high = within_m / DEGREE_M
    wide = high / max(cos(radians(north)), 0.01)
    return any(south - high <= fix.lat <= north + high and west - wide <= fix.lon <= east + wide for fix in fixes)


def seconds_on(fixes: Sequence[Fix]) -> float | None:
    """The time spent on the stretches of a part of a track, without what lies between them; None when it carries no times."""
    if all(fix.at is None for fix in fixes):
        return None
    spent = 0.0
    for one, two in itertools.pairwise(fixes):
        if not two.begins and one.at and two.at:
            spent += max(0.0, (two.at - one.at).total_seconds())
    return spent


def judge_part(part: Sequence[Fix], *, least_metres: int, least_minutes: int, most_kmh: Decimal) -> list[Reason]:
    """The reasons why the part of a walk that lies along a further segment does not count for it: the same bars as for the first."""
    whole = facts(part, float(most_kmh), None)
    on_it = TrackFacts(walked_m=whole.walked_m, seconds=seconds_on(part), fast_share=whole.fast_share, near_share=None)
    return judge(on_it, least_metres=least_metres, least_minutes=least_minutes, most_kmh=most_kmh)


@dataclass(frozen=True)
class Walk:
    """One walk that counts for a segment."""

    began: datetime
    ended: datetime


def once(walks: Iterable[Walk]) -> list[Walk]:
    """The walks of one segment, each counted once: the recording of a walk may have been handed in for several segments."""
    kept: list[Walk] = []
    for walk in sorted(walks, key=lambda walk: (walk.began, walk.ended)):
        if not kept or walk.began > kept[-1].ended:
            kept.append(walk)
    return kept


def judge(track: TrackFacts, *, least_metres: int, least_minutes: int, most_kmh: Decimal) -> list[Reason]:
    """The reasons why a walk does not count; an empty list means that it is valid. Lateness is never one."""
    reasons = []
    if track.walked_m < least_metres:
        reasons.append(Reason("too_short", {"found": f"{track.walked_m:.0f}", "wanted": str(least_metres)}))
    if track.seconds is None:
        reasons.append(Reason("no_times", {"wanted": str(least_minutes)}))
    elif track.seconds < least_minutes * 60:
        reasons.append(Reason("too_quick", {"found": f"{track.seconds / 60:.0f}", "wanted": str(least_minutes)}))
    if track.fast_share > 0.5:
        reasons.append(Reason("too_fast", {"share": f"{track.fast_share * 100:.0f}", "wanted": str(most_kmh.normalize())}))
    if track.near_share is not None and track.near_share < LEAST_NEAR:
        reasons.append(Reason("elsewhere", {"share": f"{track.near_share * 100:.0f}", "metres": str(NEAR_M)}))
    return reasons


def place_at(fixes: Sequence[Fix], moment: datetime | None) -> Fix:
    """The fix nearest in time to a moment; the last one when either has no time. Raises IndexError without fixes."""
    timed = [fix for fix in fixes if fix.at is not None]
    if moment is None or not timed:
        return fixes[-1]
    return min(timed, key=lambda fix: abs((fix.at - moment).total_seconds()))  # type: ignore[operator]
