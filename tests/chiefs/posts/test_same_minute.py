"""With the day of a succession, boards, routes and rights follow in the same minute; the past stays with who held it."""

import datetime as dt
from contextlib import contextmanager

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accountability.cases.surroundings import Surroundings
from accountability.kit import days
from chiefs.patrols import reports as patrols
from chiefs.posts import answering, charges, tenures
from tests.factories.cases import case
from tests.factories.patrols import patrol
from tests.factories.posts import AccountFactory, PersonFactory, acting_for

pytestmark = pytest.mark.django_db
TODAY = days.today()
MINUTE = dt.timedelta(minutes=1)
CHANGE = days.start_of(TODAY + dt.timedelta(days=1))


@contextmanager
def at(moment):
    with time_machine.travel(moment, tick=False):
        yield


def named_on_board(segment):
    return Client().get(reverse("public:board", args=[segment.code])).content.decode()


def test_the_board_names_the_new_chief_from_the_first_minute(world):
    former = world.village.tenures.get()
    after = PersonFactory(name="新任村长（演示）")
    tenures.succeed(former, person=after, day=days.day_of(CHANGE), basis="任字1号", by=acting_for(world.office))
    with at(CHANGE - MINUTE):
        before = named_on_board(world.segment)
    with at(CHANGE):
        now = named_on_board(world.segment)
    assert former.person.name in before
    assert after.name not in before
    assert after.name in now
    assert former.person.name not in now


def test_a_charge_that_changes_hands_changes_the_board_and_the_route(world):
    other = world.township.unit
    from tests.factories.posts import chief

    second = chief("township", other)
    office = acting_for(world.office)
    charges.end_charge(world.township.charges.get(), day=days.day_of(CHANGE), by=office)
    charges.give_charge(second, world.segment, since=days.day_of(CHANGE), by=office)
    held = case(world)
    with at(CHANGE - MINUTE):
        assert Surroundings.of(held).above("village") == world.township
    with at(CHANGE):
        assert Surroundings.of(held).above("village") == second


def test_a_vacancy_sends_what_is_new_to_the_government_from_the_first_minute(world):
    tenures.end_term(world.township.tenures.get(), day=days.day_of(CHANGE), reason="免职", by=acting_for(world.office))
    held = case(world)
    with at(CHANGE - MINUTE):
        assert Surroundings.of(held).above("village") == world.township
    with at(CHANGE):
        receiver = Surroundings.of(held).above("village")
        assert receiver != world.township
        assert receiver.unit == world.township.unit


def test_the_former_holder_acts_until_the_last_minute_and_the_new_one_from_the_first(world):
    former, account = world.village.tenures.get(), AccountFactory()
    tenures.succeed(former, person=account.person, day=days.day_of(CHANGE), basis="任字1号", by=acting_for(world.office))
    old, new = Client(), Client()
    with at(CHANGE - MINUTE):
        old.force_login(former.person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
        new.force_login(account, backend="chiefs.posts.backends.AccountBackend")
        assert old.get(reverse("patrols:home")).status_code == 200
        assert new.get(reverse("patrols:home")).status_code == 302
    with at(CHANGE):
        assert old.get(reverse("patrols:home")).status_code == 302
        assert new.get(reverse("patrols:home")).status_code == 200


def test_what_was_walked_and_who_answered_stays_with_who_held_it(world):
    former = world.village.tenures.get()
    walked = patrol(world.village, world.segment)
    after = tenures.succeed(former, person=PersonFactory(), day=days.day_of(CHANGE), basis="任字1号", by=acting_for(world.office))
    with at(CHANGE + 10 * MINUTE):
        walked.refresh_from_db()
        assert walked.tenure == former
        day = days.day_of(walked.started_at)
        assert len(patrols.of_tenure(former, day, day + dt.timedelta(days=1))) == 1
        assert patrols.of_tenure(after, day, day + dt.timedelta(days=1)) == []
        then = {line.level: line.holders for line in answering.who_answered(world.segment, TODAY)}
        assert [named.person_id for named in then["village"]] == [former.person_id]
