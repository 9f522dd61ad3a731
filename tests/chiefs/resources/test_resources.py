"""Waters with all their names, what flows into what, and segments that can be."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accountability.exchange.runs import Report
from accountability.kit.parsing import Unreadable
from chiefs.resources.imports import COLUMNS, take_lines, take_waters
from chiefs.resources.models import Line, Resource, Segment
from tests.factories import territory
from tests.factories.resources import ResourceFactory, SegmentFactory

pytestmark = pytest.mark.django_db


def waters(*rows):
    """A file of named waters; a row names only what it has."""
    lines = [",".join(COLUMNS), *(",".join({"kind": "river", **row}.get(column, "") for column in COLUMNS) for row in rows)]
    report = Report()
    take_waters("\n".join(lines).encode(), report)
    return report


def test_a_water_flows_into_one_that_is_known_by_its_other_name():
    waters(
        {"name": "折多河", "aliases": "康定河、瓦斯沟"}, {"name": "雅拉河", "flows_into": "瓦斯沟"}, {"name": "玉曲", "flows_into": "怒江"}
    )
    assert Resource.objects.get(name="雅拉河").flows_into.name == "折多河"
    outside = Resource.objects.get(name="玉曲")
    assert (outside.flows_into, outside.flows_into_name) == (None, "怒江")


def test_a_figure_of_something_else_is_not_taken_for_the_area_and_is_told():
    report = waters({"name": "折多河", "area_km2": "1566 (basin)", "length_km": "12.5"})
    water = Resource.objects.get()
    assert (water.area_m2, water.length_m) == (None, 12_500)
    assert [(note.line, note.code) for note in report.notes] == [(2, "not_an_area")]


def test_a_county_that_is_not_here_is_told_and_the_water_is_taken():
    county = territory.county()
    report = waters({"name": "折多河", "counties": f"{county.name}、天全县"})
    assert list(Resource.objects.get().counties.all()) == [county]
    assert [note.code for note in report.notes] == ["unknown_county"]


@pytest.mark.parametrize("rows", [[{"name": "折多河", "kind": "ocean"}], [{"name": "折多河"}, {"name": "折多河"}]])
def test_an_unknown_kind_or_a_water_for_the_second_time_refuses_the_file(rows):
    with pytest.raises(Unreadable) as refused:
        waters(*rows)
    assert refused.value.line == len(rows) + 1


def test_the_same_file_again_adds_nothing():
    rows = [{"name": "折多河", "aliases": "康定河"}, {"name": "雅拉河", "flows_into": "康定河"}]
    assert waters(*rows).added == 2
    again = waters(*rows)
    assert (again.added, again.changed, again.unchanged, again.notes) == (0, 0, 2, [])


def test_a_line_of_a_water_that_is_in_no_register_is_rejected_by_name():
    ResourceFactory(name="雅砻江")
    shape = {"type": "LineString", "coordinates": [[101, 30], [101, 31]]}
    found = [{"type": "Feature", "properties": {"name": name, "source": "x"}, "geometry": shape} for name in ("雅砻江（上游）", "大金川")]
    report = Report()
    take_lines(json.dumps({"type": "FeatureCollection", "features": found}).encode(), report)
    assert Line.objects.get().resource.name == "雅砻江"
    assert [(note.code, note.text) for note in report.notes] == [("unknown_water", "大金川")]


@pytest.mark.parametrize("wrong", [{"from_m": 500, "to_m": 500}, {"until": date(2000, 1, 1)}, {"code": "YL-TWICE"}])
def test_a_segment_goes_downstream_lasts_a_day_and_has_a_code_of_its_own(wrong):
    SegmentFactory(code="YL-TWICE")
    with pytest.raises(IntegrityError), transaction.atomic():
        SegmentFactory(**wrong)


def test_a_segment_lies_where_its_jurisdiction_does():
    segment = SegmentFactory()
    assert Segment.objects.get().path == segment.jurisdiction.path


def test_two_resources_may_lack_a_national_code_and_never_share_one():
    ResourceFactory(name="甲")
    ResourceFactory(name="乙")
    ResourceFactory(name="丙", national_code="FD01")
    with pytest.raises(IntegrityError), transaction.atomic():
        ResourceFactory(name="丁", national_code="FD01")
