"""The citizen's way in a real browser: few taps, few bytes, no script, no barrier."""

import re

import pytest

from accountability.complaints.models import Complaint
from tests.browser import barriers, sideways, weight
from tests.factories.complaints import replied
from tests.factories.posts import chain

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_qr_to_the_receipt_in_seven_taps_without_a_script(visitor):
    world = chain()
    citizen = visitor(360, javascript=False)
    page, taps = citizen.page, 0
    citizen.go(f"/complain/{world.segment.code}/")
    taps += 1  # the scan
    page.locator("input[name=kinds]").first.check()
    taps += 1
    page.locator("#id_text").fill("河边有人倒垃圾，已经三天")
    taps += 1  # into the field
    assert sideways(page) == 0
    citizen.press("#submit")
    taps += 1
    assert page.locator("#receipt-number").inner_text() == Complaint.objects.get().number
    code = page.locator("#receipt-code").inner_text()
    citizen.press("#follow")
    taps += 1
    assert page.locator("#state").get_attribute("data-state") == "received"
    assert taps <= 7
    assert code not in page.url


def test_the_form_weighs_at_most_15_kilobytes(visitor):
    world = chain()
    total = weight(visitor(360), f"/complain/{world.segment.code}/")["total"]
    assert total <= 15_000


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_the_citizen_has_a_barrier(visitor, width):
    from accountability.complaints.rules import query_code

    world = chain()
    complaint = replied(world)
    citizen = visitor(width)
    page, code = citizen.page, world.segment.code
    found = []
    for path in (
        "/",
        "/?q=" + code,
        f"/board/{code}/",
        f"/board/{code}/sheet/",
        f"/complain/{code}/",
        "/complain/",
        "/track/",
        "/privacy/",
    ):
        citizen.go(path)
        found += barriers(page) + ([f"{path} is wider than the screen"] if sideways(page) else [])
    page.locator("#main").wait_for()
    citizen.go("/complain/")
    citizen.press("#submit")
    found += barriers(page)
    citizen.go("/track/")
    page.locator("#id_number").fill(complaint.number)
    page.locator("#id_code").fill(query_code(complaint.client_ref))
    citizen.press("#track-form button")
    found += barriers(page)
    page.locator("input[name=satisfaction][value=satisfied]").check()
    citizen.press("#rate-form button")
    assert page.locator("#rated").count() == 1
    assert re.search("/track/$", page.url)
    assert not found, "\n".join(found)
