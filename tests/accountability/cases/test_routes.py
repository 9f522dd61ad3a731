"""The ways of a case between levels: vacancies, missing levels, detours, and who is complained of."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.cases import actions, reports, rules, ways
from accountability.cases.lifecycle import CaseLifecycle
from accountability.cases.models import Case, CaseScope, Leg
from accountability.cases.rules import Seat
from accountability.clocks.models import Term
from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from chiefs.inspections import actions as inspections
from chiefs.posts.functions import Function
from chiefs.posts.models import Charge, Tenure
from tests.factories import cases, posts
from tests.factories.posts import acting_for

database = pytest.mark.django_db


@pytest.fixture
def world():
    return posts.chain()


def move(name, case, post, **facts):
    return getattr(actions, name)(case, by=acting_for(post), expect=case.version, **facts)


def offered(case, post):
    return {m.name for m in CaseLifecycle.available(case, acting_for(post))}


def receiver(post):
    return post.unit.posts.get(kind__single=False)


def leaves(post):
    Tenure.objects.filter(post=post).delete()


# -- the rule alone -----------------------------------------------------------------------------------------------------


def test_where_nobody_is_in_office_it_waits_at_a_named_vacancy():
    chiefs = {"village": [Seat(1, 1, held=False)], "county": [Seat(3, 3, held=False)]}
    assert rules.route("village", chiefs, {}) == ("village", Seat(1, 1, held=False))
    desks = {"township": Seat(20, 2, held=False)}
    assert rules.route("village", chiefs, desks, include_start=False) == ("township", Seat(20, 2, held=False))


def test_two_chiefs_of_one_level_may_both_be_handed_to():
    chiefs = {"township": [Seat(1, 1), Seat(2, 1), Seat(3, 1, held=False)]}
    assert rules.seats_at("township", chiefs, {"township": Seat(9, 1)}) == [Seat(1, 1), Seat(2, 1)]


HOWS = [f"cases.{how}" for how in ("report_up", "hand_down", "hand_over", "send_back", "return_to_work", "reopen")]


@given(st.lists(st.sampled_from(HOWS), max_size=30))
def test_sending_back_again_and_again_comes_to_an_end(hows):
    way, steps = ["cases.open", *hows], 0
    while rules.given_from(way) is not None:
        way, steps = [*way, "cases.send_back"], steps + 1
    assert steps <= len(hows)


# -- up and down --------------------------------------------------------------------------------------------------------


@database
@pytest.mark.parametrize("gone", ["vacant", "no post at all"])
def test_without_a_township_chief_the_township_government_receives(world, gone):
    if gone == "vacant":
        leaves(world.township)
    else:
        Charge.objects.filter(post=world.township).delete()
    case = cases.case(world)
    move("report_up", case, world.village, note="请上级协调")
    assert case.holder == receiver(world.township)
    assert "hand_over" in offered(case, receiver(world.township))


@database
def test_a_level_without_chief_and_without_desk_is_passed_over(world):
    Charge.objects.filter(post=world.township).delete()
    leaves(receiver(world.township))
    case = cases.case(world)
    move("report_up", case, world.village, note="请上级协调")
    assert case.holder == world.county


@database
def test_whoever_is_new_in_office_may_send_back_to_who_is_new_below(world):
    case = cases.case(world)
    move("report_up", case, world.village, note="请上级协调")
    leaves(world.village)
    move("send_back", case, world.township, note="请先自行处理")
    assert case.holder == receiver(world.village)


@database
def test_what_a_department_returned_goes_on_down_and_not_back_to_the_department(world):
    case = cases.case(world)
    move("report_up", case, world.village, note="请上级协调")
    move("report_up", case, world.township, note="请市里协调")
    move("hand_over", case, world.county, to=world.water, assisting=[], note="")
    move("send_back", case, world.water, note="不属于本局职责")
    assert (case.state, case.holder) == ("held", world.county)
    move("send_back", case, world.county, note="请乡里先处理")
    assert (case.state, case.holder) == ("held", world.township)


@database
def test_a_chief_whose_own_work_a_visit_returned_holds_it_again_and_may_report_it_up(world):
    case = cases.case(world)
    move("report_done", case, world.village, measure="已清运")
    task = case.inspections.get()
    inspections.send_back(task, report="还有一堆", visited_at=days.now(), by=acting_for(world.office), expect=task.version)
    case.refresh_from_db()
    assert (case.state, case.holder) == ("held", world.village)
    assert "report_up" in offered(case, world.village)


@database
def test_a_case_that_is_opened_again_when_its_holder_has_left_goes_to_who_receives_now(world):
    case = cases.case(world)
    move("report_done", case, world.village, measure="已清运")
    task = case.inspections.get()
    inspections.confirm(task, report="已清", visited_at=days.now(), by=acting_for(world.office), expect=task.version)
    case.refresh_from_db()
    move("sign_off", case, world.office, note="")
    leaves(world.village)
    move("reopen", case, world.office, reason="又有垃圾")
    assert (case.state, case.holder) == ("held", receiver(world.village))
    assert case.legs.get(left_at=None).post == receiver(world.village)


# -- departments --------------------------------------------------------------------------------------------------------


@database
def test_a_department_desk_without_anybody_is_not_offered(world):
    case = cases.case(world, holder=world.county)
    leaves(world.water)
    assert world.water not in ways.departments_for(case)
    with pytest.raises(Refused):
        move("hand_over", case, world.county, to=world.water, assisting=[], note="")


@database
def test_who_assists_serves_the_place(world):
    case = cases.case(world, holder=world.county)
    with pytest.raises(Refused):
        move("hand_over", case, world.county, to=world.water, assisting=[world.intake.unit], note="")


@database
def test_who_assists_goes_on_assisting_when_a_visit_returns_the_work(world):
    case = cases.case(world, holder=world.county)
    move("hand_over", case, world.county, to=world.water, assisting=[world.forestry.unit], note="")
    move("report_done", case, world.water, measure="已清运")
    assert not CaseScope.objects.get(case=case, unit=world.forestry.unit).mine
    task = case.inspections.get()
    inspections.send_back(task, report="还有一堆", visited_at=days.now(), by=acting_for(world.office), expect=task.version)
    assert CaseScope.objects.get(case=case, unit=world.forestry.unit).mine


# -- verification and signing off ---------------------------------------------------------------------------------------


def prefecture_office(world):
    unit = posts.UnitFactory(name="州河长办", jurisdiction=world.prefecture.unit.jurisdiction)
    return posts.desk(unit, Function.CHIEF_OFFICE)


@database
def test_the_office_of_the_county_verifies_and_signs_off_what_the_county_handed_over(world):
    above = prefecture_office(world)
    case = cases.verified(world)
    assert case.verified_unit == world.office.unit
    acting = CaseScope.objects.filter(case=case, mine=True).values_list("unit", flat=True)
    assert set(acting) == {world.office.unit_id}
    assert "sign_off" not in offered(case, above)


@database
def test_what_the_prefecture_handed_over_its_own_office_signs_off(world):
    above = prefecture_office(world)
    case = cases.case(world, holder=world.prefecture)
    move("hand_over", case, world.prefecture, to=world.water, assisting=[], note="")
    move("report_done", case, world.water, measure="已清运")
    move("confirm", case, world.office, note="")
    assert ("sign_off" in offered(case, above), "sign_off" in offered(case, world.office)) == (True, False)


@database
def test_the_work_of_the_countys_chief_office_is_verified_by_the_one_above(world):
    above = prefecture_office(world)
    case = cases.case(world, holder=world.office)
    move("report_done", case, world.office, measure="已清运")
    assert reports.verifier(case) == above.unit
    with pytest.raises(NotPermitted):
        move("confirm", case, world.office, note="")


@database
def test_work_that_nobody_else_can_verify_is_not_reported_done(world):
    case = cases.case(world, holder=world.office)
    assert "report_done" not in offered(case, world.office)
    with pytest.raises(Refused):
        move("report_done", case, world.office, measure="已清运")


# -- more time ----------------------------------------------------------------------------------------------------------


@database
@pytest.mark.parametrize(("name", "facts"), [("report_done", {"measure": "已清运"}), ("send_back", {"note": "不属于本局职责"})])
def test_a_request_for_time_ends_when_the_case_moves_on(world, name, facts):
    case = cases.in_work(world)
    before = case.due
    move("ask_extension", case, world.water, days=5, reason="雨季涨水")
    leader = receiver(world.county)
    assert CaseScope.objects.get(case=case, unit=leader.unit).mine
    move(name, case, world.water, **facts)
    asked = case.extensions.get()
    assert (asked.granted, asked.decided_by, case.due) == (False, None, before)
    assert "decide_extension" not in offered(case, leader)


@database
def test_time_in_working_days_is_prolonged_by_working_days(world):
    case = cases.in_work(world)
    Term.objects.filter(pk=case.term_id).update(day_kind=Term.DayKind.WORKING_DAYS)
    move("ask_extension", case, world.water, days=10, reason="雨季涨水")
    before = case.due
    move("decide_extension", case, receiver(world.county), granted=True, reason="情况属实")
    assert (case.due - before).days > 10


# -- who is complained of -----------------------------------------------------------------------------------------------


@database
@pytest.mark.parametrize(
    ("subject", "holder"), [("village", "township"), ("township", "county"), ("county", "prefecture"), ("water", "prefecture")]
)
def test_a_matter_about_a_post_goes_to_the_level_above_it(world, subject, holder):
    case = cases.case(world, subject_post=getattr(world, subject), by=acting_for(world.intake))
    assert case.holder == getattr(world, holder)


@database
def test_nobody_who_stands_under_the_post_complained_of_is_named_to_work_on_it_or_to_verify(world):
    above = prefecture_office(world)
    case = cases.case(world, subject_post=world.county, by=acting_for(world.intake))
    assert ways.posts_below(case) == []
    # The branch stands under the prefecture's bureau and not under the county's government: it may work on it.
    assert set(ways.departments_for(case)) == {world.branch, world.bureau}
    assert reports.verifier(case) == above.unit


@database
def test_a_matter_about_a_bureau_of_the_prefecture_goes_to_its_chief_and_not_to_the_branch_that_it_leads(world):
    case = cases.case(world, subject_post=world.bureau, by=acting_for(world.intake))
    assert case.holder == world.prefecture
    assert set(ways.departments_for(case)) == {world.water, world.forestry}


@database
def test_a_matter_about_whoever_stands_highest_is_passed_on_and_not_swallowed(world):
    with pytest.raises(Refused) as refusal:
        cases.case(world, subject_post=world.prefecture, by=acting_for(world.intake))
    assert len(str(refusal.value)) > 10
    assert not Case.objects.exists()


@database
def test_no_holder_may_be_named_out_of_the_line_complained_of(world):
    with pytest.raises(Refused):
        cases.case(world, holder=world.village, subject_post=world.township, by=acting_for(world.intake))


# -- what is kept -------------------------------------------------------------------------------------------------------


@database
def test_an_offline_step_counts_from_when_it_was_taken(world):
    case = cases.case(world)
    Leg.objects.filter(case=case).update(received_at=days.now() - timedelta(days=9))
    happened = days.now() - timedelta(days=4)
    event = move("report_done", case, world.village, measure="已清运", occurred_at=happened)
    case.refresh_from_db()
    assert case.done_at == happened == event.occurred_at
    assert event.recorded_at > happened


@database
def test_a_step_repeated_after_the_case_moved_on_gives_its_first_answer(world):
    case = cases.case(world)
    happened, ref = days.now(), case.client_ref
    facts = {"note": "请上级协调", "by": acting_for(world.village), "expect": 0, "occurred_at": happened, "client_ref": ref}
    first = actions.report_up(case, **facts)
    move("send_back", case, world.township, note="请先自行处理")
    assert actions.report_up(case, **facts) == first
    with pytest.raises(Mismatch):
        actions.report_up(case, **facts | {"note": "另一个原因"})


@database
@pytest.mark.parametrize("shift", [timedelta(hours=1), -timedelta(days=1)])
def test_a_step_can_neither_lie_in_the_future_nor_before_the_case_came(world, shift):
    case = cases.case(world)
    with pytest.raises(Refused):
        move("report_up", case, world.village, note="请上级协调", occurred_at=days.now() + shift)


@database
def test_a_later_reopening_changes_nothing_of_an_earlier_term(world, settings):
    settings.DEMO = True  # only there a past day may be lived again
    day = days.today() - timedelta(days=30)
    with days.pretend(days.start_of(day) + timedelta(hours=9)):
        case = cases.signed_off(world)
    (before,) = reports.of_post(world.water.pk, day, day + timedelta(days=1))
    assert (before.done_on, before.signed_off_on) == (day, day)
    move("reopen", case, world.office, reason="又有垃圾")
    assert case.done_at is None
    assert reports.of_post(world.water.pk, day, day + timedelta(days=1)) == [before]
    assert reports.on_time([before]) == reports.OnTime(cases=1, done=1, done_in_time=1, late=0)


@database
def test_work_that_a_visit_returned_is_no_new_case_of_the_successor(world, settings):
    settings.DEMO = True
    day = days.today() - timedelta(days=30)
    with days.pretend(days.start_of(day) + timedelta(hours=9)):
        case = cases.done(world)
    task = case.inspections.get()
    inspections.send_back(task, report="还有一堆", visited_at=days.now(), by=acting_for(world.office), expect=task.version)
    assert len(reports.of_post(world.water.pk, day, days.today())) == 1
    assert reports.of_post(world.water.pk, days.today(), None) == []


@database
def test_a_sealed_case_lies_in_no_inbox(world):
    case = cases.case(world, label="sealed")
    assert not CaseScope.objects.filter(case=case).exists()


@database
def test_without_a_term_in_force_the_refusal_says_whom_to_ask(world):
    Term.objects.filter(code="case.solve").delete()
    with pytest.raises(Refused) as refusal:
        cases.case(world)
    assert len(str(refusal.value)) > 10
