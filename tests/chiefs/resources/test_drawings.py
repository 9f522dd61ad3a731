"""A file of geometry is looked at before it changes anything, turned if it was shifted, and kept as it came."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accountability.evidence import reports as evidence
from accountability.kit import days
from accountability.kit.geo import haversine_m, to_gcj
from accountability.kit.parsing import Unreadable
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event, gate_open
from accountability.ledger.verification import first_fault
from chiefs.resources import actions
from chiefs.resources.actions.writing import stream_of
from chiefs.resources.models import Drawing
from chiefs.territory.models import Boundary
from tests.factories import territory
from tests.factories.resources import RIVER, ResourceFactory, SegmentFactory, drawn_river, office, upload
from tests.matrix.cast import far_village

pytestmark = pytest.mark.django_db
SHIFTED = [list(to_gcj(*point)) for point in RIVER]
SQUARE = {"type": "Polygon", "coordinates": [[[101.9, 30.0], [101.92, 30.0], [101.92, 30.02], [101.9, 30.02], [101.9, 30.0]]]}


def hand_in(record, by, coordinates=RIVER, *, declared="unknown", ref=None, **given: Any):
    return actions.hand_in(record, file=upload(coordinates, **given), declared=declared, by=by, client_ref=ref or uuid.uuid4())


def bare_river(name="折多河"):
    river = ResourceFactory(name=name)
    river.counties.add(territory.county())
    return river


def test_a_file_changes_nothing_before_it_is_taken_over():
    river, by = bare_river(), office()
    drawing = hand_in(river, by)
    river.refresh_from_db()
    assert (river.geometry, drawing.state, drawing.points, drawing.form) == (None, "proposed", 5, "geojson")
    assert drawing.length_m == pytest.approx(5890, abs=20)
    assert (drawing.west, drawing.north) == (101.95, 30.14)
    kept = evidence.of(drawing.stream).get()
    assert (kept.role, kept.name) == ("geometry", "river.geojson")
    assert evidence.original(kept).read() == upload().read()
    actions.take(drawing, crs="wgs84", by=by, expect=drawing.version)
    river.refresh_from_db()
    assert (river.geometry["coordinates"], river.drawn_m) == (RIVER, drawing.length_m)
    assert Event.objects.get(act="resources.draw").stream == stream_of(river)
    assert first_fault()[0] is None


def test_a_file_from_a_chinese_map_is_recognised_proposed_and_turned():
    river, by = drawn_river(), office()
    drawing = hand_in(river, by, SHIFTED)
    assert drawing.proposed == "gcj02"
    actions.take(drawing, crs="gcj02", by=by, expect=drawing.version)
    river.refresh_from_db()
    for (lon, lat), (real_lon, real_lat) in zip(river.geometry["coordinates"], RIVER, strict=True):
        assert haversine_m(lat, lon, real_lat, real_lon) < 0.05
    drawing.refresh_from_db()
    assert (drawing.source_crs, drawing.geometry["coordinates"][0]) == ("gcj02", [round(SHIFTED[0][0], 7), round(SHIFTED[0][1], 7)])


def test_the_person_decides_not_the_comparison():
    river, by = drawn_river(), office()
    drawing = hand_in(river, by, SHIFTED, declared="wgs84")
    assert (drawing.declared, drawing.proposed) == ("wgs84", "gcj02")
    actions.take(drawing, crs="wgs84", by=by, expect=drawing.version)
    river.refresh_from_db()
    assert river.geometry["coordinates"][0][0] == pytest.approx(SHIFTED[0][0], abs=1e-6)


def test_a_file_in_unknown_coordinates_is_not_taken():
    by = office()
    drawing = hand_in(bare_river(), by)
    with pytest.raises(Refused):
        actions.take(drawing, crs="unknown", by=by, expect=drawing.version)
    with gate_open(), pytest.raises(IntegrityError, match="known_crs"), transaction.atomic():
        Drawing.objects.filter(pk=drawing.pk).update(state="taken")


def test_a_drawing_is_taken_or_dropped_once():
    river, by = bare_river(), office()
    drawing, ref = hand_in(river, by), uuid.uuid4()
    first = actions.take(drawing, crs="wgs84", by=by, expect=0, client_ref=ref)
    assert actions.take(drawing, crs="wgs84", by=by, expect=0, client_ref=ref).pk == first.pk
    assert Event.objects.filter(act="resources.draw").count() == 1
    with pytest.raises(NoTransition):
        actions.drop(drawing, by=by, expect=1)
    other = hand_in(river, by)
    with pytest.raises(Stale):
        actions.drop(other, by=by, expect=7)
    actions.drop(other, by=by, expect=0)
    assert evidence.of(other.stream).count() == 1


def test_the_same_form_hands_a_file_in_once():
    river, by, ref = bare_river(), office(), uuid.uuid4()
    assert hand_in(river, by, ref=ref) == hand_in(river, by, ref=ref)
    with pytest.raises(Mismatch):
        hand_in(river, by, SHIFTED, ref=ref)
    assert Drawing.objects.count() == 1


def test_a_file_that_cannot_be_used_leaves_nothing():
    with pytest.raises(Unreadable):
        actions.hand_in(bare_river(), file=upload(geometry={"type": "Point"}), declared="unknown", by=office(), client_ref=uuid.uuid4())
    assert not Drawing.objects.exists()
    assert not Event.objects.exists()


def test_only_who_keeps_the_record_hands_in_and_takes_over():
    river, by = bare_river(), office()
    far = office(far_village("513322", "邻县", parent=territory.prefecture()).parent.parent)
    with pytest.raises(NotPermitted):
        hand_in(river, far)
    drawing = hand_in(river, by)
    with pytest.raises(NotPermitted):
        actions.take(drawing, crs="wgs84", by=far, expect=0)
    assert set(Drawing.objects.visible_to(by)) == {drawing}
    assert not Drawing.objects.visible_to(far).exists()
    river.counties.set([territory.county(), far_village("513323", "又县", parent=territory.prefecture()).parent.parent])
    with pytest.raises(NotPermitted):
        actions.take(drawing, crs="wgs84", by=by, expect=0)
    drawing.refresh_from_db()
    assert drawing.state == "proposed"


def test_every_kind_of_record_takes_the_geometry_that_it_wants():
    by, river = office(), drawn_river()
    boundary = actions.delimit(
        river, jurisdiction=territory.county(), act="康府发〔2022〕2号", approved_on=days.today(), level="county", by=by
    )
    cell = actions.add_cell(code="G-1", name="一号网格", jurisdiction=territory.village(), day=days.today(), by=by)
    plot = plot_of(by)
    for record in (boundary, cell, plot):
        actions.take(hand_in(record, by, geometry=SQUARE), crs="wgs84", by=by, expect=0)
        record.refresh_from_db()
        assert record.geometry == SQUARE
    segment = SegmentFactory(resource=river)
    actions.take(hand_in(segment, by), crs="wgs84", by=by, expect=0)
    segment.refresh_from_db()
    assert segment.geometry["coordinates"] == RIVER
    for record, wrong in ((cell, {"coordinates": RIVER}), (river, {"geometry": SQUARE})):
        with pytest.raises(Unreadable):
            hand_in(record, by, wrong.get("coordinates"), geometry=wrong.get("geometry"))


def test_a_new_stretch_is_compared_with_the_county_where_nothing_is_drawn():
    by = office()
    county = {"type": "Polygon", "coordinates": [[[101.8, 30.0], [102.0, 30.0], [102.0, 30.2], [101.8, 30.2], [101.8, 30.0]]]}
    Boundary.objects.create(
        jurisdiction=territory.county(), geometry=county, west=101.8, south=30.0, east=102.0, north=30.2, attribution="试验"
    )
    edge = [[101.9999, 30.05], [101.9998, 30.06], [101.9999, 30.07]]
    drawing = hand_in(bare_river(), by, [list(to_gcj(*p)) for p in edge])
    assert drawing.proposed == "gcj02"


def plot_of(by):
    return actions.enter_plot(
        code="RL-1",
        name="试验红线地块",
        jurisdiction=territory.village(),
        type="important",
        purpose="water",
        area_m2=1000,
        act="川府发〔2018〕24号",
        day=days.today(),
        by=by,
    )
