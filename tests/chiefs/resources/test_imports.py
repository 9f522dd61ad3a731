"""Waters, mountains and plots with their other names, and segments, from a table."""

from __future__ import annotations

import pytest

from accountability.exchange import actions, reports
from accountability.ledger.errors import NotPermitted
from chiefs.posts.functions import Function
from chiefs.posts.models import Post
from chiefs.resources import rules
from chiefs.resources.defaults import insert_where_absent
from chiefs.resources.models import Alias, Resource, Segment
from tests.factories import territory
from tests.factories.exchange import handed_in, remarks, taken_over
from tests.factories.posts import acting_for, chain
from tests.factories.resources import ResourceFactory, SegmentFactory, drawn_river
from tests.factories.resources import office as office_at
from tests.factories.territory import JurisdictionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    insert_where_absent()
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


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
    coded, named = ResourceFactory(name="甲河", national_code="FE01"), ResourceFactory(name="乙河")
    elsewhere = ResourceFactory(name="丙河")
    for resource in (coded, named):
        resource.counties.add(county)
    rows = [water("甲河新名", national_code="FE01", length_km="3"), water("乙河", national_code="FE02", aliases="小河"), water("丙河")]
    delivery = taken_over("resources", office, *rows)
    run = reports.last_run(delivery)
    assert (run.changed, run.added) == (2, 1)
    coded.refresh_from_db(), named.refresh_from_db()
    assert (coded.length_m, coded.name, named.national_code) == (3000, "甲河", "FE02")
    assert Alias.objects.get(resource=named).name == "小河"
    assert Resource.objects.filter(name="丙河").exclude(pk=elsewhere.pk).exists()
    assert remarks(delivery, "warning") == [(2, "stays"), (4, "same_name")]
    actions.undo(delivery, by=office, expect=delivery.version)
    coded.refresh_from_db(), named.refresh_from_db()
    assert (coded.length_m, named.national_code, Alias.objects.count()) == (None, "", 0)
    assert list(Resource.objects.filter(name="丙河")) == [elsewhere]


def test_waters_undone_together_may_flow_into_one_another(office):
    before = Resource.objects.count()
    delivery = taken_over("resources", office, water("支沟", flows_into="立曲"), water("立曲", aliases="理塘河"))
    actions.undo(delivery, by=office, expect=delivery.version)
    assert (Resource.objects.count(), Alias.objects.count()) == (before, 0)


def test_a_later_file_says_where_a_registered_water_flows_and_undoing_takes_it_back(office):
    main, gully, brook = (ResourceFactory(name=name) for name in ("立曲", "支沟", "小沟"))
    for resource in (main, gully, brook):
        resource.counties.add(territory.county())
    Alias.objects.create(resource=main, name="理塘河")
    rows = [water("支沟", flows_into="理塘河"), water("小沟", flows_into="外河"), water("立曲", flows_into="新河"), water("新河")]
    delivery = taken_over("resources", office, *rows)
    run = actions.taken(delivery)
    assert (run.changed, run.added) == (3, 1)
    for resource in (main, gully, brook):
        resource.refresh_from_db()
    assert (gully.flows_into, main.flows_into.name) == (main, "新河")
    assert (brook.flows_into, brook.flows_into_name) == (None, "外河")
    assert reports.last_run(handed_in("resources", office, *rows)).unchanged == 4
    actions.undo(delivery, by=office, expect=delivery.version)
    for resource in (main, gully, brook):
        resource.refresh_from_db()
        assert (resource.flows_into, resource.flows_into_name) == (None, "")
    assert not Resource.objects.filter(name="新河").exists()


def test_no_registered_water_flows_in_a_circle_by_a_file(office):
    upper, lower = ResourceFactory(name="上河"), ResourceFactory(name="下河")
    for resource in (upper, lower):
        resource.counties.add(territory.county())
    upper.flows_into = lower
    upper.save()
    assert remarks(handed_in("resources", office, water("下河", flows_into="上河"))) == [(2, "circle")]
    rows = [water("下河", flows_into="新河"), water("新河", flows_into="上河")]  # closed by a water that comes with the file
    assert remarks(taken_over("resources", office, *rows), "warning") == [(3, "circle")]
    assert Resource.objects.get(name="新河").flows_into is None


def test_a_name_that_is_not_registered_takes_the_place_of_no_water_and_other_counties_are_told(office):
    upper, lower = ResourceFactory(name="上河"), ResourceFactory(name="下河")
    upper.counties.add(territory.county())
    upper.flows_into = lower
    upper.save()
    other = JurisdictionFactory(level="county", code="513301990000", name="新县", parent=territory.prefecture())
    delivery = handed_in("resources", office, water("上河", flows_into="无名河", counties="康定市、新县"))
    assert other.path.startswith("513301")
    assert (remarks(delivery), remarks(delivery, "warning")) == ([], [(2, "stays"), (2, "stays")])
    assert [("下河" in note.text, note.letter) for note in reports.last_run(delivery).notes.order_by("letter")] == [
        (False, "F"),
        (True, "G"),
    ]


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


def test_a_chainage_that_cannot_be_read_is_said_at_its_cell_alone(office):
    ResourceFactory(name="立曲")
    delivery = handed_in("segments", office, segment("S-1", from_m="-5", to_m="3000"), segment("S-2", from_m="0", to_m="3000米"))
    assert list(reports.last_run(delivery).notes.order_by("line").values_list("line", "code", "heading")) == [
        (2, "cell", "起点里程（米）"),
        (3, "cell", "终点里程（米）"),
    ]


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


def test_an_imported_water_is_found_by_every_spelling_and_no_longer_when_the_import_is_undone(office):
    old = ResourceFactory(name="折多河")
    old.counties.add(territory.county())
    delivery = taken_over("resources", office, water("立曲", name_bo="ལི་ཆུ།", aliases="理塘河"), water("折多河", aliases="雅拉沟"))
    assert set(Resource.objects.filter(spellings__initials="lth").values_list("name", flat=True)) == {"立曲"}
    assert Resource.objects.get(name="立曲").spellings.count() == 3
    assert old.spellings.filter(folded="雅拉沟").exists()
    assert reports.obstacles(delivery, actions.taken(delivery), office) == []
    actions.undo(delivery, by=office, expect=delivery.version)
    assert not Resource.objects.filter(name="立曲").exists()
    assert list(old.spellings.values_list("folded", flat=True)) == ["折多河"]


def test_a_water_of_no_county_is_registered_by_the_prefecture_only(office):
    above = office_at(territory.prefecture())
    assert remarks(handed_in("resources", office, water("界湖", kind="湖泊", counties=""))) == [(2, "no_county")]
    taken_over("resources", above, water("界湖", kind="湖泊", counties=""))
    assert not Resource.objects.get(name="界湖").counties.exists()
    again = reports.last_run(handed_in("resources", above, water("界湖", kind="湖泊", counties="")))
    assert (again.unchanged, again.added) == (1, 0)


def test_a_national_code_and_the_number_of_other_names_are_those_that_a_page_would_take(office):
    names = "、".join(f"别名{n}" for n in range(13))
    assert remarks(handed_in("resources", office, water("甲", national_code="F_1"), water("乙", aliases=names))) == [
        (2, "code"),
        (3, "too_many"),
    ]


def test_no_metre_of_a_bank_belongs_to_two_segments(office):
    river = ResourceFactory(name="立曲")
    there = SegmentFactory(code="T-1", resource=river, bank="left", from_m=0, to_m=1000)
    rows = [
        segment("S-1", bank="左岸", from_m="900", to_m="2000"),  # on the bank of T-1
        segment("S-2", bank="右岸", from_m="0", to_m="2000"),  # the other bank is free
        segment("S-3", bank="两岸", from_m="1500", to_m="3000"),  # on the right bank of S-2
        segment("S-4", bank="左岸", from_m="1000", to_m="2000"),  # begins where T-1 ends
        segment("T-1", name=there.name, bank="左岸", from_m="0", to_m="1000", since=there.since.isoformat()),
    ]
    delivery = handed_in("segments", office, *rows)
    assert remarks(delivery) == [(2, "overlap"), (4, "overlap")]
    assert reports.last_run(delivery).unchanged == 1
    there.until = territory.LONG_AGO.replace(year=2025)
    there.save()
    assert remarks(handed_in("segments", office, rows[0])) == []  # what has ended holds nothing


def test_a_segment_gets_its_part_of_the_drawn_line_and_none_lies_behind_its_end(office):
    drawn_river(name="立曲")
    rows = [segment("S-1", from_m="0", to_m="2000"), segment("S-2", from_m="2000", to_m="90000"), segment("S-3")]
    delivery = taken_over("segments", office, *rows, partial=True)
    assert remarks(delivery) == [(3, "line")]
    made = Segment.objects.get(code="S-1")
    assert round(rules.length_m(rules.points_of(made.geometry)[0])) == 2000
    assert Segment.objects.get(code="S-3").geometry is None


def test_a_file_fills_an_empty_chainage_but_moves_none(office):
    river = ResourceFactory(name="立曲")
    empty = SegmentFactory(code="S-1", resource=river)
    SegmentFactory(code="S-2", resource=river, from_m=5000, to_m=6000)
    since = empty.since.isoformat()
    rows = [segment("S-1", from_m="0", to_m="1000", since=since), segment("S-2", from_m="5000", to_m="7000", since=since)]
    delivery = taken_over("segments", office, *rows, partial=True)
    assert remarks(delivery) == [(3, "moves")]
    empty.refresh_from_db()
    assert (empty.from_m, empty.to_m) == (0, 1000)
    actions.undo(delivery, by=office, expect=delivery.version)
    empty.refresh_from_db()
    assert empty.from_m is None


def test_a_segment_lies_in_a_place_of_its_first_day(office):
    ResourceFactory(name="立曲")
    assert remarks(handed_in("segments", office, segment("S-1", since="2017-12-31"), segment("S-2", since="2090-01-01"))) == [
        (2, "day"),
        (3, "far"),
    ]


def test_a_townships_desk_brings_in_no_waters(world):
    desk = Post.objects.get(unit=world.township.unit, kind__functions=[Function.RECEIVER.value])
    for kind, row in (("resources", water("甲")), ("segments", segment("S-1"))):
        with pytest.raises(NotPermitted):
            handed_in(kind, acting_for(desk), row)
