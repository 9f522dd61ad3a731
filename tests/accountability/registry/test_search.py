"""One search over the whole register."""

from __future__ import annotations

import pytest
from django.test import Client

from accountability.kit import days
from accountability.registry import search
from chiefs.resources import names
from chiefs.resources.models import Alias
from tests.factories.posts import acting_for, chain, government
from tests.factories.resources import ResourceFactory, SegmentFactory
from tests.factories.territory import prefecture
from tests.matrix.cast import far_village

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def river():
    water = ResourceFactory(name="折多河", name_bo="རྫེ་སྟོ་ཆུ།")
    Alias.objects.create(resource=water, name="瓦斯沟")
    names.spell([water])
    return water


@pytest.mark.parametrize("words", ["折多", "瓦斯沟", "zdh", "ZDH", "རྫེ་སྟོ", "རྫེ༌སྟོ་ཆུ"])
def test_a_water_is_found_by_name_other_name_initials_and_tibetan(world, river, words):
    assert search.find(words, acting_for(world.office), days.today()).resources == [river]


def test_units_posts_places_and_segments_are_found_by_a_part_of_their_name(world):
    found = search.find("雅拉", acting_for(world.office), days.today())
    assert world.segment in found.segments
    assert world.township in found.posts
    assert world.township.unit in found.units
    assert world.township.unit.jurisdiction in found.places


def test_units_posts_places_segments_and_persons_are_found_by_the_first_letters_of_their_pinyin(world):
    unit, person = world.township.unit, world.village.tenures.get().person
    unit.name, person.name = "雅拉乡政府", "邓珠多吉"
    unit.save(update_fields=["name", "initials"])
    person.save()
    by = acting_for(world.office)
    found = search.find("yl", by, days.today())
    assert world.segment in found.segments
    assert world.township in found.posts
    assert unit in found.units
    assert unit.jurisdiction in found.places
    assert search.find("DZDJ", by, days.today()).persons == [person]
    assert not search.find("zdj", by, days.today()).persons, "letters are those that it begins with"


def test_a_unit_is_found_by_a_part_of_its_tibetan_name_however_its_end_is_written(world):
    unit = world.township.unit
    unit.name_bo = "ཡག་ར་ཞང་སྲིད་གཞུང་"
    unit.save()
    assert search.find("ཡག་ར་ཞང་།", acting_for(world.office), days.today()).units == [unit]


def test_a_segment_is_found_by_the_initials_of_its_water_however_many_waters_have_them(world, river):
    names.spell([ResourceFactory(name=f"折多沟{number}") for number in range(search.MOST + 1)])
    stretch = SegmentFactory(jurisdiction=world.place, resource=river, name="上段")
    found = search.find("zd", acting_for(world.office), days.today())
    assert stretch in found.segments
    assert len(found.resources) == search.MOST


def test_what_lies_in_the_readers_own_place_is_found_first_and_the_rest_when_asked_for(world):
    here, there = world.segment, SegmentFactory(jurisdiction=far_village("513322", "邻县", parent=prefecture()), name="雅拉同名河段")
    neighbour = government(there.jurisdiction)
    by, on = acting_for(world.office), days.today()
    near, far = search.find("雅拉", by, on), search.find("雅拉", by, on, everywhere=True)
    assert (here in near.segments, there in near.segments) == (True, False)
    assert {here, there} <= set(far.segments)
    assert neighbour not in search.find(neighbour.name, by, on).units
    assert neighbour in search.find(neighbour.name, by, on, everywhere=True).units
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    page = client.get("/register/", {"q": "雅拉"}).content.decode()
    assert there.code not in page
    assert "everywhere=1" in page
    assert there.code in client.get("/register/", {"q": "雅拉", "everywhere": "1"}).content.decode()


def test_persons_are_found_only_as_far_as_the_reader_may_see_them(world):
    name = world.village.tenures.get().person.name
    assert search.find(name, acting_for(world.office), days.today()).persons
    assert not search.find(name, acting_for(world.water), days.today()).persons


def test_a_search_that_finds_nothing_says_what_to_try(world):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    page = client.get("/register/", {"q": "没有这个名字"}).content.decode()
    assert 'class="empty"' in page


def test_the_list_of_waters_is_narrowed_by_kind_and_place(world, river):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    whole = client.get("/register/waters/").content.decode()
    assert river.name in whole
    assert river.name not in client.get("/register/waters/", {"kind": "lake"}).content.decode()
    county = client.get("/register/waters/", {"place": "513301000000"}).content.decode()
    assert world.segment.resource.name in county
    assert river.name not in county
