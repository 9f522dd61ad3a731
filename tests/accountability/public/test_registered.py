"""What everybody may know of the register: chiefs of a place, one water with its chain of chiefs, its lines."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chiefs.posts.models import Tenure
from chiefs.resources.models import Alias
from tests.factories.posts import ChargeFactory, chain, chief, government
from tests.factories.resources import ResourceFactory, SegmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


def queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


def test_a_water_names_its_chiefs_level_by_level_and_leads_to_the_form(world, client):
    page = client.get(f"/waters/{world.segment.resource.ref}/").content.decode()
    names = [post.tenures.get().person.name for post in (world.prefecture, world.county, world.township, world.village)]
    places = [page.index(name) for name in names]
    assert places == sorted(places)
    assert f"/complain/{world.segment.code}/" in page


def test_a_new_chief_stands_on_the_page_the_same_minute(world, client):
    address = f"/waters/{world.segment.resource.ref}/"
    old = world.village.tenures.get()
    before = client.get(address).content.decode()
    Tenure.objects.filter(pk=old.pk).update(until="2026-01-01")
    after = client.get(address).content.decode()
    assert old.person.name in before
    assert old.person.name not in after


def test_no_personal_telephone_stands_on_a_public_page(world, client):
    phones = list(Tenure.objects.values_list("person__phone", flat=True))
    pages = [
        client.get(path).content.decode() for path in (f"/waters/{world.segment.resource.ref}/", "/chiefs/", "/chiefs/?place=513301201000")
    ]
    assert phones
    assert not [phone for phone in phones for page in pages if phone in page]


def test_the_roster_shows_a_place_and_the_level_below_it(world, client):
    top = client.get("/chiefs/").content.decode()
    assert world.prefecture.title in top
    assert world.township.title not in top
    county = client.get("/chiefs/?place=513301000000").content.decode()
    assert world.county.title in county
    assert world.township.title in county
    assert world.village.title not in county


def test_a_name_is_looked_for_in_everything_below_the_place(world, client):
    name = world.village.tenures.get().person.name
    page = client.get("/chiefs/", {"q": name, "place": "513301000000"}).content.decode()
    assert world.village.title in page
    assert world.county.title not in page


def test_desks_are_no_chiefs(world, client):
    page = client.get("/chiefs/?place=513301000000").content.decode()
    assert world.office.title not in page
    assert world.water.title not in page


def test_the_roster_goes_out_as_a_file_without_personal_telephones(world, client):
    answer = client.get("/chiefs/", {"format": "csv", "place": "513301000000"})
    text = answer.content.decode("utf-8-sig")
    assert world.county.title in text
    assert not [phone for phone in Tenure.objects.values_list("person__phone", flat=True) if phone in text]


def test_the_lines_of_a_water_are_geojson_with_the_names_of_its_segments(world, client):
    answer = client.get(f"/waters/{world.segment.resource.ref}/map.geojson")
    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/geo+json"
    assert [feature["properties"]["name"] for feature in told["features"]] == [world.segment.name]
    assert told["features"][0]["geometry"] == world.segment.geometry


def test_a_water_without_segments_says_so_and_still_takes_a_report(client):
    water = ResourceFactory(name="无段河")
    page = client.get(f"/waters/{water.ref}/").content.decode()
    assert 'href="/complain/"' in page


def test_what_flows_into_it_and_what_else_it_is_called_are_told(world, client):
    main = ResourceFactory(name="大渡河（试验）")
    water = world.segment.resource
    water.flows_into = main
    water.save()
    Alias.objects.create(resource=water, name="瓦斯沟（试验）")
    assert main.name in client.get(f"/waters/{water.ref}/").content.decode()
    assert "瓦斯沟（试验）" in client.get(f"/waters/{water.ref}/").content.decode()
    assert water.name in client.get(f"/waters/{main.ref}/").content.decode()


def test_pages_cost_the_same_queries_whatever_they_show(world, client):
    paths = (f"/waters/{world.segment.resource.ref}/", "/chiefs/?place=513301201000")
    before = {path: queries(client, path) for path in paths}
    for _ in range(10):
        segment = SegmentFactory(resource=world.segment.resource)
        for level, post in (("village", world.village), ("township", world.township)):
            ChargeFactory(post=chief(level, government(post.unit.jurisdiction)), segment=segment)
    after = {path: queries(client, path) for path in paths}
    assert after == before
    assert max(after.values()) <= 15


def test_a_citizen_comes_from_the_first_page_to_the_chiefs_and_from_a_board_to_its_water(world, client):
    assert 'href="/chiefs/"' in client.get("/").content.decode()
    assert f'href="/waters/{world.segment.resource.ref}/"' in client.get(f"/board/{world.segment.code}/").content.decode()


def test_where_an_entry_was_taken_from_is_the_offices_business(world, client):
    water = world.segment.resource
    type(water).objects.filter(pk=water.pk).update(source="seed; an excerpt of a list")
    assert "an excerpt of a list" not in client.get(f"/waters/{water.ref}/").content.decode()


def test_the_roster_answers_for_today_whatever_day_is_asked_for(world, client):
    old = world.village.tenures.get()
    Tenure.objects.filter(pk=old.pk).update(until="2026-01-01")
    place = f"&place={world.village.unit.jurisdiction.parent.code}"
    for kind in ("", "&format=csv"):
        assert old.person.name not in client.get(f"/chiefs/?on=2025-06-01{place}{kind}").content.decode()
