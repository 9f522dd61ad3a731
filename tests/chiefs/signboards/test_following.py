"""Whoever appoints a chief need not think of the boards: they get their task in the same transaction."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger.errors import Refused
from chiefs.posts import charges, tenures
from chiefs.posts.models import Charge
from chiefs.signboards import actions
from chiefs.signboards.models import BoardUpdate, Signboard
from tests.factories import signboards
from tests.factories.evidence import photo
from tests.factories.posts import PersonFactory, acting_for, chain, chief

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def board(world):
    made = signboards.board(world)
    Signboard.objects.filter(pk=made.pk).update(as_of=days.today() - timedelta(days=30))
    return made


def test_a_succession_opens_the_boards_task_the_same_minute(world, board):
    tenure = world.village.tenures.get()
    tenures.succeed(tenure, person=PersonFactory(), day=days.today(), basis="州办〔2026〕7号", by=acting_for(world.office))
    update = BoardUpdate.objects.open().get(board=board)
    assert update.changed_on == days.today()


def test_the_end_of_a_term_is_a_change_of_the_board(world, board):
    tenures.end_term(world.village.tenures.get(), day=days.today(), reason="调离", by=acting_for(world.office))
    assert BoardUpdate.objects.open().filter(board=board).count() == 1


def test_a_charge_given_or_ended_is_a_change_of_the_board(world, board):
    second = chief("village", world.village.unit)
    charges.give_charge(second, segment=world.segment, since=days.today(), by=acting_for(world.office))
    assert BoardUpdate.objects.open().filter(board=board).count() == 1


def test_what_begins_later_waits_for_its_day(world, board):
    charge = Charge.objects.get(post=world.village)
    charges.end_charge(charge, day=days.today() + timedelta(days=5), by=acting_for(world.office))
    assert not BoardUpdate.objects.exists()


def test_a_chief_entered_late_makes_a_board_wrong_since_it_stands(world, board):
    second, long_ago = chief("village", world.village.unit), days.today() - timedelta(days=900)
    charges.give_charge(second, segment=world.segment, since=long_ago, by=acting_for(world.office))
    board.refresh_from_db()
    update = BoardUpdate.objects.open().get(board=board)
    assert update.changed_on == board.set_up_on
    evidence.keep(photo(), owner=update.stream, role="photo", by=acting_for(world.village), name="牌.jpg")
    actions.finish(update, done_on=board.set_up_on, note="", by=acting_for(world.village), expect=update.version)
    assert not BoardUpdate.objects.open().exists()


def test_an_act_that_is_refused_leaves_no_task(world, board):
    with pytest.raises(Refused):
        tenures.appoint(world.village, person=PersonFactory(), since=days.today(), basis="州办〔2026〕8号", by=acting_for(world.office))
    assert not BoardUpdate.objects.exists()
