"""The pages of sites, bodies, meetings and resolutions, in Chinese and Tibetan, on a phone and on a desk's screen."""

from __future__ import annotations

import uuid

import pytest

from chiefs.bodies.actions import meetings, resolutions
from tests.factories import bodies, cases, complaints, sites
from tests.factories.posts import acting_for, chain

from .harness import inspect
from .test_every_page import account_of

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("zh-hans", "bo")


def reader(visitor, post, language):
    person = visitor()
    person.speak(language)
    person.sign_in(account_of(post))
    return person


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_sites_are_open_to_everybody(visitor, language):
    world = chain()
    facts = {"name_bo": "ཡ་ལའི་བྱེ་རྡོའི་བཟོ་གྲྭ།", "unit": world.water.unit, "importance": "key", "other_names": ["老砂厂"]}
    made, twin = sites.site(world, name="同名砂厂", credit_code=sites.credit_code(), **facts), sites.site(world, name="同名砂厂")
    case = cases.case(world, site=made)
    complaint, _code = complaints.registered(segment=world.segment)
    office = reader(visitor, world.office, language)
    faults = []
    for path in ("", "new/", "duplicates/", f"{made.ref}/", f"{made.ref}/change/", f"{made.ref}/put_in_charge/", f"{twin.ref}/merge/"):
        faults += inspect(office, f"/register/sites/{path}")
    faults += inspect(reader(visitor, world.village, language), f"/desk/cases/{case.number}/site/?q=砂")
    faults += inspect(reader(visitor, world.intake, language), f"/desk/complaints/{complaint.number}/site/?q=无")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_bodies_are_open_to_everybody(visitor, language):
    world = chain()
    made = bodies.body(world, rhythm="quarter")
    called, held = bodies.called(world, made), bodies.held(world, made)
    task = bodies.resolution(world, held)
    meetings.keep_minutes(held, [bodies.minutes()], form_ref=uuid.uuid4(), by=acting_for(world.office))
    office = reader(visitor, world.office, language)
    faults = []
    for path in (
        "",
        "new/",
        "meetings/?tab=all",
        "resolutions/?tab=all",
        f"{made.ref}/",
        f"{made.ref}/seat/",
        f"meetings/{called.number}/hold/",
        f"meetings/{held.number}/",
        f"meetings/{held.number}/close/",
        f"meetings/{held.number}/resolve/",
        f"resolutions/{task.number}/pass_on/",
    ):
        faults += inspect(office, f"/register/bodies/{path}")
    faults += inspect(reader(visitor, world.branch, language), f"/register/bodies/resolutions/{task.number}/report_done/")
    resolutions.report_done(task, report="已办理", by=acting_for(world.branch), expect=0)
    faults += inspect(reader(visitor, world.county, language), f"/register/bodies/resolutions/{task.number}/")
    assert not faults, "\n".join(faults)
