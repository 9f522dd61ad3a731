"""The pages of imports, from the template to undoing, also without a script."""

from __future__ import annotations

import pytest

from accountability.exchange.models import Delivery
from chiefs.posts.models import Account, Unit
from tests.factories.exchange import handed_in, table, taken_over
from tests.factories.posts import acting_for, chain

from .harness import inspect, judge

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
GOOD = {"code": "a", "name": "试验单位甲", "kind": "office", "place": "513301000000", "since": "2026-01-01"}
WRONG = {"code": "b c", "name": "试验单位乙" * 30, "kind": "衙门", "place": "999999999999", "since": "昨天"}


@pytest.mark.parametrize("language", ["zh-hans", "bo"])
def test_the_pages_of_imports_are_open_to_everybody(visitor, language):
    world = chain()
    by = acting_for(world.office)
    taken = taken_over("units", by, GOOD, WRONG, partial=True)
    person = visitor()
    person.speak(language)
    person.sign_in(Account.objects.get(person__tenures__post=world.office))
    faults = []
    for path in (
        "/register/imports/",
        "/register/imports/new/units/",
        "/register/imports/new/chiefs/",
        "/register/imports/new/signboards/",
    ):
        faults += inspect(person, path)
    for step in ("", "undo/"):
        faults += inspect(person, f"/register/imports/{taken.client_ref}/{step}")
    tried = handed_in("units", by, GOOD | {"code": "c"}, WRONG)
    faults += inspect(person, f"/register/imports/{tried.client_ref}/")
    person.press("#take-over button")  # with a wrong row among them
    assert person.page.locator(".error-summary").count() == 1
    faults += judge(person.page)
    assert not faults, "\n".join(faults)


def test_a_file_is_handed_in_taken_over_and_undone_without_javascript(visitor, tmp_path):
    world = chain()
    person = visitor(javascript=False)
    person.sign_in(Account.objects.get(person__tenures__post=world.office))
    file = tmp_path / "单位.csv"
    file.write_bytes(table("units", GOOD, WRONG))
    person.go("/register/imports/new/units/")
    person.page.set_input_files("#id_file", str(file))
    person.press("#hand-in button")
    assert person.page.locator("#notes tbody tr").count() == 5
    person.press("#take-over button")
    assert person.page.locator(".error-summary").count() == 1
    assert not Unit.objects.filter(code="a").exists()
    person.page.check("#id_partial")
    person.press("#take-over button")
    assert Unit.objects.filter(code="a").exists()
    person.press("#undo")
    person.press("#undo-form button")
    assert not Unit.objects.filter(code="a").exists()
    assert Delivery.objects.get().state == "undone"
