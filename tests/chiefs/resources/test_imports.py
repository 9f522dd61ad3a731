"""Waters, mountains and plots with their other names, and segments, from a table."""

from __future__ import annotations

import pytest

from accountability.exchange import actions, reports
from chiefs.resources.defaults import insert_where_absent
from chiefs.resources.models import Alias, Resource, Segment
from tests.factories import territory
from tests.factories.exchange import handed_in, taken_over
from tests.factories.posts import acting_for, chain
from tests.factories.resources import ResourceFactory, SegmentFactory
from tests.factories.territory import JurisdictionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    insert_where_absent()
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


def remarks(delivery, weight="rejected"):
    notes = reports.last_run(delivery).notes.filter(weight=weight).order_by("line", "pk")
    return [(note.line, note.code) for note in notes]


def water(name, **more):
    return {"name": name, "kind": "river", "counties": "康定市", **more}


def segment(code, **more):
    return {"code": code, "name": f"段{code}", "resource": "立曲", "place": "513301201200", "since": "2026-01-01", **more}


def test_waters_come_with_other_names_counties_and_the_water_below_in_any_order(office):
    rows = [
        water("支沟", flows_into="立曲"),
        water("立曲", aliases="理塘河、无量河", length_km="47.5", area_km2="1,566", elevation_m="3000", longitude="101.5", latitude="30"),
        water("高山湖", kind="湖泊", flows_into="外河"),
    ]
    delivery = taken_over("resources", office, *rows)
    river = Resource.objects.get(name="立曲")
    assert (river.length_m, river.area_m2, river.elevation_m, river.longitude) == (47_500, 1_566_000_000, 3000, 101.5)
    assert set(river.aliases.values_list("name", flat=True)) == {"理塘河", "无量河"}
    assert Resource.objects.get(name="支沟").flows_into == river
    lake = Resource.objects.get(name="高山湖")
    assert (lake.scheme.code, lake.flows_into, lake.flows_into_name) == ("lake", None, "外河")
    assert list(river.counties.values_list("name", flat=True)) == ["康定市"]
    assert remarks(delivery, "warning") == [(4, "unknown_water")]


def test_a_water_is_known_by_its_code_or_by_its_name_in_its_county(office):
    county = territory.county()
    coded, named = ResourceFactory(name="甲河", national_code="FE1"), ResourceFactory(name="乙河")
    elsewhere = ResourceFactory(name="丙河")
    for resource in (coded, named):
        resource.counties.add(county)
    rows = [water("甲河新名", national_code="FE1", length_km="3"), water("乙河", national_code="FE2", aliases="小河"), water("丙河")]
    delivery = taken_over("resources", office, *rows)
    run = reports.last_run(delivery)
    assert (run.changed, run.added) == (2, 1)
    coded.refresh_from_db(), named.refresh_from_db()
    assert (coded.length_m, coded.name, named.national_code) == (3000, "甲河", "FE2")
    assert Alias.objects.get(resource=named).name == "小河"
    assert Resource.objects.filter(name="丙河").exclude(pk=elsewhere.pk).exists()
    assert remarks(delivery, "warning") == [(4, "same_name")]
    actions.undo(delivery, by=office, expect=delivery.version)
    coded.refresh_from_db(), named.refresh_from_db()
    assert (coded.length_m, named.national_code, Alias.objects.count()) == (None, "", 0)
    assert list(Resource.objects.filter(name="丙河")) == [elsewhere]


def test_waters_undone_together_may_flow_into_one_another(office):
    before = Resource.objects.count()
    delivery = taken_over("resources", office, water("支沟", flows_into="立曲"), water("立曲", aliases="理塘河"))
    actions.undo(delivery, by=office, expect=delivery.version)
    assert (Resource.objects.count(), Alias.objects.count()) == (before, 0)


def test_no_water_flows_into_itself_over_others(office):
    rows = [
        water("甲", flows_into="乙"),
        water("乙", flows_into="丙"),
        water("丙", aliases="丁", flows_into="甲"),
        water("戊", flows_into="戊"),
    ]
    assert remarks(handed_in("resources", office, *rows)) == [(2, "circle"), (3, "circle"), (4, "circle"), (5, "circle")]


def test_what_lies_in_counties_of_others_is_not_entered_nor_changed(office):
    there = JurisdictionFactory(level="county", code="513322000000", name="邻县", parent=territory.prefecture())
    shared = ResourceFactory(name="界河")
    shared.counties.add(there, territory.county())
    rows = [
        water("甲", counties="邻县"),
        water("界河", length_km="5"),
        water("乙", counties="无名县"),
        water("丙", counties="康定市、513322000000"),
    ]
    assert remarks(handed_in("resources", office, *rows)) == [(2, "reach"), (3, "reach"), (4, "unknown_place"), (5, "reach")]


def test_a_name_that_means_several_waters_needs_the_code(office):
    for _number in range(2):
        ResourceFactory(name="小河").counties.add(territory.county())
    rows = [water("小河"), water("支沟", flows_into="小河"), water("同", length_km="1"), water("同", length_km="2")]
    delivery = handed_in("resources", office, *rows)
    assert remarks(delivery) == [(2, "several"), (5, "duplicate")]
    assert remarks(delivery, "warning") == [(3, "several")]


def test_segments_lie_on_a_water_in_a_place(office):
    river = ResourceFactory(name="立曲")
    Alias.objects.create(resource=river, name="理塘河")
    taken_over("segments", office, segment("S-1", resource="理塘河", bank="左岸", from_m="0", to_m="3000"), segment("S-2"))
    first, second = Segment.objects.filter(code__in=["S-1", "S-2"]).order_by("code")
    assert (first.resource, first.path, first.bank, first.from_m, first.to_m) == (river, "513301201200", "left", 0, 3000)
    assert (second.bank, second.from_m) == ("both", None)


def test_a_segment_needs_a_known_water_a_place_in_reach_and_both_ends_or_none(office):
    ResourceFactory(name="立曲")
    JurisdictionFactory(level="village", code="513322201200", name="邻村")
    rows = [
        segment("S-1", resource="无名"),
        segment("S-2", place="513322201200"),
        segment("S-3", place="999999999999"),
        segment("S-4", from_m="5"),
        segment("S-5", from_m="5", to_m="5"),
        segment("S-5"),
    ]
    expected = [(2, "unknown_water"), (3, "reach"), (4, "unknown_place"), (5, "chainage"), (6, "chainage"), (7, "duplicate")]
    assert remarks(handed_in("segments", office, *rows)) == expected


def test_of_several_waters_of_one_name_the_one_in_the_county_is_meant(office):
    here, _there = ResourceFactory(name="立曲"), ResourceFactory(name="立曲")
    assert remarks(handed_in("segments", office, segment("S-1"))) == [(2, "several")]
    here.counties.add(territory.county())
    taken_over("segments", office, segment("S-1"))
    assert Segment.objects.get(code="S-1").resource == here


def test_a_segment_is_corrected_but_never_moved_by_a_file(world, office):
    old = SegmentFactory(code="S-1", name="旧名", resource=ResourceFactory(name="立曲"))
    row = segment("S-1", since=old.since.isoformat(), place=old.jurisdiction.code)
    assert remarks(handed_in("segments", office, row | {"since": "2026-01-01"})) == [(2, "differs")]
    delivery = taken_over("segments", office, row)
    old.refresh_from_db()
    assert old.name == "段S-1"
    actions.undo(delivery, by=office, expect=delivery.version)
    old.refresh_from_db()
    assert old.name == "旧名"
