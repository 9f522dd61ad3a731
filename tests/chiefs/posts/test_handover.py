"""The end of a term lists what lies open; each matter is taken over by name, and nothing is left without a holder."""

import datetime as dt
import uuid

import pytest
import time_machine

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused, Stale
from accountability.ledger.models import Event
from chiefs.posts import actions_handover, deputations, handovers, seats, tenures
from chiefs.posts.models import Handover, HandoverItem, PostKind, Tenure
from tests.factories.cases import case
from tests.factories.posts import PersonFactory, PostFactory, TenureFactory, acting_for

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)


def holder(post):
    return post.tenures.in_force(TODAY).get()


def ended(world, office, day=TODAY):
    return tenures.end_term(holder(world.village), day=day, reason="免职", by=office).handover


def succeeded(world, office, day=TODAY):
    after = tenures.succeed(holder(world.village), person=PersonFactory(), day=day, basis="任字1号", by=office)
    return after, Handover.objects.get(post=world.village)


def key(tenure):
    return f"t{tenure.pk}"


def listed(handover):
    return {item.stream: item.taker for item in handover.items.filter(settled_at=None)}


def take(handover, records, tenure, by, **more):
    streams = [record.stream for record in records]
    return actions_handover.take_over(handover, streams=streams, taker=key(tenure), by=by, expect=handover.version, **more)


def finish(handover, by):
    return actions_handover.finish(handover, by=by, expect=handover.version)


def test_what_lies_open_is_listed_and_the_cases_stay_with_the_post(world, office):
    held = case(world)
    after, handover = succeeded(world, office)
    assert listed(handover) == {held.stream: None}
    held.refresh_from_db()
    assert held.holder == world.village
    assert handovers.answers_for(world.village, held.stream, TODAY) == after


def test_it_is_not_finished_while_a_matter_has_nobody(world, office):
    first, second = case(world), case(world)
    after, handover = succeeded(world, office)
    take(handover, [first], after, office)
    with pytest.raises(Refused):
        finish(handover, office)
    take(handover, [second], after, office)
    finish(handover, office)
    assert handover.state == Handover.State.FINISHED
    assert Event.objects.get(stream=handover.stream, act="posts.finish").facts["found"]["taken"] == {
        first.stream: after.pk,
        second.stream: after.pk,
    }


def test_work_that_comes_later_is_covered(world, office):
    after, handover = succeeded(world, office)
    late = case(world)
    assert [row.stream for row in handovers.rows_of(handover)] == [late.stream], "shown before it is written down"
    with pytest.raises(Refused):
        finish(handover, office)
    take(handover, [late], after, office)
    finish(handover, office)
    assert listed(handover) == {late.stream: after}


def test_what_was_closed_meanwhile_needs_nobody(world, office):
    held = case(world)
    _after, handover = succeeded(world, office)
    _sign_off(held)
    finish(handover, office)
    item = HandoverItem.objects.get(handover=handover)
    assert (item.taker, item.settled_at is not None) == (None, True)


def _sign_off(held):
    from accountability.ledger.models import gate_open

    with gate_open():
        type(held).objects.filter(pk=held.pk).update(state="signed_off")


def test_a_vacant_post_is_answered_for_by_who_receives(world, office):
    """Zhejiang rule, art. 11: without a chief the government of the place receives."""
    held = case(world)
    handover = ended(world, office)
    receiver = handover.covered_by
    assert receiver.post.unit == world.village.unit
    assert receiver.post.kind.functions == ["receiver"]
    assert handovers.answers_for(world.village, held.stream, TODAY) == receiver
    with pytest.raises(Refused):
        finish(handover, office)
    superior = holder(world.township)
    take(handover, [held], superior, office)
    finish(handover, office)
    assert handovers.answers_for(world.village, held.stream, TODAY) == superior
    assert handovers.answers_for(world.village, "cases.case:0", TODAY) == receiver


def test_a_deputy_of_the_successor_may_take_over(world, office):
    held = case(world)
    after, handover = succeeded(world, office)
    made = deputations.deputise(after, person=PersonFactory(), since=TODAY, until=TODAY + 9 * DAY, reason="培训", by=office)
    actions_handover.take_over(handover, streams=[held.stream], taker=f"d{made.pk}", by=office, expect=handover.version)
    item = HandoverItem.objects.get(handover=handover)
    assert (item.taker, item.deputation) == (after, made)


def test_the_successor_takes_over_for_themselves_and_for_nobody_else(world, office):
    held = case(world)
    after, handover = succeeded(world, office)
    own = acting_for(world.village)
    assert own.person_id == after.person_id
    take(handover, [held], after, own)
    with pytest.raises(NotPermitted):
        finish(handover, own)
    with pytest.raises(NotPermitted):
        take(handover, [held], after, acting_for(world.township))


def test_nobody_is_named_who_is_not_among_those_shown(world, office):
    held = case(world)
    _after, handover = succeeded(world, office)
    with pytest.raises(Refused):
        take(handover, [held], holder(world.water), office)
    with pytest.raises(Refused):
        actions_handover.take_over(
            handover, streams=["cases.case:999"], taker=handovers.takers(handover)[0].key, by=office, expect=handover.version
        )


def test_a_double_click_takes_over_once_and_does_not_undo_what_came_after(world, office):
    held = case(world)
    handover = ended(world, office)
    first, second = handover.covered_by, holder(world.township)
    ref, seen = uuid.uuid4(), handover.version
    take(handover, [held], first, office, client_ref=ref)
    take(handover, [held], second, office)
    again = Handover.objects.get(pk=handover.pk)
    actions_handover.take_over(again, streams=[held.stream], taker=key(first), by=office, expect=seen, client_ref=ref)
    assert listed(handover) == {held.stream: second}
    with pytest.raises(Stale):
        actions_handover.take_over(again, streams=[held.stream], taker=key(first), by=office, expect=seen)


def test_a_handover_prepared_ahead_is_finished_on_the_day(world, office):
    held = case(world)
    after, handover = succeeded(world, office, day=TODAY + 2 * DAY)
    take(handover, [held], after, office)
    with pytest.raises(Refused):
        finish(handover, office)
    with time_machine.travel(days.start_of(TODAY + 2 * DAY)):
        finish(handover, office)
    assert handover.state == Handover.State.FINISHED


def test_a_term_that_ends_by_itself_gets_its_handover_by_the_sweep_once(world, office):
    post = PostFactory(kind=PostKind.objects.get(code="ranger-village"), unit=world.village.unit)
    term = tenures.appoint(post, person=PersonFactory(), since=TODAY, until=TODAY + 30 * DAY, basis="聘用合同", by=office)
    actions_handover.look_after()
    assert not Handover.objects.filter(tenure=term).exists()
    with time_machine.travel(days.start_of(TODAY + 30 * DAY)):
        for _twice in range(2):
            actions_handover.look_after()
        handover = Handover.objects.get(tenure=term)
        assert handover.covered_by.post.unit == world.village.unit


def test_terms_that_were_over_before_they_were_entered_need_none(world):
    TenureFactory(post=PostFactory(unit=world.village.unit), until=TODAY - 100 * DAY)
    actions_handover.look_after()
    assert not Handover.objects.exists()


def test_when_who_answers_meanwhile_leaves_the_vacant_post_is_on_their_list_too(world, office):
    handover = ended(world, office)
    receiver = handover.covered_by
    second = tenures.end_term(receiver, day=TODAY, reason="调离", by=office).handover
    assert handover.stream in listed(second)
    actions_handover.look_after()
    handover.refresh_from_db()
    assert handover.covered_by.post.unit == world.township.unit, "the next level receives; the sweep sees to it"


def test_a_unit_that_stands_empty_hands_over_what_lies_with_it(world, office):
    from tests.factories.cases import done

    task = done(world).inspections.get()
    desk_post = world.office if task.unit_id == world.office.unit_id else task.unit.posts.first()
    term = desk_post.tenures.get()
    above = acting_for(_prefecture_office(world))
    handover = tenures.end_term(term, day=TODAY, reason="调离", by=above).handover
    assert task.stream in listed(handover)


def _prefecture_office(world):
    from chiefs.posts.functions import Function
    from tests.factories.posts import UnitFactory, desk

    return desk(UnitFactory(jurisdiction=world.prefecture.unit.jurisdiction), Function.CHIEF_OFFICE)


def test_a_post_is_not_closed_while_something_lies_open_or_somebody_holds_it(world, office):
    held = case(world)
    with pytest.raises(Refused):
        seats.close_post(world.village, day=TODAY, by=office)
    ended(world, office)
    world.village.charges.update(until=TODAY)
    with pytest.raises(Refused):
        seats.close_post(world.village, day=TODAY, by=office)
    _sign_off(held)
    assert seats.close_post(world.village, day=TODAY, by=office).until == TODAY


def test_who_sees_a_handover(world, office):
    after, handover = succeeded(world, office)
    seen = Handover.objects.visible_to
    assert handover in seen(office)
    assert handover in seen(acting_for(world.village))
    assert handover in seen(acting_for(world.township.unit.posts.get(kind__functions=["receiver"])))
    for post in (world.water, world.intake, world.township):
        assert handover not in seen(acting_for(post))
    assert not seen(None).exists()
    assert Tenure.objects.filter(pk=after.pk).exists()
