"""The pages on which a chief office enters terms: what was typed is kept, a known name is asked about, the same form twice is once."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accountability.kit import days
from chiefs.posts.models import Charge, Deputation, Handover, Person, Post, PostKind, Tenure, Unit
from tests.factories.cases import case
from tests.factories.posts import AccountFactory, PersonFactory, PostFactory, TenureFactory
from tests.factories.resources import SegmentFactory

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)


def browser(post):
    client = Client()
    client.force_login(post.tenures.in_force(TODAY).first().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


@pytest.fixture
def clerk(world):
    return browser(world.office)


def send(client, address, post, **given):
    told = {"expect": 0, "client_ref": uuid.uuid4()} | given
    told = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in told.items()}
    return client.post(reverse(f"terms:{address}", args=[post.code]), told)


def vacant(world, code="river-chief-village"):
    return PostFactory(kind=PostKind.objects.get(code=code), unit=world.village.unit)


def test_somebody_new_is_appointed_and_a_second_press_enters_nobody_twice(world, clerk):
    post, ref = vacant(world), uuid.uuid4()
    for _twice in range(2):
        answer = send(clerk, "appoint", post, name="旺堆（演示）", phone="0836-1", since=TODAY, basis="任字1号", client_ref=ref)
        assert answer.url == reverse("registry:post", args=[post.code])
    assert Tenure.objects.get(post=post).person.phone == "0836-1"
    assert Person.objects.filter(name="旺堆（演示）").count() == 1
    assert "旺堆（演示）" in clerk.get(answer.url).content.decode()


def test_a_known_name_is_asked_about_and_what_was_typed_stays(world, clerk):
    post, known = vacant(world), PersonFactory(name="扎西（演示）")
    TenureFactory(person=known, post=world.water)
    typed = {"name": "扎西（演示）", "since": TODAY, "basis": "任字〔2026〕77号"}
    page = send(clerk, "appoint", post, **typed)
    assert page.status_code == 422
    assert "任字〔2026〕77号" in page.content.decode()
    assert world.water.title in page.content.decode()
    assert not Tenure.objects.filter(post=post).exists()
    assert send(clerk, "appoint", post, **typed, person=str(known.ref)).status_code == 302
    assert Tenure.objects.get(post=post).person == known
    other = vacant(world)
    assert send(clerk, "appoint", other, **typed, person="new").status_code == 302
    assert Tenure.objects.get(post=other).person != known


def test_a_refusal_is_a_sentence_on_the_form_and_nobody_is_left_behind(world, clerk):
    page = send(clerk, "appoint", world.village, name="旺堆（演示）", since=TODAY, basis="任字1号")
    assert page.status_code == 422
    assert world.village.tenures.get().person.name in page.content.decode()
    assert not Person.objects.filter(name="旺堆（演示）").exists()


def test_a_contract_asks_for_its_end(world, clerk):
    page = send(clerk, "appoint", vacant(world, "ranger-village"), name="旺堆（演示）", since=TODAY, basis="聘用合同")
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"until"}


def test_a_succession_leads_to_its_handover_and_the_successor_takes_over(world, clerk):
    held = case(world)
    answer = send(clerk, "succeed", world.village, name="旺堆（演示）", day=TODAY, basis="任字1号")
    handover = Handover.objects.get(post=world.village)
    assert answer.url == reverse("terms:handover", args=[handover.client_ref])
    page = clerk.get(answer.url).content.decode()
    assert f"事项 {held.number}" in page
    assert f'data-stream="{held.stream}"' in page
    AccountFactory(person=Person.objects.get(name="旺堆（演示）"))
    chief = browser(world.village)
    address = reverse("terms:handover_step", args=[handover.client_ref, "take_over"])
    form = chief.get(address).context["form"]
    assert form.fields["streams"].initial == [held.stream]
    sent = {"expect": handover.version, "client_ref": uuid.uuid4(), "streams": [held.stream], "taker": form.fields["taker"].initial}
    assert chief.post(address, sent).status_code == 302
    finish = reverse("terms:handover_step", args=[handover.client_ref, "finish"])
    assert chief.get(finish).status_code == 403
    handover.refresh_from_db()
    assert clerk.post(finish, {"expect": handover.version, "client_ref": uuid.uuid4()}).status_code == 302
    handover.refresh_from_db()
    assert handover.state == Handover.State.FINISHED
    assert "旺堆（演示）" in clerk.get(answer.url).content.decode()


def test_who_was_faster_is_told_and_may_decide_again(world, clerk):
    held = case(world)
    send(clerk, "succeed", world.village, name="旺堆（演示）", day=TODAY, basis="任字1号")
    handover = Handover.objects.get(post=world.village)
    address = reverse("terms:handover_step", args=[handover.client_ref, "take_over"])
    taker = clerk.get(address).context["form"].fields["taker"].choices[0][0]
    sent = {"expect": handover.version, "streams": [held.stream], "taker": taker}
    assert clerk.post(address, sent | {"client_ref": uuid.uuid4()}).status_code == 302
    page = clerk.post(address, sent | {"client_ref": uuid.uuid4()})
    assert page.status_code == 409
    assert page.context["form"].data["expect"] == str(handover.version + 1)


def test_the_end_of_a_term_leads_to_its_handover(world, clerk):
    answer = send(clerk, "end", world.village, day=TODAY, reason="免职")
    assert answer.url == reverse("terms:handover", args=[Handover.objects.get(post=world.village).client_ref])


def test_of_several_holders_of_a_desk_one_is_chosen(world, clerk):
    second = TenureFactory(post=world.water)
    assert send(clerk, "end", world.water, day=TODAY, reason="调离").status_code == 422
    assert send(clerk, "end", world.water, day=TODAY, reason="调离", term=second.pk).status_code == 302
    second.refresh_from_db()
    assert second.until == TODAY


def test_a_post_stands_in_by_its_code_and_the_holder_comes_back(world, clerk):
    told = {"since": TODAY, "until": TODAY + 9 * DAY, "reason": "培训"}
    assert send(clerk, "deputise", world.village, **told).status_code == 422
    assert send(clerk, "deputise", world.village, post_code="no-such-post", **told).status_code == 422
    assert send(clerk, "deputise", world.village, post_code=world.township.code, **told).status_code == 302
    assert Deputation.objects.get().post == world.township
    assert world.township.title in clerk.get(reverse("registry:post", args=[world.village.code])).content.decode()
    assert send(clerk, "return", world.village, day=TODAY + DAY).status_code == 302
    assert Deputation.objects.get().until == TODAY + DAY


def test_a_segment_is_given_by_the_code_on_its_board_and_taken_away(world, clerk):
    segment = SegmentFactory()
    assert send(clerk, "charge", world.village, segment="nowhere", since=TODAY).status_code == 422
    assert send(clerk, "charge", world.village, segment=segment.code.lower(), since=TODAY).status_code == 302
    assert Charge.objects.filter(post=world.village, segment=segment).exists()
    assert send(clerk, "end_charge", world.village, segment=segment.code, day=TODAY + DAY).status_code == 302
    assert Charge.objects.get(post=world.village, segment=segment).until == TODAY + DAY


def test_a_step_that_is_about_nothing_is_not_there(world, clerk):
    post = vacant(world)
    for name in ("end", "succeed", "deputise", "return", "end_charge", "end_watch"):
        assert clerk.get(reverse(f"terms:{name}", args=[post.code])).status_code == 404, name


def test_a_township_enters_its_villages_terms_and_not_its_own(world):
    desk = browser(world.township.unit.posts.get(kind__functions=["receiver"]))
    assert desk.get(reverse("terms:end", args=[world.village.code])).status_code == 200
    assert desk.get(reverse("terms:end", args=[world.township.code])).status_code == 403
    assert desk.get(reverse("terms:end", args=[world.county.code])).status_code == 404


def test_a_unit_is_founded_with_a_post_in_it(world, clerk):
    told = {
        "expect": 0,
        "client_ref": uuid.uuid4(),
        "name": "水务站",
        "code": "town-water",
        "kind": "department",
        "since": TODAY.isoformat(),
    }
    place = world.township.unit.jurisdiction.code
    assert clerk.post(reverse("terms:found_unit"), told | {"jurisdiction": "513322000000"}).status_code == 422
    assert clerk.post(reverse("terms:found_unit"), told | {"jurisdiction": place, "superior": world.water.unit.code}).status_code == 302
    unit = Unit.objects.get(code="town-water")
    kind = PostKind.objects.get(code="desk-department-township")
    page = clerk.get(reverse("terms:create_post", args=[unit.code]))
    offered = set(page.context["form"].fields["kind"].queryset.values_list("code", flat=True))
    assert kind.code in offered
    assert not offered & {"desk-audit-county", "river-chief-county", "desk-intake-county"}
    answer = send(clerk, "create_post", unit, kind=kind.pk, title_zh="水务站值班岗", since=TODAY)
    assert answer.status_code == 422, "a post has a code of its own"
    told = {"expect": 0, "client_ref": uuid.uuid4(), "kind": kind.pk, "title_zh": "水务站值班岗", "code": "town-water-desk"}
    assert clerk.post(reverse("terms:create_post", args=[unit.code]), told | {"since": TODAY.isoformat()}).status_code == 302
    assert Post.objects.get(code="town-water-desk").unit == unit


def test_the_list_of_handovers_costs_the_same_for_one_as_for_many(world, clerk, django_assert_max_num_queries):
    for _ in range(3):
        post = PostFactory(kind=world.village.kind, unit=world.village.unit)
        TenureFactory(post=post)
        send(clerk, "end", post, day=TODAY, reason="免职")
    with django_assert_max_num_queries(8):
        page = clerk.get(reverse("terms:handovers"))
    assert page.content.decode().count("<tr>") == 4
    assert len(clerk.get(reverse("terms:handovers"), {"format": "csv"}).content.decode().strip().splitlines()) == 4
    for _ in range(5):
        post = PostFactory(kind=world.village.kind, unit=world.village.unit)
        TenureFactory(post=post)
        send(clerk, "end", post, day=TODAY, reason="免职")
    with django_assert_max_num_queries(8):
        clerk.get(reverse("terms:handovers"))
