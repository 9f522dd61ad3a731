"""Every file that a phone, a GPS device or a bad connection may hand in."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.kit.parsing import Unreadable
from chiefs.patrols import codec, gpx, rules
from chiefs.patrols.codec import Fix
from tests.factories.patrols import walk

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "field"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def text(body, encoding="UTF-8"):
    head = f'<?xml version="1.0" encoding="{encoding}"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
    return (head + body + "</gpx>").encode(encoding)


def points(*rows):
    inner = "".join(f'<trkpt lat="{lat}" lon="{lon}">{f"<time>{at}</time>" if at else ""}</trkpt>' for lat, lon, at in rows)
    return f"<trk><name>巡河 གཙང་པོ།</name><trkseg>{inner}</trkseg></trk>"


TWO = points((30.1, 101.95, "2026-05-01T01:00:00Z"), (30.11, 101.95, "2026-05-01T01:20:00Z"))


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB18030"])
def test_a_track_is_read_in_the_encoding_that_it_declares(encoding):
    read = gpx.read(text(TWO, encoding), now=NOW)
    assert [f.lat for f in read.fixes] == [30.1, 30.11]
    assert read.name.startswith("巡河")


def test_gb2312_and_a_byte_order_mark_are_read():
    chinese = TWO.replace(" གཙང་པོ།", "")
    assert len(gpx.read(text(chinese, "GB2312"), now=NOW).fixes) == 2
    assert len(gpx.read(b"\xef\xbb\xbf" + text(TWO), now=NOW).fixes) == 2


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_a_document_type_is_refused_before_anything_is_expanded(encoding):
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
        "<gpx><trk><name>&b;</name></trk></gpx>"
    ).encode(encoding)
    with pytest.raises(Unreadable) as refused:
        gpx.read(bomb)
    assert len(str(refused.value)) > 10


@pytest.mark.parametrize(
    "data",
    [b"", b"   ", b"not xml at all", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"<html><body>hello</body></html>", b'{"a": 1}', text("")[:-20]],
    ids=["empty", "blank", "words", "picture", "html", "json", "cut"],
)
def test_what_is_no_track_is_refused_with_a_sentence(data):
    with pytest.raises(Unreadable) as refused:
        gpx.read(data)
    assert str(refused.value).endswith(("。", "."))


def test_a_truncated_track_says_that_it_was_cut_off():
    whole = walk()
    with pytest.raises(Unreadable) as cut:
        gpx.read(whole[: int(len(whole) * 0.6)])
    with pytest.raises(Unreadable) as other:
        gpx.read(b"<html></html>")
    assert str(cut.value) != str(other.value)


def test_a_route_or_waypoints_without_a_track_are_told_apart():
    with pytest.raises(Unreadable) as route:
        gpx.read(text('<rte><rtept lat="30" lon="101"/></rte>'))
    with pytest.raises(Unreadable) as nothing:
        gpx.read(text("<trk><trkseg/></trk>"))
    assert str(route.value) != str(nothing.value)


def test_times_of_1901_and_of_the_future_are_not_believed_and_said():
    old = gpx.read(text(points((30.1, 101.9, "1901-01-01T00:00:00Z"), (30.2, 101.9, "2099-01-01T00:00:00Z"))), now=NOW)
    assert [f.at for f in old.fixes] == [None, None]
    assert set(old.warnings) == {"times_impossible", "no_times"}


def test_a_track_without_times_is_read_and_said():
    assert gpx.read(text(points((30.1, 101.9, ""), (30.2, 101.9, "")))).warnings == ["no_times"]


def test_impossible_places_are_left_out_and_said():
    read = gpx.read(text(points(("nan", 101.9, ""), (95, 101.9, ""), ("x", 1, ""), (30.1, 101.9, ""))))
    assert len(read.fixes) == 1
    assert "places_left_out" in read.warnings


def test_fifty_thousand_points_are_read_and_a_hundred_thousand_and_one_refused():
    many = "".join(f'<trkpt lat="{30 + n / 1e6}" lon="101.9"/>' for n in range(50_000))
    read = gpx.read(text(f"<trk><trkseg>{many}</trkseg></trk>"))
    assert len(read.fixes) == 50_000
    assert codec.decode(codec.encode(read.fixes))[-1].lat == pytest.approx(read.fixes[-1].lat, abs=1e-6)
    too_many = '<trkpt lat="30" lon="101.9"/>' * (gpx.MOST_FIXES + 1)
    with pytest.raises(Unreadable):
        gpx.read(text(f"<trk><trkseg>{too_many}</trkseg></trk>"))


FIXES = st.lists(
    st.builds(
        Fix,
        lat=st.integers(-90_000_000, 90_000_000).map(lambda n: n / 1e6),
        lon=st.integers(-180_000_000, 180_000_000).map(lambda n: n / 1e6),
        at=st.none() | st.integers(957_225_600, 2_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
        ele=st.none() | st.integers(-5000, 90000).map(lambda n: n / 10),
        begins=st.booleans(),
    ),
    max_size=60,
)


@given(FIXES)
def test_a_track_comes_back_from_its_bytes_as_it_was(fixes):
    assert codec.decode(codec.encode(fixes)) == fixes


@given(FIXES.filter(lambda f: len(f) > 1), st.data())
def test_cut_bytes_are_never_taken_for_a_whole_track(fixes, data):
    whole = codec.encode(fixes)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with contextlib.suppress(ValueError):
        assert codec.decode(cut) == fixes[: len(codec.decode(cut))]


@given(FIXES)
def test_a_walk_is_never_longer_than_its_fixes_allow(fixes):
    assert 0 <= rules.walked_metres(fixes) < 2.1e7 * max(1, len(fixes))
    assert rules.walked_metres(fixes[:1]) == 0


def test_five_hundred_points_take_less_than_four_kilobytes():
    assert len(codec.encode(gpx.read(walk(minutes=166)).fixes)) < 4096


def test_a_gap_over_a_quarter_of_an_hour_is_not_bridged():
    rows = [(30.10, 101.95, "2026-05-01T01:00:00Z"), (30.11, 101.95, "2026-05-01T01:10:00Z"), (30.20, 101.95, "2026-05-01T01:40:00Z")]
    assert rules.walked_metres(gpx.read(text(points(*rows)), now=NOW).fixes) == pytest.approx(1112, rel=0.01)


SAMPLE_POINTS = {
    "g01_garmin-activity.gpx": 988,
    "g02_korita-zbevnica.gpx": 871,
    "g03_around-visnjan-with-car.gpx": 104,
    "g04_strava_route.gpx": 113,
    "g07_empty-segment.gpx": 9,
    "g12_gb2312.gpx": 104,
}
SAMPLE_REFUSED = ["g05_unicode_with_bom.gpx", "g06_unicode.gpx", "g09_badcharacter.gpx", "g10_route_only.gpx", "g11_truncated.gpx"]


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"the sample {name} does not lie beside the project; the made files above cover the same cases")
    return path.read_bytes()


@pytest.mark.parametrize(("name", "count"), SAMPLE_POINTS.items())
def test_tracks_of_real_devices_are_read(name, count):
    assert len(gpx.read(sample(name)).fixes) == count


@pytest.mark.parametrize("name", SAMPLE_REFUSED)
def test_files_of_real_devices_without_a_usable_track_are_refused(name):
    with pytest.raises(Unreadable):
        gpx.read(sample(name))


def test_the_length_of_a_real_run_is_what_the_device_measured():
    fixes = gpx.read(sample("g01_garmin-activity.gpx")).fixes
    assert rules.walked_metres(fixes) == pytest.approx(12_821, rel=0.01)
