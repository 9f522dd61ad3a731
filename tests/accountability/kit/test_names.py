"""How names are looked for: a part of them, their Tibetan form, the first letters of their pinyin."""

import pytest
from django.db.models import Q

from accountability.kit.names import begins, could_be_initials, initials, named, renewed
from chiefs.posts.models import Unit
from tests.factories.posts import UnitFactory


@pytest.mark.parametrize(
    ("name", "letters"), [("折多河", "zdh"), ("重庆", "cq"), ("中谷村（一）段", "zgcyd"), ("G318 line", ""), ("ཡག་ར།", ""), ("", "")]
)
def test_initials_are_the_first_letters_of_the_pinyin_and_nothing_else(name, letters):
    assert initials(name) == letters


def test_initials_fit_their_column_however_long_a_name_is():
    assert initials("河" * 500) == "h" * 80


@pytest.mark.parametrize(("words", "could"), [("zdh", True), ("ZDH", True), ("z1", False), ("折多", False), ("ß", False), ("", False)])
def test_only_plain_latin_letters_could_be_initials(words, could):
    assert could_be_initials(words) is could


@pytest.mark.parametrize(
    ("letters", "meant"),
    [
        ("zd", Q(initials__gte="zd") & Q(initials__lt="ze")),
        ("az", Q(initials__gte="az") & Q(initials__lt="b")),
        ("zz", Q(initials__gte="zz")),
    ],
)
def test_a_beginning_is_one_range_of_the_index(letters, meant):
    assert begins(letters) == meant


@pytest.mark.django_db
def test_a_name_behind_a_relation_is_looked_for_beside_its_own_initials():
    unit = UnitFactory(name="雅拉乡政府", name_bo="ཡག་ར་ཞང་")
    for words in ("雅拉", "ylx", "ཡག་ར"):
        assert list(Unit.objects.filter(named(words))) == [unit], words
        assert list(unit.jurisdiction.units.filter(jurisdiction__units__in=Unit.objects.filter(named(words)))) == [unit]
    assert named("yl", "unit__name") == Q(unit__name__icontains="yl") | (Q(unit__initials__gte="yl") & Q(unit__initials__lt="ym"))


@pytest.mark.django_db
def test_who_writes_many_names_at_once_writes_their_initials():
    units = [UnitFactory(name="甲"), UnitFactory(name="乙")]
    for unit, name in zip(units, ("丙", "丁"), strict=True):
        unit.name = name
    columns = renewed(Unit, units, ["name", "phone"])
    assert columns == ["initials", "name", "phone"]
    Unit.objects.bulk_update(units, columns)
    assert list(Unit.objects.filter(pk__in=[u.pk for u in units]).order_by("pk").values_list("initials", flat=True)) == ["b", "d"]
    assert renewed(Unit, units, ["phone"]) == ["phone"]
