"""Accepting, joining, refusing, answering, rating: each with its own clock."""

import uuid

import pytest

from accountability.cases import actions as cases
from accountability.cases.models import Case
from accountability.clocks import reports as clocks
from accountability.complaints import actions, wording
from accountability.complaints.lifecycle import ComplaintLifecycle
from accountability.complaints.models import Complaint, Step
from accountability.kit import days
from accountability.ledger.errors import NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.notices.models import Notice
from chiefs.posts.functions import Function
from tests.factories.complaints import CLEARED, accepted, public, reason, registered, replied
from tests.factories.posts import UnitFactory, acting_for, chain, desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def clerk(world):
    return acting_for(world.intake)


def accept(complaint, clerk, **given):
    return actions.accept(complaint, by=clerk, expect=complaint.version, **{"transfer_text": CLEARED} | given)


def test_accepting_opens_a_case_with_the_cleared_words_only(world, clerk):
    complaint, _code = registered(segment=world.segment)
    accept(complaint, clerk)
    assert complaint.state == Complaint.State.ACCEPTED
    assert complaint.case.text == CLEARED
    assert complaint.text not in complaint.case.text + complaint.case.title
    assert complaint.case.origin == Case.Origin.COMPLAINT
    assert not complaint.joined


def test_the_answer_is_due_by_the_channel_s_term_counted_from_acceptance(world, clerk):
    complaint, _code = registered(segment=world.segment, channel="12345", by=clerk)
    accept(complaint, clerk)
    due, term = clocks.due("complaint.close", days.day_of(complaint.accepted_at), channel="12345")
    assert (complaint.due, complaint.due_term_id) == (due, term.pk)
    assert term.channel in ("12345", "")


def test_a_complaint_without_a_segment_goes_to_whoever_receives_at_its_place(world, clerk):
    complaint, _code = registered(world.place)
    accept(complaint, clerk)
    assert complaint.case.jurisdiction == world.place
    assert complaint.case.segment is None
    assert complaint.case.holder.unit.jurisdiction == world.place


def test_a_case_from_a_complaint_about_a_chief_never_comes_to_that_chief_s_unit(world, clerk):
    complaint, _code = registered(segment=world.segment)
    accept(complaint, clerk, subject_post=world.village)
    assert complaint.subject_post == world.village
    assert complaint.case.holder.unit != world.village.unit


def test_accepting_without_a_cleared_version_is_refused_and_opens_nothing(world, clerk):
    complaint, _code = registered(segment=world.segment)
    with pytest.raises(Refused):
        accept(complaint, clerk, transfer_text="  ")
    assert not Case.objects.exists()
    assert Complaint.objects.get().state == Complaint.State.RECEIVED


def test_accepting_twice_with_one_reference_opens_one_case(world, clerk):
    complaint, _code = registered(segment=world.segment)
    seen, ref = complaint.version, uuid.uuid4()
    first = actions.accept(complaint, transfer_text=CLEARED, by=clerk, expect=seen, client_ref=ref)
    again = actions.accept(complaint, transfer_text=CLEARED, by=clerk, expect=seen, client_ref=ref)
    assert first == again
    assert Case.objects.count() == 1
    assert complaint.steps.filter(kind="accepted").count() == 1


def test_who_was_slower_is_told_and_no_second_case_is_left(world, clerk):
    complaint, _code = registered(segment=world.segment)
    seen = complaint.version
    slower = Complaint.objects.get()
    actions.refuse(complaint, reason=reason(), note="请补充地点", by=clerk, expect=seen)
    with pytest.raises(Stale):
        actions.accept(slower, transfer_text=CLEARED, by=clerk, expect=seen)
    assert not Case.objects.exists()


@pytest.mark.parametrize("who", ["water", "township", "office", "branch"])
def test_only_the_intake_that_took_it_decides(world, who):
    complaint, _code = registered(segment=world.segment)
    with pytest.raises(NotPermitted):
        actions.refuse(complaint, reason=reason(), note="x", by=acting_for(getattr(world, who)), expect=complaint.version)
    assert ComplaintLifecycle.available(complaint, acting_for(getattr(world, who))) == []


@pytest.mark.parametrize(("given", "note"), [(None, "请补充地点"), ("clue_unclear", "  ")])
def test_a_refusal_needs_its_reason_and_what_it_means_here(world, clerk, given, note):
    complaint, _code = registered(segment=world.segment)
    with pytest.raises(Refused):
        actions.refuse(complaint, reason=reason(given) if given else None, note=note, by=clerk, expect=complaint.version)
    assert Complaint.objects.get().state == Complaint.State.RECEIVED


def test_a_refusal_is_a_decision_with_a_day_a_reason_and_advice(world, clerk):
    complaint, _code = registered(segment=world.segment)
    actions.refuse(complaint, reason=reason("outside_duty"), note="请向市住建局反映", by=clerk, expect=complaint.version)
    assert complaint.state == Complaint.State.REFUSED
    assert complaint.refused_at is not None
    assert complaint.refusal.advice
    assert [line.kind for line in wording.timeline(complaint)] == ["received", "refused"]
    with pytest.raises(NoTransition):
        accept(complaint, clerk)


def test_a_joined_complaint_keeps_its_own_clock_reply_and_rating(world, clerk):
    first = accepted(world)
    second, _code = registered(segment=world.segment, channel="12345", by=clerk)
    actions.join_case(second, case=first.case, transfer_text="同一处垃圾", by=clerk, expect=second.version)
    assert second.case == first.case
    assert second.joined
    assert Case.objects.count() == 1
    assert second.due == clocks.due("complaint.close", days.day_of(second.accepted_at), channel="12345")[0]
    actions.reply(first, text="给第一位的答复", by=clerk, expect=first.version)
    second.refresh_from_db()
    assert (second.state, second.reply) == (Complaint.State.ACCEPTED, "")
    actions.rate(first, satisfaction="satisfied", reason="", by=public(), expect=first.version)
    actions.reply(second, text="给第二位的答复", by=clerk, expect=second.version)
    actions.rate(second, satisfaction="dissatisfied", reason="没有清完", by=public(), expect=second.version)
    first.refresh_from_db()
    assert (first.reply, first.satisfaction, first.state) == ("给第一位的答复", "satisfied", Complaint.State.CLOSED)
    assert (second.reply, second.satisfaction, second.state) == ("给第二位的答复", "dissatisfied", Complaint.State.ACCEPTED)


def test_a_case_that_the_intake_may_not_see_cannot_be_joined(world, clerk):
    first = accepted(world)
    Case.objects.filter(pk=first.case.pk).update(label="sensitive")
    second, _code = registered(segment=world.segment)
    with pytest.raises(Refused):
        actions.join_case(second, case=first.case, transfer_text=CLEARED, by=clerk, expect=second.version)


def test_a_dissatisfied_citizen_is_owed_another_answer_and_the_intake_is_told(world, clerk):
    complaint = replied(world)
    with pytest.raises(Refused):
        actions.rate(complaint, satisfaction="dissatisfied", reason=" ", by=public(), expect=complaint.version)
    actions.rate(complaint, satisfaction="dissatisfied", reason="垃圾又来了", by=public(), expect=complaint.version)
    assert complaint.state == Complaint.State.ACCEPTED
    assert complaint.due > days.today()
    assert complaint.satisfaction_reason == "垃圾又来了"
    assert Notice.objects.filter(about=complaint.stream, kind="complaint-dissatisfied", post=world.intake).exists()
    actions.reply(complaint, text="第二次答复：已经设立围栏", by=clerk, expect=complaint.version)
    actions.rate(complaint, satisfaction="mostly", reason="", by=public(), expect=complaint.version)
    assert complaint.state == Complaint.State.CLOSED
    replies = [line.text for line in wording.timeline(complaint) if line.kind == "replied"]
    assert len(replies) == 2, "the first answer stays in the timeline"


def test_a_reply_is_rated_once(world):
    complaint = replied(world)
    actions.rate(complaint, satisfaction="satisfied", reason="", by=public(), expect=complaint.version)
    with pytest.raises(Refused):
        actions.rate(complaint, satisfaction="dissatisfied", reason="变了", by=public(), expect=complaint.version)


def test_a_closed_complaint_may_still_be_rated(world, clerk):
    complaint = replied(world)
    actions.close(complaint, by=clerk, expect=complaint.version)
    actions.rate(complaint, satisfaction="satisfied", reason="", by=public(), expect=complaint.version)
    assert complaint.satisfaction == "satisfied"


def test_the_clerk_cannot_rate_for_the_citizen(world, clerk):
    complaint = replied(world)
    with pytest.raises(NotPermitted):
        actions.rate(complaint, satisfaction="satisfied", reason="", by=clerk, expect=complaint.version)


def test_opening_the_identity_needs_a_reason_and_is_seen_by_the_citizen(world, clerk):
    complaint, _code = registered(segment=world.segment, informant={"name": "测试人甲", "phone": "13900000001"})
    with pytest.raises(Refused):
        actions.unseal(complaint, reason=" ", by=clerk, expect=complaint.version)
    known = actions.unseal(complaint, reason="核实地点", by=clerk, expect=complaint.version)
    assert known["name"] == "测试人甲"
    event = Event.objects.get(act="complaints.unseal")
    assert (event.post_id, event.account_id) == (world.intake.pk, clerk.account_id)
    assert "unsealed" in [line.kind for line in wording.timeline(complaint)]


def test_an_anonymous_complaint_has_nothing_to_open(world, clerk):
    complaint, _code = registered(segment=world.segment)
    assert "unseal" not in [move.name for move in ComplaintLifecycle.available(complaint, clerk)]
    with pytest.raises(Refused):
        actions.unseal(complaint, reason="核实地点", by=clerk, expect=complaint.version)


def test_the_timeline_follows_the_case_by_level_and_office_and_names_nobody(world):
    complaint = accepted(world)
    case = complaint.case
    cases.report_up(case, note="本级无力解决", by=acting_for(case.holder), expect=case.version)
    steps = list(complaint.steps.order_by("pk"))
    assert steps[-1].kind == "reported_up"
    assert steps[-1].params["level"] == case.holder.kind.level
    assert steps[-1].params["office"] == case.holder.unit.name
    names = [t.person.name for post in (world.village, world.township, world.county) for t in post.tenures.all()]
    lines = " ".join(line.title + line.text + line.who for line in wording.timeline(complaint))
    assert not any(name in lines for name in names)


def test_each_complaint_of_a_case_gets_the_line(world, clerk):
    first = accepted(world)
    second, _code = registered(segment=world.segment)
    actions.join_case(second, case=first.case, transfer_text=CLEARED, by=clerk, expect=second.version)
    case = first.case
    case.refresh_from_db()
    cases.report_up(case, note="本级无力解决", by=acting_for(case.holder), expect=case.version)
    assert Step.objects.filter(kind="reported_up").values_list("complaint_id", flat=True).count() == 2


def test_a_granted_extension_is_told_with_its_reason(world):
    complaint = accepted(world)
    case = complaint.case
    while case.holder != world.county:
        cases.report_up(case, note="本级无力解决", by=acting_for(case.holder), expect=case.version)
    cases.hand_over(case, to=world.water, assisting=[], note="请办理", by=acting_for(world.county), expect=case.version)
    cases.ask_extension(case, days=5, reason="道路因塌方中断", by=acting_for(world.water), expect=case.version)
    own_due = Complaint.objects.get().due
    cases.decide_extension(case, granted=True, reason="同意", by=acting_for(world.county), expect=case.version)
    last = wording.timeline(complaint)[-1]
    assert last.kind == "extended"
    assert "道路因塌方中断" in last.text
    assert Complaint.objects.get().due == own_due, "the complaint keeps its own clock"


def test_an_extension_that_was_not_granted_is_not_told(world):
    complaint = accepted(world)
    case = complaint.case
    while case.holder != world.county:
        cases.report_up(case, note="本级无力解决", by=acting_for(case.holder), expect=case.version)
    cases.hand_over(case, to=world.water, assisting=[], note="请办理", by=acting_for(world.county), expect=case.version)
    cases.ask_extension(case, days=5, reason="道路因塌方中断", by=acting_for(world.water), expect=case.version)
    cases.decide_extension(case, granted=False, reason="时间足够", by=acting_for(world.county), expect=case.version)
    assert not complaint.steps.filter(kind="extended").exists()


def test_the_identity_is_shown_once_for_each_reason(world, clerk):
    complaint, _code = registered(segment=world.segment, informant={"name": "试验人", "phone": "19900000000", "address": ""})
    ref = uuid.uuid4()
    shown = actions.unseal(complaint, reason="需要电话核实地点", by=clerk, expect=complaint.version, client_ref=ref)
    assert shown["name"] == "试验人"
    with pytest.raises(Refused):
        actions.unseal(complaint, reason="需要电话核实地点", by=clerk, expect=complaint.version, client_ref=ref)


@pytest.fixture
def above(world):
    return desk(UnitFactory(name="州投诉受理中心", jurisdiction=world.bureau.unit.jurisdiction), Function.INTAKE)


def test_a_complaint_about_who_leads_the_intake_is_passed_on_to_the_one_above(world, clerk, above):
    complaint, _code = registered(segment=world.segment)
    with pytest.raises(Refused):
        accept(complaint, clerk, subject_post=world.county)
    complaint.refresh_from_db()
    with pytest.raises(NotPermitted):
        actions.pass_on(complaint, note="反映市河长", by=acting_for(above), expect=complaint.version)
    actions.pass_on(complaint, note="反映市河长，本中心应当回避", by=clerk, expect=complaint.version)
    assert complaint.intake_unit == above.unit
    assert not Complaint.objects.visible_to(clerk).exists()
    assert Notice.objects.filter(post=above, number=complaint.number).exists()
    accept(complaint, acting_for(above), subject_post=world.county)
    assert complaint.case.holder_id == world.prefecture.pk
    assert "passed_on" in {step.kind for step in Step.objects.filter(complaint=complaint)}


def test_who_did_not_satisfy_twice_does_not_answer_a_third_time(world, clerk, above):
    complaint = replied(world)
    for _time in range(2):
        actions.rate(complaint, satisfaction="dissatisfied", reason="没有解决", by=public(), expect=complaint.version)
        by = acting_for(above) if complaint.intake_unit == above.unit else clerk
        actions.reply(complaint, text="已再次核查并处理完毕。", by=by, expect=complaint.version)
    assert complaint.intake_unit == above.unit
    with pytest.raises(NotPermitted):
        actions.close(complaint, by=clerk, expect=complaint.version)


def test_the_position_of_the_citizens_phone_stays_with_the_intake(world, clerk):
    complaint, _code = registered(segment=world.segment, latitude=30.051234, longitude=101.951234)
    accept(complaint, clerk)
    assert (complaint.case.latitude, complaint.case.longitude) == (None, None)
