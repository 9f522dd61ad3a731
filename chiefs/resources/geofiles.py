"""Reading lines and areas from a GeoJSON, KML or GPX file, within bounds, without following anything that it asks for."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from accountability.kit.geo import Point, in_china
from accountability.kit.parsing import Unreadable

from .models_drawings import Drawing
from .rules import DIGITS, distinct, joined

MOST_BYTES = 10 * 1024 * 1024
MOST_POINTS = 50_000
MOST_PARTS = 500
MOST_ELEMENTS = 400_000
DEEPEST = 40  # a polygon in a folder in a folder needs 12
LINE, AREA, EITHER = "line", "area", "either"
SIGNS, MOST_SIGNS = re.compile(rb'["\\\[\]{}]'), 2_000_000
CRS84 = re.compile(r"CRS84|EPSG:+(4326|4490)$")


@dataclass(frozen=True)
class Read:
    """What a file holds: its format and one GeoJSON geometry, untouched but for heights and digits below a centimetre."""

    form: str
    geometry: dict[str, Any]


def read(data: bytes, *, wants: str) -> Read:
    """The lines or areas of a file; what it is called says nothing.

    ``wants``  ``line`` or ``area``; ``either`` takes areas where there are any

    Raises Unreadable with a sentence for a file that is none of the three, is too large, too deep or has too many points,
    declares a document type, names other coordinates, lies outside China, or holds nothing of what is wanted.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 10 MB. Export only this one water or plot, with fewer points."))
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"PK"):
        raise Unreadable(_("This is a compressed file (KMZ, ZIP). Unpack it and send the KML, GPX or GeoJSON file inside."))
    found = _Found()
    if start.startswith(b"{"):
        form = Drawing.Form.GEOJSON
        _read_geojson(data, found)
    elif b"<" in start or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        form = _read_xml(data, found)
    else:
        raise Unreadable(_("This file is neither GeoJSON nor KML nor GPX. Export the line or the area in one of these formats."))
    return Read(form, found.geometry(wants))


class _Found:
    """Lines and polygons as they come, counted against the bounds."""

    def __init__(self) -> None:
        self.lines: list[list[Point]] = []
        self.polygons: list[list[list[Point]]] = []
        self.points = 0

    def _part(self, places: Iterator[Any]) -> list[Point]:
        part = []
        for lon, lat in places:
            self.points += 1
            if self.points > MOST_POINTS:
                raise Unreadable(
                    _("The file has more than %(most)s points. Simplify the line before exporting it.") % {"most": MOST_POINTS}
                )
            _check_place(lon, lat)
            part.append((round(lon, DIGITS), round(lat, DIGITS)))
        if len(self.lines) + len(self.polygons) >= MOST_PARTS:
            raise Unreadable(_("The file has more than %(most)s parts. Export only this one water or plot.") % {"most": MOST_PARTS})
        return part

    def line(self, places: Iterator[Any]) -> None:
        part = distinct(self._part(places))
        if len(part) > 1:
            self.lines.append(part)

    def polygon(self, rings: list[Iterator[Any]]) -> None:
        found = [self._part(ring) for ring in rings]
        for ring in found:
            if len(ring) < 4 or ring[0] != ring[-1] or len(set(ring)) < 3:
                raise Unreadable(_("An area in the file is not closed: its first and last point differ. Close it and export it again."))
        if found:
            self.polygons.append(found)

    def geometry(self, wants: str) -> dict[str, Any]:
        if self.polygons and wants != LINE:
            if len(self.polygons) == 1:
                return {"type": "Polygon", "coordinates": _listed(self.polygons[0])}
            return {"type": "MultiPolygon", "coordinates": _listed(self.polygons)}
        if self.lines and wants != AREA:
            lines = joined(self.lines)
            if len(lines) == 1:
                return {"type": "LineString", "coordinates": _listed(lines[0])}
            return {"type": "MultiLineString", "coordinates": _listed(lines)}
        if wants == AREA:
            raise Unreadable(_("The file holds no area. Draw the outline as a polygon and export it again."))
        raise Unreadable(_("The file holds no line. Draw the water from its source downwards and export it again."))


def _listed(part: Any) -> Any:
    return list(part) if isinstance(part[0], float) else [_listed(inner) for inner in part]


def _check_place(lon: float, lat: float) -> None:
    if in_china(lon, lat):
        return
    if isfinite(lon) and isfinite(lat) and in_china(lat, lon):
        raise Unreadable(_("Longitude and latitude are exchanged in the file. Export it with the longitude first."))
    raise Unreadable(_("A point of the file does not lie in China. Export it in degrees of longitude and latitude (WGS-84 or GCJ-02)."))


# -- GeoJSON -----------------------------------------------------------------------------------------------------------


def _read_geojson(data: bytes, found: _Found) -> None:
    damaged = _("The file is not readable as GeoJSON: it is damaged or was cut off. Export it again.")
    if _depth(data) > DEEPEST:
        raise Unreadable(_("The file is nested too deeply. Export only the line or the area."))
    try:
        told = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except (UnicodeDecodeError, ValueError) as wrong:  # also what is no JSON, and numbers of more digits than Python reads
        raise Unreadable(damaged, getattr(wrong, "lineno", None)) from wrong
    if not isinstance(told, dict):
        raise Unreadable(damaged)
    named = ((told.get("crs") or {}).get("properties") or {}).get("name") if isinstance(told.get("crs"), dict) else None
    if named is not None and not CRS84.search(str(named)):
        raise Unreadable(
            _("The file names other coordinates (%(crs)s). Export it in degrees, EPSG:4326 or EPSG:4490.") % {"crs": str(named)[:60]}
        )
    try:
        _take(told, found)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError, OverflowError) as wrong:
        raise Unreadable(damaged) from wrong


def _no_number(text: str) -> float:
    raise ValueError(text)


def _depth(data: bytes) -> int:
    """The deepest nesting of brackets outside texts; read before the parser, which would run out of stack."""
    depth = deepest = 0
    within, skipped = False, -1
    for count, sign in enumerate(SIGNS.finditer(data)):
        if count > MOST_SIGNS:
            return DEEPEST + 1
        if sign.start() == skipped:
            continue
        if sign[0] == b"\\":
            skipped = sign.start() + 1 if within else -1
        elif sign[0] == b'"':
            within = not within
        elif not within:
            depth += 1 if sign[0] in b"[{" else -1
            deepest = max(deepest, depth)
    return deepest


def _take(told: dict[str, Any], found: _Found) -> None:
    kind = told["type"]
    if kind == "FeatureCollection":
        for feature in told["features"]:
            _take(feature, found)
    elif kind == "Feature":
        if told["geometry"] is not None:
            _take(told["geometry"], found)
    elif kind == "GeometryCollection":
        for geometry in told["geometries"]:
            _take(geometry, found)
    elif kind == "LineString":
        found.line(_pairs(told["coordinates"]))
    elif kind == "MultiLineString":
        for line in told["coordinates"]:
            found.line(_pairs(line))
    elif kind == "Polygon":
        found.polygon([_pairs(ring) for ring in told["coordinates"]])
    elif kind == "MultiPolygon":
        for polygon in told["coordinates"]:
            found.polygon([_pairs(ring) for ring in polygon])
    elif kind not in ("Point", "MultiPoint"):
        raise ValueError(kind)


def _pairs(places: Any) -> Iterator[Point]:
    for place in places:
        lon, lat = place[0], place[1]
        if isinstance(lon, bool) or isinstance(lat, bool):
            raise TypeError("no number")
        yield float(lon + 0.0), float(lat + 0.0)


# -- KML and GPX -------------------------------------------------------------------------------------------------------


def _read_xml(data: bytes, found: _Found) -> str:
    damaged = _("The file is damaged, was cut off, or is written in an encoding that is not UTF-8. Export it again.")
    root: Element | None = None
    depth = count = 0
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if event == "end":
                depth -= 1
                continue
            root = element if root is None else root
            depth, count = depth + 1, count + 1
            if depth > DEEPEST:
                raise Unreadable(_("The file is nested too deeply. Export only the line or the area."))
            if count > MOST_ELEMENTS:
                raise Unreadable(_("The file has too many parts. Export only this one water or plot."))
    except DefusedXmlException as wrong:
        raise Unreadable(_("The file declares a document type, which a drawing never needs. Export it again.")) from wrong
    except (ParseError, ValueError, LookupError) as wrong:
        raise Unreadable(damaged) from wrong
    readers: dict[str, tuple[str, Callable[[Element, _Found], None]]] = {
        "kml": (Drawing.Form.KML, _take_kml),
        "gpx": (Drawing.Form.GPX, _take_gpx),
    }
    name = _local(root) if root is not None else ""
    if root is None or name not in readers:
        raise Unreadable(_("This file is neither GeoJSON nor KML nor GPX. Export the line or the area in one of these formats."))
    form, take = readers[name]
    try:
        take(root, found)
    except (ValueError, IndexError) as wrong:
        raise Unreadable(damaged) from wrong
    return form


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _below(element: Element, name: str) -> Iterator[Element]:
    return (inner for inner in element.iter() if _local(inner) == name)


def _take_kml(root: Element, found: _Found) -> None:
    for element in root.iter():
        name = _local(element)
        if name == "LineString":
            found.line(_words(element))
        elif name == "Polygon":
            outer = [ring for edge in _below(element, "outerBoundaryIs") for ring in _below(edge, "LinearRing")]
            inner = [ring for edge in _below(element, "innerBoundaryIs") for ring in _below(edge, "LinearRing")]
            found.polygon([_words(ring) for ring in (*outer[:1], *inner)])
        elif name == "Track":
            coords = (str(place.text or "").split() for place in _below(element, "coord"))
            found.line((float(place[0]), float(place[1])) for place in coords)


def _words(element: Element) -> Iterator[Point]:
    """The places of a ``coordinates`` element: 'lon,lat,height' with spaces between."""
    for text in _below(element, "coordinates"):
        for place in str(text.text or "").split():
            lon, lat, *_height = place.split(",")
            yield float(lon), float(lat)


def _take_gpx(root: Element, found: _Found) -> None:
    for element in root.iter():
        point = {"trkseg": "trkpt", "rte": "rtept"}.get(_local(element))
        if point:
            found.line((float(p.get("lon", "nan")), float(p.get("lat", "nan"))) for p in element if _local(p) == point)
