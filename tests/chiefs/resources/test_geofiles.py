"""Files of geometry, honest and hostile: read rightly or refused with a sentence, within bounds."""

from __future__ import annotations

import json
import time

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accountability.kit.parsing import Unreadable
from chiefs.resources import geofiles
from chiefs.resources.geofiles import AREA, EITHER, LINE, read

RIVER = [[101.95, 30.10], [101.96, 30.12], [101.97, 30.15]]
RING = [[101.9, 30.0], [102.0, 30.0], [102.0, 30.1], [101.9, 30.0]]
KML = b"""<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><Placemark>%s</Placemark></Folder>
</Document></kml>"""
GPX = b"""<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">%s</gpx>"""


def geojson(geometry, **more):
    return json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": geometry}], **more}
    ).encode()


def line(coordinates=RIVER):
    return {"type": "LineString", "coordinates": coordinates}


def refused(data, wants=LINE):
    with pytest.raises(Unreadable) as told:
        read(data, wants=wants)
    assert str(told.value)
    return str(told.value)


def test_a_line_of_geojson_is_read_as_it_is_without_heights():
    found = read(geojson(line([[*p, 3000.5] for p in RIVER])), wants=LINE)
    assert (found.form, found.geometry) == ("geojson", line())


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4490", "EPSG:4326"])
def test_coordinates_in_degrees_may_be_named(crs):
    assert read(geojson(line(), crs={"type": "name", "properties": {"name": crs}}), wants=LINE).geometry == line()


def test_pieces_that_go_on_become_one_line_and_others_stay_apart():
    one = {"type": "MultiLineString", "coordinates": [RIVER[:2], RIVER[1:]]}
    assert read(geojson(one), wants=LINE).geometry == line()
    two = {"type": "MultiLineString", "coordinates": [RIVER[:2], [[102.5, 30.5], [102.6, 30.6]]]}
    assert read(geojson(two), wants=LINE).geometry["type"] == "MultiLineString"


def test_what_is_wanted_decides_between_lines_and_areas():
    both = {"type": "GeometryCollection", "geometries": [line(), {"type": "Polygon", "coordinates": [RING]}]}
    assert read(geojson(both), wants=LINE).geometry["type"] == "LineString"
    assert read(geojson(both), wants=AREA).geometry["type"] == "Polygon"
    assert read(geojson(both), wants=EITHER).geometry["type"] == "Polygon"
    refused(geojson(line()), wants=AREA)
    refused(geojson({"type": "Point", "coordinates": [101.9, 30.0]}))


def test_kml_lines_areas_and_tracks_are_read():
    text = b"<LineString><coordinates>101.95,30.1,0 101.96,30.12,0\n 101.97,30.15</coordinates></LineString>"
    assert read(KML % text, wants=LINE).geometry == line()
    ring = b" ".join(b"%r,%r" % (lon, lat) for lon, lat in RING)
    area = b"<Polygon><outerBoundaryIs><LinearRing><coordinates>%s</coordinates></LinearRing></outerBoundaryIs></Polygon>" % ring
    assert read(KML % area, wants=AREA).geometry == {"type": "Polygon", "coordinates": [RING]}
    track = b'<gx:Track xmlns:gx="x"><gx:coord>101.95 30.1 0</gx:coord><gx:coord>101.96 30.12 0</gx:coord></gx:Track>'
    assert read(KML % track, wants=LINE).geometry == line(RIVER[:2])


def test_gpx_tracks_and_routes_are_read():
    points = b"".join(b'<trkpt lat="%r" lon="%r"><ele>1</ele></trkpt>' % (lat, lon) for lon, lat in RIVER)
    found = read(GPX % (b"<trk><trkseg>" + points + b"</trkseg></trk>"), wants=LINE)
    assert (found.form, found.geometry) == ("gpx", line())
    assert read(GPX % (b"<rte>" + points.replace(b"trkpt", b"rtept") + b"</rte>"), wants=LINE).geometry == line()


BOMB = (
    b"""<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><kml><name>&b;</name></kml>"""
)
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]><kml><name>&x;</name></kml>"""
HOSTILE = {
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "a packed file": b"PK\x03\x04" + bytes(64),
    "an entity bomb": BOMB,
    "an outside entity": OUTSIDE,
    "a bare document type": b"<!DOCTYPE gpx><gpx/>",
    "a web page": b"<html><body>kml</body></html>",
    "cut off xml": (KML % b"<LineString><coordinates>101.9,30.1")[:150],
    "an unknown encoding": b'<?xml version="1.0" encoding="GB2312"?><kml><name>\xd1\xc5</name></kml>',
    "deep xml": b"<kml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</kml>",
    "words for numbers": KML % b"<LineString><coordinates>east,north west,south</coordinates></LineString>",
    "one number only": KML % b"<LineString><coordinates>101.9 102.0</coordinates></LineString>",
    "deep json": b'{"type":"LineString","coordinates":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "open brackets": b'{"a":' + b"[" * 1_000_000,
    "cut off json": geojson(line())[:60],
    "a list": b"[1,2,3]",
    "no number": b'{"type":"LineString","coordinates":[[NaN,30.0],[101.9,30.1]]}',
    "infinite": b'{"type":"LineString","coordinates":[[1e999,30.0],[101.9,30.1]]}',
    "huge": b'{"type":"LineString","coordinates":[[1' + b"0" * 400 + b",30.0],[101.9,30.1]]}",
    "very many digits": b'{"type":"LineString","coordinates":[[1' + b"0" * 5000 + b",30.0],[101.9,30.1]]}",
    "texts": b'{"type":"LineString","coordinates":[["101.9","30.0"],["101.9","30.1"]]}',
    "truths": b'{"type":"LineString","coordinates":[[true,30.0],[101.9,30.1]]}',
    "not utf-8": b'{"type":"\xff\xfe"}',
    "unknown kind": b'{"type":"Curve","coordinates":[]}',
    "no geometry": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null}]}',
    "features that are none": b'{"type":"FeatureCollection","features":7}',
    "other coordinates": geojson(line(), crs={"type": "name", "properties": {"name": "EPSG:3857"}}),
    "metres": geojson(line([[11346234.0, 3512345.0], [11346300.0, 3512400.0]])),
    "in Europe": geojson(line([[11.9, 43.4], [11.8, 43.5]])),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(name):
    began = time.monotonic()
    refused(HOSTILE[name])
    assert time.monotonic() - began < 5


def test_exchanged_longitude_and_latitude_are_told_so():
    with translation.override("en"):
        assert "exchanged" in refused(geojson(line([[30.1, 101.9], [30.2, 101.95]])))


def test_an_area_that_is_not_closed_is_refused():
    refused(geojson({"type": "Polygon", "coordinates": [RING[:-1]]}), wants=AREA)
    refused(geojson({"type": "Polygon", "coordinates": [[[101.9, 30.0]] * 4]}), wants=AREA)


def test_the_bounds_hold(monkeypatch):
    refused(b"{" + b" " * geofiles.MOST_BYTES)
    many = [[100 + n / 1e5, 30.0] for n in range(geofiles.MOST_POINTS + 1)]
    assert str(geofiles.MOST_POINTS) in refused(geojson(line(many))).replace(",", "")
    parts = {"type": "MultiLineString", "coordinates": [[[100.0, 30.0 + n / 100], [100.1, 30.0 + n / 100]] for n in range(501)]}
    refused(geojson(parts))
    monkeypatch.setattr(geofiles, "MOST_ELEMENTS", 20)
    refused(KML % (b"<Point/>" * 30))


def test_a_file_at_the_bound_is_read_in_time():
    many = [[100 + n / 1e5, 30.0] for n in range(geofiles.MOST_POINTS)]
    began = time.monotonic()
    assert len(read(geojson(line(many)), wants=LINE).geometry["coordinates"]) == geofiles.MOST_POINTS
    assert time.monotonic() - began < 10


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data):
    for start in (b"", b"{", b"<kml>", b'{"type":"Feature","geometry":'):
        try:
            read(start + data, wants=EITHER)
        except Unreadable:
            continue


@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4), max_leaves=12)
)
def test_no_coordinates_break_the_reader(coordinates):
    for kind in ("LineString", "MultiPolygon", "GeometryCollection"):
        told = {"type": kind, "coordinates": coordinates, "geometries": coordinates}
        try:
            read(json.dumps(told).encode(), wants=EITHER)
        except Unreadable:
            continue
