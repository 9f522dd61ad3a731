"""Two records of one person become one: the terms and the way in go along, the ledger stays, the old address leads on."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused, Stale
from accountability.ledger.models import Event
from accountability.registry import search
from chiefs.agreements import reports as owed
from chiefs.agreements.lifecycle import TargetLifecycle
from chiefs.posts import deputations, doubles, merging, picks, reports, tenures
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Activation, Person, PostKind, Tenure
from chiefs.signboards import actions as boards
from chiefs.signboards.models import BoardUpdate
from tests.factories import agreements, signboards
from tests.factories.posts import AccountFactory, PersonFactory, PostFactory, TenureFactory, acting_for, desk

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)


@pytest.fixture
def seat(world):
    return PostFactory(kind=PostKind.objects.get(code="river-chief-village"), unit=world.village.unit)


@pytest.fixture
def double(world, seat):
    """A second record of the village chief, with a term that has ended."""
    known = world.village.tenures.get().person
    double = PersonFactory(name=known.name, name_bo="བཀྲ་ཤིས།", phone="13900000001")
    TenureFactory(person=double, post=seat, until=TODAY - 9 * DAY)
    return double


@pytest.fixture
def known(world):
    return world.village.tenures.get().person


def merge(own, into, by, **more):
    return merging.merge(own, into=into, reason="身份证号相同", by=by, expect=own.revision, **more)


def test_the_terms_go_along_and_both_records_say_it(double, known, office):
    term = double.tenures.get()
    assert merge(double, known, office) == known
    term.refresh_from_db()
    double.refresh_from_db()
    assert (term.person, double.merged_into, double.tenures.count()) == (known, known, 0)
    own = Event.objects.get(act="posts.merge_person")
    other = Event.objects.get(act="posts.take_up_person")
    assert (own.stream, other.stream) == (f"posts.person:{double.pk}", f"posts.person:{known.pk}")
    assert own.facts["terms"] == other.facts["terms"] == [term.pk]
    known.refresh_from_db()
    assert known.name_bo == "བཀྲ་ཤིས།"


def test_what_was_given_up_is_found_by_nobody_and_its_address_leads_on(world, double, known, office):
    merge(double, known, office)
    assert search.find(known.name, office, TODAY).persons == [known]
    assert picks.persons(office, Person.objects.all()).find(known.name).several == [known]
    with pytest.raises(Refused):
        tenures.appoint(world.village, person=double, since=TODAY, basis="任字1号", by=office)
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    answer = client.get(reverse("registry:person", args=[double.ref]))
    assert answer.url == reverse("registry:person", args=[known.ref])
    assert double.phone in client.get(answer.url).content.decode()
    stranger = Client()
    stranger.force_login(world.water.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    assert stranger.get(reverse("registry:person", args=[double.ref])).status_code == 404


def test_three_records_end_as_one_in_one_step(double, known, office, seat):
    third = PersonFactory(name=known.name)
    TenureFactory(person=third, post=seat, since=TODAY - 5 * DAY, until=TODAY - DAY)
    merge(double, third, office)
    third.refresh_from_db()
    merge(third, known, office)
    assert set(Person.everybody.filter(merged_into=known)) == {double, third}
    assert known.tenures.count() == 3
    assert set(reports.entries_of(known.pk).values_list("pk", flat=True)) == {known.pk, double.pk, third.pk}


def test_terms_of_one_post_on_the_same_days_are_put_right_first(world, double, known, office):
    shared = desk(world.village.unit, Function.RECEIVER)
    TenureFactory(person=known, post=shared)
    clash = TenureFactory(person=double, post=shared, since=TODAY - DAY)
    with pytest.raises(Refused, match=shared.title):
        merge(double, known, office)
    tenures.end_term(clash, day=TODAY + DAY, reason="重复登记", by=office)
    with pytest.raises(Refused):
        merge(double, known, office)
    Tenure.objects.filter(pk=clash.pk).update(until=TODAY - DAY, annulled_on=TODAY, annulled_for="重复登记")
    merge(double, known, office)


def test_nobody_stands_in_for_themselves(world, double, known, office):
    deputations.deputise(world.village.tenures.get(), person=double, since=TODAY, until=TODAY + 9 * DAY, reason="培训", by=office)
    with pytest.raises(Refused):
        merge(double, known, office)


def test_of_two_that_have_signed_in_one_is_chosen_and_the_other_is_closed(double, known, office):
    rival = AccountFactory(person=double, login="13900000001")
    first = known.accounts.get()
    for account in (rival, first):
        account.set_password("a long enough sentence")
        account.save()
    with pytest.raises(Refused, match="13900000001"):
        merge(double, known, office)
    merge(double, known, office, login=rival.login)
    assert list(Account.objects.filter(person=known, is_active=True)) == [rival]
    assert Event.objects.get(act="posts.close_account").stream == f"posts.account:{first.pk}"
    assert not Account.objects.filter(person=double).exists()


def test_a_way_in_that_nobody_has_used_gives_way_with_its_slip(double, known, office):
    used = known.accounts.get()
    used.set_password("a long enough sentence")
    used.save()
    unused = Account.objects.create_user("k0000001", None, person=double)
    slip = Activation.objects.create(
        account=unused, purpose="first", slip="123456789", code_fingerprint="x", expires_at=days.now() + dt.timedelta(days=9)
    )
    merge(double, known, office)
    slip.refresh_from_db()
    assert slip.withdrawn_at is not None
    assert list(Account.objects.filter(person=known, is_active=True)) == [used]


def test_the_only_way_in_goes_along(double, office, seat):
    into = PersonFactory(name=double.name)
    TenureFactory(person=into, post=seat, since=TODAY)
    account = AccountFactory(person=double)
    merge(double, into, office)
    account.refresh_from_db()
    assert (account.person, account.is_active) == (into, True)


def test_only_who_keeps_both_joins_them_and_nobody_their_own(world, double, known, office):
    with pytest.raises(NotPermitted):
        merge(double, known, acting_for(world.water))
    TenureFactory(person=known, post=desk(world.office.unit, Function.AUDIT))
    with pytest.raises(Refused):
        merge(double, known, office)
    with pytest.raises(Refused):
        merge(double, Person.objects.get(pk=office.person_id), office)
    with pytest.raises(Refused):
        merge(double, double, office)


def test_the_same_form_twice_is_once_and_who_was_slower_is_told(double, known, office):
    with pytest.raises(Stale):
        merging.merge(double, into=known, reason="身份证号相同", by=office, expect=double.revision + 1)
    ref, seen = uuid.uuid4(), double.revision
    for _twice in range(2):
        merging.merge(double, into=known, reason="身份证号相同", by=office, expect=seen, client_ref=ref)
    assert Event.objects.filter(act="posts.merge_person").count() == 1
    with pytest.raises(Refused):
        merge(known, double, office)


def test_what_was_done_under_the_old_record_still_keeps_the_term_from_ending_before_it(world, double, known, office):
    term = TenureFactory(person=double, post=PostFactory(kind=world.village.kind, unit=world.village.unit), since=TODAY - 20 * DAY)
    did = acting_for(term.post)
    Event.record("posts.post:1", "patrols.submit", did, occurred_at=days.start_of(TODAY - 3 * DAY) + dt.timedelta(hours=9))
    merge(double, known, office)
    term.refresh_from_db()
    with pytest.raises(Refused):
        tenures.end_term(term, day=TODAY - 5 * DAY, reason="调离", by=office)


def test_agreements_and_boards_go_along():
    world = agreements.world()
    chief = world.village.tenures.get().person
    promise = agreements.concluded(world)
    board = signboards.board(world)
    into = PersonFactory(name=chief.name)
    TenureFactory(person=into, post=PostFactory(kind=world.village.kind, unit=world.village.unit), until=TODAY - DAY)
    merge(chief, into, acting_for(world.office), login="")
    promise.refresh_from_db()
    assert promise.person == into
    boards.sweep()
    assert not BoardUpdate.objects.filter(board=board).exists()


def test_the_form_shows_the_namesakes_and_asks_for_the_way_in(world, double, known):
    for account in (AccountFactory(person=double), known.accounts.get()):
        account.set_password("a long enough sentence")
        account.save()
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    address = reverse("terms:merge_person", args=[double.ref])
    assert address in client.get(reverse("registry:person", args=[double.ref])).content.decode()
    assert client.get(address).status_code == 200
    sent = {"expect": double.revision, "client_ref": uuid.uuid4(), "into": known.name, "reason": "身份证号相同"}
    page = client.post(address, sent)
    assert page.status_code == 422
    assert str(known.ref) in page.content.decode()
    page = client.post(address, sent | {"person": str(known.ref)})
    assert page.status_code == 422
    assert known.accounts.get().login in page.content.decode()
    chosen = sent | {"person": str(known.ref), "login": known.accounts.get().login}
    assert client.post(address, chosen).url == reverse("registry:person", args=[known.ref])
    assert client.post(address, sent | {"person": "new"}).status_code == 404  # given up by now


def test_possible_doubles_are_listed_with_bounded_queries(world, double, known, office, seat, django_assert_num_queries):
    stranger = PersonFactory(name=known.name)
    TenureFactory(person=stranger, post=PostFactory(unit=world.prefecture.unit))
    PersonFactory(name=known.name)
    with django_assert_num_queries(3):
        found = doubles.possible(office)
    assert [{one.person, two.person} for one, two in found] == []  # the terms of the two lie beside each other
    known.phone = double.phone
    known.save()
    assert [{one.person, two.person} for one, two in doubles.possible(office)] == [{double, known}]
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    page = client.get(reverse("registry:doubles")).content.decode()
    assert reverse("terms:merge_person", args=[known.ref]) in page or reverse("terms:merge_person", args=[double.ref]) in page
    merge(double, known, office)
    assert doubles.possible(office) == []


def test_terms_in_one_township_that_follow_each_other_are_a_hint(double, known, office):
    known.tenures.update(since=TODAY - 5 * DAY)
    assert [{one.person, two.person} for one, two in doubles.possible(office)] == [{double, known}]


def test_who_signed_under_the_old_record_is_not_asked_to_sign_on_and_the_targets_count():
    world = agreements.world()
    agreement = agreements.signed(world)
    term = world.county.tenures.get()
    into = PersonFactory(name=term.person.name)
    TenureFactory(person=into, post=PostFactory(kind=world.county.kind, unit=world.county.unit), until=TODAY - DAY)
    merge(term.person, into, acting_for(world.office))
    term.refresh_from_db()
    agreement.refresh_from_db()
    assert "sign_on" not in [move.name for move in TargetLifecycle.available(agreement, acting_for(world.county))]
    assert [row.number for row in owed.of_tenure(term, TODAY - DAY, TODAY + DAY)] == [agreement.number]
