"""The register as citizens, offices and those who have just been given a slip see it."""

from __future__ import annotations

import pytest

from accountability.kit import days
from chiefs.territory import actions
from chiefs.territory.models import Succession
from tests.factories import cases
from tests.factories.posts import PersonFactory, PostFactory, TenureFactory, acting_for, chain
from tests.factories.resources import drawn_river
from tests.factories.territory import JurisdictionFactory, township

from .harness import inspect, judge
from .test_every_page import LANGUAGES, account_of
from .test_weight import KB, weigh

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def office(visitor, world):
    clerk = visitor(1280)
    clerk.speak("zh-hans")
    clerk.sign_in(account_of(world.office))
    return clerk


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_citizens_see_of_the_register_and_the_first_sign_in_are_open_to_everybody(visitor, language):
    world = chain()
    person = visitor()
    person.speak(language)
    faults = []
    for path in ("/chiefs/", "/chiefs/?place=513301201000", f"/waters/{world.segment.resource.ref}/", "/activate/"):
        faults += inspect(person, path)
    assert not faults, "\n".join(faults)


def test_the_map_of_a_water_opens_on_tap_and_fetches_nothing_before(visitor):
    world = chain()
    person = visitor()
    asked: list[str] = []
    person.context.on("request", lambda request: asked.append(request.url))
    person.go(f"/waters/{world.segment.resource.ref}/")
    page = person.page
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "leaflet" in url or "geojson" in url]
    page.click("[data-open]")
    page.wait_for_selector(".leaflet-container")
    # What it fetched came from this site, and no script failed: the visitor is judged when they leave.
    assert [url for url in asked if "leaflet" in url and url.endswith(".js")]
    faults = judge(page)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages_of_the_register_weigh_at_most_60_kb(visitor, language):
    world = chain()
    person = visitor()
    person.speak(language)
    for path in ("/chiefs/", f"/waters/{world.segment.resource.ref}/"):
        assert weigh(person, path)["total"] <= 60 * KB, path


def test_an_offices_pages_of_the_register_are_open_to_everybody(visitor):
    world = chain()
    PostFactory(unit=world.village.unit)
    cases.case(world)
    drawn_river()
    person = world.village.tenures.get().person
    twice = PersonFactory(name=person.name, phone=person.phone)
    TenureFactory(person=twice, post=PostFactory(kind=world.village.kind, unit=world.village.unit), until=days.today())
    clerk, faults = office(visitor, world), []
    for path in (
        "/register/",
        "/register/?q=雅拉",
        "/register/units/",
        f"/register/units/{world.village.unit.code}/",
        f"/register/posts/{world.village.code}/",
        "/register/waters/",
        "/register/persons/",
        f"/register/persons/{person.ref}/",
        "/register/persons/doubles/",
        "/register/accounts/",
    ):
        faults += inspect(clerk, path)
    assert not faults, "\n".join(faults)


def test_the_pages_of_divisions_are_open_to_everybody(visitor):
    world = chain()
    gone = JurisdictionFactory(code="513301201299", name="旧村", parent=township(), until=days.today())
    row = Succession.objects.create(predecessor=gone, day=days.today(), kind="without_successor", confirmation="uncertain")
    cases.case(world)
    parts = [actions.Beginning("上村", code="513301201201"), actions.Beginning("下村", code="513301201202")]
    act = actions.reorganise(
        kind="split",
        ending=[world.place],
        beginning=parts,
        day=days.today(),
        basis="川民政〔2026〕4号（试验）",
        by=acting_for(world.office),
    )
    clerk, faults = office(visitor, world), []
    for path in (
        "/register/divisions/",
        "/register/divisions/?place=513301201000",
        "/register/divisions/changes/",
        "/register/divisions/changes/new/",
        "/register/divisions/changes/new/absorbed/",
        "/register/divisions/changes/new/split/?parts=3",
        f"/register/divisions/changes/{act.client_ref}/",
        "/register/divisions/successions/",
        f"/register/divisions/successions/{row.ref}/",
    ):
        faults += inspect(clerk, path)
    clerk.go(f"/register/divisions/changes/{act.client_ref}/")
    clerk.press("#settle-form button")
    assert clerk.page.locator(".error-summary").count() == 1
    faults += judge(clerk.page)
    assert not faults, "\n".join(faults)


def test_the_health_of_the_register_is_open_to_everybody_and_leads_to_what_mends_it(visitor):
    world = chain()
    PostFactory(kind=world.village.kind, unit=world.village.unit)
    clerk, faults = office(visitor, world), []
    for path in ("/register/health/", "/register/health/?place=513301201000", "/register/health/vacant/", "/register/health/gaps/"):
        faults += inspect(clerk, path)
    clerk.go("/register/health/vacant/")
    clerk.press("#faults td a")
    assert clerk.page.url.endswith("/appoint/")
    assert not faults, "\n".join(faults)
