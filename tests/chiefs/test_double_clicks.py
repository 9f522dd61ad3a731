"""The same press of a button, twice at the same moment: one step, one answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from accountability.evidence import actions as evidence
from accountability.exchange import actions as exchange
from accountability.exchange.models import Delivery
from accountability.kit import days
from accountability.ledger.verification import first_fault
from accountability.papers.models import Paper
from chiefs.bodies.actions import meetings
from chiefs.bodies.models import Body, Meeting
from chiefs.duties.actions import waivers
from chiefs.duties.models import Waiver
from chiefs.plans import actions as plans
from chiefs.plans.models import PlanItem, Progress, RiverPlan
from chiefs.signboards import actions as boards
from chiefs.signboards.models import BoardUpdate, Signboard
from tests.accountability.exchange.test_deliveries import unit
from tests.accountability.ledger.test_race import at_once
from tests.factories import bodies as body_factory
from tests.factories import plans as plan_factory
from tests.factories import signboards as board_factory
from tests.factories.evidence import photo
from tests.factories.exchange import table, upload
from tests.factories.posts import PersonFactory, acting_for, chain

pytestmark = pytest.mark.django_db(transaction=True)


def twice(step: Callable[[uuid.UUID], Any]) -> None:
    """Both get the answer of the first: the same record, or the same event."""
    ref = uuid.uuid4()
    answers = at_once(lambda _: str(step(ref).pk), threads=2)
    assert list(answers.values()) == [2], answers
    assert next(iter(answers)).isdigit(), answers


def test_a_plan_is_drafted_written_approved_reported_on_and_revised_once():
    world = chain()
    by, today = acting_for(world.office), days.today()
    twice(lambda ref: plan_factory.draft(world, client_ref=ref))
    plan = RiverPlan.objects.get()
    line = plans.Line("旺季垃圾入河")
    twice(
        lambda ref: plans.add_line(
            RiverPlan.objects.get(), kind=PlanItem.Kind.PROBLEM, line=line, by=by, expect=plan.version, client_ref=ref
        )
    )
    assert PlanItem.objects.count() == 1
    plan.refresh_from_db()
    plans.take_out(PlanItem.objects.get(), by=by, expect=plan.version)
    plan.refresh_from_db()
    task = plan_factory.fill(plan, world)[0]
    plans.review(plan, opinion="同意报批", by=acting_for(world.county), expect=plan.version)
    desk = acting_for(plan_factory.government_desk(world))
    twice(lambda ref: plans.approve(RiverPlan.objects.get(), basis="康府函1号", by=desk, expect=plan.version, client_ref=ref))
    assert Paper.objects.filter(kind=Paper.Kind.RIVER_PLAN).count() == 1
    twice(
        lambda ref: plans.report_progress(PlanItem.objects.get(pk=task.pk), day=today, percent=40, text="已清运两次", by=by, client_ref=ref)
    )
    assert Progress.objects.count() == 1
    twice(lambda ref: plans.revise(RiverPlan.objects.get(edition=1), since=today + timedelta(days=1), by=by, client_ref=ref))
    assert RiverPlan.objects.count() == 2
    assert first_fault()[0] is None


def test_a_board_is_set_up_checked_renewed_waived_and_put_up_again_once():
    world = chain()
    by, today = acting_for(world.office), days.today()
    twice(lambda ref: boards.set_up(code="GP-1", segment=world.segment, entry=board_factory.entry(world), by=by, client_ref=ref))
    board = Signboard.objects.get()

    def step(act: Callable[..., Any], **more: Any) -> None:
        board.refresh_from_db()
        twice(
            lambda ref: act(Signboard.objects.get(), by=by, expect=board.version, client_ref=ref, seen_on=today, note="路过时所见", **more)
        )

    def owed() -> BoardUpdate:
        Signboard.objects.update(settled=[[world.county.pk, PersonFactory().pk]])
        assert boards.sweep() == 1
        return BoardUpdate.objects.open().get()

    step(boards.check)
    update = owed()
    evidence.keep(photo(), owner=update.stream, role="photo", by=by, name="牌.jpg")
    twice(
        lambda ref: boards.finish(
            BoardUpdate.objects.get(pk=update.pk), done_on=today, note="已换", by=by, expect=update.version, client_ref=ref
        )
    )
    update = owed()
    twice(
        lambda ref: boards.waive(
            BoardUpdate.objects.get(pk=update.pk), reason="只换了职务名称", by=by, expect=update.version, client_ref=ref
        )
    )
    step(boards.take_down)
    step(boards.put_up_again)
    assert first_fault()[0] is None


def test_a_file_is_handed_in_a_meeting_planned_and_a_waiver_granted_once():
    world = chain()
    by, today = acting_for(world.office), days.today()
    twice(lambda ref: exchange.hand_in("units", upload(table("units", unit("a"))), by=by, client_ref=ref))
    assert Delivery.objects.count() == 1
    body = body_factory.body(world)
    due: date = today + timedelta(days=20)
    twice(lambda ref: meetings.plan(Body.objects.get(pk=body.pk), due=due, by=by, client_ref=ref))
    assert Meeting.objects.count() == 1
    given = {"post": world.village, "segment": world.segment, "since": today, "until": due, "reason": "winter", "note": "大雪封路"}
    twice(lambda ref: waivers.grant(by=by, client_ref=ref, **given))
    assert Waiver.objects.count() == 1
    assert first_fault()[0] is None
