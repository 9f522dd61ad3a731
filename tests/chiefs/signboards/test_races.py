"""Two who find the same board wrong at the same moment."""

from __future__ import annotations

import pytest

from chiefs.signboards import actions
from chiefs.signboards.models import BoardUpdate, Signboard
from tests.accountability.ledger.test_race import at_once
from tests.factories import signboards
from tests.factories.posts import PersonFactory, chain


@pytest.mark.django_db(transaction=True)
def test_a_sweep_and_an_action_at_once_open_one_task():
    world = chain()
    board = signboards.board(world)
    Signboard.objects.filter(pk=board.pk).update(settled=[[world.county.pk, PersonFactory().pk]])
    answers = at_once(lambda number: str(actions.sweep()), threads=4)
    assert answers == {"1": 1, "0": 3}
    assert BoardUpdate.objects.open().filter(board=board).count() == 1
