"""Who stands above a unit: being informed ends, leading follows upon it, and what was entered ahead is taken back."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts import reports, superiors, units
from chiefs.posts.models import Superior
from tests.factories.posts import UnitFactory, acting_for

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)
LEAD, INFORMED = Superior.Kind.LEAD, Superior.Kind.INFORMED


@pytest.fixture
def branch(world):
    """The dispatched office: the bureau of the prefecture leads it, the county's government is informed, for some time now."""
    Superior.objects.create(unit=world.branch.unit, superior=world.county.unit, kind=INFORMED, since=TODAY - 99 * DAY)
    return world.branch.unit


def above(unit, on, kind=LEAD):
    return reports.superiors_of(unit.pk, on, kind)


def row(unit, kind):
    return Superior.objects.get(unit=unit, kind=kind, until=None)


def test_being_informed_ends_on_a_day_and_the_past_keeps_it(branch, world, office):
    superiors.end_superior(row(branch, INFORMED), day=TODAY, by=office)
    assert above(branch, TODAY - DAY, INFORMED) == [world.county.unit]
    assert above(branch, TODAY, INFORMED) == []
    assert Event.objects.get(act="posts.end_superior").stream == f"posts.unit:{branch.pk}"


def test_who_was_informed_may_lead_from_a_day_on_and_is_informed_until_then(branch, world, office):
    bureau = above(branch, TODAY)
    units.set_superior(branch, superior=world.county.unit, since=TODAY, by=office)
    assert (above(branch, TODAY - DAY), above(branch, TODAY - DAY, INFORMED)) == (bureau, [world.county.unit])
    assert (above(branch, TODAY), above(branch, TODAY, INFORMED)) == ([world.county.unit], [])
    with pytest.raises(Refused):
        units.set_superior(branch, superior=world.county.unit, since=TODAY + DAY, kind=INFORMED, by=office)


def test_what_was_entered_ahead_by_mistake_is_taken_back_and_all_goes_on(branch, world, office):
    before = sorted(Superior.objects.values_list("pk", "unit", "superior", "kind", "since", "until"))
    made = units.set_superior(branch, superior=world.county.unit, since=TODAY + 9 * DAY, by=office)
    assert above(branch, TODAY + 9 * DAY) == [world.county.unit]
    superiors.take_back(made, by=office)
    assert sorted(Superior.objects.values_list("pk", "unit", "superior", "kind", "since", "until")) == before
    units.set_superior(branch, superior=world.county.unit, since=TODAY + 2 * DAY, by=office)
    assert above(branch, TODAY + 2 * DAY) == [world.county.unit]


def test_an_end_that_was_set_before_comes_back_too(branch, world, office):
    superiors.end_superior(row(branch, INFORMED), day=TODAY + 20 * DAY, by=office)
    made = units.set_superior(branch, superior=world.county.unit, since=TODAY + 9 * DAY, by=office)
    superiors.take_back(made, by=office)
    assert Superior.objects.get(unit=branch, kind=INFORMED).until == TODAY + 20 * DAY


def test_what_has_begun_is_ended_and_what_has_not_is_taken_back(branch, world, office):
    informed = row(branch, INFORMED)
    with pytest.raises(Refused):
        superiors.take_back(informed, by=office)
    ahead = units.set_superior(branch, superior=UnitFactory(jurisdiction=world.county.unit.jurisdiction), since=TODAY + 9 * DAY, by=office)
    with pytest.raises(Refused):
        superiors.end_superior(ahead, day=TODAY + 20 * DAY, by=office)
    for day in (TODAY - DAY, informed.since, TODAY + 400 * DAY):
        with pytest.raises(Refused):
            superiors.end_superior(informed, day=day, by=office)
    superiors.end_superior(informed, day=TODAY, by=office)
    with pytest.raises(Refused):
        superiors.end_superior(informed, day=TODAY + DAY, by=office)
    superiors.take_back(ahead, by=office)
    with pytest.raises(Refused):
        superiors.take_back(ahead, by=office)


def test_taking_back_closes_no_circle(world, office):
    """A leads B; from later on C was to lead B, so B could be put above A. Taken back, A and B would lead each other."""
    place = world.county.unit.jurisdiction
    one, two, three = (UnitFactory(jurisdiction=place) for _n in range(3))
    Superior.objects.create(unit=two, superior=one, since=TODAY - 9 * DAY)
    ahead = units.set_superior(two, superior=three, since=TODAY + 2 * DAY, by=office)
    units.set_superior(one, superior=two, since=TODAY + 2 * DAY, by=office)
    with pytest.raises(Refused):
        superiors.take_back(ahead, by=office)
    assert above(two, TODAY + 2 * DAY) == [three]


def test_only_a_chief_office_of_the_place_says_it(branch, world):
    with pytest.raises(NotPermitted):
        superiors.end_superior(row(branch, INFORMED), day=TODAY, by=acting_for(world.water))


def test_the_same_form_twice_is_once(branch, world, office):
    ref = uuid.uuid4()
    made = units.set_superior(branch, superior=world.county.unit, since=TODAY + 9 * DAY, by=office, client_ref=ref)
    assert units.set_superior(branch, superior=world.county.unit, since=TODAY + 9 * DAY, by=office, client_ref=ref) == made
    back = uuid.uuid4()
    for _twice in range(2):
        superiors.take_back(made, by=office, client_ref=back)


def test_the_page_of_the_unit_offers_what_there_is(branch, world):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    page, end, back = (reverse(name, args=[branch.code]) for name in ("registry:unit", "terms:end_superior", "terms:take_back"))
    shown = client.get(page).content.decode()
    assert end in shown
    assert back not in shown
    sent = {"expect": 0, "relation": row(branch, INFORMED).pk, "day": (TODAY + DAY).isoformat()}
    assert client.post(end, sent | {"client_ref": uuid.uuid4()}).status_code == 302
    ahead = UnitFactory(jurisdiction=world.county.unit.jurisdiction)
    told = {"expect": 0, "superior": ahead.code, "kind": "lead", "since": (TODAY + DAY).isoformat(), "client_ref": uuid.uuid4()}
    assert client.post(reverse("terms:superior", args=[branch.code]), told).status_code == 302
    assert back in client.get(page).content.decode()
    sent = {"expect": 0, "relation": Superior.objects.get(superior=ahead).pk, "client_ref": uuid.uuid4()}
    assert client.post(back, sent).status_code == 302
    assert not Superior.objects.filter(superior=ahead).exists()
