"""The next step stands first: what brings a case on before what sends it back, and each way once."""

import re

import pytest
from django.urls import reverse

from accountability.cases import actions
from accountability.cases.lifecycle import BY_INSPECTION, CaseLifecycle
from accountability.desk.pages import ORDER
from tests.factories import cases, posts
from tests.factories.posts import acting_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return posts.chain()


def page(client, post, address):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client.get(address).content.decode()


def asked(world):
    made = cases.in_work(world)
    actions.ask_extension(made, days=3, reason="雨季涨水", by=acting_for(world.water), expect=made.version)
    return made


def reported(world):
    made = cases.case(world)
    actions.report_up(made, note="请上级协调", by=acting_for(world.village), expect=made.version)
    return made


@pytest.mark.parametrize(
    ("make", "who", "first"),
    [
        (cases.in_work, "water", "report_done"),
        (cases.case, "village", "report_done"),
        (reported, "township", "hand_over"),
        (asked, "water", "report_done"),
        (cases.verified, "office", "sign_off"),
        (cases.signed_off, "office", "reopen"),
    ],
)
def test_the_prominent_button_brings_the_case_on(client, world, make, who, first):
    html = page(client, getattr(world, who), reverse("desk:case", args=[make(world).number]))
    buttons = re.findall(r'class="(button[^"]*)" data-move="(\w+)"', html)
    assert buttons[0] == ("button", first)
    assert all("button-quiet" in kind for kind, _move in buttons[1:])


def test_to_send_back_is_never_the_prominent_button_while_there_is_another(client, world):
    html = page(client, world.water, reverse("desk:case", args=[asked(world).number]))
    assert re.findall(r'data-move="(\w+)"', html)[-1] == "send_back"


def test_every_step_of_the_page_has_its_place():
    assert sorted(ORDER) == sorted(set(CaseLifecycle.moves()) - BY_INSPECTION)


@pytest.mark.parametrize("who", ["village", "office", "intake", "water"])
def test_who_has_an_inbox_finds_each_way_once(client, world, who):
    html = page(client, getattr(world, who), reverse("desk:home"))
    for name in ("patrols:home", "complaints:list", "inspections:list"):
        assert html.count(f'href="{reverse(name)}"') <= 1, name
    assert 'id="inbox"' in html or 'class="empty"' in html
