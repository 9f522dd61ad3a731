"""What a file is, and what its EXIF says: pure."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.evidence import rules


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe1..", rules.JPEG),
        (b"\x89PNG\r\n\x1a\n....", rules.PNG),
        (b"RIFF\0\0\0\0WEBPVP8 ", rules.WEBP),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", rules.HEIC),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", rules.HEIC),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp41avc1", "video/mp4"),
        (b"%PDF-1.7\n", rules.PDF),
        (b"<html><body><script>alert(1)</script>", "text/html"),
        (b"  <!DOCTYPE HTML>\n<p>", "text/html"),
        (b"<?xml version='1.0'?><gpx version='1.1'>", rules.GPX),
        ("\ufeff<?xml version='1.0'?>\n<gpx >".encode(), rules.GPX),
        ("<?xml version='1.0' encoding='UTF-16'?><gpx >".encode("utf-16"), rules.GPX),
        (b"<?xml version='1.0'?><!DOCTYPE lolz>", rules.XML),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "image/svg+xml"),
        (b"PK\x03\x04....", "application/zip"),
        (b"just words", "text/plain"),
        (b"MZ\x90\0\x03", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_type_comes_from_the_content(head, kind):
    assert rules.media_type(head) == kind


@given(st.binary(max_size=200))
def test_any_bytes_have_a_type(head):
    assert "/" in rules.media_type(head)


def test_a_time_without_offset_is_the_clock_of_ganzi():
    assert rules.exif_moment("2026:11:23 08:15:00") == datetime(2026, 11, 23, 0, 15, tzinfo=UTC)
    assert rules.exif_moment("2026:11:23 08:15:00\0", "+03:00") == datetime(2026, 11, 23, 5, 15, tzinfo=UTC)
    assert rules.exif_moment("2026:11:23 08:15:00", "rubbish") == datetime(2026, 11, 23, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "0000:00:00 00:00:00", "1970:01:01 00:00:00", "2026:13:01 00:00:00", None, b"\xff", 7])
def test_what_is_no_time_is_none(text):
    assert rules.exif_moment(text) is None


def test_degrees_minutes_and_seconds_become_degrees():
    assert rules.exif_place({1: "N", 2: (30, 3, 0), 3: "E", 4: (101, 57, 36)}) == pytest.approx((30.05, 101.96))
    assert rules.exif_place({1: b"S\0", 2: (1, 30), 3: "w", 4: (2.25,)}) == pytest.approx((-1.5, -2.25))


@pytest.mark.parametrize(
    "gps",
    [
        {},
        {2: (math.nan,) * 3, 4: (math.nan,) * 3},
        {1: "N", 2: (math.nan, 0, 0), 3: "E", 4: (1, 2, 3)},
        {1: "N", 2: (91, 0, 0), 3: "E", 4: (1, 2, 3)},
        {1: "N", 2: (30, 75, 0), 3: "E", 4: (1, 2, 3)},
        {1: "N", 2: (30, 3, 0), 3: "E", 4: "101"},
        {1: "X", 2: (30, 3, 0), 3: "E", 4: (101, 0, 0)},
        {1: "N", 2: (0, 0, 0), 3: "E", 4: (0, 0, 0)},
    ],
)
def test_what_is_no_place_is_none(gps):
    assert rules.exif_place(gps) is None


numbers = st.floats() | st.integers() | st.text(max_size=3) | st.none()


@given(st.dictionaries(st.integers(0, 5), st.lists(numbers, max_size=4).map(tuple) | st.text(max_size=2) | st.binary(max_size=2)))
def test_a_place_lies_on_the_earth_or_is_none(gps):
    place = rules.exif_place(gps)
    assert place is None or (abs(place[0]) <= 90 and abs(place[1]) <= 180)
