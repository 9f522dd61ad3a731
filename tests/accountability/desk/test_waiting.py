"""What waits outside the list of cases stands on the desk's first page, and a notice leads to what it is about."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from accountability.complaints.models import Complaint
from accountability.desk.waiting import waiting
from accountability.kit import days
from accountability.notices import wording
from accountability.notices.models import Notice
from chiefs.posts import tenures
from chiefs.posts.models import Handover
from tests.factories import agreements, cases, complaints, posts
from tests.factories.posts import acting_for

from .test_inbox import HOME, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return posts.chain()


def tiles(client):
    html = client.get(reverse(HOME)).content.decode()
    found = re.findall(r'<a class="tile" href="([^"]+)"><span>.*? <span class="badge">([^<]+)<', html)
    return {address: count for address, count in found}


def test_the_intake_sees_how_many_reports_wait_for_a_decision_and_for_an_answer(client, world):
    for _ in range(2):
        complaints.registered(segment=world.segment)
    complaints.accepted(world)
    assert Complaint.objects.waiting().count() == 2
    listing = reverse("complaints:list")
    assert tiles(sign_in(client, world.intake)) == {listing: "2", f"{listing}?list=unanswered": "1"}
    assert tiles(sign_in(client, world.water)) == {}


def test_the_unit_that_is_to_verify_sees_the_visit(client, world):
    done = cases.done(world)
    visit = done.inspections.get()
    desk = visit.unit.posts.first()
    assert tiles(sign_in(client, desk)) == {reverse("inspections:list"): "1"}


def test_a_notice_leads_to_what_it_is_about(client, world):
    complaint, _code = complaints.registered(segment=world.segment)
    visit = cases.done(world).inspections.get()
    for desk, number, address in (
        (world.intake, complaint.number, reverse("complaints:detail", args=[complaint.number])),
        (visit.unit.posts.first(), visit.number, reverse("inspections:detail", args=[visit.number])),
    ):
        sign_in(client, desk)
        for page in (reverse(HOME), reverse("desk:notices")):
            link = re.search(f'<a href="{address}">([^<]+)</a>', client.get(page).content.decode())
            assert link is not None
            assert number in link[1]
        assert client.get(address).status_code == 200


#: every beginning of a kind: a number of the record that it speaks of, the page of that record
SPOKEN_OF = {
    "case-": ("C2026-000001", "desk:case"),
    "complaint-": ("T2026-000001", "complaints:detail"),
    "inspection-": ("J2026-000001", "inspections:detail"),
    "audit-": ("A2026-000001", "departures:detail"),
    "agreement-": ("M2026-000001", "agreements:target_number"),
    "village-agreement-": ("V2026-000001", "agreements:village"),
    "meeting-": ("H2026-000001", "bodies:meeting"),
    "resolution-": ("Y2026-000001", "bodies:resolution"),
    "board-update": ("C-1", "signboards:detail"),
    "handover-": (str(uuid.uuid4()), "terms:handover"),
}


def test_no_kind_of_notice_leaves_its_reader_without_a_page():
    """A new kind of notice must be entered above, with the page that it leads to."""
    met = set()
    for kind in wording.known():
        beginnings = [beginning for beginning in SPOKEN_OF if kind.startswith(beginning)]
        assert len(beginnings) == 1, kind
        number, address = SPOKEN_OF[beginnings[0]]
        assert Notice(kind=kind, number=number).address == reverse(address, args=[number])
        met.add(beginnings[0])
    assert met == set(SPOKEN_OF)


def test_a_chief_is_led_to_what_a_notice_is_about_from_the_first_page(client, world):
    made = cases.case(world, holder=world.county, by=acting_for(world.office))
    html = sign_in(client, world.county).get(reverse("patrols:home")).content.decode()
    assert f'<a href="{reverse("desk:case", args=[made.number])}">' in html


def test_who_follows_and_who_stands_above_are_told_of_a_handover_with_something_in_it(client, world):
    cases.case(world)
    tenures.end_term(world.village.tenures.get(), day=days.today() + timedelta(days=9), reason="调离", by=acting_for(world.office))
    handover = Handover.objects.get()
    told = Notice.objects.filter(kind="handover-open")
    assert world.village.pk in told.values_list("post", flat=True)
    assert told.count() == 2
    assert client.get(told[0].address).status_code == 302  # to the sign-in
    assert sign_in(client, world.village).get(handover_page := told[0].address).status_code == 200
    assert str(handover.client_ref) in handover_page


def test_of_a_handover_with_nothing_in_it_nobody_is_told(world):
    tenures.end_term(world.village.tenures.get(), day=days.today(), reason="调离", by=acting_for(world.office))
    assert not Notice.objects.filter(kind="handover-open").exists()


@pytest.mark.parametrize("who", ["intake", "office", "water", "county"])
def test_the_first_page_asks_few_questions_also_with_all_of_it(client, world, who, django_assert_max_num_queries):
    complaints.registered(segment=world.segment)
    complaints.accepted(world)
    cases.done(world)
    sign_in(client, getattr(world, who)).get(reverse(HOME))
    with django_assert_max_num_queries(15):
        assert client.get(reverse(HOME)).status_code == 200


def test_an_agreement_that_waits_for_a_signature_is_counted_for_whoever_is_asked():
    w = agreements.world()
    agreements.offered(w)
    for post, counted in ((w.county, True), (w.prefecture, True), (w.township, False)):
        names = [address for address, _label, _count in waiting(acting_for(post))]
        assert (reverse("agreements:targets") + "?list=mine" in names) is counted
