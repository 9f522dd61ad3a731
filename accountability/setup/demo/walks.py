"""Recorded walks along a demonstration segment, as the GPX file that a phone would write."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from accountability.kit.days import UTC
from chiefs.resources.models import Segment

STEP_SECONDS = 20


def gpx(segment: Segment, *, begin: datetime, minutes: int, seed: int, share: float = 1.0) -> bytes:
    """A GPX 1.1 track that follows the first ``share`` of the segment's line within a few metres, one fix each 20 seconds."""
    draw = random.Random(seed)
    line = segment.geometry["coordinates"]
    count = max(2, minutes * 60 // STEP_SECONDS)
    fixes = []
    for step in range(count):
        at = share * step / (count - 1) * (len(line) - 1)
        low = min(int(at), len(line) - 2)
        part = at - low
        lon, lat = (line[low][axis] + (line[low + 1][axis] - line[low][axis]) * part + draw.uniform(-3e-5, 3e-5) for axis in (0, 1))
        when = (begin + timedelta(seconds=STEP_SECONDS * step)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        fixes.append(f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><ele>{3000 - step % 50}</ele><time>{when}</time></trkpt>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="demonstration" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><name>{escape(segment.name)}</name><trkseg>{''.join(fixes)}</trkseg></trk></gpx>"
    ).encode()
