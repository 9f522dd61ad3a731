"""What a unit became, where only a person knows it."""

import uuid

import pytest

from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused
from accountability.ledger.models import Event
from chiefs.posts import reports as posts
from chiefs.territory import successions
from chiefs.territory.models import Succession
from tests.factories.posts import acting_for, chain
from tests.factories.territory import JurisdictionFactory, township, village

pytestmark = pytest.mark.django_db
C = Succession.Confirmation


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


@pytest.fixture
def unsure(world):
    """A village of the old township that ended, and nobody knows what it became."""
    today = days.today()
    gone = JurisdictionFactory(code="513301201299", name="旧村", parent=township(), until=today)
    return Succession.objects.create(predecessor=gone, successor=None, day=today, kind="without_successor", confirmation=C.UNCERTAIN)


def test_a_confirmed_successor_takes_up_the_reach_of_the_old_unit(world, office, unsure):
    successions.confirm(unsure, successor=world.place, basis="雅拉乡来函", by=office)
    unsure.refresh_from_db()
    assert (unsure.confirmation, unsure.successor) == (C.CONFIRMED, world.place)
    assert unsure.predecessor_id in posts.reach_of(world.place).jurisdictions
    event = Event.objects.get(act="territory.confirm_succession")
    assert event.facts["now"]["successor"] == {"territory.jurisdiction": world.place.pk}
    assert "雅拉乡来函" not in event.body if hasattr(event, "body") else True


def test_that_nothing_followed_is_an_answer_too(world, office, unsure):
    successions.confirm(unsure, successor=None, by=office)
    assert not Succession.objects.unsure().exists()


def test_what_was_said_once_is_not_said_again(world, office, unsure):
    ref = uuid.uuid4()
    first = successions.confirm(unsure, successor=world.place, by=office, client_ref=ref)
    assert successions.confirm(unsure, successor=world.place, by=office, client_ref=ref) == first
    with pytest.raises(Mismatch):
        successions.confirm(unsure, successor=None, by=office, client_ref=ref)
    with pytest.raises(NoTransition):
        successions.confirm(unsure, successor=None, by=office)


def test_a_unit_of_another_level_or_another_day_is_no_successor(world, office, unsure):
    ended = JurisdictionFactory(code="513301201298", parent=township(), until=unsure.day)
    for wrong in (township(), ended, unsure.predecessor):
        with pytest.raises(Refused):
            successions.confirm(unsure, successor=wrong, by=office)
    Succession.objects.create(predecessor=unsure.predecessor, successor=world.place, day=unsure.day, kind="same_name")
    with pytest.raises(Refused):
        successions.confirm(unsure, successor=world.place, by=office)


def test_only_a_chief_office_around_the_old_unit_confirms_and_sees(world, office, unsure):
    for post in (world.township, world.water, world.intake):
        with pytest.raises(NotPermitted):
            successions.confirm(unsure, successor=None, by=acting_for(post))
        assert not Succession.objects.visible_to(acting_for(post)).exists()
    assert Succession.objects.visible_to(office).get() == unsure
    assert not Succession.objects.visible_to(None).exists()


def test_offered_are_the_villages_of_what_the_township_became(world, office, unsure):
    other = village("513301202201", "邻乡村")
    assert successions.candidates(unsure, office) == [world.place]
    Succession.objects.create(predecessor=township(), successor=other.parent, day=unsure.day, kind="merged")
    assert set(successions.candidates(unsure, office)) == {world.place, other}
