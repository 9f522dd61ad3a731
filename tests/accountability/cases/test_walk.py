"""The way of a case through the house, and who may take which step."""

import threading

import pytest
from django.db import connection, connections

from accountability.cases import actions, reports
from accountability.cases.lifecycle import CaseLifecycle
from accountability.cases.models import Case, CaseScope, Leg
from accountability.kit import days
from accountability.ledger.errors import GateError, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.notices.models import Notice
from chiefs.inspections import actions as inspections
from chiefs.posts.models import Tenure
from tests.factories import cases, posts
from tests.factories.posts import acting_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return posts.chain()


def move(name, case, post, **facts):
    return getattr(actions, name)(case, by=acting_for(post), expect=case.version, **facts)


def visit(name, case, post, **facts):
    inspection = case.inspections.get(state="asked")
    getattr(inspections, name)(inspection, by=acting_for(post), expect=inspection.version, visited_at=days.now(), **facts)
    case.refresh_from_db()


def offered(case, post):
    return {m.name for m in CaseLifecycle.available(case, acting_for(post))}


def acting_units(case):
    return set(CaseScope.objects.filter(case=case, mine=True).values_list("unit_id", flat=True))


def test_a_case_goes_from_the_bank_to_sign_off(world):
    case = cases.case(world)
    move("report_up", case, world.village, note="村里没有车")
    assert case.holder_id == world.township.pk
    move("report_up", case, world.township, note="需要市里部门")
    move("hand_over", case, world.county, to=world.water, assisting=[world.forestry.unit], note="请牵头")
    assert (case.state, case.holder_id) == ("in_work", world.water.pk)
    assert acting_units(case) == {world.water.unit_id, world.forestry.unit_id}
    move("report_done", case, world.water, measure="已清运")
    assert acting_units(case) == {world.office.unit_id}
    visit("send_back", case, world.office, report="还有一堆")
    assert acting_units(case) == {world.water.unit_id, world.forestry.unit_id}
    move("report_done", case, world.water, measure="全部清运")
    visit("confirm", case, world.office, report="现场已清")
    move("sign_off", case, world.office, note="")
    assert (case.state, case.times_returned) == ("signed_off", 1)
    assert not CaseScope.objects.filter(case=case).exists()
    assert not case.legs.filter(left_at=None).exists()
    assert Event.objects.filter(stream=case.stream).count() == 9


def test_there_is_one_holder_at_every_step(world):
    case = cases.case(world)
    for post in (world.village, world.township, world.county):
        assert Leg.objects.get(case=case, role="lead", left_at=None).post_id == post.pk == case.holder_id
        move("report_up", case, post, note="需要上级协调")
    assert case.holder_id == world.prefecture.pk


def test_only_the_holding_post_may_report_up(world):
    case = cases.case(world)
    for post in (world.township, world.office, world.water):
        with pytest.raises(NotPermitted):
            actions.report_up(case, note="试试看", by=acting_for(post), expect=case.version)
    assert Event.objects.filter(stream=case.stream).count() == 1


def test_a_page_offers_each_post_exactly_its_own_steps(world):
    case = cases.case(world)
    assert offered(case, world.village) == {"report_up", "ask_extension", "report_done"}
    assert offered(case, world.township) == set()
    move("report_up", case, world.village, note="需要上级")
    assert offered(case, world.township) == {"report_up", "hand_down", "hand_over", "send_back", "ask_extension", "report_done"}
    move("report_up", case, world.township, note="需要上级")
    assert "hand_over" in offered(case, world.office)
    move("hand_over", case, world.county, to=world.branch, assisting=[], note="")
    assert offered(case, world.branch) == {"send_back", "ask_extension", "report_done"}
    move("report_done", case, world.branch, measure="已处理")
    assert offered(case, world.branch) == set()
    assert offered(case, world.office) == {"confirm", "return_to_work"}
    move("confirm", case, world.office, note="")
    assert "sign_off" in offered(case, world.county)
    assert offered(case, world.branch) == set()


def test_a_vacant_level_is_answered_for_by_its_government(world):
    Tenure.objects.filter(post=world.township).delete()
    case = cases.case(world)
    move("report_up", case, world.village, note="需要上级")
    assert case.holder.unit_id == world.township.unit_id
    assert case.holder_id != world.township.pk


def test_more_time_is_decided_by_the_unit_that_leads_and_not_by_the_code(world):
    case = cases.case(world, holder=world.county)
    move("hand_over", case, world.county, to=world.branch, assisting=[], note="")
    before = case.due
    move("ask_extension", case, world.branch, days=10, reason="等待设备")
    with pytest.raises(NotPermitted):
        move("decide_extension", case, world.county, granted=True, reason="同意延期")
    assert world.bureau.unit_id in acting_units(case)
    move("decide_extension", case, world.bureau, granted=True, reason="同意延期")
    assert (case.due - before).days == 10
    assert set(CaseScope.objects.filter(case=case).values_list("due", flat=True)) == {case.due}
    assert Leg.objects.get(case=case, left_at=None).due == case.due
    with pytest.raises(Refused):
        move("ask_extension", case, world.branch, days=21, reason="再次延期")


def test_time_that_was_refused_does_not_move_the_legal_date(world):
    case = cases.in_work(world)
    before = case.due
    move("ask_extension", case, world.water, days=5, reason="雨季涨水")
    with pytest.raises(Refused):
        move("ask_extension", case, world.water, days=5, reason="雨季涨水")
    leader = posts.government(world.water.unit.jurisdiction)
    desk = leader.posts.get(kind__single=False)
    move("decide_extension", case, desk, granted=False, reason="理由不足")
    assert case.due == before
    assert Notice.objects.filter(post=world.water, kind="case-extension-refused").exists()


def test_the_unit_that_did_the_work_neither_verifies_nor_signs_off(world):
    case = cases.in_work(world)
    move("send_back", case, world.water, note="不属于本局职责")
    actions.hand_over(case, to=world.forestry, assisting=[], note="", by=acting_for(world.office), expect=case.version)
    move("report_done", case, world.forestry, measure="已恢复")
    with pytest.raises(NotPermitted):
        move("confirm", case, world.forestry, note="")
    move("confirm", case, world.office, note="")
    with pytest.raises(NotPermitted):
        move("sign_off", case, world.forestry, note="")


def test_a_done_case_cannot_be_signed_off_unseen(world):
    case = cases.done(world)
    with pytest.raises(NoTransition):
        move("sign_off", case, world.office, note="")


def test_a_department_must_be_one_and_serve_the_place(world):
    case = cases.case(world, holder=world.county)
    with pytest.raises(Refused):
        move("hand_over", case, world.county, to=world.township, assisting=[], note="")
    with pytest.raises(Refused):
        move("hand_over", case, world.county, to=world.water, assisting=[world.water.unit], note="")
    assert case.state == "held"


def test_who_is_complained_of_never_holds_nor_sees_the_case(world):
    case = cases.case(world, origin="complaint", subject_post=world.township, by=acting_for(world.intake))
    assert case.holder_id == world.county.pk
    assert not Case.objects.visible_to(acting_for(world.township)).filter(pk=case.pk).exists()
    assert not CaseScope.objects.filter(case=case, unit=world.township.unit).exists()


def test_reopened_it_goes_back_to_who_worked_on_it(world):
    case = cases.done(world)
    move("confirm", case, world.office, note="")
    move("sign_off", case, world.office, note="")
    move("reopen", case, world.office, reason="又有垃圾")
    assert (case.state, case.holder_id, case.times_reopened) == ("in_work", world.water.pk, 1)
    assert CaseScope.objects.filter(case=case, unit=world.water.unit, mine=True).exists()


def test_the_same_reference_gives_the_same_answer(world):
    case = cases.case(world)
    ref = case.client_ref
    assert cases.case(world, client_ref=ref).pk == case.pk
    first = actions.report_up(case, note="需要上级", by=acting_for(world.village), expect=1 - 1, client_ref=ref)
    again = actions.report_up(case, note="需要上级", by=acting_for(world.village), expect=1 - 1, client_ref=ref)
    assert first.pk == again.pk


def test_days_per_level_are_the_sum_of_the_legs(world):
    case = cases.in_work(world)
    held = {h.level: h.days for h in reports.days_per_level(case)}
    assert set(held) == {"county"}
    assert sum(held.values()) == pytest.approx(0, abs=0.1)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_act_at_once_one_is_first_and_seven_are_told(world):
    case = cases.case(world)
    by, start, answers = acting_for(world.village), threading.Barrier(8), []

    def act():
        try:
            mine = Case.objects.get(pk=case.pk)
            start.wait()
            actions.report_up(mine, note="需要上级", by=by, expect=0)
            answers.append("ok")
        except GateError as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connections.close_all()
    refused = [a for a in answers if a != "ok"]
    assert answers.count("ok") == 1
    assert [type(r) for r in refused] == [Stale] * 7
    assert all(str(r) for r in refused)
    assert Leg.objects.filter(case=case).count() == 2
    assert Event.objects.filter(stream=case.stream).count() == 2
