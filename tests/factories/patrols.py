"""Recorded walks as a phone writes them, and a patrol as the real action takes it in."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from accountability.kit import days
from chiefs.patrols import actions, gpx
from chiefs.patrols.models import Patrol
from chiefs.posts import reports
from chiefs.posts.models import Post
from chiefs.resources.models import Segment

from .posts import acting_for


def walk(
    *, begin: datetime | None = None, minutes: int = 30, metres: float = 2000, lon: float = 101.95, lat: float = 30.10, times: bool = True
) -> bytes:
    """A GPX track straight north from a place, one fix each 20 seconds."""
    begin = begin or days.now() - timedelta(hours=2)
    count = max(2, minutes * 3)
    points = []
    for step in range(count):
        part = step / (count - 1)
        when = (begin + timedelta(minutes=minutes * part)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        time = f"<time>{when}</time>" if times else ""
        points.append(f'<trkpt lat="{lat + metres * part / 111_195:.6f}" lon="{lon:.6f}"><ele>3000</ele>{time}</trkpt>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><name>巡河</name><trkseg>{''.join(points)}</trkseg></trk></gpx>"
    ).encode()


def patrol(post: Post, segment: Segment, *, data: bytes | None = None, on: datetime | None = None, **facts: Any) -> Patrol:
    """Submitted by whoever held the post on the day of the walk."""
    track = gpx.read(data if data is not None else walk(begin=on))
    day = days.day_of(track.fixes[0].at) if track.fixes[0].at else days.today()
    tenure = reports.term_of(post, day)
    given: dict[str, Any] = {
        "post": post,
        "person_id": tenure.person_id if tenure else 0,
        "segment": segment,
        "track": track,
        "findings": [],
        "remark": "",
        "by": acting_for(post, day),
        "mode": Patrol.Mode.GPX,
        "client_ref": uuid.uuid4(),
    }
    return actions.submit(**{**given, **facts})
