"""A unit, a post and a person as they stood on a day."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accountability.kit import days
from chiefs.posts.functions import Function
from chiefs.posts.models import Handover, Person, PostKind, Tenure
from chiefs.posts.tenures import end_term
from tests.factories import cases, territory
from tests.factories.posts import (
    ChargeFactory,
    PersonFactory,
    PostFactory,
    TenureFactory,
    UnitFactory,
    acting_for,
    chain,
    chief,
    desk,
    government,
)
from tests.factories.resources import SegmentFactory
from tests.factories.territory import LONG_AGO, JurisdictionFactory

pytestmark = pytest.mark.django_db
CHANGE = date(2024, 3, 1)


def signed_in(post) -> Client:
    client = Client()
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def elsewhere():
    """Another county of the prefecture."""
    return JurisdictionFactory(level="county", code="513322000000", name="泸定县", parent=territory.prefecture())


@pytest.fixture
def world():
    return chain()


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


def test_a_post_shows_who_held_it_on_the_day_that_is_asked_about(world):
    client, post = signed_in(world.office), PostFactory(unit=world.township.unit)
    before, after = PersonFactory(name="前任（演示）"), PersonFactory(name="后任（演示）")
    TenureFactory(post=post, person=before, until=CHANGE)
    TenureFactory(post=post, person=after, since=CHANGE)

    def holders(on: date) -> str:
        page = client.get(f"/register/posts/{post.code}/", {"on": on.isoformat()}).content.decode()
        return page.split('id="holders">')[1].split("</p>")[0]

    assert holders(CHANGE - timedelta(days=1)) == "前任（演示）"
    assert holders(CHANGE) == "后任（演示）"


def test_a_vacant_post_says_that_the_government_receives(world):
    post = PostFactory(unit=world.township.unit)
    page = signed_in(world.office).get(f"/register/posts/{post.code}/").content.decode()
    assert page.split('id="holders">')[1].split("</p>")[0] == "空缺；由当地政府接收"


def test_a_unit_shows_what_its_posts_answer_for_and_what_is_open_there(world):
    held = cases.case(world)
    page = signed_in(world.office).get(f"/register/units/{world.village.unit.code}/").content.decode()
    assert f"/board/{world.segment.code}/" in page.split('id="answers"')[1]
    assert held.number in page.split('id="open"')[1]


def test_open_cases_of_a_unit_are_shown_only_to_who_may_see_them(world):
    held = cases.case(world)
    assert held.number not in signed_in(world.forestry).get(f"/register/units/{world.village.unit.code}/").content.decode()


def test_units_of_a_past_day_are_those_that_stood_then(world):
    gone = UnitFactory(name="已撤销的站（演示）", jurisdiction=world.township.unit.jurisdiction, until=CHANGE)
    client = signed_in(world.office)
    assert gone.name not in client.get("/register/units/").content.decode()
    assert gone.name in client.get("/register/units/", {"on": (CHANGE - timedelta(days=1)).isoformat()}).content.decode()


def test_a_place_narrows_the_list_to_what_lies_below_it(world):
    other = UnitFactory(
        name="邻县的站（演示）",
        jurisdiction=elsewhere(),
    )
    client = signed_in(world.office)
    assert other.name in client.get("/register/units/").content.decode()
    page = client.get("/register/units/", {"place": "513301000000"}).content.decode()
    assert other.name not in page
    assert world.village.unit.name in page


@pytest.mark.parametrize("told", ["2026-13-40", "gestern", "0"])
def test_a_day_that_is_none_is_answered_with_a_sentence_and_today(world, told):
    page = signed_in(world.office).get("/register/units/", {"on": told})
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()


def test_the_numbers_of_a_day_are_those_of_the_units_of_that_day(world):
    PostFactory(unit=world.township.unit, since=CHANGE)  # vacant since it was founded
    client = signed_in(world.office)

    def vacant(on: date) -> str:
        page = client.get("/register/", {"on": on.isoformat()}).content.decode()
        return page.split("<dd")[3].split(">")[1].split("<")[0]

    assert (vacant(CHANGE - timedelta(days=1)), vacant(CHANGE)) == ("0", "1")


def test_pages_cost_the_same_queries_whatever_they_show(world):
    client = signed_in(world.office)
    unit, post = world.township.unit, world.township
    paths = ("/register/", "/register/units/", f"/register/units/{unit.code}/", f"/register/posts/{post.code}/", "/register/persons/")
    client.get(paths[0])  # the first visit of a session also notes when the desk was last seen
    before = {path: queries(client, path) for path in paths}
    for _ in range(12):
        extra = chief("township", unit)
        ChargeFactory(post=extra, segment=SegmentFactory(jurisdiction=world.place))
        ChargeFactory(post=post, segment=SegmentFactory(jurisdiction=world.place))
        TenureFactory(person=PersonFactory(), post=PostFactory(unit=UnitFactory(jurisdiction=unit.jurisdiction)))
        cases.case(world, post, segment=world.segment)
    after = {path: queries(client, path) for path in paths}
    assert after == before
    assert max(after.values()) <= 25


def test_all_terms_of_a_person_stand_on_one_page_also_those_elsewhere(world):
    person = world.township.tenures.get().person
    far = desk(
        UnitFactory(name="邻县的局（演示）", jurisdiction=elsewhere()),
        Function.DEPARTMENT,
    )
    Tenure.objects.create(person=person, post=far, since=LONG_AGO, until=CHANGE)
    page = signed_in(world.office).get(f"/register/persons/{person.ref}/").content.decode()
    assert far.title in page
    assert world.township.title in page


def test_persons_are_seen_by_the_keepers_of_their_places_and_by_themselves(world):
    village = world.village.tenures.get().person
    township_desk = government(world.township.unit.jurisdiction).posts.get(kind__functions=[Function.RECEIVER.value])

    def seen_by(post) -> bool:
        return Person.objects.visible_to(acting_for(post)).filter(pk=village.pk).exists()

    assert seen_by(world.village)
    assert seen_by(world.office)
    assert seen_by(township_desk)
    assert not seen_by(world.township)
    assert not seen_by(world.water)
    assert not seen_by(world.intake)
    assert not Person.objects.visible_to(None).exists()


def test_the_list_of_units_goes_out_as_a_file_with_what_was_asked_for(world):
    client = signed_in(world.office)
    answer = client.get("/register/units/", {"format": "csv", "q": world.township.unit.name})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert world.township.unit.code in lines[1]


def test_the_system_itself_is_no_unit_of_the_register(world):
    client = signed_in(world.office)
    assert client.get("/register/units/system/").status_code == 404
    assert client.get("/register/posts/system-clock/").status_code == 404


def test_todays_register_is_shown_unless_another_day_is_asked_for(world):
    page = signed_in(world.office).get("/register/units/").content.decode()
    assert f'value="{days.today().isoformat()}"' in page


def test_whoever_keeps_the_register_finds_on_the_page_of_a_post_what_may_be_entered_now(world):
    held, free = world.village, PostFactory(kind=PostKind.objects.get(code="river-chief-village"), unit=world.village.unit)
    page = signed_in(world.office).get(f"/register/posts/{held.code}/").content.decode()
    assert all(f"/register/terms/{held.code}/{step}/" in page for step in ("succeed", "end", "deputise", "charge"))
    assert not any(f"/register/terms/{held.code}/{step}/" in page for step in ("appoint", "return", "watch", "close"))
    page = signed_in(world.office).get(f"/register/posts/{free.code}/").content.decode()
    assert all(f"/register/terms/{free.code}/{step}/" in page for step in ("appoint", "charge", "close"))
    assert not any(f"/register/terms/{free.code}/{step}/" in page for step in ("succeed", "end", "deputise"))
    assert 'id="entries"' not in signed_in(world.village).get(f"/register/posts/{held.code}/").content.decode()


def test_a_chief_office_founds_units_and_creates_posts_from_their_pages(world):
    unit, office = world.village.unit, signed_in(world.office)
    page = office.get(f"/register/units/{unit.code}/").content.decode()
    assert all(f"/register/terms/units/{unit.code}/{step}/" in page for step in ("post", "superior", "close"))
    assert "/register/terms/units/found/" in office.get("/register/units/").content.decode()
    chief = signed_in(world.village)
    assert "/register/terms/units/" not in chief.get(f"/register/units/{unit.code}/").content.decode()
    assert "/register/terms/units/found/" not in chief.get("/register/units/").content.decode()


def test_the_page_of_a_post_leads_to_its_open_handover(world):
    end_term(world.village.tenures.get(), day=days.today(), reason="免职", by=acting_for(world.office))
    handover = Handover.objects.get(post=world.village)
    address = f"/register/terms/handovers/{handover.client_ref}/"
    assert address in signed_in(world.office).get(f"/register/posts/{world.village.code}/").content.decode()
    assert address in signed_in(world.office).get("/register/terms/handovers/").content.decode()


def test_every_door_of_the_register_opens_for_whom_it_is_shown_to(world):
    for post in (world.office, world.village, world.township, world.water):
        client = signed_in(post)
        shown = re.findall(r'class="tile" href="([^"]+)"', client.get("/register/").content.decode())
        assert "/register/units/" in shown
        assert {client.get(address).status_code for address in shown} == {200}
    assert "/register/imports/" not in shown
