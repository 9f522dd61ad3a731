"""When a walk is a patrol: length, time and pace of a track, and the judgement by the rule in force that day. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accountability.kit.geo import Point, haversine_m, metres_from_line

from .codec import Fix

LONGEST_GAP_S = 15 * 60
WALK_KMH = 60.0  # above this between two fixes the signal jumped, or somebody drove: such a step is no way walked
NEAR_M = 1000  # a coarse line, a wide valley and a bent signal: farther than this is another place
LEAST_NEAR = 0.5


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
