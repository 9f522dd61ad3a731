"""Regulated sites from a table: which are known, which may be the same, which are new."""

from __future__ import annotations

import pytest

from accountability.exchange import reports
from accountability.ledger.models import Event
from chiefs.sites.models import Site
from tests.factories import sites
from tests.factories.exchange import handed_in, remarks, taken_over
from tests.factories.posts import UnitFactory, acting_for, chain
from tests.factories.resources import office as office_at
from tests.factories.territory import JurisdictionFactory, prefecture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


def row(name, **more):
    return {"name": name, "kind": "企业", "place": "513301201200", **more}


def test_a_site_comes_in_with_its_names_its_unit_and_its_event(world, office):
    code = sites.credit_code()
    given = {
        "credit_code": f"{code[:8]} {code[8:]}".lower(),
        "other_names": "老砂厂",
        "importance": "key",
        "since": "2020-05-01",
        "longitude": "101.95",
        "latitude": "30.1",
    }
    taken_over(
        "sites",
        office,
        row("雅拉砂石厂", **given, unit=world.water.unit.code, segment=world.segment.code),
    )
    site = Site.objects.get()
    assert (site.credit_code, site.segment, site.path) == (code, world.segment, world.place.path)
    assert set(site.names.values_list("name", flat=True)) == {"雅拉砂石厂", "老砂厂"}
    assert (site.importances.get().value, site.supervisions.get().unit) == ("key", world.water.unit)
    assert Event.objects.get(stream=site.stream).act == "sites.register"


def test_the_credit_code_alone_decides_that_a_site_is_known(world, office):
    known = sites.site(world, name="雅拉砂石厂", credit_code=sites.credit_code())
    delivery = taken_over(
        "sites", office, row("改了名的厂", credit_code=known.credit_code), row("雅拉砂石厂", credit_code=sites.credit_code())
    )
    run = reports.last_run(delivery)
    assert (run.unchanged, run.added) == (1, 1)  # two codes speak against one name
    assert remarks(delivery, "warning") == [(2, "same_name")]
    known.refresh_from_db()
    assert known.name == "雅拉砂石厂"


def test_a_name_decides_where_only_one_site_may_be_meant_and_a_person_where_several_may(world, office):
    sites.site(world, name="甲厂", other_names=["老厂"])
    one, two = sites.site(world, name="乙厂"), sites.site(world, name="丙厂", other_names=["乙厂"])
    delivery = handed_in("sites", office, row("老厂"), row("甲 厂", credit_code=sites.credit_code()), row("乙厂"))
    assert remarks(delivery) == [(4, "several")]
    text = reports.last_run(delivery).notes.get(line=4).text
    assert one.name in text
    assert two.name in text
    assert remarks(delivery, "warning") == [(2, "same_name"), (3, "same_name")]


def test_rows_that_may_be_one_site_are_told_apart_before_they_come_in(office):
    code = sites.credit_code()
    rows = [
        row("甲厂"),
        row("甲 厂"),
        row("乙厂", credit_code=code),
        row("丙厂", credit_code=code),
        row("甲厂", place="513301201000", credit_code=sites.credit_code()),
        row("丁厂", other_names="甲厂"),
    ]
    delivery = handed_in("sites", office, *rows)
    assert [note for note in remarks(delivery) if note[1] == "duplicate"] == [
        (3, "duplicate"),
        (5, "duplicate"),
        (6, "duplicate"),
        (7, "duplicate"),
    ]
    assert reports.duplicates(reports.last_run(delivery)) == 4


def test_a_code_of_another_office_is_refused_without_telling_whose_it_is(world, office):
    there = JurisdictionFactory(level="county", code="513322000000", name="邻县", parent=prefecture())
    theirs = sites.site(world, place=there, by=office_at(there), name="别人的厂", credit_code=sites.credit_code())
    delivery = handed_in("sites", office, row("某厂", credit_code=theirs.credit_code))
    assert remarks(delivery) == [(2, "taken")]
    assert theirs.name not in reports.last_run(delivery).notes.get().text


def test_what_a_page_would_not_take_is_refused(world, office):
    UnitFactory(code="committee", kind="village", jurisdiction=world.place)
    code = sites.credit_code()
    rows = [
        row("甲", credit_code=code[:-1] + ("A" if code[-1] != "A" else "B")),
        row("乙", place="999999999999"),
        row("丙", place="513300000000"),
        row("丁", segment="none"),
        row("戊", unit="none"),
        row("己", unit="committee"),
        row("庚", latitude="30"),
        row("辛", since="2090-01-01"),
    ]
    expected = [
        (2, "code"),
        (3, "unknown_place"),
        (4, "reach"),
        (5, "unknown_segment"),
        (6, "unknown_unit"),
        (7, "unit"),
        (8, "refused"),
        (9, "refused"),
    ]
    assert remarks(handed_in("sites", office, *rows)) == expected


def test_the_same_file_again_is_nothing_new(office):
    rows = [row("甲厂", credit_code=sites.credit_code()), row("乙厂")]
    taken_over("sites", office, *rows)
    again = handed_in("sites", office, *rows)
    assert (reports.last_run(again).unchanged, remarks(again, "warning")) == (2, [])


def test_a_dash_where_a_code_should_stand_makes_no_other_row_a_known_site(world, office):
    sites.site(world, name="旧厂")
    delivery = taken_over("sites", office, row("新厂甲"), row("新厂乙", credit_code="-"), partial=True)
    assert reports.last_run(delivery).added == 1
    assert Site.objects.filter(name__startswith="新厂").get().name == "新厂甲"


def test_another_address_or_point_of_a_known_site_is_told(world, office):
    first = row("雅拉砂石厂", address="沙德路1号", longitude="101.95", latitude="30.1")
    taken_over("sites", office, first)
    delivery = handed_in("sites", office, first | {"address": "沙德路2号", "longitude": "101.96"})
    assert remarks(delivery, "warning") == [(2, "stays"), (2, "stays")]
    assert remarks(handed_in("sites", office, first), "warning") == []
