"""Every page that can be opened without a deed before it, in Chinese and Tibetan, with a thumb and with a desk's screen."""

from __future__ import annotations

import pytest

from tests.factories import cases, complaints
from tests.factories.posts import chain

from .harness import inspect

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("zh-hans", "bo")


def account_of(post):
    return post.tenures.get().person.accounts.get()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_pages_are_open_to_everybody(visitor, language):
    world = chain()
    code = world.segment.code
    person = visitor()
    person.speak(language)
    faults = []
    for path in ("/", "/complain/", f"/complain/{code}/", "/track/", f"/board/{code}/", "/verify/", "/sign-in/"):
        faults += inspect(person, path)
    faults += inspect(person, "/nowhere/", status=404)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chiefs_pages_are_open_to_everybody(visitor, language):
    world = chain()
    person = visitor()
    person.speak(language)
    person.sign_in(account_of(world.village))
    faults = []
    for path in ("/patrol/", f"/patrol/new/{world.segment.code}/", "/post/"):
        faults += inspect(person, path)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_desks_pages_are_open_to_everybody(visitor, language):
    world = chain()
    faults = []
    for post, paths in ((world.office, ("/desk/",)), (world.intake, ("/desk/", "/desk/complaints/", "/desk/complaints/new/"))):
        person = visitor()
        person.speak(language)
        person.sign_in(account_of(post))
        for path in paths:
            faults += inspect(person, path)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_case_are_open_to_everybody(visitor, language):
    world = chain()
    held, work, done = cases.case(world), cases.in_work(world), cases.done(world)
    faults = []
    for post, case, moves in (
        (world.village, held, ("report_up",)),
        (world.water, work, ("ask_extension", "report_done")),
        (world.county, done, ()),
    ):
        person = visitor()
        person.speak(language)
        person.sign_in(account_of(post))
        faults += inspect(person, f"/desk/cases/{case.number}/")
        for move in moves:
            faults += inspect(person, f"/desk/cases/{case.number}/{move}/")
    inspection = done.inspections.get()
    inspector = visitor()
    inspector.speak(language)
    inspector.sign_in(
        account_of(next(p for p in (world.office, world.bureau, world.forestry, world.branch) if p.unit_id == inspection.unit_id))
    )
    for path in ("/desk/inspections/", f"/desk/inspections/{inspection.number}/", "/desk/notices/"):
        faults += inspect(inspector, path)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_complaint_are_open_to_everybody(visitor, language):
    world = chain()
    complaint, _code = complaints.registered(segment=world.segment)
    clerk = visitor()
    clerk.speak(language)
    clerk.sign_in(account_of(world.intake))
    faults = inspect(clerk, f"/desk/complaints/{complaint.number}/")
    for move in ("accept", "refuse", "join_case"):
        faults += inspect(clerk, f"/desk/complaints/{complaint.number}/{move}/")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_large_text_and_both_colour_schemes_hold_the_same_bars(visitor, scheme):
    world = chain()
    person = visitor(color_scheme=scheme)
    person.go("/sign-in/")
    person.press("#large-text")
    assert person.page.evaluate("document.documentElement.className") == "large"
    assert person.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
    faults = inspect(person, "/sign-in/") + inspect(person, f"/complain/{world.segment.code}/")
    assert not faults, "\n".join(faults)


def test_the_language_switch_works_without_javascript(visitor):
    person = visitor(javascript=False)
    person.go("/sign-in/")
    person.press("button[name=language][value=bo]")
    assert person.page.locator("html").get_attribute("lang") == "bo"
    assert person.page.url.endswith("/sign-in/")
    person.press("button[name=language][value=zh-hans]")
    assert person.page.locator("html").get_attribute("lang") == "zh-hans"


def test_signing_in_on_a_phone_without_javascript(visitor):
    world = chain()
    person = visitor(javascript=False)
    person.go("/sign-in/")
    person.page.fill("#id_username", account_of(world.village).login)
    person.page.fill("#id_password", "correct horse battery")
    person.press("#sign-in-form button")
    assert person.page.url.endswith("/patrol/")
    person.press("#sign-out")
    assert person.page.locator("#sign-in").count() == 1
