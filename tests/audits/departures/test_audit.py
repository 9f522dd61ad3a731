"""One audit from commission to report; who may read it; and that a term has edges."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accountability.cases import actions as case_actions
from accountability.kit import days
from accountability.ledger import outbox
from accountability.ledger.errors import GateError, NotPermitted, NoTransition, Refused
from accountability.ledger.models import gate_open
from accountability.notices.models import Notice
from accountability.papers import actions as papers
from accountability.papers.models import Paper
from audits.departures import actions, desk, evidence, rules, wording
from audits.departures.models import WORK, Audit, AuditGrant, EvidenceRow, Figure
from audits.departures.questions import may_open_paper
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Tenure
from tests.factories import cases, patrols, posts
from tests.factories.posts import AccountFactory, TenureFactory, UnitFactory, acting_for


@pytest.fixture
def bureau(db):
    """A chain, an organisation department, and an audit bureau with three members."""
    world = posts.chain()
    home = world.bureau.unit.jurisdiction
    organisation = posts.desk(UnitFactory(name="州委组织部", jurisdiction=home), Function.ORGANISATION)
    audit_desk = posts.desk(UnitFactory(name="州审计局", jurisdiction=home), Function.AUDIT)
    accounts = [Account.objects.get(person__tenures__post=audit_desk)]
    accounts += [AccountFactory(person=TenureFactory(post=audit_desk).person) for _ in range(2)]
    return world, organisation, audit_desk, accounts


def as_account(post, account):
    from chiefs.posts import reports

    return reports.acting(account, post, account.person_id)


def newcomer(post):
    """One more holder of the bureau's desk, with an account."""
    return AccountFactory(person=TenureFactory(post=post).person)


def commissioned(bureau, tenure=None):
    world, organisation, audit_desk, _accounts = bureau
    tenure = tenure or Tenure.objects.get(post=world.township)
    return actions.commission(
        tenure=tenure,
        kind="departure" if tenure.until else "midterm",
        audit_unit=audit_desk.unit,
        basis="〔2026〕1号",
        by=acting_for(organisation),
    )


def scored(bureau):
    world, _organisation, audit_desk, (lead, member, reviewer) = bureau
    monday = days.today() - timedelta(days=days.today().weekday())
    for month in range(1, 5):
        on = days.start_of(monday - timedelta(days=30 * month)) + timedelta(hours=9)
        patrols.patrol(world.township, world.segment, on=on)
    case = cases.case(world)
    case_actions.report_up(case, note="村里没有车", by=acting_for(world.village), expect=case.version)
    audit = commissioned(bureau)
    by = as_account(audit_desk, lead)
    actions.form_team(audit, team=[lead, member], reviewer=reviewer, until=days.today() + timedelta(days=30), by=by, expect=audit.version)
    actions.collect(audit, by=by, expect=audit.version)
    for part in desk.PARTS:
        actions.check(audit, part=part, remark="", by=by, expect=audit.version)
    actions.score(audit, by=by, expect=audit.version)
    return audit


def test_from_commission_to_a_report_that_can_be_verified(bureau):
    _world, organisation, audit_desk, (lead, _member, reviewer) = bureau
    audit = scored(bureau)
    assert audit.computed_score is not None
    assert rules.grade(audit.computed_score, [(x.grade, x.from_score) for x in audit.sheet.limits.all()]) == audit.computed_grade
    actions.review(audit, opinion="证据充分，评分适当", by=as_account(audit_desk, reviewer), expect=audit.version)
    actions.decide(audit, grade="ordinary", reason="综合考虑履职情况", by=as_account(audit_desk, lead), expect=audit.version)
    actions.issue(audit, by=as_account(audit_desk, lead), expect=audit.version)
    assert (audit.state, audit.decided_grade) == ("issued", "ordinary")
    html = audit.paper.html
    for figure in audit.figures.all():
        assert f"figures/{figure.code}/" in html
    for row in audit.evidence.all():
        assert row.sha256[:16] in html
    assert "综合考虑履职情况" in html
    assert may_open_paper(paper=audit.paper, acting=acting_for(organisation)) == [True]


def test_every_figure_follows_from_the_rows_that_it_names(bureau):
    audit = scored(bureau)
    assert Figure.objects.filter(audit=audit).exists()
    for figure in audit.figures.select_related("item"):
        rows = [rules.Row(r.place, json.loads(r.facts)) for r in audit.evidence.filter(block=figure.item.evidence)]
        again = {f.code: f for f in rules.METHODS[figure.item.method](rows, figure.item.params).figures}[figure.code]
        assert again.value == figure.value
        assert set(again.places) == set(figure.rows.values_list("place", flat=True))


def test_the_rows_of_predecessor_and_successor_stay_out(bureau):
    world, *_ = bureau
    change, last = days.today() - timedelta(days=60), days.today() - timedelta(days=20)
    before = Tenure.objects.get(post=world.township)
    Tenure.objects.filter(pk=before.pk).update(until=change)
    own = TenureFactory(post=world.township, since=change, until=last)
    TenureFactory(post=world.township, since=last)

    def noon(day):
        return days.start_of(day) + timedelta(hours=12)

    walks = {
        name: patrols.patrol(world.township, world.segment, on=noon(day))
        for name, day in {
            "before": change - timedelta(days=1),
            "first": change,
            "final": last - timedelta(days=1),
            "after": last,
        }.items()
    }
    audit = commissioned(bureau, own)
    found = {row.stream for row in evidence.rows_of(audit) if row.block == "patrols"}
    assert found == {walks["first"].stream, walks["final"].stream}
    assert (audit.since, audit.until) == (change, last)


def test_the_same_term_gives_the_same_rows_and_hashes(bureau):
    audit = scored(bureau)
    frozen = list(audit.evidence.values_list("place", "sha256"))
    assert frozen == [(row.place, row.sha256) for row in evidence.rows_of(audit)]
    assert evidence.altered(audit) == []


def test_frozen_evidence_cannot_be_changed(bureau):
    audit = scored(bureau)
    with pytest.raises(DatabaseError), transaction.atomic():
        EvidenceRow.objects.filter(audit=audit).update(label="x")


def test_only_team_and_reviewers_see_the_dossier(bureau):
    world, organisation, audit_desk, (lead, member, reviewer) = bureau
    audit = scored(bureau)
    outsider = AccountFactory(person=TenureFactory(post=audit_desk).person)
    for account in (lead, member, reviewer):
        assert Audit.objects.dossier_open_to(as_account(audit_desk, account)).filter(pk=audit.pk).exists()
    assert not Audit.objects.visible_to(as_account(audit_desk, outsider)).filter(pk=audit.pk).exists()
    assert Audit.objects.visible_to(acting_for(organisation)).filter(pk=audit.pk).exists()
    assert not Audit.objects.dossier_open_to(acting_for(organisation)).exists()
    for post in (world.township, world.county, world.office, world.intake, world.water):
        assert not Audit.objects.visible_to(acting_for(post)).exists()


def test_an_expired_grant_opens_nothing_and_allows_nothing(bureau):
    _world, _organisation, audit_desk, (lead, _member, reviewer) = bureau
    audit = scored(bureau)
    AuditGrant.objects.filter(content_object=audit).update(until=days.today())
    for account in (lead, reviewer):
        acting = as_account(audit_desk, account)
        assert not Audit.objects.dossier_open_to(acting).exists()
        with pytest.raises(NotPermitted):
            actions.review(audit, opinion="证据充分，评分适当", by=acting, expect=audit.version)


def test_an_audit_whose_team_has_lost_its_access_gets_a_new_team_from_the_bureau(bureau):
    _world, _organisation, audit_desk, (lead, member, reviewer) = bureau
    audit = scored(bureau)
    colleague = newcomer(audit_desk)
    until = days.today() + timedelta(days=9)
    with pytest.raises(NotPermitted):  # while the team serves, nobody beside it
        actions.change_team(
            audit, team=[colleague], reviewer=reviewer, until=until, by=as_account(audit_desk, colleague), expect=audit.version
        )
    AuditGrant.objects.filter(content_object=audit).update(until=days.today())
    by = as_account(audit_desk, colleague)
    assert Audit.objects.visible_to(by).filter(pk=audit.pk).exists()
    actions.change_team(audit, team=[member, colleague], reviewer=reviewer, until=until, by=by, expect=audit.version)
    opened = {a for a in (lead, member, reviewer, colleague) if Audit.objects.dossier_open_to(as_account(audit_desk, a)).exists()}
    assert opened == {member, reviewer, colleague}
    assert set(audit.serving(WORK)) == {member.pk, colleague.pk}
    actions.review(audit, opinion="证据充分，评分适当", by=as_account(audit_desk, reviewer), expect=audit.version)


def test_a_team_may_replace_its_own_members_and_whoever_left_sees_nothing_from_that_day(bureau):
    _world, _organisation, audit_desk, (lead, member, reviewer) = bureau
    audit = scored(bureau)
    until = days.today() + timedelta(days=9)
    actions.change_team(audit, team=[member], reviewer=reviewer, until=until, by=as_account(audit_desk, lead), expect=audit.version)
    assert not Audit.objects.visible_to(as_account(audit_desk, lead)).exists()
    assert Audit.objects.dossier_open_to(as_account(audit_desk, member)).exists()


def test_nobody_changes_sides_in_one_audit(bureau):
    _world, _organisation, audit_desk, (lead, member, reviewer) = bureau
    audit, colleague = scored(bureau), newcomer(audit_desk)
    by, until = as_account(audit_desk, lead), days.today() + timedelta(days=9)
    for team, review in (([member], lead), ([reviewer], colleague)):
        with pytest.raises(Refused):
            actions.change_team(audit, team=team, reviewer=review, until=until, by=by, expect=audit.version)
    assert set(audit.serving(WORK)) == {lead.pk, member.pk}


def test_who_scored_does_not_review_and_who_reviews_is_not_of_the_team(bureau):
    _world, _organisation, audit_desk, (lead, member, _reviewer) = bureau
    audit = commissioned(bureau)
    by = as_account(audit_desk, lead)
    with pytest.raises(Refused):
        actions.form_team(audit, team=[lead, member], reviewer=lead, until=days.today() + timedelta(days=9), by=by, expect=audit.version)
    with pytest.raises(GateError):
        actions.collect(audit, by=by, expect=audit.version)
    assert not AuditGrant.objects.exists()


def test_a_grade_needs_a_reason_and_a_report_a_grade(bureau):
    _world, _organisation, audit_desk, (lead, _member, reviewer) = bureau
    audit = scored(bureau)
    with pytest.raises(GateError):
        actions.issue(audit, by=as_account(audit_desk, lead), expect=audit.version)
    assert not Paper.objects.exists()
    actions.review(audit, opinion="证据充分，评分适当", by=as_account(audit_desk, reviewer), expect=audit.version)
    with pytest.raises(Refused):
        actions.decide(audit, grade="good", reason=" ", by=as_account(audit_desk, lead), expect=audit.version)


def test_nobody_else_commissions_and_nobody_is_audited_twice_at_once(bureau):
    world, _organisation, audit_desk, _accounts = bureau
    tenure = Tenure.objects.get(post=world.township)
    with pytest.raises(NotPermitted):
        actions.commission(tenure=tenure, kind="departure", audit_unit=audit_desk.unit, basis="x1", by=acting_for(world.county))
    commissioned(bureau)
    with pytest.raises(Refused):
        commissioned(bureau)


def test_the_score_waits_until_every_part_was_looked_through(bureau):
    _world, _organisation, audit_desk, (lead, member, reviewer) = bureau
    audit = commissioned(bureau)
    by = as_account(audit_desk, lead)
    actions.form_team(audit, team=[lead, member], reviewer=reviewer, until=days.today() + timedelta(days=30), by=by, expect=audit.version)
    actions.collect(audit, by=by, expect=audit.version)
    with pytest.raises(Refused):
        actions.score(audit, by=by, expect=audit.version)
    actions.check(audit, part="check_cases", remark="", by=by, expect=audit.version)
    with pytest.raises(Refused):
        actions.check(audit, part="check_cases", remark="", by=by, expect=audit.version)
    assert [p.done for p in desk.parts(audit)] == [False, True, False]


def test_the_printed_report_is_what_the_hash_says(bureau):
    _world, _organisation, audit_desk, (lead, _member, reviewer) = bureau
    audit = scored(bureau)
    actions.review(audit, opinion="证据充分，评分适当", by=as_account(audit_desk, reviewer), expect=audit.version)
    actions.decide(audit, grade="ordinary", reason="综合考虑履职情况", by=as_account(audit_desk, lead), expect=audit.version)
    actions.issue(audit, by=as_account(audit_desk, lead), expect=audit.version)
    papers.print_paper(audit.paper_id)
    paper = Paper.objects.get(pk=audit.paper_id)
    assert len(paper.sha256) == 64
    assert paper.pages >= 2
    assert outbox.send_waiting()


LIMITS = [
    ("good", Decimal(90)),
    ("fairly_good", Decimal(80)),
    ("ordinary", Decimal(70)),
    ("rather_poor", Decimal(60)),
    ("poor", Decimal(0)),
]
SHARES = st.none() | st.decimals(0, 1, places=6)
PARTS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 40).map(Decimal), SHARES).map(lambda p: rules.Part(*p)), max_size=12)
CAPS = {"a": Decimal(25), "b": Decimal(35), "c": Decimal(40)}


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", "good"),
        ("90", "good"),
        ("89.99999999", "fairly_good"),
        ("80.0", "fairly_good"),
        ("79.99", "ordinary"),
        ("60", "rather_poor"),
        ("59.99", "poor"),
    ],
)
def test_the_grade_is_read_off_the_unrounded_score(score, grade):
    assert rules.grade(Decimal(score), LIMITS) == grade


@given(PARTS)
def test_no_block_exceeds_its_own_maximum_and_no_score_exceeds_a_hundred(parts):
    found = rules.total(parts, CAPS, Decimal(1))
    assert all(0 <= got <= CAPS[code] for code, got in found.blocks.items())
    assert found.score is None or 0 <= found.score <= 100


@given(PARTS, st.randoms())
def test_the_order_of_the_items_does_not_matter(parts, chance):
    mixed = list(parts)
    chance.shuffle(mixed)
    assert rules.total(parts, CAPS, Decimal(1)) == rules.total(mixed, CAPS, Decimal(1))


@given(PARTS, st.integers(0, 11), st.decimals(0, 1, places=6))
def test_doing_more_never_lowers_the_score(parts, at, better):
    if at >= len(parts) or parts[at].share is None:
        return
    raised = list(parts)
    raised[at] = rules.Part(parts[at].block, parts[at].most, max(parts[at].share, better))
    one, two = rules.total(parts, CAPS, Decimal(1)), rules.total(raised, CAPS, Decimal(1))
    assert one.score is None or two.score >= one.score


def test_with_too_little_evidence_there_is_no_score():
    parts = [rules.Part("a", Decimal(25), Decimal(1)), rules.Part("b", Decimal(35), None)]
    assert rules.total(parts, CAPS, Decimal(40)).score is None
    assert rules.total(parts, CAPS, Decimal(25)).score == 100


def test_a_cap_lowers_the_grade_and_never_lifts_it():
    assert rules.capped("good", ["poor"]) == "poor"
    assert rules.capped("rather_poor", ["fairly_good"]) == "rather_poor"


def test_more_in_one_week_does_not_mend_another():
    rows = [rules.Row(1, {"wanted": 1, "done": 3}), rules.Row(2, {"wanted": 1, "done": 0})]
    assert rules.share_done(rows, {"name": "x"}).share == Decimal("0.5")


def test_every_flow_waits_for_its_lock_and_every_view_names_its_permission():
    from viewflow.workflow import flow, lock
    from viewflow.workflow.base import Flow

    flows = [f for f in Flow.__subclasses__() if f.__module__.startswith(("audits", "chiefs", "accountability"))]
    assert flows
    for one in flows:
        assert isinstance(one.lock_impl, lock.SelectForUpdateLock)
        assert one.lock_impl.nowait is False
        views = [node for node in one.instance.nodes() if isinstance(node, flow.View)]
        assert views
        assert all(node._owner_permission for node in views)


def test_a_term_that_still_runs_has_a_mid_term_audit_and_no_departure_audit(bureau):
    world, organisation, audit_desk, _accounts = bureau
    tenure = Tenure.objects.get(post=world.township)
    given = {"audit_unit": audit_desk.unit, "basis": "〔2026〕2号", "by": acting_for(organisation)}
    with pytest.raises(Refused):
        actions.commission(tenure=tenure, kind="departure", **given)
    first = actions.commission(tenure=tenure, kind="midterm", **given)
    with pytest.raises(Refused, match=first.number):
        actions.commission(tenure=tenure, kind="midterm", **given)


def test_a_commission_is_withdrawn_by_who_gave_it_and_the_term_can_be_audited_again(bureau):
    _world, organisation, audit_desk, (lead, member, reviewer) = bureau
    audit = commissioned(bureau)
    bureau_by = as_account(audit_desk, lead)
    actions.form_team(
        audit, team=[lead, member], reviewer=reviewer, until=days.today() + timedelta(days=30), by=bureau_by, expect=audit.version
    )
    with pytest.raises(NotPermitted):
        actions.withdraw(audit, reason="证据过少", by=bureau_by, expect=audit.version)
    with pytest.raises(Refused):
        actions.withdraw(audit, reason="  ", by=acting_for(organisation), expect=audit.version)
    actions.withdraw(audit, reason="证据过少，不足以评价", by=acting_for(organisation), expect=audit.version)
    with pytest.raises(NoTransition):
        actions.collect(audit, by=bureau_by, expect=audit.version)
    told = Notice.objects.filter(post=audit_desk).values_list("kind", flat=True)
    assert set(told) == {"audit-commissioned", "audit-withdrawn"}
    assert commissioned(bureau).number != audit.number


def test_days_that_were_audited_are_not_audited_again(bureau):
    audit = commissioned(bureau)
    with gate_open():
        Audit.objects.filter(pk=audit.pk).update(state=Audit.State.ISSUED)
    with pytest.raises(Refused, match=audit.number):
        commissioned(bureau)


def test_every_fact_of_a_row_has_a_name_in_the_readers_language(bureau):
    audit = scored(bureau)
    for row in audit.evidence.all():
        told = wording.facts(row)
        assert told
        assert not {"rule_id", "stream", "since", "until"} & {name for name, _value in told}
        assert "True" not in dict(told).values()
        known = {*wording.FACTS, "since", "until", "stream", "rule_id", "case_id", "returned"}
        assert set(json.loads(row.facts)) <= known


def test_a_score_that_was_changed_in_the_database_is_not_issued(bureau):
    _world, _organisation, audit_desk, (lead, _member, reviewer) = bureau
    audit = scored(bureau)
    by = as_account(audit_desk, lead)
    actions.review(audit, opinion="证据充分，评分适当", by=as_account(audit_desk, reviewer), expect=audit.version)
    actions.decide(audit, grade="ordinary", reason="综合考虑履职情况", by=by, expect=audit.version)
    figure = audit.figures.first()
    Figure.objects.filter(pk=figure.pk).update(value=figure.value + 1)
    with pytest.raises(Refused):
        actions.issue(audit, by=by, expect=audit.version)
    Figure.objects.filter(pk=figure.pk).update(value=figure.value)
    with gate_open():
        Audit.objects.filter(pk=audit.pk).update(computed_score=audit.computed_score + 5)
    audit.refresh_from_db()
    with pytest.raises(Refused):
        actions.issue(audit, by=by, expect=audit.version)
