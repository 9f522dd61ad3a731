"""A problem seen on a patrol names the regulated site that it comes from; the case is about it, and both follow a merger."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accountability.cases.models import Case, ProblemKind
from accountability.kit import days
from accountability.ledger.models import Event
from accountability.ledger.registry import about_site
from chiefs.patrols.actions import Seen
from chiefs.patrols.models import Finding
from chiefs.sites import actions, reports
from tests.factories import complaints, patrols
from tests.factories.posts import acting_for, chain
from tests.factories.resources import SegmentFactory
from tests.factories.sites import site
from tests.factories.territory import village

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


def rubbish():
    return ProblemKind.objects.get(code="rubbish")


def test_the_form_offers_the_sites_beside_the_segment_and_the_case_is_about_the_chosen_one(world, client):
    drains = site(world, name="试验排污口", segment=world.segment)
    near, far = site(world), site(world, place=village("513301201201", "试验二村"))
    actions.close(site(world, name="试验旧厂"), day=days.today(), by=acting_for(world.office), expect=0, reason="停产")
    assert reports.beside(world.segment) == [drains, near]
    client.force_login(world.village.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    address = reverse("patrols:new", args=[world.segment.code])
    page = client.get(address).content.decode()
    assert str(drains.ref) in page
    assert str(far.ref) not in page
    told = {
        "client_ref": uuid.uuid4(),
        "findings": "1",
        "f0-client_ref": uuid.uuid4(),
        "f0-kind": rubbish().pk,
        "f0-text": "厂门口倒废渣",
        "track": SimpleUploadedFile("walk.gpx", patrols.walk()),
    }
    assert client.post(address, told | {"f0-site": str(far.ref)}).status_code == 422
    told["track"] = SimpleUploadedFile("walk.gpx", patrols.walk())
    sent = client.post(address, told | {"f0-site": str(drains.ref)}, follow=True)
    finding = Finding.objects.get()
    assert (finding.site, finding.case.site) == (drains, drains)
    assert drains.name in sent.content.decode()


def test_where_no_site_stands_none_is_asked_about(world, client):
    client.force_login(world.village.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    assert "f0-site" not in client.get(reverse("patrols:new", args=[world.segment.code])).content.decode()
    assert reports.beside(SegmentFactory()) == []


def test_a_site_shows_the_findings_complaints_and_cases_about_it_to_who_may_see_each(world, client):
    made = site(world)
    seen = [Seen(kind=rubbish(), text="已清走", solved_on_site=True, site=made), Seen(kind=rubbish(), text="又倒一堆", site=made)]
    patrol = patrols.patrol(world.village, world.segment, findings=seen)
    complaint, _code = complaints.registered(segment=world.segment)
    type(complaint).objects.filter(pk=complaint.pk).update(site=made)

    def told(post):
        return sorted(mention.number for mention in about_site.ask(site_id=made.pk, acting=acting_for(post)))

    case = Case.objects.get()
    assert told(world.village) == sorted([patrol.number, patrol.number, case.number])
    assert complaint.number in told(world.intake), "who took it finds it there"
    assert patrol.number not in told(world.intake)
    assert told(world.water) == []
    client.force_login(world.village.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    page = client.get(reverse("sites:detail", args=[made.ref])).content.decode()
    assert reverse("patrols:detail", args=[patrol.number]) in page
    assert case.number in page


def test_findings_follow_when_their_site_was_entered_twice(world):
    lost, kept = site(world), site(world)
    patrol = patrols.patrol(world.village, world.segment, findings=[Seen(kind=rubbish(), text="废渣", site=lost)])
    actions.merge(lost, into=kept, reason="同一家", by=acting_for(world.office), expect=0)
    finding = patrol.findings.get()
    assert (finding.site, finding.case.site) == (kept, kept)
    followed = Event.objects.get(stream=patrol.stream, act="patrols.follow_site")
    assert (followed.facts["site"], followed.facts["before"]) == ({"sites.site": kept.pk}, lost.pk)
    late = patrols.patrol(
        world.village, world.segment, data=patrols.walk(begin=days.now() - timedelta(days=2)), findings=[Seen(kind=rubbish(), site=lost)]
    )
    assert late.findings.get().site == kept, "a walk that arrives after the merger names the entry that goes on"
