"""What a first visit costs over the wire, headers and compressed bodies, as production serves it."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests.browser import weight
from tests.factories.posts import chain

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
KB = 1000
FONT = settings.BASE_DIR / "static/vendor/noto-serif-tibetan-5.3.0/ui.woff2"


def weigh(person, path: str) -> dict[str, int]:
    """The sizes by kind; fails when the page was not the one that was asked for."""
    sizes = weight(person, path)
    assert person.page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") == 200
    return sizes


def without_font(sizes: dict[str, int]) -> int:
    """A device with a Tibetan font of its own fetches none; whether this machine has one must not decide the test."""
    return sizes["total"] - sizes.get("Font", 0)


@pytest.mark.parametrize("language", ["zh-hans", "bo"])
def test_the_citizens_form_weighs_at_most_15_kb_and_40_with_the_tibetan_font(visitor, language):
    world = chain()
    person = visitor()
    person.speak(language)
    form = without_font(weigh(person, f"/complain/{world.segment.code}/"))
    assert form <= 15 * KB
    assert form + FONT.stat().st_size + 500 <= 40 * KB  # 500 for the font's own headers


def test_the_chiefs_home_weighs_at_most_60_kb(visitor):
    world = chain()
    person = visitor()
    person.sign_in(world.village.tenures.get().person.accounts.get())
    assert weigh(person, "/patrol/")["total"] <= 60 * KB


def test_an_inbox_weighs_at_most_120_kb(visitor):
    world = chain()
    person = visitor(width=1280)
    person.sign_in(world.office.tenures.get().person.accounts.get())
    assert weigh(person, "/desk/")["total"] <= 120 * KB
