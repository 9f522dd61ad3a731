"""The record of a person is put right by whoever keeps their posts; the ledger keeps what stood there, the way in stays."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused, Stale
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from chiefs.posts import persons
from chiefs.posts.functions import Function
from chiefs.posts.models import Person, PostKind, Tenure
from tests.factories.posts import AccountFactory, PersonFactory, PostFactory, TenureFactory, acting_for, desk

pytestmark = pytest.mark.django_db
TODAY = days.today()


def correct(person, by, **given):
    said = {"name": person.name, "name_bo": person.name_bo, "phone": person.phone, "expect": person.revision} | given
    return persons.correct_person(person, by=by, **said)


@pytest.fixture
def chief(world):
    return world.village.tenures.get().person


def test_name_tibetan_name_and_telephone_are_put_right_and_the_event_holds_both(chief, office):
    before = chief.name
    correct(chief, office, name="旺堆（演示）", name_bo="དབང་འདུས།", phone="0836-77")
    chief.refresh_from_db()
    assert (chief.name, chief.name_bo, chief.phone, chief.initials) == ("旺堆（演示）", "དབང་འདུས།", "0836-77", "wdys")
    facts = Event.objects.get(act="posts.correct_person", stream=f"posts.person:{chief.pk}").facts
    assert facts["before"]["name"] == plain(Words(before))
    assert facts["after"]["name"] == plain(Words("旺堆（演示）"))
    assert "旺堆" not in str(facts)


def test_the_login_name_stays_when_the_telephone_was_the_login(office):
    person = PersonFactory(phone="13900000001")
    account = AccountFactory(person=person, login="13900000001")
    TenureFactory(person=person, post=acting_post(office))
    correct(person, office, phone="13900000002")
    account.refresh_from_db()
    assert account.login == "13900000001"


def acting_post(office):
    from chiefs.posts.models import Unit

    unit = Unit.objects.filter(jurisdiction__level="village").first()
    return PostFactory(kind=PostKind.objects.get(code="river-chief-village"), unit=unit)


def test_the_same_form_twice_is_once_and_who_was_slower_is_told(chief, office):
    ref, seen = uuid.uuid4(), chief.revision
    for _twice in range(2):
        persons.correct_person(chief, name="旺堆（演示）", by=office, expect=seen, client_ref=ref)
    assert Event.objects.filter(act="posts.correct_person").count() == 1
    with pytest.raises(Stale):
        persons.correct_person(chief, name="扎西（演示）", by=office, expect=seen)


def test_what_stands_there_already_and_no_name_are_refused(chief, office):
    with pytest.raises(Refused):
        correct(chief, office)
    with pytest.raises(Refused):
        correct(chief, office, name="  ")


def test_nobody_corrects_themselves_nor_who_holds_a_post_that_they_do_not_keep(world, chief, office):
    with pytest.raises(NotPermitted):
        correct(Person.objects.get(pk=office.person_id), office, name="别人（演示）")
    TenureFactory(person=chief, post=desk(world.office.unit, Function.AUDIT))
    with pytest.raises(NotPermitted):
        correct(chief, office, name="别人（演示）")


def test_a_head_of_the_own_county_is_written_by_its_chief_office_which_appoints_none(world, office):
    head = PostFactory(kind=PostKind.objects.get(code="general-chief-county"), unit=world.county.unit)
    assert correct(TenureFactory(post=head).person, office, name="旺堆（演示）").name == "旺堆（演示）"


def test_who_holds_no_post_any_more_is_corrected_by_who_keeps_the_last_one(world, office):
    term = TenureFactory(post=PostFactory(kind=world.village.kind, unit=world.village.unit))
    Tenure.objects.filter(pk=term.pk).update(until=TODAY)
    assert persons.may_correct(office, term.person)
    assert not persons.may_correct(acting_for(world.water), term.person)


def test_the_page_of_a_person_offers_the_correction_and_keeps_what_was_typed(world, chief):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    address = reverse("terms:correct_person", args=[chief.ref])
    assert address in client.get(reverse("registry:person", args=[chief.ref])).content.decode()
    shown = client.get(address)
    assert shown.status_code == 200
    assert shown.context["form"].initial["name"] == chief.name
    sent = {"expect": chief.revision, "client_ref": uuid.uuid4(), "name": "旺堆（演示）", "phone": "0836-9"}
    assert client.post(address, sent).url == reverse("registry:person", args=[chief.ref])
    chief.refresh_from_db()
    assert chief.name == "旺堆（演示）"
    page = client.post(address, sent | {"client_ref": uuid.uuid4(), "phone": "0836-10"})
    assert page.status_code == 409
    assert "0836-10" in page.content.decode()
    own = world.office.tenures.get().person
    assert "correct" not in client.get(reverse("registry:person", args=[own.ref])).content.decode()


def test_the_administrator_corrects_who_holds_a_desk_that_it_fills(world):
    admin = desk(world.prefecture.unit, Function.ADMINISTRATOR)
    auditor = desk(world.office.unit, Function.AUDIT).tenures.get().person
    client = Client()
    client.force_login(admin.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    address = reverse("terms:correct_person", args=[auditor.ref])
    assert address in client.get(reverse("registry:accounts")).content.decode()
    sent = {"expect": auditor.revision, "client_ref": uuid.uuid4(), "name": "旺堆（演示）"}
    assert client.post(address, sent).url == reverse("registry:accounts")
