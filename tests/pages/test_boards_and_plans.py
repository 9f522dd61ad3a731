"""Pages of notice boards and river plans, with a thumb and with a desk's screen, in Chinese and Tibetan."""

from __future__ import annotations

import pytest

from chiefs.signboards import actions
from chiefs.signboards.models import Signboard
from tests.factories import plans, signboards
from tests.factories.posts import PersonFactory, acting_for, chain

from .harness import inspect

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("zh-hans", "bo")


def account_of(post):
    return post.tenures.get().person.accounts.get()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_boards_are_open_to_everybody(visitor, language):
    world = chain()
    board = signboards.board(world)
    signboards.board(world, code="BRIDGE", targets="", length_m=None)
    Signboard.objects.filter(pk=board.pk).update(settled=[[world.county.pk, PersonFactory().pk]])
    actions.sweep()
    actions.print_sheet(board, size="A3", script="bo-zh", by=acting_for(world.office))
    faults = []
    for post, paths in (
        (
            world.village,
            (f"/register/boards/{board.code}/", f"/register/boards/{board.code}/finish/", f"/register/boards/{board.code}/check/"),
        ),
        (
            world.office,
            (
                "/register/boards/",
                "/register/boards/new/",
                f"/register/boards/new/?segment={world.segment.code}",
                "/register/boards/BRIDGE/",
                f"/register/boards/{board.code}/change/",
                f"/register/files/{world.segment.code}/",
            ),
        ),
    ):
        person = visitor()
        person.speak(language)
        person.sign_in(account_of(post))
        for path in paths:
            faults += inspect(person, path)
    citizen = visitor()
    citizen.speak(language)
    faults += inspect(citizen, "/board/BRIDGE/")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_plans_are_open_to_everybody(visitor, language):
    world = chain()
    plan = plans.approved(world)
    written = plans.draft(world, segment=world.segment)
    plans.fill(written, world)
    task = plan.items.get(kind="task")
    faults = []
    for post, paths in (
        (world.county, (f"/register/plans/{plan.number}/", f"/register/plans/{written.number}/review/")),
        (
            world.office,
            (
                "/register/plans/",
                f"/register/plans/new/?segment={world.segment.code}",
                f"/register/plans/{written.number}/",
                f"/register/plans/{written.number}/add/responsibility/",
                f"/register/plans/{plan.number}/lines/{task.ref}/progress/",
                f"/register/plans/{plan.number}/revise/",
            ),
        ),
    ):
        person = visitor()
        person.speak(language)
        person.sign_in(account_of(post))
        for path in paths:
            faults += inspect(person, path)
    assert not faults, "\n".join(faults)
