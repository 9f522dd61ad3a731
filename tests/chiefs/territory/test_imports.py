"""A map file is read whole, or refused with a sentence; releases read again say nothing of what acts have changed since."""

from __future__ import annotations

import json

import pytest

from accountability.exchange.runs import Report
from accountability.kit import days
from accountability.kit.parsing import Unreadable
from chiefs.territory import actions, imports, successions
from chiefs.territory.actions import Beginning
from chiefs.territory.imports import features
from chiefs.territory.models import Boundary, Jurisdiction, Succession
from tests.factories.resources import office

SQUARE = {"type": "Polygon", "coordinates": [[[101, 30], [102, 30], [102, 31], [101, 30]]]}


def feature(code="513301000000", geometry=SQUARE, **other):
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry} | other


def file(*found, **other):
    return json.dumps({"type": "FeatureCollection", "features": found} | other).encode()


def test_features_come_as_they_are():
    assert features(file(feature(), feature("513322000000")), "code") == [feature(), feature("513322000000")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[1]",
        file(feature())[:-20],
        json.dumps(feature()).encode(),
        file(features=None),
        file(1),
        file(feature(properties=None)),
        file(feature(code="")),
        file(feature(code=5)),
        file(feature(geometry=None)),
        file(feature(geometry={"type": "Point", "coordinates": [101, 30]})),
        file(feature(geometry=SQUARE | {"coordinates": []})),
        file(feature(geometry=SQUARE | {"coordinates": [["x"]]})),
        file(feature(geometry=SQUARE | {"coordinates": [[[101]]]})),
        file(feature(geometry=SQUARE | {"coordinates": [[[500, 30]]]})),
        file(feature(geometry=SQUARE | {"coordinates": [[[101, "30"]]]})),
        file(feature(), feature()),
        "{}中".encode("gb18030"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(data):
    with pytest.raises(Unreadable) as refused:
        features(data, "code")
    assert str(refused.value).endswith(("。", "."))


def test_every_property_that_is_needed_must_be_there():
    assert features(file(feature()), "code")
    with pytest.raises(Unreadable):
        features(file(feature()), "code", "source")


HEAD = "code,name,level,parent_code,kind"
ABOVE = ["513300000000,甘孜藏族自治州,prefecture,,州", "513301000000,康定市,county,513300000000,市"]
FIRST = [
    *ABOVE,
    "513301100000,姑咱镇,township,513301000000,镇",
    "513301100200,甲村村委会,village,513301100000,村委会",
    "513301100201,乙村村委会,village,513301100000,村委会",
    "513301201000,雅拉乡,township,513301000000,乡",
    "513301201200,丙村村委会,village,513301201000,村委会",
]
SECOND = [
    *ABOVE,
    "513301100000,姑咱镇,township,513301000000,镇",
    "513301100200,甲村村民委员会,village,513301100000,村委会",
    "513301100201,乙村村民委员会,village,513301100000,村委会",
    "513301100202,丁村村民委员会,village,513301100000,村委会",
]
CHANGES = ["513301100000,姑咱镇,unchanged,513301100000,姑咱镇,", "513301201000,雅拉乡,merged_into,513301100000,姑咱镇,川民政〔2019〕1号"]


def release(lines, head=HEAD):
    return "\n".join([head, *lines]).encode()


def read() -> list[Report]:
    reports = [Report() for _ in range(5)]
    imports.take_first(release(FIRST), reports[0])
    imports.take_second(release(SECOND), reports[1])
    imports.take_changes(release(CHANGES, "old_code,old_name,change,new_code,new_name,basis"), reports[2])
    imports.take_special(release(["海螺沟景区,景区,513301000000,"], "name,kind,parent_code,note"), reports[3])
    imports.take_outlines(file(feature()), reports[4])
    return reports


@pytest.mark.django_db
def test_releases_read_again_leave_what_acts_and_people_have_changed_since():
    read()
    county = Jurisdiction.objects.get(code="513301000000")
    by, today = office(county.parent), days.today()
    lost = Succession.objects.get(predecessor__code="513301201200")
    assert lost.confirmation == Succession.Confirmation.UNCERTAIN
    successions.confirm(lost, successor=Jurisdiction.objects.get(code="513301100202"), basis="来函（试验）", by=by)

    def change(kind, code, *beginning):
        ending = [Jurisdiction.objects.get(code=code, until=None)]
        actions.reorganise(kind=kind, ending=ending, beginning=beginning, day=today, basis="试验", by=by)

    change("renamed", "513301100200", Beginning("甲新村", code="513301100200"))
    change("split", "513301100202", Beginning("丁上村"), Beginning("丁下村"))
    change("renamed", "513301000000", Beginning("康定新市", code="513341000000"))

    def state():
        units = Jurisdiction.objects.order_by("pk").values_list("pk", "code", "name", "since", "until", "parent")
        rows = Succession.objects.order_by("pk").values_list("pk", "predecessor", "successor", "confirmation")
        return list(units), list(rows), Boundary.objects.filter(jurisdiction__until=None).count()

    before = state()
    again = read()
    assert state() == before
    assert [(report.added, report.changed) for report in again[:4]] == [(0, 0)] * 4
