"""What stands in the demonstration world, played once through the real actions over its whole year."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.test import override_settings
from django.urls import reverse

from accountability.cases.models import Case, Leg
from accountability.complaints.models import Complaint
from accountability.kit import days
from accountability.kit.names import initials
from accountability.ledger.models import Mark
from accountability.ledger.verification import first_fault
from accountability.notices.models import Notice
from accountability.setup.demo import divisions, sites
from accountability.setup.demo.stage import Stage
from accountability.setup.management.commands.load_demo import WEEKS, play
from audits.departures.models import Audit
from audits.indicators.models import Observation
from chiefs.agreements.models import Progress, TargetAgreement
from chiefs.bodies.models import Body, Meeting, Resolution
from chiefs.patrols.models import Patrol
from chiefs.plans.models import RiverPlan
from chiefs.plans.reports import percents
from chiefs.posts import coverage, handovers
from chiefs.posts import reports as posts
from chiefs.posts.functions import Role
from chiefs.posts.models import Account, Handover, Person, Post, Tenure, Unit
from chiefs.resources.models import Drawing, GridCell, LegacyProject, RedLinePlot, Resource, Segment
from chiefs.resources.reports import faults_of, search
from chiefs.signboards.models import BoardUpdate, Signboard
from chiefs.sites import rules
from chiefs.sites.models import Site
from chiefs.territory.models import Jurisdiction, Level, Reorganisation
from chiefs.territory.reports import left_behind
from tests.worlds import rolled_back

pytestmark = pytest.mark.xdist_group("demonstration")  # one worker plays it, for all tests of this module


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """The year as ``load_demo`` plays it. It is never committed."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), rolled_back():
        call_command("load_ganzi", verbosity=0)
        yield play(WEEKS)


@pytest.fixture
def db(stage: Stage) -> Iterator[None]:
    with rolled_back():
        yield


@pytest.fixture
def demo(stage: Stage, db: None) -> Stage:
    return stage


def test_the_story_is_lawful_from_end_to_end(demo):
    stage = demo
    fault, events = first_fault()
    assert fault is None
    assert events > 1000
    assert Mark.objects.filter(name="demonstration").exists()
    outgoing, incoming = stage.world.outgoing, stage.world.incoming
    walkers = set()
    for patrol in Patrol.objects.select_related("tenure", "post"):
        day = days.day_of(patrol.started_at)
        assert patrol.demonstration
        assert patrol.tenure.post_id == patrol.post_id
        assert patrol.tenure.since <= day
        assert patrol.tenure.until is None or day < patrol.tenure.until
        assert patrol.arrived_at <= stage.end
        walkers.add(patrol.tenure_id)
    assert outgoing.until == incoming.since
    assert {outgoing.pk, incoming.pk} <= walkers
    for case in Case.objects.all():
        assert case.demonstration
        if case.state != Case.State.SIGNED_OFF:
            assert Leg.objects.get(case=case, role="lead", left_at=None).post_id == case.holder_id
            assert stage.holder(case.holder) is not None
    assert Signboard.objects.filter(state="damaged").count() == 1
    assert BoardUpdate.objects.overdue(days.day_of(stage.end)).count() == 1
    assert BoardUpdate.objects.filter(state="done").count() == 5
    plan = RiverPlan.objects.get()
    assert (plan.state, percents([plan.pk])) == ("approved", {plan.pk: 45})
    audit = Audit.objects.get()
    assert audit.tenure_id == outgoing.pk
    assert not audit.evidence.filter(day__gte=outgoing.until, block="patrols").exists()
    assert audit.state == Audit.State.ISSUED
    assert sorted(Reorganisation.objects.values_list("state", flat=True)) == ["finished", "recorded"]
    assert [unit.code for act in Reorganisation.objects.filter(state="recorded") for unit in left_behind(act)] == [divisions.COMMITTEE]
    with pytest.raises(CommandError, match="loaded already"):
        call_command("load_demo")


def test_a_chief_is_succeeded_another_stands_in_and_rangers_work_under_contract(demo):
    world = demo.world
    before, after = world.posts["river-yl-04"].tenures.order_by("since")
    assert before.until == after.since
    assert before.handover.state == Handover.State.FINISHED
    deputy = posts.term_of(world.posts["river-yl-03"], world.today)
    assert {term.post.code for term in posts.open_to(deputy.person_id, world.today)} >= {"river-yl-02", "river-yl-03"}
    contracts = Tenure.objects.filter(post__kind__role=Role.RANGER)
    assert contracts.count() == 3
    assert not contracts.filter(until=None).exists()
    walked = Patrol.objects.of_rangers()
    assert set(walked.values_list("tenure", "state")) == {(term.pk, "valid") for term in contracts}
    # The wood along the river has no cell yet: the health of the register has something to show.
    bare = coverage.segments_without(posts.system("system-clock").reach, world.today, role=Role.RANGER)
    assert [segment.name for segment in bare] == ["雅拉河岸防护林（演示）"]


def test_every_name_is_found_by_the_first_letters_of_its_pinyin_whoever_wrote_it(demo):
    for model, name in ((Jurisdiction, "name"), (Unit, "name"), (Person, "name"), (Post, "title"), (Segment, "name"), (GridCell, "name")):
        rows = model.objects.values_list(name, "initials")
        assert rows
        assert [row for row in rows if row[1] != initials(row[0])] == [], model


def test_every_role_of_the_world_works_for_its_post(demo, client):
    keeper = Account.objects.get(is_staff=True)
    client.force_login(keeper, backend="chiefs.posts.backends.AccountBackend")
    for table in ("clocks_term", "duties_patrolobligation", "departures_scoresheet", "complaints_refusalreason"):
        assert client.get(reverse(f"admin:{table}_changelist")).status_code == 200
    page = client.get(reverse("admin:clocks_term_add"))
    assert page.status_code == 200
    assert 'id="demo-banner"' in page.content.decode()


def test_the_desks_have_each_kind_of_work_on_them_today(demo):
    stage = demo
    cases = Case.objects.all()
    assert cases.overdue(stage.world.today).filter(state=Case.State.IN_WORK).exists()
    states = set(cases.values_list("state", flat=True))
    assert states == {Case.State.HELD, Case.State.IN_WORK, Case.State.DONE, Case.State.VERIFIED, Case.State.SIGNED_OFF}
    assert cases.filter(extensions__granted=None, extensions__isnull=False).exists()
    assert Complaint.objects.filter(state=Complaint.State.RECEIVED).count() >= 2
    assert not Complaint.objects.filter(demonstration=False).exists()
    stream = Resource.objects.get(name__startswith="雅拉小沟")
    assert Drawing.objects.get(owner=f"resources.resource:{stream.pk}").source_crs == "gcj02"
    assert stream.segments.filter(demonstration=True).count() == 5
    assert [(f.kind, f.bank) for f in faults_of(stream, stage.world.today)] == [("gap", "right")]
    assert search("ylxg") == [stream]
    assert RedLinePlot.objects.get().markers.exclude(checked_on=None).count() == 1
    assert set(LegacyProject.objects.values_list("state", flat=True)) == {"found", "rectifying"}
    assert GridCell.objects.filter(for_rangers=True, for_supervision=True, segments__isnull=False).exists()
    observed = Observation.objects.filter(demonstration=True)
    assert set(observed.values_list("jurisdiction__level", flat=True)) == {Level.PREFECTURE, Level.COUNTY}
    assert observed.filter(indicator__attribute="binding").exists()
    assert observed.filter(indicator__attribute="reference").exists()


def test_a_dozen_sites_marked_as_invented_one_of_them_entered_twice(demo):
    rows = Site.objects.all()
    assert rows.count() == 12
    assert all(site.demonstration and "演示" in site.name for site in rows)
    coded = rows.exclude(credit_code="")
    assert coded.count() == 8
    assert all(rules.is_credit_code(site.credit_code) and site.credit_code[2:8] == "000000" for site in coded)
    assert dict(rows.values_list("state").annotate(n=Count("pk"))) == {"operating": 10, "closed": 1, "merged": 1}
    merged = rows.get(state="merged")
    assert merged.name in {name.name for name in merged.current.names.all()}
    assert Site.objects.operating().unwatched(days.today()).count() == 1


def test_bodies_meet_miss_a_meeting_and_owe_what_they_decided(demo):
    assert sorted(Body.objects.values_list("kind", flat=True)) == ["committee", "group", "joint"]
    assert set(Meeting.objects.values_list("state", flat=True)) >= {"closed", "missed", "called"}
    committee = Meeting.objects.filter(body__kind="committee", state="closed").earliest("period_since")
    assert committee.attendance.filter(outcome="excused").count() == 1
    assert sorted(committee.resolutions.values_list("state", flat=True)) == ["confirmed", "open"]
    assert set(Resolution.objects.values_list("state", flat=True)) == {"open", "done", "confirmed"}
    assert Resolution.objects.overdue(demo.world.today).exists()
    neighbours = Body.objects.get(kind="joint").members.filter(post=None)
    assert all("演示" in member.name for member in neighbours)


def test_targets_go_down_four_levels_are_reported_on_amended_and_signed(demo):
    signed = TargetAgreement.objects.filter(state__in=["signed", "settled"])  # in January the county's year is settled
    levels = set(signed.values_list("jurisdiction__level", flat=True))
    assert levels == {Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE}
    assert all(agreement.signatures.filter(offer=agreement.offers).count() == 2 for agreement in signed)
    for level in levels:
        assert Progress.objects.filter(agreement__jurisdiction__level=level).exists()
    village = signed.filter(jurisdiction__level=Level.VILLAGE).first().items.get()
    assert (village.parent.agreement.jurisdiction.level, village.parent.parent.agreement.giver.code) == (
        Level.TOWNSHIP,
        "pref-general-chief",
    )
    assert TargetAgreement.objects.get(state="amended").jurisdiction.level == Level.TOWNSHIP
    waiting = set(TargetAgreement.objects.filter(state="half").values_list("taker__code", flat=True))
    assert waiting  # a village's late share; around the turn of the year the county's next one
    assert waiting <= {"river-yl-03", "river-county"}


def test_a_handover_lies_open_with_what_the_successor_takes_over(demo):
    handover = Handover.objects.get(state=Handover.State.OPEN)
    assert handover.post.code == "river-yl-06"
    assert len(handovers.untaken(handover)) >= 2
    term = demo.holder(handover.post, demo.world.today)
    assert term.since == handover.tenure.until
    owed = TargetAgreement.objects.get(taker=handover.post, state="signed")
    assert Notice.objects.filter(kind="agreement-successor", about=owed.stream, post=handover.post).exists()


def test_an_invented_code_could_not_be_a_real_one():
    assert sites.code(1)[2:8] == "000000"
    assert rules.is_credit_code(sites.code(1))
