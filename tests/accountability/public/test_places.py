"""A place is chosen by its code, or by a key of its own where it has none; the list says which level it offers."""

from __future__ import annotations

import re

import pytest
from django.test import Client, RequestFactory

from accountability.public.places import asked
from chiefs.posts.models import Unit
from tests.factories.posts import UnitFactory, chain, chief
from tests.factories.territory import JurisdictionFactory, county, prefecture, township

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


@pytest.fixture
def town(world):
    return JurisdictionFactory(code=None, level="township", name="新设镇", parent=county(), path=county().path)


@pytest.fixture
def scenic(world):
    return JurisdictionFactory(code=None, level="county", name="海螺沟管理局", parent=county(), path=county().path, special=True)


def ask(**told):
    return asked(RequestFactory().get("/", told))


def test_a_place_without_a_code_has_a_key_of_its_own(town, scenic):
    for place in (town, scenic):
        found = ask(place=place.key)
        assert found.within == place
        assert not found.fault
        assert f"place={place.key}" in found.query()
    assert county().key == county().code


@pytest.mark.parametrize("told", ["None", "id-", "id-0", "id-x", "id-99999999999999999999", "id-１", "51330100000"])
def test_what_is_no_key_of_a_place_is_passed_over_or_told(world, told):
    found = ask(place=told)
    assert found.within is None


def test_new_towns_and_special_units_can_be_chosen(town, scenic, client):
    assert scenic in ask().below
    inside = ask(place=county().code).below
    assert town in inside
    assert scenic not in inside  # it reports like a county, and stands among them
    page = client.get("/register/units/", {"place": county().code}).content.decode()
    assert "place=None" not in page
    link = re.search(r'href="\?place=(id-\d+)">新设镇', page)[1]
    there = UnitFactory(name="新设镇政府（演示）", kind=Unit.Kind.GOVERNMENT, jurisdiction=town)
    UnitFactory(name="别处的站（演示）", jurisdiction=township())
    listed = client.get("/register/units/", {"place": link}).content.decode()
    assert there.name in listed
    assert "别处的站" not in listed
    assert f'name="place" value="{link}"' in listed


@pytest.mark.parametrize("words", ["", "河长"])
def test_the_chiefs_of_a_place_without_a_code_are_its_own(town, scenic, client, words):
    own = chief("township", UnitFactory(name="新设镇政府（演示）", jurisdiction=town))
    other = chief("township", UnitFactory(name="老乡政府（演示）", jurisdiction=township()))
    page = Client().get("/chiefs/", {"place": town.key, "q": words}).content.decode()
    assert own.title in page
    assert other.title not in page
    assert own.title not in Client().get("/chiefs/", {"place": scenic.key, "q": words}).content.decode()


def test_divisions_of_a_place_without_a_code_are_its_own(town, scenic, client):
    inside = JurisdictionFactory(code=None, name="新设村", parent=town, path=town.path)
    page = client.get("/register/divisions/", {"place": scenic.key, "q": "村"}).content.decode()
    assert inside.name not in page
    page = client.get("/register/divisions/", {"place": town.key, "q": "村"}).content.decode()
    assert inside.name in page


def test_the_list_says_which_level_it_offers(town, client):
    def heading(**told) -> str:
        page = client.get("/register/units/", told).content.decode()
        return page.split('id="places"')[1].split("<summary>")[1].split("</summary>")[0]

    assert heading().startswith("县")
    assert heading(place=prefecture().code).startswith("县")
    assert heading(place=county().code).startswith("乡")
