"""The pages on which terms are entered and handed over, in both languages, on a phone and at a desk."""

from __future__ import annotations

import pytest

from accountability.kit import days
from chiefs.posts import reports, tenures
from tests.factories import cases
from tests.factories.posts import AccountFactory, PersonFactory, acting_for, chain

from .harness import inspect, judge
from .test_every_page import LANGUAGES, account_of

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_post_and_its_unit_are_open_to_everybody(visitor, language):
    world = chain()
    person = visitor()
    person.speak(language)
    person.sign_in(account_of(world.office))
    code, unit = world.village.code, world.village.unit.code
    faults = inspect(person, f"/register/posts/{code}/")
    for step in ("appoint", "succeed", "end", "annul", "deputise", "charge", "charge/end", "watch", "close"):
        faults += inspect(person, f"/register/terms/{code}/{step}/")
    ref = world.village.tenures.get().person.ref
    for step in ("correct", "same"):
        faults += inspect(person, f"/register/terms/persons/{ref}/{step}/")
    for address in ("found", f"{unit}/post", f"{unit}/superior", f"{unit}/superior/end", f"{unit}/superior/back", f"{unit}/close"):
        faults += inspect(person, f"/register/terms/units/{address}/")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_handover_are_open_to_everybody(visitor, language):
    world = chain()
    cases.case(world)
    after = AccountFactory(person=PersonFactory()).person
    former = world.village.tenures.get()
    tenures.succeed(former, person=after, day=days.today(), basis="任字1号", by=acting_for(world.office))
    handover = former.handover
    person = visitor()
    person.speak(language)
    person.sign_in(after.accounts.get())
    faults = inspect(person, "/register/terms/handovers/") + inspect(person, f"/register/terms/handovers/{handover.client_ref}/")
    for step in ("take_over", "cover"):
        faults += inspect(person, f"/register/terms/handovers/{handover.client_ref}/{step}/")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("script", [True, False])
def test_what_is_named_in_part_is_chosen_with_a_thumb_with_and_without_a_script(visitor, script):
    world = chain()
    person = visitor(javascript=script)
    person.sign_in(account_of(world.office))
    person.go(f"/register/terms/units/{world.village.unit.code}/superior/")
    person.page.fill("#id_superior", "水利")
    person.page.fill("#id_since", days.today().isoformat())
    person.press("#unit-form button")
    assert not script or not judge(person.page)  # the judge is a script itself
    person.page.check(f'input[name="superior_one"][value="{world.water.unit.code}"]')
    person.press("#unit-form button")
    assert reports.superiors_of(world.village.unit_id, days.today()) == [world.water.unit]
