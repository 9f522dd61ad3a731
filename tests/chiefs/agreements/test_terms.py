"""A village agreement ends with the term of who signed it; the successor has none, and every list says so."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accountability.kit import days
from accountability.ledger import sweeps
from accountability.ledger.acting import Reach
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.agreements import actions, health, reports
from chiefs.agreements.lifecycle import VillageLifecycle
from chiefs.agreements.models import VillageAgreement
from chiefs.posts import annulling, tenures
from chiefs.posts.models import Tenure
from tests.factories import agreements as made
from tests.factories.posts import AccountFactory, PersonFactory, TenureFactory, acting_for

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = timedelta(days=1)


@pytest.fixture
def w():
    return made.world()


def term(w):
    return w.village.tenures.order_by("since").first()


def in_force(w, **more):
    return made.concluded(w, since=TODAY - 100 * DAY, **more)


def fresh(agreement):
    return VillageAgreement.objects.get(pk=agreement.pk)


def browser(post):
    client = Client()
    person = post.tenures.in_force(TODAY).first().person
    client.force_login(person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def test_the_day_before_the_end_of_the_term_is_the_last_of_the_agreement(w):
    agreement = in_force(w)
    tenures.end_term(term(w), day=TODAY, reason="免职", by=acting_for(w.office))
    assert (fresh(agreement).state, fresh(agreement).last_day) == ("closed", TODAY - DAY)
    assert not VillageAgreement.objects.in_force(TODAY).exists()
    assert VillageAgreement.objects.in_force(TODAY - DAY).get() == agreement
    assert Event.objects.filter(stream=agreement.stream, act="village_agreements.end_with_term").count() == 1


def test_a_successor_has_none_and_the_lists_say_so(w):
    agreement = in_force(w)
    after = AccountFactory(person=PersonFactory()).person
    tenures.succeed(term(w), person=after, day=TODAY, basis="任字1号", by=acting_for(w.township_desk))
    row = reports.village_chiefs(acting_for(w.township_desk), TODAY).get(post=w.village)
    assert (row.person, row.holds, row.last_number) == (after, False, None)
    bare = next(found for found in health.register_faults(reach=Reach(paths=(w.place.path,)), on=TODAY) if found.code == "no_agreement")
    assert after in [found.person for found in bare.rows()]
    client = browser(w.township_desk)
    assert agreement.number not in client.get(reverse("agreements:villages")).content.decode()
    former = client.get(reverse("agreements:villages"), {"list": "former"}).content.decode()
    assert agreement.number in former
    assert (TODAY - DAY).isoformat() in former
    assert client.get(reverse("agreements:villages"), {"list": "former", "format": "csv"}).status_code == 200
    second = made.prepared(w)
    made.scanned(second, w)
    actions.sign_village(second, signed_on=TODAY, by=acting_for(w.township_desk), expect=second.version)
    assert VillageAgreement.objects.in_force(TODAY).get() == second


def test_what_ended_with_the_term_is_not_renewed_for_somebody_else(w):
    agreement = in_force(w)
    tenures.succeed(term(w), person=PersonFactory(), day=TODAY, basis="任字1号", by=acting_for(w.office))
    page = browser(w.township_desk).get(reverse("agreements:village", args=[agreement.number])).content.decode()
    assert 'data-move="renew"' not in page
    address = reverse("agreements:village_step", args=[agreement.number, "renew"])
    assert browser(w.township_desk).get(address).status_code == 404
    with pytest.raises(Refused):
        actions.renew(fresh(agreement), until=TODAY + 300 * DAY, by=acting_for(w.township_desk), expect=fresh(agreement).version)


def test_an_end_to_come_is_written_at_once_and_an_earlier_one_follows_it(w):
    agreement = in_force(w)
    for day in (TODAY + 30 * DAY, TODAY + 10 * DAY):
        tenures.end_term(term(w), day=day, reason="免职", by=acting_for(w.office))
        assert fresh(agreement).until == day
    assert VillageAgreement.objects.in_force(TODAY + 9 * DAY).exists()
    assert not VillageAgreement.objects.in_force(TODAY + 10 * DAY).exists()


def test_what_would_begin_only_after_the_term_falls_away_and_binds_nobody(w):
    ahead = made.concluded(w, since=TODAY + 30 * DAY)
    waiting = made.prepared(w)
    tenures.end_term(term(w), day=TODAY, reason="免职", by=acting_for(w.office))
    assert {fresh(ahead).state, fresh(waiting).state} == {"dropped"}
    assert fresh(ahead).binding_post is None


def test_an_agreement_that_was_over_before_stays_as_it_is(w):
    agreement = made.concluded(w, since=TODAY - 100 * DAY, length=101)
    VillageAgreement.objects.filter(pk=agreement.pk).update(until=TODAY - 5 * DAY)
    tenures.end_term(term(w), day=TODAY, reason="免职", by=acting_for(w.office))
    assert (fresh(agreement).state, fresh(agreement).until) == ("in_force", TODAY - 5 * DAY)


def test_who_goes_on_in_the_same_post_keeps_the_agreement(w):
    agreement = in_force(w)
    Tenure.objects.filter(pk=term(w).pk).update(until=TODAY + 9 * DAY)
    TenureFactory(post=w.village, person=term(w).person, since=TODAY + 9 * DAY)
    tenures.end_term(term(w), day=TODAY + 9 * DAY, reason="换届", by=acting_for(w.office))
    assert fresh(agreement).state == "in_force"


def test_a_term_that_ran_out_by_itself_takes_its_agreement_along(w):
    agreement = in_force(w)
    Tenure.objects.filter(pk=term(w).pk).update(until=TODAY - 3 * DAY)
    assert sweeps.run_due("agreements.terms") == ["agreements.terms"]
    assert (fresh(agreement).state, fresh(agreement).until) == ("closed", TODAY - 3 * DAY)
    assert actions.end_with_terms() == 0


def test_what_was_signed_in_a_term_that_is_annulled_goes_with_it(w):
    Tenure.objects.filter(pk=term(w).pk).update(until=TODAY - 9 * DAY)
    wrong = TenureFactory(post=w.village, since=TODAY - 5 * DAY)
    agreement = made.concluded(w, since=TODAY - 2 * DAY)
    annulling.annul(wrong, reason="姓名录错", by=acting_for(w.office))
    assert (fresh(agreement).state, fresh(agreement).until) == ("closed", TODAY)


def test_nobody_ends_it_so_but_who_ends_terms_there(w):
    agreement = in_force(w)
    facts = {"expect": agreement.version, "day": TODAY, "reason": "免职"}
    with pytest.raises(NotPermitted):
        VillageLifecycle.perform("end_with_term", agreement, by=acting_for(w.water), **facts)
