"""Key projects: the plan's rows, reports by those who lead them, totals as stated and as added up."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.models import Event
from audits.indicators import project_actions, projects
from audits.indicators.models import Indicator, Project, ProjectIndicator, ProjectLead, ProjectReport, ProjectTotal
from chiefs.posts.functions import Function
from tests.factories import territory
from tests.factories.evidence import photo
from tests.factories.posts import UnitFactory, acting_for, desk


@pytest.fixture
def place(db):
    return territory.prefecture()


@pytest.fixture
def project(place):
    return Project.objects.create(
        seq=1, category="一、试验工程", name="试验项目", invest_total="0.54", lead_units="自然资源局", period="2018-2020"
    )


@pytest.fixture
def targets(place):
    return desk(UnitFactory(jurisdiction=place), Function.TARGETS)


@pytest.fixture
def bureau(place):
    return desk(UnitFactory(name="州自然资源局", jurisdiction=place), Function.DEPARTMENT)


def report(project, post, **facts):
    given = {"as_of": days.today(), "stage": "under_way", "text": "完成招标"}
    return project_actions.report(project, by=acting_for(post), **{**given, **facts})


def signed_in(client, post):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def test_a_unit_that_leads_reports_with_an_event_and_photos(client, project, targets, bureau):
    project_actions.assign(project, unit=bureau.unit, by=acting_for(targets))
    address = reverse("indicators:project_report", args=[project.seq])
    sent = {"expect": 0, "client_ref": uuid.uuid4(), "stage": "under_way", "text": "完成招标", "invested": "0.25"}
    signed_in(client, bureau)
    refused = client.post(address, sent | {"as_of": "2099-01-01", "photos": SimpleUploadedFile("a.jpg", photo(), "image/jpeg")})
    assert refused.status_code == 422
    assert client.post(address, sent | {"as_of": days.today().isoformat()}).status_code == 302
    once_more = sent | {"as_of": days.today().isoformat(), "photos": SimpleUploadedFile("a.jpg", photo(), "image/jpeg")}
    assert client.post(address, once_more).status_code == 302
    made = ProjectReport.objects.get()
    assert (made.unit_id, made.invested) == (bureau.unit_id, Decimal("0.25"))
    event = Event.objects.get(stream=made.stream)
    assert (event.act, event.facts["stage"], event.facts["invested"]) == ("indicators.report_project", "under_way", "0.25")
    assert Evidence.objects.get(owner=made.stream).role == "photo"
    assert (projects.listed().get().stage, projects.listed().get().reported_on) == ("under_way", days.today())


def test_a_unit_that_does_not_lead_reports_nothing(project, bureau):
    with pytest.raises(NotPermitted):
        report(project, bureau)
    assert not ProjectReport.objects.exists()


def test_the_target_office_reports_on_every_project(project, targets):
    assert report(project, targets).project == project


@pytest.mark.parametrize("function", [f for f in Function if f not in (Function.TARGETS, Function.SYSTEM)])
def test_only_the_target_office_says_who_leads(project, place, bureau, function):
    with pytest.raises(NotPermitted):
        project_actions.assign(project, unit=bureau.unit, by=acting_for(desk(UnitFactory(jurisdiction=place), function)))


def test_who_leads_no_longer_reports_no_longer_and_the_past_stays(project, targets, bureau):
    lead = project_actions.assign(project, unit=bureau.unit, by=acting_for(targets))
    assert project_actions.assign(project, unit=bureau.unit, by=acting_for(targets)) == lead
    ProjectLead.objects.filter(pk=lead.pk).update(since=days.today() - timedelta(days=10))
    made = report(project, bureau)
    project_actions.release(project, unit=bureau.unit, by=acting_for(targets))
    with pytest.raises(NotPermitted):
        report(project, bureau)
    assert list(project.reports.all()) == [made]
    with pytest.raises(Refused):
        project_actions.release(project, unit=bureau.unit, by=acting_for(targets))
    assert project_actions.assign(project, unit=bureau.unit, by=acting_for(targets)).until is None
    assert ProjectLead.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"as_of": days.today() + timedelta(days=1)},
        {"text": "  "},
        {"text": "长" * 4001},
        {"stage": "unheard"},
        {"invested": Decimal(-1)},
        {"invested": Decimal(100_001)},
    ],
)
def test_a_report_without_sense_is_refused(project, targets, wrong):
    with pytest.raises(Refused):
        report(project, targets, **wrong)
    assert not Event.objects.filter(act="indicators.report_project").exists()


def test_a_report_is_never_altered_and_the_same_sending_is_one(project, targets):
    ref = uuid.uuid4()
    first, second = (report(project, targets, client_ref=ref) for _ in range(2))
    assert first == second
    with pytest.raises(Mismatch):
        report(project, targets, client_ref=ref, text="另一内容")
    for change in (lambda: ProjectReport.objects.update(text="改"), lambda: ProjectReport.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@given(st.decimals(0, 1000, places=4), st.decimals(0, 1000, places=4))
def test_two_figures_agree_exactly_when_they_are_equal_and_the_difference_is_exact(stated, summed):
    cell = projects.cell(str(stated), str(summed))
    assert cell.agrees is (stated == summed)
    assert Decimal(cell.difference) == summed - stated


def test_a_round_sum_is_written_and_compared_as_people_write_it():
    cell = projects.cell("30.0", "3E+1")
    assert (cell.summed, cell.agrees) == ("30", True)


@pytest.mark.parametrize("stated", ["", "-", "若干"])
def test_what_the_plan_does_not_state_is_neither_right_nor_wrong(stated):
    assert projects.cell(stated, "5").agrees is None


def test_the_totals_page_shows_both_figures_and_their_difference(client, project, targets):
    stated = {"projects": "93", "invest_total": "239.6821"}
    ProjectTotal.objects.create(
        source_table="table 2",
        category="",
        label="小计",
        stated=stated,
        summed={"projects": "94", "invest_total": "245.4116"},
        agrees=False,
    )
    page = signed_in(client, targets).get(reverse("indicators:project_totals")).content.decode()
    assert "239.6821" in page
    assert "245.4116" in page
    assert "5.7295" in page
    file = client.get(reverse("indicators:project_totals"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "239.6821" in file
    assert "245.4116" in file


def test_a_project_shows_its_indicators_leads_and_reports(client, project, targets, bureau):
    indicator = Indicator.objects.create(no=18, system="试验", name="生态保护红线面积", attribute="binding", direction="up")
    ProjectIndicator.objects.create(project=project, indicator=indicator, indicator_no=18, text_in_source="生态保护红线", basis="exact")
    project_actions.assign(project, unit=bureau.unit, by=acting_for(targets))
    report(project, bureau, text="完成勘界")
    page = signed_in(client, bureau).get(reverse("indicators:project", args=[1])).content.decode()
    for words in ("生态保护红线面积", "州自然资源局", "完成勘界", 'id="report"'):
        assert words in page


def test_a_report_comes_through_its_form_and_what_was_typed_is_not_lost(client, project, targets, bureau):
    project_actions.assign(project, unit=bureau.unit, by=acting_for(targets))
    address = reverse("indicators:project_report", args=[1])
    data = {"expect": 0, "client_ref": uuid.uuid4(), "as_of": days.today().isoformat(), "stage": "finished", "text": "全部完成"}
    signed_in(client, bureau)
    late = client.post(address, data | {"as_of": (days.today() + timedelta(days=2)).isoformat()})
    assert late.status_code == 422
    assert "全部完成" in late.content.decode()
    assert client.post(address, data).status_code == 302
    assert ProjectReport.objects.get().stage == "finished"


@pytest.mark.parametrize("several", [1, 40])
def test_the_list_and_a_project_ask_few_questions_however_many_there_are(client, project, targets, several, django_assert_max_num_queries):
    for seq in range(2, several + 1):
        Project.objects.create(seq=seq, category="一、试验工程", name=f"项目{seq}")
    for _ in range(several):
        report(project, targets)
    signed_in(client, targets).get(reverse("indicators:projects"))
    with django_assert_max_num_queries(9):
        assert client.get(reverse("indicators:projects")).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(reverse("indicators:project", args=[1])).status_code == 200
