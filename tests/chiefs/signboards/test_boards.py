"""Notice boards: who sets them up, what must stand on them, and the tasks that follow a change of chiefs."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from accountability.clocks.models import Term
from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger import registry
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.notices.models import Notice
from chiefs.posts import charges, tenures
from chiefs.posts.models import Charge, Tenure
from chiefs.signboards import actions, content, reports
from chiefs.signboards.models import BoardUpdate, Signboard
from tests.factories import signboards
from tests.factories.evidence import photo
from tests.factories.posts import ChargeFactory, PersonFactory, UnitFactory, acting_for, chain, chief
from tests.factories.resources import SegmentFactory
from tests.factories.territory import village

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def board(world):
    return signboards.board(world)


def succeed(post, day, name="新任河长（演示）"):
    """Another person takes the post over on a day."""
    old = Tenure.objects.in_force(day).get(post=post)
    Tenure.objects.filter(pk=old.pk).update(until=day)
    return Tenure.objects.create(post=post, person=PersonFactory(name=name), since=day)


def photographed(update, post):
    evidence.keep(photo(), owner=update.stream, role="photo", by=acting_for(post), name="board.jpg")


def test_only_who_keeps_the_register_there_sets_a_board_up(world):
    with pytest.raises(NotPermitted):
        actions.set_up(code="B-1", segment=world.segment, entry=signboards.entry(world), by=acting_for(world.village))
    made = signboards.board(world, code="B-1")
    assert (made.state, made.as_of) == ("standing", days.today())
    event = Event.objects.get(stream=made.stream)
    assert event.act == "signboards.set_up"
    assert signboards.entry(world).place not in event.payload  # words enter as commitments


def test_a_code_that_means_another_segment_is_refused(world):
    other = SegmentFactory(code="ELSE-1")
    with pytest.raises(Refused):
        signboards.board(world, code=other.code)
    signboards.board(world)  # the own segment's code, as printed boards have it
    with pytest.raises(Refused):
        signboards.board(world)


def test_a_unit_that_does_not_sit_at_the_place_or_above_cannot_keep_the_board(world):
    with pytest.raises(Refused):
        signboards.board(world, unit=UnitFactory(jurisdiction=village("513301202200", "试验邻村")))


def test_a_change_of_chief_opens_exactly_one_task_due_by_the_rule(world, board):
    day = days.today() - timedelta(days=4)
    Signboard.objects.filter(pk=board.pk).update(as_of=day - timedelta(days=1))
    succeed(world.township, day)
    opened = actions.chiefs_changed([world.segment], day, acting_for(world.office))
    assert [update.board for update in opened] == [board]
    update = opened[0]
    term = Term.objects.get(code="signboard.update")
    assert (update.changed_on, update.due, update.term_id) == (day, day + timedelta(days=term.length), term.pk)
    assert not term.confirmed
    assert actions.chiefs_changed([world.segment], day, acting_for(world.office)) == []
    assert actions.sweep() == 0
    succeed(world.village, days.today())  # another change while one is owed: the same task
    assert actions.sweep() == 0
    assert BoardUpdate.objects.open().get() == update


def test_a_reference_that_was_used_for_another_step_is_no_check(world):
    board, other, ref = signboards.board(world), signboards.board(world, code="C-2"), uuid.uuid4()
    said = {"seen_on": days.today(), "note": "牌面完好", "by": acting_for(world.office), "client_ref": ref}
    actions.check(other, expect=other.version, **said)
    with pytest.raises(Mismatch):
        actions.check(board, expect=board.version, **said)


def test_the_sweep_finds_what_nobody_told_and_says_since_when_the_board_is_wrong(world, board):
    assert actions.sweep() == 0
    day = days.today() - timedelta(days=20)
    succeed(world.county, day)
    assert actions.sweep() == 1
    update = BoardUpdate.objects.get()
    assert update.changed_on == day
    assert update in BoardUpdate.objects.overdue(days.today())
    assert Notice.objects.filter(about=update.stream, post__unit=board.unit).exists()


@pytest.mark.parametrize("what", ["ended", "charge ended", "charge begun"])
def test_a_vacancy_and_a_charge_are_changes_too(world, board, what):
    day = days.today() - timedelta(days=3)
    if what == "ended":
        Tenure.objects.filter(post=world.township).update(until=day)
    elif what == "charge ended":
        Charge.objects.filter(post=world.township).update(until=day)
    else:
        ChargeFactory(post=chief("county", world.county.unit), segment=world.segment, since=day)
    assert actions.sweep() == 1
    assert BoardUpdate.objects.get().changed_on == day


def test_boards_follow_a_term_and_a_charge_in_the_same_transaction(world, board):
    """As a join: the act says from which day the names are others."""
    by, today = acting_for(world.office), days.today()
    tenures.succeed(world.township.tenures.get(), person=PersonFactory(), day=today, basis="任字〔2026〕8号", by=by)
    update = BoardUpdate.objects.get()
    assert update.changed_on == today
    actions.waive(update, reason="该牌下周整体更换", by=by, expect=update.version)
    charges.end_charge(Charge.objects.get(post=world.village), day=today, by=by)
    assert BoardUpdate.objects.open().get().changed_on == today


def test_a_change_to_come_waits_for_its_day(world, board, settings):
    settings.DEMO = True
    day = days.today() + timedelta(days=3)
    succeed(world.township, day)
    assert actions.chiefs_changed([world.segment], day, acting_for(world.office)) == []
    assert actions.sweep() == 0
    with days.pretend(days.start_of(day)):
        assert actions.sweep() == 1


def test_chiefs_entered_after_the_board_are_those_that_it_names(world):
    """Boards may be imported before chiefs: a board names the chiefs of its day, and nothing is owed for that."""
    charges = list(Charge.objects.values("post_id", "segment_id", "since"))
    Charge.objects.all().delete()
    board = signboards.board(world)
    assert board.settled is None
    Charge.objects.bulk_create(Charge(**charge) for charge in charges)
    assert actions.sweep() == 0
    succeed(world.village, days.today())
    assert actions.sweep() == 1


def test_a_first_chief_after_the_board_was_set_up_is_a_change(world):
    Charge.objects.exclude(post=world.village).delete()
    Charge.objects.filter(post=world.village).update(since=days.today())
    signboards.board(world, as_of=days.today() - timedelta(days=5))
    assert actions.sweep() == 1


def test_an_update_is_done_with_a_photo_and_then_the_board_names_the_new_chief(world, board):
    succeed(world.village, days.today())
    actions.sweep()
    update = BoardUpdate.objects.get()
    by = acting_for(world.village)  # the village committee keeps the board
    with pytest.raises(Refused):
        actions.finish(update, done_on=days.today(), note="", by=by, expect=update.version)
    photographed(update, world.village)
    with pytest.raises(NotPermitted):
        actions.finish(update, done_on=days.today(), note="", by=acting_for(world.bureau), expect=update.version)
    with pytest.raises(Refused):
        actions.finish(update, done_on=update.changed_on - timedelta(days=1), note="", by=by, expect=update.version)
    actions.finish(update, done_on=days.today(), note="已更换面板", by=by, expect=update.version)
    board.refresh_from_db()
    assert (update.state, board.as_of, board.checked_on) == ("done", days.today(), days.today())
    assert actions.sweep() == 0
    with pytest.raises((NoTransition, Stale)):
        actions.finish(update, done_on=days.today(), note="", by=by, expect=update.version)
    succeed(world.county, days.today())
    assert actions.sweep() == 1


def test_a_waived_update_comes_back_only_with_another_change(world, board):
    succeed(world.township, days.today() - timedelta(days=1))
    actions.sweep()
    update = BoardUpdate.objects.get()
    with pytest.raises(NotPermitted):  # who has to do it does not say that it need not be done
        actions.waive(update, reason="本周拆除", by=acting_for(world.village), expect=update.version)
    actions.waive(update, reason="该牌下周整体更换", by=acting_for(world.office), expect=update.version)
    assert actions.sweep() == 0
    succeed(world.village, days.today())
    assert actions.sweep() == 1


def test_a_board_that_is_gone_owes_nothing_and_comes_back_with_the_names_of_that_day(world, board):
    succeed(world.township, days.today())
    actions.sweep()
    by = acting_for(world.office)
    actions.take_down(board, seen_on=days.today(), note="被洪水冲走", by=by, expect=board.version)
    assert not BoardUpdate.objects.open().exists()
    assert actions.sweep() == 0
    actions.put_up_again(board, seen_on=days.today(), note="重新立牌", by=by, expect=board.version)
    assert actions.sweep() == 0
    board.refresh_from_db()
    assert (board.state, board.as_of) == ("standing", days.today())


def test_damage_and_repair_are_said_by_who_looks_after_the_board(world, board):
    with pytest.raises(NotPermitted):
        actions.report_damaged(board, seen_on=days.today(), note="牌面被涂污", by=acting_for(world.forestry), expect=board.version)
    actions.report_damaged(board, seen_on=days.today(), note="牌面被涂污", by=acting_for(world.village), expect=board.version)
    with pytest.raises(NoTransition):
        actions.report_damaged(board, seen_on=days.today(), note="牌面被涂污", by=acting_for(world.village), expect=board.version)
    actions.repair(board, seen_on=days.today(), note="已更换牌面", by=acting_for(world.village), expect=board.version)
    assert (board.state, board.checked_on) == ("standing", days.today())


def test_an_entry_is_corrected_with_what_was_there_before_and_a_check_leaves_its_event(world, board):
    by = acting_for(world.office)
    assert actions.change(board, entry=actions.as_entry(board), by=by, expect=board.version) is None
    actions.change(board, entry=signboards.entry(world, place="上游吊桥旁"), by=by, expect=board.version)
    event = Event.objects.filter(stream=board.stream, act="signboards.change").get()
    assert set(event.facts["now"]) == {"place"}
    actions.check(board, seen_on=days.today(), note="", by=acting_for(world.village), expect=board.version)
    assert board.checked_on == days.today()
    with pytest.raises(Stale):
        actions.check(board, seen_on=days.today(), note="", by=by, expect=board.version + 1)


def test_a_board_speaks_for_its_segments_or_for_the_whole_water(world):
    beside = SegmentFactory(resource=world.segment.resource, jurisdiction=village("513301201201", "试验二村"))
    neighbour = chief("village", UnitFactory(jurisdiction=beside.jurisdiction))
    ChargeFactory(post=neighbour, segment=beside)
    own = signboards.board(world)
    two = signboards.board(world, code="TWO", segments=[beside])
    whole = signboards.board(world, code="ALL", whole=True)
    today = days.today()
    named = {pk: {post for post, _person in pairs} for pk, pairs in reports.chiefs_by_board([own, two, whole], today).items()}
    assert neighbour.pk not in named[own.pk]
    assert neighbour.pk in named[two.pk]
    assert named[whole.pk] == {world.county.pk, world.prefecture.pk}
    assert {b.code for b in reports.of_segments([beside.pk])} == {"TWO", "ALL"}


def test_what_the_rules_want_is_on_the_board_and_what_is_missing_is_named(world, board):
    said = content.of(board, days.today())
    assert [line.title.name for line in said.chiefs] == [p.title for p in (world.prefecture, world.county, world.township, world.village)]
    assert said.extent.name
    assert said.targets
    assert said.forbidden
    assert "12345" in said.hotlines
    assert not said.missing()
    bare = signboards.board(world, code="BARE", length_m=None, targets="")
    assert len(content.of(bare, days.today()).missing()) == 2
    with pytest.raises(Refused):
        actions.print_sheet(bare, size="A4", script="zh", by=acting_for(world.office))


def test_what_a_unit_would_leave_behind_is_answered(world, board):
    assert registry.open_work.ask(unit_id=board.unit_id)[-1] == board
    succeed(world.township, days.today())
    actions.sweep()
    update = BoardUpdate.objects.get()
    assert update in registry.open_work.ask(unit_id=board.unit_id)
    assert update in registry.open_work.ask(jurisdiction_id=world.place.pk)
    assert update not in registry.open_work.ask(post_id=world.village.pk)


def test_the_cost_of_the_sweep_does_not_grow_with_the_boards(world, board, django_assert_num_queries):
    for number in range(4):
        signboards.board(world, code=f"MORE-{number}", as_of=None)
    with django_assert_num_queries(10):
        assert actions.sweep() == 0
