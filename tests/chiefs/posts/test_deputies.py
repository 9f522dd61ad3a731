"""Standing in: the deputy acts for the post on these days, is shown as deputy, and the ledger names who acted."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accountability.cases import actions as cases
from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts import deputations, reports, tenures
from chiefs.posts.defaults import DEPUTY_MARK
from chiefs.posts.models import Deputation
from tests.factories.cases import case
from tests.factories.posts import AccountFactory, PersonFactory, TenureFactory, acting_for

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)


@pytest.fixture
def away(world):
    """The term of the village chief, who is away."""
    return world.village.tenures.get()


def stand_in(tenure, by, *, since=TODAY, until=TODAY + 7 * DAY, **who):
    return deputations.deputise(tenure, since=since, until=until, reason="外出培训", by=by, **who)


def browser(account):
    client = Client()
    client.force_login(account, backend="chiefs.posts.backends.AccountBackend")
    return client


def test_a_deputy_acts_for_the_post_in_these_days_and_is_shown_as_deputy(world, office, away):
    account = AccountFactory()
    stand_in(away, office, person=account.person)
    page = browser(account).get(reverse("posts:choose"))
    acting = page.wsgi_request.acting
    assert (acting.post_id, acting.person_id) == (world.village.pk, account.person_id)
    assert acting.post_title == f"{world.village.title}{DEPUTY_MARK}"
    assert page.wsgi_request.tenure == away
    assert 'id="as-deputy"' in page.content.decode()
    with time_machine.travel(days.start_of(TODAY + 7 * DAY)):
        assert browser(account).get(reverse("posts:choose")).url == reverse("posts:sign_in")


def test_the_ledger_names_the_person_who_acted_and_that_it_was_a_deputy(world, office, away):
    held, account = case(world), AccountFactory()
    stand_in(away, office, person=account.person)
    by = reports.acting(account, world.village, account.person_id, deputy=True)
    event = cases.report_up(held, note="河岸塌方，村级无力处理", by=by, expect=held.version)
    assert (event.post_id, event.person_id, event.account_id) == (world.village.pk, account.person_id, account.pk)
    assert Event.objects.get(pk=event.pk).post_title.endswith(DEPUTY_MARK)


def test_whoever_holds_the_post_that_stands_in_is_the_deputy(world, office, away):
    stand_in(away, office, post=world.township)
    former = world.township.tenures.get()
    assert [t.post for t in reports.open_to(former.person_id, TODAY)] == [world.township, world.village]
    after = tenures.succeed(former, person=PersonFactory(), day=TODAY + 2 * DAY, basis="任字1号", by=office)
    on = TODAY + 2 * DAY
    assert [t.post for t in reports.open_to(after.person_id, on)] == [world.township, world.village]
    assert reports.open_to(former.person_id, on) == []


def test_the_term_of_what_a_deputy_does_is_the_holders(world, office, away):
    deputy = PersonFactory()
    stand_in(away, office, person=deputy)
    assert reports.term_of(world.village, TODAY, deputy.pk) == away
    assert reports.term_of(world.village, TODAY - DAY, deputy.pk) is None
    assert reports.term_of(world.village, TODAY) == away
    assert reports.may_act(deputy.pk, world.village.pk, TODAY)
    assert not reports.may_act(deputy.pk, world.township.pk, TODAY)


def test_with_the_term_ends_the_deputation(world, office, away):
    deputy = PersonFactory()
    stand_in(away, office, person=deputy)
    tenures.end_term(away, day=TODAY + DAY, reason="调离", by=office)
    assert reports.open_to(deputy.pk, TODAY)
    assert reports.open_to(deputy.pk, TODAY + DAY) == []


def test_two_do_not_stand_in_at_once_one_after_the_other_may(world, office, away):
    first = stand_in(away, office, person=PersonFactory())
    with pytest.raises(Refused):
        stand_in(away, office, person=PersonFactory(), since=TODAY + 6 * DAY, until=TODAY + 9 * DAY)
    stand_in(away, office, person=PersonFactory(), since=TODAY + 7 * DAY, until=TODAY + 9 * DAY)
    deputations.return_from(first, day=TODAY + 2 * DAY, by=office)
    stand_in(away, office, person=PersonFactory(), since=TODAY + 2 * DAY, until=TODAY + 7 * DAY)
    assert Deputation.objects.filter(tenure=away).count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": TODAY - DAY},
        {"until": TODAY},
        {"until": TODAY + 400 * DAY},
        {"reason": " "},
        {"person": "the holder"},
        {"person": None},
        {"person": "who enters it"},
    ],
    ids=["past days", "no day", "more than a year", "no reason", "the holder", "nobody", "oneself"],
)
def test_what_is_no_deputation(world, office, away, wrong):
    told = {"since": TODAY, "until": TODAY + DAY, "reason": "培训", "person": PersonFactory()} | wrong
    people = {"the holder": away.person, "who enters it": world.office.tenures.get().person}
    told["person"] = people.get(told["person"], told["person"]) if isinstance(told["person"], str) else told["person"]
    with pytest.raises(Refused):
        deputations.deputise(away, by=office, **told)


def test_nobody_stands_in_outside_the_term(world, office, away):
    tenures.end_term(away, day=TODAY + 5 * DAY, reason="调离", by=office)
    with pytest.raises(Refused):
        stand_in(away, office, person=PersonFactory())


def test_only_who_enters_the_terms_names_deputies(world, away):
    for by in (acting_for(world.water), acting_for(world.village), acting_for(world.county)):
        with pytest.raises(NotPermitted):
            stand_in(away, by, person=PersonFactory())


def test_the_same_form_twice_is_one_deputation(world, office, away):
    person, ref = PersonFactory(), uuid.uuid4()
    first = stand_in(away, office, person=person, client_ref=ref)
    assert stand_in(away, office, person=person, client_ref=ref) == first


def test_a_request_asks_one_question_more_for_deputies_and_none_for_each(world, office, away, django_assert_num_queries):
    person = PersonFactory()
    TenureFactory(person=person)
    for post in (world.village, world.township, world.county):
        stand_in(post.tenures.get(), office, person=person)
    with django_assert_num_queries(2) as asked:
        assert len(reports.open_to(person.pk, TODAY)) == 4
    assert all(query["sql"].count("SELECT") == 1 for query in asked)


def test_who_stands_in_for_nobody_pays_nothing_for_it(world, office, away, django_assert_num_queries):
    """Session, account, terms, the place's predecessors: the same four questions as without deputies in the world."""
    person = PersonFactory()
    client = browser(AccountFactory(person=person))
    TenureFactory(person=person, post=world.water)
    client.get(reverse("posts:choose"))
    with django_assert_num_queries(4):
        client.get(reverse("posts:choose"))
    stand_in(away, office, person=PersonFactory())
    with django_assert_num_queries(4):
        client.get(reverse("posts:choose"))
    stand_in(world.county.tenures.get(), office, post=world.water)
    with django_assert_num_queries(5):
        page = client.get(reverse("posts:choose"))
    assert [term.post for term in page.wsgi_request.other_tenures] == [world.county]


def test_the_choice_of_posts_says_where_one_is_deputy(world, office, away):
    account = AccountFactory()
    TenureFactory(person=account.person, post=world.water)
    stand_in(away, office, person=account.person)
    client = browser(account)
    assert client.post(reverse("posts:choose"), {"post": world.village.pk}).status_code == 302
    assert client.get(reverse("posts:choose")).wsgi_request.acting.post_id == world.village.pk
