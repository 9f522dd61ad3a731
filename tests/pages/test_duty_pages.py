"""The pages of duties, as an office, a chief and anybody else opens them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accountability.evidence import actions as evidence
from accountability.kit import days
from chiefs.duties.actions import lists, obligations, waivers
from chiefs.duties.models import Duty, ListItem, Obligation
from tests.factories import patrols, posts
from tests.factories.duties import MEETING, add, clerk, published
from tests.factories.evidence import photo
from tests.factories.posts import acting_for

from .harness import inspect
from .test_every_page import LANGUAGES, account_of

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_duties_are_open_to_everybody(visitor, language):
    world = posts.chain()
    Duty.objects.create(code="D05", levels="县", who="主要负责人", duty="study", words="至少每季度研究一次", source="八-五")
    about = published({"text_bo": "ཆུ་ལམ་ལ་ལྟ་སྐོར་བྱེད་པ།"}, MEETING, post=world.county)
    version = lists.draft(about, by=clerk())
    add(version, clerk())
    item, today = ListItem.objects.get(what="meeting"), days.today()
    owed = Obligation(
        post=world.county,
        item=item,
        key=item.key,
        what="meeting",
        since=today,
        until=today + timedelta(days=9),
        due=today + timedelta(days=8),
    )
    obligations.ObligationLifecycle.begin(owed, by=clerk(), act="plan")
    obligations.advance()
    evidence.render(evidence.keep(photo(), owner=owed.stream, role="minutes", by=acting_for(world.county), name="纪要.jpg").pk)
    patrols.patrol(world.village, world.segment)
    span = {"since": today, "until": today + timedelta(days=7)}
    waivers.grant(post=world.village, segment=world.segment, reason="winter", note="大雪封路", by=acting_for(world.office), **span)
    office, county = visitor(), visitor()
    for person, post in ((office, world.office), (county, world.county)):
        person.speak(language)
        person.sign_in(account_of(post))
    draft, line = f"/register/duties/versions/{version.client_ref}/", version.drafts.first().key
    faults = []
    for path in (
        "/register/duties/",
        "/register/duties/new/?q=康定",
        f"/register/duties/lists/{about.ref}/",
        draft,
        f"{draft}lines/new/",
        f"{draft}lines/{line}/",
        f"{draft}publish/",
        "/register/duties/plan/",
        "/register/duties/plan/D05/",
        "/register/duties/powers/",
        "/register/duties/obligations/",
        f"/register/duties/obligations/units/{world.village.unit.code}/",
        f"/register/duties/obligations/{owed.client_ref}/waive/",
        "/register/duties/waivers/",
        "/register/duties/waivers/new/",
    ):
        faults += inspect(office, path)
    for path in ("/patrol/", f"/register/duties/obligations/{owed.client_ref}/"):
        faults += inspect(county, path)
    assert not faults, "\n".join(faults)
