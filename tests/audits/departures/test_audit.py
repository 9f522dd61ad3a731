"""One audit from commission to report, and that a term has edges."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from accountability.kit import days
from accountability.ledger import outbox
from accountability.ledger.errors import GateError, Refused
from accountability.ledger.models import gate_open
from accountability.papers import actions as papers
from accountability.papers.models import Paper
from audits.departures import actions, desk, evidence, rules, wording
from audits.departures.models import Audit, EvidenceRow, Figure
from audits.departures.questions import may_open_paper
from chiefs.posts.models import Tenure
from tests.factories import patrols
from tests.factories.posts import TenureFactory, acting_for

from .bureau import as_account, commissioned, scored


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


def test_a_grade_needs_a_reason_and_a_report_a_grade(bureau):
    _world, _organisation, audit_desk, (lead, _member, reviewer) = bureau
    audit = scored(bureau)
    with pytest.raises(GateError):
        actions.issue(audit, by=as_account(audit_desk, lead), expect=audit.version)
    assert not Paper.objects.exists()
    actions.review(audit, opinion="证据充分，评分适当", by=as_account(audit_desk, reviewer), expect=audit.version)
    with pytest.raises(Refused):
        actions.decide(audit, grade="good", reason=" ", by=as_account(audit_desk, lead), expect=audit.version)


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
