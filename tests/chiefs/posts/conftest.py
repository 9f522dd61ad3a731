"""The chain of chiefs that most tests of this room begin with, and its chief office."""

from __future__ import annotations

import pytest

from accountability.ledger.acting import Acting
from tests.factories.posts import Chain, acting_for, chain


@pytest.fixture
def world() -> Chain:
    return chain()


@pytest.fixture
def office(world: Chain) -> Acting:
    return acting_for(world.office)
