"""What a file is, by its content; how large it may be; what its EXIF says of when and where. Pure, and without Django:
the process that opens strangers' pictures imports nothing else of ours."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

MEGABYTE = 1024 * 1024
MOST_BYTES = {"photo": 15 * MEGABYTE, "before": 15 * MEGABYTE, "after": 15 * MEGABYTE, "track": 15 * MEGABYTE, "letter": 20 * MEGABYTE}
TABLES = frozenset({"import"})  # roles whose files are read by a room of ours and never shown
MOST_BYTES_OTHERWISE = 15 * MEGABYTE
HEAD = 4096  # bytes that ``media_type`` looks at

JPEG, PNG, WEBP, HEIC = "image/jpeg", "image/png", "image/webp", "image/heic"
PICTURES = frozenset({JPEG, PNG, WEBP, HEIC})
GPX, XML, PDF = "application/gpx+xml", "application/xml", "application/pdf"
#: What offices hand in as papers of their own. Only of these may the original leave, as a file to save: never what a citizen sent.
OFFICE_PAPERS = frozenset({"minutes", "signature", "result"})
READABLE = PICTURES | {PDF}  # what proves a step that asks for a document: anybody can look at it
DOCUMENTS = frozenset({GPX, XML, PDF})  # kept to be read, never shown as a picture

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_SIDE = 1280  # pixels of a rendition
MOST_PIXELS = 50_000_000
MEMORY_BYTES = 512 * MEGABYTE
CPU_SECONDS = 20

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def most_bytes(role: str) -> int:
    """The largest file that may be handed in for a role, in bytes."""
    return MOST_BYTES.get(role, MOST_BYTES_OTHERWISE)


def media_type(head: bytes) -> str:
    """The type of a file by its first bytes (``HEAD`` of them are enough); the name that it came under says nothing."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        size = min(int.from_bytes(head[:4], "big"), 64)
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, size, 4))}
        return HEIC if brands & _HEIC_BRANDS else "video/mp4"
    if head.startswith(b"GIF8"):
        return "image/gif"
    if head.startswith((b"II*\0", b"MM\0*")):
        return "image/tiff"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "application/zip"
    return _text_type(head)


def _text_type(head: bytes) -> str:
    text = head.decode(_UTF16.get(head[:2], "latin-1"), errors="replace").removeprefix("\ufeff").removeprefix("\xef\xbb\xbf")
    text = text.lstrip().lower()
    if text.startswith(("<!doctype html", "<html", "<head", "<body", "<script")) or "<html" in text:
        return "text/html"
    if re.search(r"<([\w.-]+:)?gpx[\s>]", text):
        return GPX
    if re.search(r"<([\w.-]+:)?svg[\s>]", text):
        return "image/svg+xml"
    if text.startswith(("<?xml", "<")):
        return XML
    printable = not re.search(r"[\x00-\x08\x0e-\x1f]", text)
    return "text/plain" if text and printable else "application/octet-stream"


def exif_moment(text: Any, offset: Any = None) -> datetime | None:
    """An EXIF time (``2026:11:23 08:15:00``) as a moment in UTC; without an offset it is the clock of Ganzi (UTC+8).

    None for what is no time, and for years that no camera has: an empty clock says 0000 or 1970.
    """
    found = re.fullmatch(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?", _words(text))
    if found is None or not 1990 <= int(found[1]) <= 2100:
        return None
    zone = re.fullmatch(r"([+-])(\d\d):(\d\d)", _words(offset))
    stamp = "{}-{}-{}T{}:{}:{}".format(*found.groups())
    try:
        moment = datetime.fromisoformat(stamp + (zone[0] if zone else ""))
        return (moment if zone else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except ValueError:
        return None


def exif_place(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees, WGS-84, of an EXIF GPS block; None for anything that is not a place.

    Exactly 0, 0 is none: telephones write it while they have no fix.
    """
    latitude, longitude = _degrees(gps.get(2)), _degrees(gps.get(4))
    north, east = _words(gps.get(1)).upper()[:1], _words(gps.get(3)).upper()[:1]
    if latitude is None or longitude is None or north not in {"N", "S"} or east not in {"E", "W"}:
        return None
    if latitude > 90 or longitude > 180 or latitude == longitude == 0:
        return None
    return (-latitude if north == "S" else latitude, -longitude if east == "W" else longitude)


def _degrees(parts: Any) -> float | None:
    """Degrees, minutes and seconds as one figure, not negative; None when a part is missing, not finite or out of range."""
    if not isinstance(parts, Sequence) or isinstance(parts, str | bytes) or not 1 <= len(parts) <= 3:
        return None
    try:
        values = [float(part) for part in parts]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if not all(math.isfinite(value) and value >= 0 for value in values) or any(value >= 60.001 for value in values[1:]):
        return None
    return sum(value / 60**place for place, value in enumerate(values))


def _words(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", errors="replace")
    return value.strip("\0 ") if isinstance(value, str) else ""


def is_office_paper(role: str, media_type: str) -> bool:
    """Whether a file is a document that an office handed in as such: it is saved, not looked at inside a page."""
    return role in OFFICE_PAPERS and media_type == PDF
