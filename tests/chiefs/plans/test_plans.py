"""River plans: five lists that hang together, a term by level, each step by the right post, and progress that is only added."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accountability.kit import days
from accountability.ledger import registry
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.papers.models import Paper
from chiefs.plans import actions, forms, reports, rules
from chiefs.plans.actions import Line
from chiefs.plans.models import PlanItem, PlanTerm, Progress, RiverPlan
from chiefs.posts.models import Charge
from tests.factories import plans
from tests.factories.posts import UnitFactory, acting_for, chain
from tests.factories.territory import village

db = pytest.mark.django_db
K = PlanItem.Kind


@pytest.fixture
def world():
    return chain()


def office(world):
    return acting_for(world.office)


@db
@pytest.mark.parametrize(("place", "years"), [("county", 2), ("prefecture", 3)])
def test_the_term_follows_from_the_highest_chief_by_a_dated_rule(world, place, years):
    by = office(world)
    if place == "prefecture":
        from chiefs.posts.functions import Function
        from tests.factories.posts import UnitFactory, desk

        by = acting_for(desk(UnitFactory(name="州河长办", jurisdiction=world.prefecture.unit.jurisdiction), Function.CHIEF_OFFICE))
    plan = plans.draft(world, jurisdiction=getattr(world, place).unit.jurisdiction, since=date(2026, 3, 1), by=by)
    assert (plan.highest_level, plan.until) == (place, date(2026 + years, 3, 1))
    assert plan.rule == PlanTerm.objects.get(level=place)
    assert not plan.rule.confirmed


@db
def test_another_term_needs_the_document_that_says_so(world):
    with pytest.raises(Refused):
        plans.draft(world, since=date(2021, 1, 1), until=date(2026, 1, 1))
    plan = plans.draft(world, since=date(2021, 1, 1), until=date(2027, 1, 1), term_basis="康河长办〔2021〕3号")
    assert (plan.until, plan.term_basis) == (date(2027, 1, 1), "康河长办〔2021〕3号")


@db
def test_a_water_for_which_nobody_answers_has_no_term_yet(world):
    Charge.objects.all().delete()
    with pytest.raises(Refused):
        plans.draft(world)


@db
def test_a_water_has_one_plan_on_its_way_in_a_territory(world):
    plan = plans.draft(world)
    with pytest.raises(Refused):
        plans.draft(world)
    own = plans.draft(world, segment=world.segment)  # a segment may have a plan of its own
    assert own.edition == plan.edition == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanItem.objects.create(plan=plan, kind=K.GOAL, text="无所属")


@db
def test_each_step_belongs_to_the_right_post(world):
    with pytest.raises(NotPermitted):
        plans.draft(world, by=acting_for(world.water))
    plan = plans.draft(world)
    plans.fill(plan, world)
    for post in (world.prefecture, world.township, world.office, plans.government_desk(world)):
        with pytest.raises(NotPermitted):
            actions.review(plan, opinion="同意报批", by=acting_for(post), expect=plan.version)
    actions.review(plan, opinion="同意报批", by=acting_for(world.county), expect=plan.version)
    for post in (world.county, world.office, world.prefecture):
        with pytest.raises(NotPermitted):
            actions.approve(plan, basis="康府函〔2026〕1号", by=acting_for(post), expect=plan.version)
    actions.approve(plan, basis="康府函〔2026〕1号", by=acting_for(plans.government_desk(world)), expect=plan.version)
    assert (plan.state, plan.reviewer, plan.approver) == ("approved", world.county, plans.government_desk(world))
    paper = Paper.objects.get(owner=plan.stream)
    assert (paper.kind, "旺季垃圾入河" in paper.html) == ("river_plan", True)


@db
def test_a_plan_whose_lists_do_not_hang_together_is_not_reviewed(world):
    plan = plans.draft(world)
    with pytest.raises(Refused):
        actions.review(plan, opinion="同意报批", by=acting_for(world.county), expect=plan.version)
    actions.add_line(plan, kind=K.PROBLEM, line=Line("旺季垃圾入河"), by=office(world), expect=plan.version)
    with pytest.raises(Refused):
        actions.review(plan, opinion="同意报批", by=acting_for(world.county), expect=plan.version)
    assert [kind for kind, _pk in reports.loose_ends(plan)] == ["problem"]


@db
def test_a_line_answers_to_the_list_before_and_only_the_last_names_who_and_when(world):
    plan, by = plans.draft(world), office(world)
    problem = actions.add_line(plan, kind=K.PROBLEM, line=Line("旺季垃圾入河"), by=by, expect=plan.version)
    for kind, above, line in (
        (K.TASK, problem, Line("跳过目标")),
        (K.GOAL, None, Line("无所属")),
        (K.GOAL, problem, Line("写了时限", due=plan.since)),
        (K.PROBLEM, problem, Line("问题挂在问题下")),
    ):
        with pytest.raises(Refused):
            actions.add_line(plan, kind=kind, above=above, line=line, by=by, expect=plan.version)
    goal = actions.add_line(plan, kind=K.GOAL, above=problem, line=Line("无垃圾"), by=by, expect=plan.version)
    task = actions.add_line(plan, kind=K.TASK, above=goal, line=Line("清理"), by=by, expect=plan.version)
    measure = actions.add_line(plan, kind=K.MEASURE, above=task, line=Line("每周清运"), by=by, expect=plan.version)
    for line in (
        Line("两个责任人", post=world.county, unit=world.water.unit, due=plan.since),
        Line("没有时限", unit=world.water.unit),
        Line("期限之外", unit=world.water.unit, due=plan.until),
    ):
        with pytest.raises(Refused):
            actions.add_line(plan, kind=K.RESPONSIBILITY, above=measure, line=line, by=by, expect=plan.version)
    actions.add_line(
        plan,
        kind=K.RESPONSIBILITY,
        above=measure,
        line=Line("牵头", post=world.county, due=plan.until - timedelta(days=1)),
        by=by,
        expect=plan.version,
    )
    assert reports.loose_ends(plan) == []
    actions.take_out(goal, by=by, expect=plan.version)
    assert [item.text for item in reports.items(plan)] == ["旺季垃圾入河"]


@db
def test_a_line_sent_twice_is_one_line_and_who_was_slower_is_told(world):
    plan, ref = plans.draft(world), uuid.uuid4()
    seen = plan.version
    for _time in range(2):
        actions.add_line(plan, kind=K.PROBLEM, line=Line("旺季垃圾入河"), by=office(world), expect=seen, client_ref=ref)
    assert plan.items.count() == 1
    with pytest.raises(Stale):
        actions.add_line(plan, kind=K.PROBLEM, line=Line("侵占岸线"), by=office(world), expect=seen)


@db
def test_what_is_approved_is_not_rewritten_and_the_next_edition_replaces_it(world):
    plan = plans.approved(world)
    with pytest.raises(NoTransition):
        actions.add_line(plan, kind=K.PROBLEM, line=Line("侵占岸线"), by=office(world), expect=plan.version)
    following = actions.revise(plan, since=days.today(), by=office(world))
    assert (following.edition, following.state, reports.loose_ends(following)) == (2, "draft", [])
    with pytest.raises(Refused):
        actions.revise(plan, since=days.today(), by=office(world))
    actions.review(following, opinion="同意报批", by=acting_for(world.county), expect=following.version)
    assert reports.in_force(world.segment, days.today()) == plan
    actions.approve(following, basis="康府函〔2026〕2号", by=acting_for(plans.government_desk(world)), expect=following.version)
    plan.refresh_from_db()
    assert (plan.state, plan.replaced_on) == ("replaced", days.today())
    assert reports.in_force(world.segment, days.today()) == following
    assert reports.in_force(world.segment, plan.since) == plan  # a past day shows the plan then in force


@db
def test_an_edition_approved_ahead_replaces_on_its_own_first_day(world):
    plan, begins = plans.approved(world), days.today() + timedelta(days=40)
    following = actions.revise(plan, since=begins, by=office(world))
    actions.review(following, opinion="同意报批", by=acting_for(world.county), expect=following.version)
    actions.approve(following, basis="康府函〔2026〕2号", by=acting_for(plans.government_desk(world)), expect=following.version)
    plan.refresh_from_db()
    assert (plan.replaced_on, plan.runs(days.today()), plan.runs(begins)) == (begins, True, False)
    task = PlanItem.objects.select_related("plan__jurisdiction").get(plan=plan, kind=K.TASK)
    assert actions.report_progress(task, day=days.today(), percent=10, text="已开展", by=acting_for(world.water)).percent == 10
    assert RiverPlan.objects.in_force(begins).get() == following


@db
def test_a_term_is_not_shortened_below_the_days_of_its_lines(world):
    plan = plans.draft(world)
    plans.fill(plan, world)
    facts = {"situation": plan.situation, "until": plan.since + timedelta(days=60), "term_basis": "康河长办〔2026〕3号"}
    with pytest.raises(Refused, match="1 条"):
        actions.rewrite(plan, since=plan.since, by=office(world), expect=plan.version, **facts)


@db
def test_the_government_returns_a_plan_with_its_reason(world):
    plan = plans.reviewed(world)
    actions.send_back(plan, reason="请补充资金安排", by=acting_for(plans.government_desk(world)), expect=plan.version)
    assert (plan.state, plan.reviewer, plan.review_note) == ("draft", None, "请补充资金安排")


@db
def test_progress_is_added_by_who_is_responsible_and_never_altered(world):
    plan = plans.reviewed(world)
    task = plan.items.get(kind=K.TASK)
    water = acting_for(world.water)
    with pytest.raises(NoTransition):
        actions.report_progress(task, day=days.today(), percent=10, text="已开展", by=water)
    actions.approve(plan, basis="康府函〔2026〕1号", by=acting_for(plans.government_desk(world)), expect=plan.version)
    task = PlanItem.objects.select_related("plan__jurisdiction").get(pk=task.pk)
    with pytest.raises(NotPermitted):
        actions.report_progress(task, day=days.today(), percent=10, text="已开展", by=acting_for(world.forestry))
    with pytest.raises(Refused):
        actions.report_progress(task, day=days.today() + timedelta(days=1), percent=10, text="已开展", by=water)
    ref = uuid.uuid4()
    row = actions.report_progress(task, day=days.today(), percent=40, text="清运十车", by=water, client_ref=ref)
    assert actions.report_progress(task, day=days.today(), percent=40, text="清运十车", by=water, client_ref=ref) == row
    with pytest.raises(Mismatch):
        actions.report_progress(task, day=days.today(), percent=50, text="清运十车", by=water, client_ref=ref)
    assert Event.objects.filter(stream=plan.stream, act="plans.report_progress").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Progress.objects.filter(pk=row.pk).update(percent=100)
    assert reports.percents([plan.pk]) == {plan.pk: 40}
    responsibility = plan.items.get(kind=K.RESPONSIBILITY)
    assert responsibility in registry.open_work.ask(unit_id=world.water.unit_id)
    actions.report_progress(task, day=days.today(), percent=100, text="全部清完", by=water)
    assert responsibility not in registry.open_work.ask(unit_id=world.water.unit_id)


@db
def test_drafts_are_seen_where_they_are_written_and_approved_plans_along_the_water(world):
    plan = plans.draft(world)

    def sees(post):
        return RiverPlan.objects.visible_to(acting_for(post)).filter(pk=plan.pk).exists()

    assert (sees(world.office), sees(world.county), sees(world.village), sees(world.intake)) == (True, True, False, False)
    plans.fill(plan, world)
    actions.review(plan, opinion="同意报批", by=acting_for(world.county), expect=plan.version)
    actions.approve(plan, basis="康府函〔2026〕1号", by=acting_for(plans.government_desk(world)), expect=plan.version)
    assert sees(world.village)


@st.composite
def forests(draw):
    """Lines of the five lists, each hung under any line drawn before it, or under none."""
    nodes = []
    for pk in range(draw(st.integers(1, 12))):
        above = draw(st.sampled_from([None, *(node.pk for node in nodes)]))
        nodes.append(rules.Node(pk, draw(st.sampled_from(rules.LISTS)), above))
    return nodes


@given(forests())
def test_a_plan_without_loose_ends_leads_every_problem_to_somebody_responsible(nodes):
    if rules.loose_ends(nodes):
        return
    by_id = {node.pk: node for node in nodes}
    for node in nodes:
        chain_up = [node.kind]
        while by_id[node.pk].above is not None:
            node = by_id[by_id[node.pk].above]
            chain_up.append(node.kind)
        assert chain_up[::-1] == list(rules.LISTS[: len(chain_up)])
    answered = {node.above for node in nodes}
    assert all(node.kind == rules.LISTS[-1] for node in nodes if node.pk not in answered)


@given(st.lists(st.sampled_from(["prefecture", "county", "township", "village", ""]), max_size=6))
def test_the_highest_level_is_one_of_those_given(levels):
    found = rules.highest(levels)
    assert (found is None) == (not any(levels))
    assert all(rules.is_at_most(level, found) for level in levels if level)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 10))
def test_a_term_of_years_ends_on_the_same_day_or_on_the_first_of_march(start, years):
    end = rules.years_after(start, years)
    assert end.year == start.year + years
    assert (end.month, end.day) in {(start.month, start.day), (3, 1)}


@db
def test_a_chief_asks_for_a_change_before_standing_for_the_draft(world):
    plan = plans.draft(world)
    for other in (world.village, world.office):
        with pytest.raises(NotPermitted):
            actions.ask_change(plan, reason="请写明资金来源", by=acting_for(other), expect=plan.version)
    with pytest.raises(Refused):
        actions.ask_change(plan, reason="改", by=acting_for(world.county), expect=plan.version)
    actions.ask_change(plan, reason="请写明资金来源", by=acting_for(world.county), expect=plan.version)
    assert (plan.state, plan.review_note) == ("draft", "请写明资金来源")


@db
def test_a_draft_that_is_not_pursued_gives_way_to_another_and_stays_to_be_read(world):
    first = plans.draft(world)
    with pytest.raises(Refused, match=first.number):
        plans.draft(world)
    with pytest.raises(NotPermitted):
        actions.drop(first, reason="选错了水体", by=acting_for(world.county), expect=first.version)
    actions.drop(first, reason="选错了水体", by=office(world), expect=first.version)
    second = plans.draft(world)
    assert (first.state, second.edition) == ("dropped", 1)
    assert first in RiverPlan.objects.visible_to(office(world))


@db
def test_a_next_edition_that_is_not_pursued_may_be_begun_again(world):
    plan = plans.approved(world)
    later = days.today() + timedelta(days=30)
    following = actions.revise(plan, since=later, by=office(world))
    with pytest.raises(Refused, match=following.number):
        actions.revise(RiverPlan.objects.get(pk=plan.pk), since=later, by=office(world))
    actions.drop(following, reason="期限另议", by=office(world), expect=following.version)
    again = actions.revise(RiverPlan.objects.get(pk=plan.pk), since=later, by=office(world))
    assert (again.edition, again.replaces) == (2, plan)


@db
def test_townships_and_villages_along_the_water_may_be_responsible(world):
    plan = plans.draft(world)
    units = forms.responsible_units(plan)
    assert {world.county.unit, world.township.unit, world.village.unit, world.water.unit} <= set(units)
    other = UnitFactory(jurisdiction=village("513301202200", "试验邻村"))
    assert other not in units
