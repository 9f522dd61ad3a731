"""After a change of divisions or a new name every board that prints the old one gets one task, and the change waits for it."""

from __future__ import annotations

import datetime as dt

import pytest

from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger.errors import Refused
from chiefs.posts import naming
from chiefs.signboards import actions, renamed
from chiefs.signboards.models import BoardUpdate, Signboard
from chiefs.territory import actions as divisions
from chiefs.territory import reports, standing
from chiefs.territory.actions import Beginning
from tests.factories import signboards
from tests.factories.evidence import photo
from tests.factories.posts import acting_for, chain
from tests.factories.territory import change, keep_names, split, township

pytestmark = pytest.mark.django_db
BASIS = "雅府发〔2026〕1号（试验）"


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


@pytest.fixture
def board(world):
    made = signboards.board(world)
    Signboard.objects.filter(pk=made.pk).update(as_of=day(30))
    made.refresh_from_db()
    return made


def day(back: int) -> dt.date:
    return days.today() - dt.timedelta(days=back)


def rename(world, office, back=5):
    return change("renamed", [township()], Beginning("雅拉镇", "镇", "513301121000"), by=office, day=day(back))


def update_of(board) -> BoardUpdate:
    return BoardUpdate.objects.open().get(board=board)


def done(board, world):
    update = update_of(board)
    evidence.keep(photo(), owner=update.stream, role="photo", by=acting_for(world.village), name="牌.jpg")
    actions.finish(update, done_on=days.today(), note="", by=acting_for(world.village), expect=update.version)


def test_a_rename_opens_one_task_for_each_board_with_the_term_of_the_rules(world, office, board):
    rename(world, office)
    update = update_of(board)
    assert update.changed_on == day(5)
    assert update.due > update.changed_on
    assert actions.sweep() == 0
    assert BoardUpdate.objects.count() == 1


def test_the_change_lists_the_board_and_waits_until_it_is_done(world, office, board):
    act = rename(world, office)
    keep_names(act, office)
    (task,) = standing.tasks_of(act, office)
    assert task.record == board
    assert not task.settled_here
    assert task.way.page == f"/register/boards/{board.code}/"
    assert update_of(board).due.isoformat() in task.way.hint
    act.refresh_from_db()
    with pytest.raises(Refused):
        divisions.finish(act, by=office, expect=act.version)
    done(board, world)
    assert reports.left_behind(act) == []
    divisions.finish(act, by=office, expect=act.version)
    assert actions.sweep() == 0


def test_a_board_that_need_not_be_changed_is_not_asked_again(world, office, board):
    act = rename(world, office)
    update = update_of(board)
    actions.waive(update, reason="牌上没有写乡名", by=office, expect=update.version)
    keep_names(act, office)
    assert reports.left_behind(act) == []
    assert actions.sweep() == 0


def test_a_segment_that_a_person_puts_somewhere_takes_its_board_along(world, office, board):
    act, upper, _lower = split(world.place, office)
    assert not BoardUpdate.objects.exists()
    divisions.settle(act, world.segment, to=upper, by=office)
    assert update_of(board).changed_on == days.today()
    assert board in reports.left_behind(act)


def test_a_board_set_up_after_the_change_owes_nothing(world, office):
    act = rename(world, office)
    made = signboards.board(world)
    assert made not in reports.left_behind(act)
    assert actions.sweep() == 0


def test_a_change_of_rank_alone_is_none_of_the_boards_business(world, office, board):
    change("reclassified", [township()], Beginning("雅拉乡", "镇", "513301121000"), by=office, day=day(5))
    assert not BoardUpdate.objects.exists()


def test_a_new_title_or_a_new_name_of_the_keeping_unit_is_a_change_of_the_board(world, office, board):
    naming.rename_post(world.village, title="雅拉河村河长", since=day(3), basis=BASIS, by=office)
    assert update_of(board).changed_on == day(3)
    done(board, world)
    naming.rename_unit(board.unit, name="雅拉河村委会", since=day(0), basis=BASIS, by=office)
    assert not BoardUpdate.objects.open().exists()  # it was brought up to date on that day
    Signboard.objects.filter(pk=board.pk).update(as_of=day(2))
    assert actions.sweep() == 1
    assert update_of(board).changed_on == days.today()


def test_boards_that_nobody_told_are_found_by_the_sweep(world, office, board):
    Signboard.objects.filter(pk=board.pk).update(as_of=days.today())
    rename(world, office)
    assert not BoardUpdate.objects.exists()
    Signboard.objects.filter(pk=board.pk).update(as_of=day(30))  # as if it had been registered by another way
    assert actions.sweep() == 1


def test_what_is_asked_of_boards_costs_the_same_for_many(world, office, board, django_assert_num_queries):
    rename(world, office)
    boards = list(Signboard.objects.select_related("segment__jurisdiction__parent__parent__parent"))
    with django_assert_num_queries(3):
        assert renamed.since(boards, {board.pk: {world.village.pk}}, days.today()) == {board.pk: day(5)}
