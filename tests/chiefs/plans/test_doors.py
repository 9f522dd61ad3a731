"""Pages of river plans: bounded queries, lists as files, and the whole way of a plan through its forms."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accountability.kit import days
from accountability.papers import actions as papers
from accountability.papers.models import Paper
from chiefs.plans.models import PlanItem, RiverPlan
from chiefs.resources import names
from tests.factories import plans
from tests.factories.posts import acting_for, chain
from tests.factories.resources import SegmentFactory

pytestmark = pytest.mark.django_db
K = PlanItem.Kind


@pytest.fixture
def world():
    return chain()


def signed_in(client, post):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def post(client, plan, name, **given):
    plan.refresh_from_db()
    return client.post(reverse("plans:step", args=[plan.number, name]), {"expect": plan.version, "client_ref": uuid.uuid4(), **given})


def add(client, plan, kind, **given):
    plan.refresh_from_db()
    sent = {"expect": plan.version, "client_ref": uuid.uuid4(), **given}
    assert client.post(reverse("plans:add", args=[plan.number, kind]), sent).status_code == 302
    return plan.items.filter(kind=kind).latest("pk")


def test_a_plan_goes_its_way_from_the_draft_to_a_report_of_progress(client, world):
    signed_in(client, world.office)
    address = f"/register/plans/new/?segment={world.segment.code}"
    begun = {"expect": 0, "client_ref": uuid.uuid4(), "part": "whole", "since": "2026-01-01", "situation": "河段全长三千二百米"}
    assert client.post(address, begun).status_code == 422  # whose government approves it is not said
    place = world.county.unit.jurisdiction_id
    assert client.post(address, {**begun, "jurisdiction": place}).status_code == 302
    plan = RiverPlan.objects.get()
    problem = add(client, plan, K.PROBLEM, text="旺季垃圾入河")
    goal = add(client, plan, K.GOAL, above=problem.pk, text="无垃圾", figure="二类水质")
    task = add(client, plan, K.TASK, above=goal.pk, text="清理岸坡")
    measure = add(client, plan, K.MEASURE, above=task.pk, text="每周清运两次")
    add(client, plan, K.RESPONSIBILITY, above=measure.pk, text="牵头清运", post=world.county.pk, due="2026-12-31")
    assert 'id="loose"' not in client.get(reverse("plans:detail", args=[plan.number])).content.decode()
    signed_in(client, world.county)
    assert post(client, plan, "review", opinion="同意报批").status_code == 302
    signed_in(client, plans.government_desk(world))
    assert post(client, plan, "approve", basis="康府函〔2026〕1号").status_code == 302
    signed_in(client, world.county)
    sent = {"expect": 0, "client_ref": uuid.uuid4(), "day": days.today().isoformat(), "percent": 30, "text": "清运十车"}
    assert client.post(reverse("plans:progress", args=[plan.number, task.ref]), sent).status_code == 302
    page = client.get(reverse("plans:detail", args=[plan.number])).content.decode()
    assert 'data-percent="30"' in page
    paper = Paper.objects.get(owner=plan.stream)
    papers.print_paper(paper.pk)
    answer = client.get(reverse("papers:pdf", args=[paper.ref]))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


def test_the_cost_of_the_pages_does_not_grow_with_plans_and_lines(client, world, django_assert_num_queries):
    plan = plans.draft(world)
    plans.fill(plan, world)
    plans.draft(world, segment=world.segment)
    signed_in(client, world.office)
    detail = reverse("plans:detail", args=[plan.number])
    client.get("/register/plans/")
    with django_assert_num_queries(8):
        client.get("/register/plans/")
    client.get(detail)
    with django_assert_num_queries(11):
        client.get(detail)
    plans.fill(plan, world, tasks=4)
    with django_assert_num_queries(11):
        client.get(detail)
    with django_assert_num_queries(8):
        client.get("/register/plans/")


@pytest.mark.parametrize("who", ["county", "water"])
def test_a_plan_costs_its_chiefs_and_departments_no_query_for_each_task_or_report(client, world, who, django_assert_num_queries):
    plan = plans.reviewed(world)
    plans.actions.approve(plan, basis="康府函1号", by=acting_for(plans.government_desk(world)), expect=plan.version)
    detail = reverse("plans:detail", args=[plan.number])
    signed_in(client, getattr(world, who))
    client.get(detail)
    with CaptureQueriesContext(connection) as one:
        client.get(detail)
    task = plan.items.get(kind="task")
    for number in range(3):
        again = PlanItem.objects.create(plan=plan, kind="task", text=f"任务{number}", above=task.above)
        for percent in (10, 20):
            plans.actions.report_progress(again, day=days.today(), percent=percent, text="已开展", by=acting_for(world.office))
    with django_assert_num_queries(len(one)):
        html = client.get(detail).content.decode()
    assert html.count('data-percent="20"') == 3
    address = reverse("plans:progress", args=[plan.number, again.ref])
    signed_in(client, world.office)
    assert client.get(address).content.decode().count("已开展") == 2


def test_the_list_goes_out_as_a_file(client, world):
    plan = plans.approved(world)
    signed_in(client, world.office)
    assert plan.number in client.get("/register/plans/", {"format": "csv"}).content.decode()
    assert client.get("/register/plans/", {"format": "xlsx"})["Content-Type"].endswith("sheet")


def test_the_goals_of_the_plan_in_force_stand_on_the_public_board(client, world):
    address = f"/board/{world.segment.code}/"
    assert "河面岸坡无垃圾" not in client.get(address).content.decode()
    plans.approved(world)
    assert "河面岸坡无垃圾" in client.get(address).content.decode()


def test_a_plan_and_a_board_begin_with_the_name_of_a_segment_and_several_are_told_by_their_codes(client, world):
    names.spell([world.segment.resource])
    signed_in(client, world.office)
    for address in ("/register/plans/new/", "/register/boards/new/"):
        assert client.get(address, {"segment": world.segment.name}).status_code == 200
        assert client.get(address, {"segment": "ylh"}).status_code == 200, "one is meant by the letters of its water"
        assert client.get(address, {"segment": "没有这一段"}).status_code == 422
    second = SegmentFactory(resource=world.segment.resource, jurisdiction=world.place, name="雅拉河第二段")
    page = client.get("/register/plans/new/", {"segment": "雅拉河"})
    assert page.status_code == 422
    for one in (world.segment, second):
        assert one.code in page.content.decode()
