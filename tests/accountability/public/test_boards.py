"""Notice boards: live names, a QR address, nothing but what a sign may say."""

import base64
import io
import re
from datetime import timedelta

import pytest
import segno
from django.urls import reverse
from PIL import Image

from accountability.kit import days
from chiefs.posts.models import Tenure
from tests.factories.posts import PersonFactory, chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


def board(world):
    return reverse("public:board", args=[world.segment.code])


def test_the_board_names_the_chief_of_every_level_the_highest_first(client, world, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        html = client.get(board(world)).content.decode()
    assert re.findall(r'data-level="([a-z]+)"', html) == ["prefecture", "county", "township", "village"]
    for post in (world.village, world.township, world.county, world.prefecture):
        assert post.title in html
        assert post.tenures.get().person.name in html


def test_a_new_chief_stands_on_the_board_the_same_minute(client, world):
    old = world.township.tenures.get()
    Tenure.objects.filter(pk=old.pk).update(until=days.today())
    new = Tenure.objects.create(post=world.township, person=PersonFactory(name="新任乡长（演示）"), since=days.today())
    html = client.get(board(world)).content.decode()
    assert new.person.name in html
    assert old.person.name not in html


def test_a_vacant_post_says_so(client, world):
    Tenure.objects.filter(post=world.village).update(until=days.today())
    html = client.get(board(world)).content.decode()
    assert world.village.title in html


def test_no_private_telephone_stands_on_the_board(client, world):
    world.village.unit.phone = "0836-0001234"
    world.village.unit.save()
    html = client.get(board(world)).content.decode()
    assert "0836-0001234" in html
    assert world.village.tenures.get().person.phone not in html


@pytest.mark.parametrize("name", ["board", "sheet"])
def test_the_qr_is_a_picture_of_the_report_form_s_address(client, world, settings, name):
    html = client.get(reverse(f"public:{name}", args=[world.segment.code])).content.decode()
    png = base64.b64decode(re.search(r'src="data:image/png;base64,([^"]+)"', html).group(1))
    address = f"{settings.SITE_URL}/complain/{world.segment.code}/"
    expected = io.BytesIO()
    error, scale = ("h", 12) if name == "sheet" else ("m", 4)
    segno.make(address, error=error, micro=False).save(expected, kind="png", scale=scale, border=4)
    shown = Image.open(io.BytesIO(png)).convert("1")
    assert shown.tobytes() == Image.open(expected).convert("1").tobytes()
    assert client.get(f"/complain/{world.segment.code}/").status_code == 200


def test_boards_are_found_by_a_part_of_the_water_s_name_and_by_code(client, world):
    for words in ("雅拉", world.segment.code, "试验一村"):
        html = client.get("/", {"q": words}).content.decode()
        assert board(world) in html, words
    assert board(world) not in client.get("/", {"q": "没有这条河"}).content.decode()


def test_a_segment_that_is_no_longer_in_force_has_no_board(client, world):
    type(world.segment).objects.filter(pk=world.segment.pk).update(until=days.today() - timedelta(days=1))
    assert client.get(board(world)).status_code == 404


@pytest.mark.parametrize("address", ["/", "/track/", "/privacy/", "/complain/"])
def test_public_pages_open_for_everybody_and_are_light(client, world, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        response = client.get(address)
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1
    assert len(response.content) <= 12_000
