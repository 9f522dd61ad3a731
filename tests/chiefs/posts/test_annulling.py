"""A term that was entered for the wrong person is taken back while nothing has come of it; what was entered stays to be read."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts import annulling, answering, deputations, handovers, reports, tenures
from chiefs.posts.models import Handover, Tenure
from chiefs.resources.models import Segment
from tests.factories import patrols
from tests.factories.cases import case
from tests.factories.posts import ChargeFactory, PersonFactory, PostFactory, TenureFactory, acting_for, government

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)


@pytest.fixture
def seat(world):
    """A vacant post of the village chief's kind that answers for the segment."""
    post = PostFactory(unit=world.village.unit, kind=world.village.kind)
    ChargeFactory(post=post, segment=world.segment)
    return post


def entered(seat, by, since=TODAY - 2 * DAY, **more):
    return tenures.appoint(seat, person=PersonFactory(name="错录（演示）"), since=since, basis="任字1号", by=by, **more)


def annul(term, by, reason="姓名录错，应为另一人", **more):
    return annulling.annul(term, reason=reason, by=by, **more)


def test_nobody_ever_held_the_post_by_an_annulled_term(world, office, seat):
    term = entered(seat, office)
    annul(term, office)
    term.refresh_from_db()
    segment = Segment.objects.select_related("resource__scheme", "jurisdiction").get(pk=world.segment.pk)
    for day in (TODAY - 2 * DAY, TODAY - DAY, TODAY, TODAY + DAY):
        assert reports.term_of(seat, day) is None
        named = [line.post.pk for line in answering.who_answered(segment, day) if line.holders]
        assert seat.pk not in named
    assert not Tenure.objects.touching(TODAY - 9 * DAY, None).filter(post=seat).exists()
    assert reports.holders_between(seat, TODAY - 9 * DAY, TODAY) == []
    assert (term.person.name, term.annulled_on, term.annulled_for) == ("错录（演示）", TODAY, "姓名录错，应为另一人")
    event = Event.objects.get(act="posts.annul")
    assert event.facts["person"] == {"posts.person": term.person_id}


def test_the_right_person_takes_the_same_days(world, office, seat):
    annul(entered(seat, office, until=TODAY + 99 * DAY), office)
    right = entered(seat, office, since=TODAY - 9 * DAY)
    assert reports.term_of(seat, TODAY) == right
    assert reports.term_of(seat, TODAY - 2 * DAY) == right


def test_the_same_form_twice_annuls_once(world, office, seat):
    term, ref = entered(seat, office), uuid.uuid4()
    assert annul(term, office, client_ref=ref) == annul(term, office, client_ref=ref)
    assert Event.objects.filter(act="posts.annul").count() == 1
    with pytest.raises(Refused):
        annul(term, office)


def test_a_chief_office_annuls_and_nobody_else_and_nobody_their_own(world, office, seat):
    term = entered(seat, office)
    for post in (government(world.township.unit.jurisdiction).posts.get(kind__functions=["receiver"]), world.village, world.water):
        with pytest.raises(NotPermitted):
            annul(term, acting_for(post))
    Tenure.objects.filter(pk=term.pk).update(person=office.person_id)
    with pytest.raises(Refused):
        annul(term, office)
    with pytest.raises(Refused):
        annul(entered(PostFactory(unit=world.village.unit, kind=world.village.kind), office), office, reason=" ")


def with_a_patrol(world, office, seat, term):
    patrols.patrol(seat, world.segment, on=days.now() - DAY)


def with_a_deputy(world, office, seat, term):
    deputations.deputise(term, person=PersonFactory(), since=TODAY, until=TODAY + DAY, reason="培训", by=office)


def with_a_handover(world, office, seat, term):
    tenures.end_term(term, day=TODAY + DAY, reason="免职", by=office)


def with_an_open_case(world, office, seat, term):
    case(world, holder=seat)


def with_an_act(world, office, seat, term):
    by = acting_for(seat)
    Event.record("posts.post:1", "posts.anything", by, occurred_at=days.now() - DAY, facts={})


def taken_over(world, office, seat, term):
    left = world.village.tenures.get()
    case(world)
    tenures.end_term(left, day=TODAY, reason="免职", by=office)
    Handover.objects.filter(tenure=left).update(covered_by=term)


@pytest.mark.parametrize("came", [with_a_patrol, with_a_deputy, with_a_handover, with_an_open_case, with_an_act, taken_over])
def test_what_has_come_of_a_term_keeps_it(world, office, seat, came):
    term = entered(seat, office)
    came(world, office, seat, term)
    with pytest.raises(Refused) as why:
        annul(Tenure.objects.get(pk=term.pk), office)
    assert "%(" not in str(why.value)
    term.refresh_from_db()
    assert term.annulled_on is None


def test_a_term_that_stood_for_a_month_is_ended_and_not_wiped_out(world, office, seat):
    """Or a chief who did nothing would never have been one."""
    term = entered(seat, office)
    with time_machine.travel(days.now() + annulling.WITHIN, tick=False):
        with pytest.raises(Refused):
            annul(term, office)
        assert not annulling.open_to_it(seat).exists()


def test_when_a_wrong_successor_is_annulled_somebody_answers_meanwhile(world, office):
    case(world)
    former = world.village.tenures.get()
    wrong = tenures.succeed(former, person=PersonFactory(), day=TODAY + DAY, basis="任字1号", by=office)
    handover = Handover.objects.get(tenure=former)
    assert handover.covered_by is None
    annul(wrong, office)
    handover.refresh_from_db()
    assert handover.covered_by is not None
    assert wrong.pk not in {taker.tenure.pk for taker in handovers.takers(handover)}


def test_the_database_keeps_an_annulled_term_empty_and_any_other_at_least_a_day(world, seat):
    term = TenureFactory(post=seat, since=TODAY)
    for wrong in (
        {"until": TODAY},
        {"annulled_on": TODAY, "annulled_for": "录错"},
        {"annulled_on": TODAY, "annulled_for": "录错", "until": TODAY + DAY},
        {"annulled_on": TODAY, "until": TODAY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tenure.objects.filter(pk=term.pk).update(**wrong)
    Tenure.objects.filter(pk=term.pk).update(annulled_on=TODAY, annulled_for="录错", until=TODAY)
    around = TenureFactory(post=seat, since=TODAY - 9 * DAY)  # it lies around the emptied one, and they do not clash
    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        TenureFactory(post=seat, since=TODAY)
    Tenure.objects.filter(pk=around.pk).update(until=TODAY)
    with pytest.raises(IntegrityError, match=r"no_overlap|lasts_a_day"), transaction.atomic():
        Tenure.objects.filter(pk=term.pk).update(annulled_on=None, annulled_for="", until=None, since=TODAY - DAY)


def test_it_is_entered_on_a_page_and_stays_to_be_read(world, office, seat):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    address = reverse("terms:annul", args=[seat.code])
    assert client.get(address).status_code == 404
    term = entered(seat, office)
    assert address in client.get(reverse("registry:post", args=[seat.code])).content.decode()
    told = {"expect": 0, "client_ref": uuid.uuid4(), "term": term.pk, "reason": "姓名录错"}
    assert client.post(address, told).status_code == 302
    for page in (reverse("registry:post", args=[seat.code]), reverse("registry:person", args=[term.person.ref])):
        text = client.get(page).content.decode()
        assert "姓名录错" in text
        assert "错录（演示）" in text
