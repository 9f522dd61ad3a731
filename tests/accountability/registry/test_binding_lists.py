"""A unit and a post show the lists that bind them on a day: responsibilities, powers, what is forbidden."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accountability.kit import days
from chiefs.duties.models import DutyList
from tests.factories.duties import followed, published
from tests.factories.posts import PostFactory, chain, chief

from .test_units import elsewhere, queries, signed_in

pytestmark = pytest.mark.django_db
BEGUN = date(2024, 3, 1)


@pytest.fixture
def world():
    return chain()


def shown(client, address, **asked):
    """(title, kind, address) of each list on a page."""
    page = client.get(address, asked).content.decode()
    table = page.split('id="lists"')[1].split("</table>")[0] if 'id="lists"' in page else ""
    return {(title, kind) for kind, title in re.findall(r'data-kind="(\w+)".*?<a[^>]*>([^<]+)</a>', table, re.DOTALL)}


def of_unit(unit):
    return reverse("registry:unit", args=[unit.code])


def of_post(post):
    return reverse("registry:post", args=[post.code])


def test_the_lists_of_a_unit_its_posts_and_their_kinds_stand_on_its_page(world):
    county = world.place.parent.parent
    published(kind="power", title="水利局权力清单", unit=world.water.unit, since=BEGUN)
    published(kind="negative", title="河长负面清单", post=world.county, since=BEGUN)
    published(kind="responsibility", title="县级河长责任清单", post_kind=world.county.kind, jurisdiction=county, since=BEGUN)
    client = signed_in(world.forestry)  # what is published is open to every post
    assert shown(client, of_unit(world.water.unit)) == {("水利局权力清单", "power")}
    assert shown(client, of_post(world.water)) == {("水利局权力清单", "power")}
    both = {("河长负面清单", "negative"), ("县级河长责任清单", "responsibility")}
    assert shown(client, of_unit(world.county.unit)) == both == shown(client, of_post(world.county))
    other = PostFactory(unit=world.county.unit)
    assert shown(client, of_post(other)) == set()
    ref = DutyList.objects.get(kind="power").ref
    assert reverse("duties:one", args=[ref]) in client.get(of_unit(world.water.unit)).content.decode()


def test_lists_of_a_day_are_those_in_force_on_it_and_drafts_are_none(world):
    made = published(kind="power", title="水利局权力清单", unit=world.water.unit, since=BEGUN)
    client, address = signed_in(world.office), of_unit(world.water.unit)
    assert shown(client, address, on=(BEGUN - timedelta(days=1)).isoformat()) == set()
    assert shown(client, address, on=BEGUN.isoformat()) == {("水利局权力清单", "power")}
    followed(made, {"text": "新增"}, since=days.today() + timedelta(days=5))
    assert shown(client, address) == {("水利局权力清单", "power")}
    published(kind="negative", title="将来的清单", unit=world.water.unit, since=days.today() + timedelta(days=5))
    assert len(shown(client, address)) == 1


def test_a_list_of_another_place_binds_nobody_here(world):
    there = elsewhere()
    published(title="邻县清单", post_kind=world.county.kind, jurisdiction=there, since=BEGUN)
    assert shown(signed_in(world.office), of_unit(world.county.unit)) == set()


def test_the_board_shows_what_a_chief_answers_for_and_no_other_list(world, client):
    published({"text": "看护河岸"}, post=world.county, since=BEGUN)
    published({"text": "不得干预执法"}, kind="negative", post=world.county, since=BEGUN)
    published({"text": "查处采砂"}, kind="power", unit=world.county.unit, since=BEGUN)
    page = client.get(f"/board/{world.segment.code}/").content.decode()
    assert "看护河岸" in page
    assert "不得干预执法" not in page
    assert "查处采砂" not in page


def test_the_page_of_a_unit_takes_fifteen_queries_however_many_lists_bind_it(world):
    client, address = signed_in(world.office), of_unit(world.county.unit)
    client.get("/register/")
    before = queries(client, address)
    for kind in DutyList.Kind.values:
        published(kind=kind, unit=world.county.unit, since=BEGUN)
    for _ in range(12):
        for kind in DutyList.Kind.values:
            published(kind=kind, post=chief("county", world.county.unit), since=BEGUN)
    assert queries(client, address) == before <= 15
    page = client.get(address).content.decode()
    assert len(shown(client, address)) == 3  # all called the same, of three kinds
    assert "(39)" in page
    assert page.split('id="lists"')[1].split("</table>")[0].count("data-kind") == 30
