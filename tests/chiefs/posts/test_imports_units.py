"""Units and posts from a table, and what a township's desk may bring in."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from accountability.exchange import blanks, reports
from accountability.kit import days
from accountability.ledger.errors import NotPermitted
from chiefs.posts import reports as posts
from chiefs.posts import rules
from chiefs.posts.functions import Function
from chiefs.posts.imports_units import PostsImporter
from chiefs.posts.models import Charge, Post, PostKind, Superior, Unit
from tests.factories.exchange import handed_in, remarks, taken_over
from tests.factories.import_rows import charge, chief, post, unit
from tests.factories.posts import PostFactory, PostKindFactory, UnitFactory, acting_for, below
from tests.factories.territory import JurisdictionFactory, village

pytestmark = pytest.mark.django_db


# -- units ------------------------------------------------------------------------------------------------------------------


def test_units_come_with_the_unit_that_leads_them_in_whatever_order_they_stand(office):
    taken_over("units", office, unit("village", superior="town", kind="village"), unit("town", superior="gov"), unit("gov"))
    assert set(Superior.objects.filter(unit__code__in=["village", "town"]).values_list("unit__code", "superior__code")) == {
        ("village", "town"),
        ("town", "gov"),
    }


def test_a_unit_outside_the_reach_is_not_brought_in(office):
    JurisdictionFactory(level="county", code="513322000000", name="邻县", parent=None)
    assert remarks(handed_in("units", office, unit("a", place="513322000000"), unit("b", place="513300000000"))) == [
        (2, "reach"),
        (3, "reach"),
    ]


def test_no_unit_leads_itself_over_others(office):
    leader = UnitFactory(code="x")
    below(leader, UnitFactory(code="y"))
    rows = [unit("a", superior="b"), unit("b", superior="c"), unit("c", superior="a"), unit("d", superior="d"), unit("e", superior="x")]
    assert remarks(handed_in("units", office, *rows)) == [(2, "circle"), (3, "circle"), (4, "circle"), (5, "circle")]


def test_a_unit_that_is_led_already_is_not_given_another_leader(world, office):
    led = world.branch.unit
    row = unit(led.code, name=led.name, kind="branch", place="513301000000", superior=world.office.unit.code)
    assert remarks(handed_in("units", office, row)) == [(2, "differs")]


def test_a_code_that_stands_twice_or_belongs_to_another_kind_of_unit_is_refused(office):
    UnitFactory(code="old", kind=Unit.Kind.DEPARTMENT)
    assert remarks(handed_in("units", office, unit("a"), unit("a"), unit("old"))) == [(3, "duplicate"), (4, "differs")]


def test_the_systems_own_kind_of_unit_is_not_offered(office):
    assert remarks(handed_in("units", office, unit("a", kind="system"))) == [(2, "cell")]


def test_another_founding_day_is_told_and_changes_nothing(office):
    UnitFactory(code="u")
    taken_over("units", office, unit("v"))
    taken_over("posts", office, post("a"))
    assert remarks(handed_in("units", office, unit("v", since="2019-05-01")), "warning") == [(2, "stays")]
    assert remarks(handed_in("posts", office, post("a", since="2021-05-01")), "warning") == [(2, "stays")]


# -- posts ------------------------------------------------------------------------------------------------------------------


def test_posts_come_into_units_of_their_level(office):
    UnitFactory(code="u")
    UnitFactory(code="v", jurisdiction=village())
    taken = taken_over("posts", office, post("a"), post("b", unit="v"), post("c", kind="none"), post("d", unit="none"), partial=True)
    assert remarks(taken) == [(3, "level"), (4, "unknown_kind"), (5, "unknown_unit")]
    assert (Post.objects.get(code="a").kind.code, Post.objects.get(code="a").unit.code) == ("river-chief-county", "u")


def test_a_kind_of_post_is_named_by_its_code_or_its_name_and_several_of_one_name_by_their_codes(office):
    UnitFactory(code="u")
    kind = PostKind.objects.get(code="river-chief-county")
    PostKindFactory(code="one", level="county", name="同名岗")
    PostKindFactory(code="two", level="county", name="同名岗")
    delivery = taken_over("posts", office, post("a", kind=kind.name), post("b", kind="同名岗"), post("c", kind="ＯＮＥ"), partial=True)
    assert remarks(delivery) == [(3, "several")]
    assert "one、two" in reports.last_run(delivery).notes.get().text
    assert dict(Post.objects.filter(code__in="ac").values_list("code", "kind__code")) == {"a": "river-chief-county", "c": "one"}


def test_the_template_of_posts_lists_every_kind_with_code_and_name(office):
    book = load_workbook(io.BytesIO(blanks.xlsx_of(PostsImporter.sheet)))
    told = {(row[0].value, row[1].value) for row in book.worksheets[1].iter_rows()}
    ours = {kind.may(Function.SYSTEM): set() for kind in PostKind.objects.all()}
    for kind in PostKind.objects.all():
        ours[kind.may(Function.SYSTEM)].add((kind.code, kind.name))
    assert ours[False] <= told
    assert not ours[True] & told


@pytest.mark.parametrize("function", [f for f in Function if f.value not in rules.OF_THE_LINE])
def test_no_office_gives_itself_the_posts_of_others_by_a_file(office, function):
    UnitFactory(code="u")
    PostKindFactory(code="k", functions=[Function.CHIEF.value, function.value])
    seat = PostFactory(code="seat", kind=PostKind.objects.get(code="k"))
    assert remarks(handed_in("posts", office, post("a", kind="k"))) == [(2, "closed_kind")]
    assert remarks(handed_in("chiefs", office, chief("甲", seat.code))) == [(2, "closed_kind")]


def test_a_post_does_not_begin_before_its_unit_nor_in_one_that_has_ended(office):
    UnitFactory(code="u", since=date(2024, 1, 1))
    UnitFactory(code="gone", until=date(2025, 1, 1))
    assert remarks(handed_in("posts", office, post("a"), post("b", unit="gone"))) == [(2, "before_unit"), (3, "ended")]


def test_the_heads_of_its_own_level_are_not_entered_by_a_countys_office(world, office):
    UnitFactory(code="u")
    UnitFactory(code="v", jurisdiction=world.township.unit.jurisdiction, kind=Unit.Kind.GOVERNMENT)
    rows = [post("a", kind="general-chief-county"), post("b", kind="general-chief-township", unit="v")]
    assert remarks(handed_in("posts", office, *rows)) == [(2, "closed_kind")]


def test_a_unit_does_not_begin_before_its_place_nor_under_one_that_has_ended(office):
    UnitFactory(code="gone", until=date(2025, 1, 1))
    rows = [unit("a", since="2017-12-31"), unit("b", superior="gone"), unit("c", superior="no-such")]
    assert remarks(handed_in("units", office, *rows)) == [(2, "before_place"), (3, "ended"), (4, "unknown_unit")]


def test_a_unit_that_stands_is_led_from_the_day_of_the_import_on(world, office):
    alone = UnitFactory(code="alone", jurisdiction=world.place, kind=Unit.Kind.VILLAGE)
    taken_over("units", office, unit("alone", name=alone.name, kind="village", place=world.place.code, superior=world.township.unit.code))
    assert Superior.objects.get(unit=alone).since == days.today()


# -- a township's desk -------------------------------------------------------------------------------------------------------


@pytest.fixture
def township_desk(world):
    return acting_for(Post.objects.get(unit=world.township.unit, kind__functions=[Function.RECEIVER.value]))


def test_a_townships_desk_brings_in_its_villages_units_posts_chiefs_and_charges(world, township_desk):
    place = world.place.code
    taken_over("units", township_desk, unit("committee", kind="village", place=place, superior=world.township.unit.code))
    taken_over("posts", township_desk, post("seat", kind="river-chief-village", unit="committee"))
    taken_over("chiefs", township_desk, chief("甲", "seat"))
    taken_over("charges", township_desk, charge("seat", world.segment.code))
    assert posts.term_of(Post.objects.get(code="seat"), days.today()).person.name == "甲"
    assert Charge.objects.filter(post__code="seat", segment=world.segment).exists()


def test_a_townships_desk_fills_no_post_of_its_own_township_nor_of_another_and_moves_no_unit(world, township_desk):
    neighbour = UnitFactory(code="elsewhere", jurisdiction=village("513301202200", "邻村"), kind=Unit.Kind.VILLAGE)
    alone = UnitFactory(code="alone", jurisdiction=world.place, kind=Unit.Kind.VILLAGE)
    rows = [
        post("a", kind="river-chief-township", unit=world.township.unit.code),
        post("b", kind="river-chief-village", unit=neighbour.code),
        post("c", kind="river-chief-village", unit=alone.code),
    ]
    assert remarks(handed_in("posts", township_desk, *rows)) == [(2, "closed_kind"), (3, "reach")]
    assert remarks(handed_in("chiefs", township_desk, chief("甲", world.township.code))) == [(2, "closed_kind")]
    led = unit(alone.code, name=alone.name, kind="village", place=world.place.code, superior=world.township.unit.code)
    assert remarks(handed_in("units", township_desk, led)) == [(2, "order")]
    assert remarks(handed_in("units", acting_for(world.office), led)) == []


def test_a_villages_desk_brings_in_nothing(world):
    receiver = Post.objects.get(unit=world.village.unit, kind__functions=[Function.RECEIVER.value])
    with pytest.raises(NotPermitted):
        handed_in("chiefs", acting_for(receiver), chief("甲", world.village.code))
