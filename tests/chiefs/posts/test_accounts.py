"""Ways in for thousands: slips, one use, a loss mended in one step."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts import accounts
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Activation, Tenure
from tests.factories.posts import (
    PersonFactory,
    PostFactory,
    PostKindFactory,
    TenureFactory,
    acting_for,
    desk,
    government,
)

pytestmark = pytest.mark.django_db
PASSWORD = "yak butter in the morning"


@pytest.fixture
def newcomer(world):
    """Holds a second post in the village and has no way in yet."""
    return TenureFactory(
        post=PostFactory(unit=world.village.unit, kind=world.village.kind), person=PersonFactory(name="新任（演示）")
    ).person


def township_desk(world):
    return government(world.township.unit.jurisdiction).posts.get(kind__functions=[Function.RECEIVER.value])


def signed_in(post) -> Client:
    client = Client()
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def test_a_slip_lets_its_person_in_once(world, newcomer):
    (slip,) = accounts.issue([newcomer], by=acting_for(township_desk(world)))
    account = accounts.activate(slip.slip, slip.written_code.lower(), PASSWORD)
    assert account.person == newcomer
    assert Account.objects.get(pk=account.pk).check_password(PASSWORD)
    with pytest.raises(Refused):
        accounts.activate(slip.slip, slip.code, PASSWORD)


def test_the_page_of_a_slip_signs_its_person_in_and_leads_to_their_work(world, newcomer):
    (slip,) = accounts.issue([newcomer], by=acting_for(township_desk(world)))
    client = Client()
    page = client.get(f"/activate/{slip.slip}/")
    assert f'value="{slip.slip}"' in page.content.decode()
    ref = page.context["form"].fields["client_ref"].initial()
    typed = {"slip": slip.slip, "code": slip.written_code, "password": PASSWORD, "again": PASSWORD, "expect": 0, "client_ref": ref}
    assert client.post(f"/activate/{slip.slip}/", typed).headers["Location"] == "/patrol/"
    assert client.get("/patrol/").status_code == 200


def test_the_code_lies_nowhere_but_on_the_paper(world, newcomer):
    (slip,) = accounts.issue([newcomer], by=acting_for(township_desk(world)))
    kept = [*Activation.objects.values_list("slip", "code_fingerprint"), *Event.objects.values_list("payload", "stream")]
    assert not [text for row in kept for text in row if slip.code in text]


def test_a_new_slip_takes_the_old_one_back(world, newcomer):
    by = acting_for(township_desk(world))
    (first,), (second,) = accounts.issue([newcomer], by=by), accounts.issue([newcomer], by=by)
    with pytest.raises(Refused):
        accounts.activate(first.slip, first.code, PASSWORD)
    assert accounts.activate(second.slip, second.code, PASSWORD).login == first.login == second.login


def test_a_slip_runs_out(world, newcomer):
    (slip,) = accounts.issue([newcomer], by=acting_for(township_desk(world)))
    with time_machine.travel(days.now() + timedelta(days=30, seconds=1)), pytest.raises(Refused):
        accounts.activate(slip.slip, slip.code, PASSWORD)


def test_after_five_wrong_codes_the_right_one_opens_nothing_either(world, newcomer):
    (slip,) = accounts.issue([newcomer], by=acting_for(township_desk(world)))
    for _n in range(accounts.MOST_WRONG):
        with pytest.raises(Refused):
            accounts.activate(slip.slip, "AAAA-AAAA", PASSWORD)
    with pytest.raises(Refused):
        accounts.activate(slip.slip, slip.code, PASSWORD)


def test_an_unknown_number_and_a_wrong_code_are_told_the_same(world, newcomer):
    (slip,) = accounts.issue([newcomer], by=acting_for(township_desk(world)))
    told = []
    for number, code in ((slip.slip, "AAAAAAAA"), ("123456789", slip.code), ("", "")):
        with pytest.raises(Refused) as refusal:
            accounts.activate(number, code, PASSWORD)
        told.append(str(refusal.value))
    assert len(set(told)) == 1


def test_a_weak_password_is_refused_and_costs_no_try(world, newcomer):
    (slip,) = accounts.issue([newcomer], by=acting_for(township_desk(world)))
    for _n in range(accounts.MOST_WRONG + 1):
        with pytest.raises(Refused):
            accounts.activate(slip.slip, slip.code, "1234567890")
    assert accounts.activate(slip.slip, slip.code, PASSWORD)


def test_who_can_sign_in_already_gets_no_slip_from_a_township_print(world):
    person = world.village.tenures.get().person
    assert accounts.issue([person], by=acting_for(township_desk(world))) == []
    assert person.accounts.get().has_usable_password()


def test_a_loss_shuts_the_old_device_out_at_its_next_step(world):
    old = signed_in(world.village)
    assert old.get("/patrol/").status_code == 200
    slip = accounts.reset(world.village.tenures.get().person, by=acting_for(township_desk(world)))
    assert old.get("/patrol/").status_code == 302
    account = accounts.activate(slip.slip, slip.code, PASSWORD)
    assert old.get("/patrol/").status_code == 302
    assert account.login == slip.login


def test_a_township_lets_its_villages_in_and_not_its_own_head_nor_another_township(world):
    by = acting_for(township_desk(world))
    head = world.township.tenures.get().person
    elsewhere = world.county.tenures.get().person
    assert accounts.let_in_by(by, [head, elsewhere, world.village.tenures.get().person]) == {world.village.tenures.get().person_id}
    for person in (head, elsewhere):
        with pytest.raises(NotPermitted):
            accounts.reset(person, by=by)


def test_no_office_gets_hold_of_a_way_in_that_opens_more_than_it_keeps(world):
    """A chief who also sits at the audit bureau: only who may give both posts may print the slip."""
    person = world.village.tenures.get().person
    bureau = desk(world.bureau.unit, Function.AUDIT)
    Tenure.objects.create(person=person, post=bureau, since=days.today())
    for by in (township_desk(world), world.office):
        with pytest.raises(NotPermitted):
            accounts.reset(person, by=acting_for(by))


def test_nobody_lets_themselves_in(world):
    office = world.office.tenures.get().person
    with pytest.raises(NotPermitted):
        accounts.reset(office, by=acting_for(world.office))


def test_an_account_sleeps_when_the_last_term_ends_and_wakes_with_the_next(world):
    tenure, client = world.village.tenures.get(), signed_in(world.village)
    Tenure.objects.filter(pk=tenure.pk).update(until=days.today())
    assert client.get("/patrol/").status_code == 302
    assert "您今天没有担任任何岗位" in client.get("/sign-in/").content.decode()
    assert accounts.standings([tenure.person]) == {tenure.person_id: "asleep"}
    Tenure.objects.create(person=tenure.person, post=PostFactory(kind=PostKindFactory(functions=["chief"])), since=days.today())
    assert client.get("/patrol/").status_code == 200


def test_the_login_name_is_the_service_telephone_or_a_drawn_number(world, newcomer):
    twin = TenureFactory(
        post=PostFactory(unit=world.village.unit, kind=world.village.kind), person=PersonFactory(phone=newcomer.phone)
    ).person
    slips = accounts.issue([newcomer, twin], by=acting_for(township_desk(world)))
    assert slips[0].login == newcomer.phone
    assert slips[1].login.startswith("k")


def test_each_slip_is_an_event_of_its_account(world, newcomer):
    (slip,) = accounts.issue([newcomer], by=acting_for(township_desk(world)))
    account = Account.objects.get(login=slip.login)
    accounts.activate(slip.slip, slip.code, PASSWORD)
    acts = Event.objects.filter(stream=f"posts.account:{account.pk}").order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["posts.issue_slip", "posts.activate"]


def test_a_townships_slips_come_as_one_file_with_both_scripts(world, newcomer):
    for _n in range(9):
        TenureFactory(post=PostFactory(unit=world.village.unit, kind=world.village.kind))
    answer = signed_in(township_desk(world)).post("/register/accounts/slips/?place=513301201000")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) == 2  # ten slips, eight to a page
    text = "".join(page.extract_text() for page in pages)
    assert newcomer.name in text
    assert Activation.objects.open().count() == 10


def test_the_list_says_how_everybody_stands(world, newcomer):
    client = signed_in(township_desk(world))
    before = client.get("/register/accounts/", {"place": "513301201000"}).content.decode()
    assert 'data-standing="none"' in before
    accounts.issue([newcomer], by=acting_for(township_desk(world)))
    after = client.get("/register/accounts/", {"place": "513301201000"}).content.decode()
    assert 'data-standing="slip"' in after
    assert 'data-standing="in"' in after


def test_how_everybody_stands_goes_out_as_a_file(world, newcomer):
    client = signed_in(township_desk(world))
    file = client.get("/register/accounts/", {"place": "513301201000", "format": "csv"}).content.decode("utf-8-sig")
    (line,) = [line for line in file.splitlines() if newcomer.name in line]
    assert line.endswith("尚未开通")
    assert len(file.splitlines()) > 2
