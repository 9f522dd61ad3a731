"""Reading a GPX file from any phone or GPS device, within bounds, without following anything that it asks for."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from lxml import etree

from accountability.kit.geo import is_place
from accountability.kit.parsing import Unreadable

from .codec import Fix

MOST_BYTES = 15 * 1024 * 1024
MOST_FIXES = 100_000
EARLIEST = datetime(2000, 5, 2, tzinfo=UTC)  # before this day no civil receiver was accurate enough to tell one bank from the other
NOT_A_TRACK = "not_a_track"


@dataclass(frozen=True)
class ReadTrack:
    """A track as read: its fixes in order, and what was odd about the file (codes for ``rules.WARNINGS``)."""

    fixes: list[Fix]
    name: str = ""
    warnings: list[str] = field(default_factory=list)


def read(data: bytes, *, now: datetime | None = None) -> ReadTrack:
    """The track of a GPX file in any encoding that it declares.

    Fixes without a place on earth are left out; times before May 2000 or after ``now`` are taken as unknown; both are said in
    ``warnings``. Raises Unreadable with a sentence for a file that is no GPX, is cut off, declares a document type, is too
    large or holds no track.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The track file is larger than 15 MB. Record one patrol per file."))
    if not data.strip():
        raise Unreadable(_("The track file is empty. Export it again from the recording app."))
    root = _parse(data)
    if root.getroottree().docinfo.doctype:
        raise Unreadable(_("The file declares a document type, which a track never needs. Export it again from the recording app."))
    if etree.QName(root).localname != "gpx":
        raise Unreadable(_("This file is not a GPX track. In the recording app choose “Export” and then GPX."))
    fixes: list[Fix] = []
    warnings: set[str] = set()
    latest = now or datetime.now(UTC)
    for segment in root.iter("{*}trkseg"):
        begins = bool(fixes)
        for point in segment.iterchildren("{*}trkpt"):
            if len(fixes) >= MOST_FIXES:
                raise Unreadable(
                    _("The track has more than %(most)s points. Record with a longer interval, or one patrol per file.")
                    % {"most": MOST_FIXES}
                )
            fix = _fix(point, latest, warnings)
            if fix is not None:
                fixes.append(replace(fix, begins=begins))
                begins = False
    if not fixes:
        if root.find(".//{*}rtept") is not None or root.find(".//{*}wpt") is not None:
            raise Unreadable(_("The file holds a planned route or single places, but no recorded track. Export the recorded track."))
        raise Unreadable(_("The file holds no track points. Export the recorded track again."))
    if all(fix.at is None for fix in fixes):
        warnings.add("no_times")
    name = root.findtext(".//{*}trk/{*}name") or ""
    return ReadTrack(fixes, " ".join(name.split())[:120], sorted(warnings))


def _parse(data: bytes) -> etree._Element:
    if _declares_type(data):
        raise Unreadable(_("The file declares a document type, which a track never needs. Export it again from the recording app."))
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as wrong:
        if data.rstrip().endswith(b">") and b"<gpx" not in data[:4096] and "gpx" not in _start(data):
            raise Unreadable(_("This file is not a GPX track. In the recording app choose “Export” and then GPX.")) from wrong
        if "<gpx" in _start(data):
            raise Unreadable(
                _("The track file is damaged or was cut off on its way. It is kept; export it again and send it once more.")
            ) from wrong
        raise Unreadable(_("This file is not a GPX track. In the recording app choose “Export” and then GPX.")) from wrong


def _start(data: bytes) -> str:
    """The first signs of the file as text, whatever its encoding; only for looking."""
    head = data[:8192]
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head.decode(encoding, "replace")
    if head[1:2] == b"\0" or head[:1] == b"\0":
        return head.replace(b"\0", b"").decode("latin-1")
    return head.decode("latin-1")


def _declares_type(data: bytes) -> bool:
    """Whether a document type stands anywhere before the root element, in one-byte encodings and UTF-16."""
    start = _start(data)
    end = start.lower().find("<gpx")
    return "<!doctype" in (start if end < 0 else start[:end]).lower() or "<!entity" in start.lower()


def _fix(point: etree._Element, latest: datetime, warnings: set[str]) -> Fix | None:
    try:
        lat, lon = float(point.get("lat", "nan")), float(point.get("lon", "nan"))
    except ValueError:
        lat = lon = float("nan")
    if not is_place(lat, lon):
        warnings.add("places_left_out")
        return None
    return Fix(lat, lon, _moment(point.findtext("{*}time"), latest, warnings), _height(point.findtext("{*}ele")))


def _moment(text: str | None, latest: datetime, warnings: set[str]) -> datetime | None:
    if not text or not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        warnings.add("times_unreadable")
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)  # GPX times are UTC
    if not EARLIEST <= moment <= latest:
        warnings.add("times_impossible")
        return None
    return moment


def _height(text: str | None) -> float | None:
    try:
        height = float(text) if text else None
    except ValueError:
        return None
    return height if height is not None and -500 <= height <= 9000 else None
