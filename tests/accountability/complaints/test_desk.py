"""The intake desk's pages."""

import re
import uuid

import pytest
from django.urls import reverse

from accountability.cases.models import Case
from accountability.complaints.models import Channel, Complaint, PollutionKind
from accountability.kit.codes import TRACKING_ALPHABET
from accountability.ledger.models import Event, gate_open
from tests.factories.complaints import CLEARED, WORDS, accepted, registered, replied
from tests.factories.posts import chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


def sign_in(client, post):
    client.force_login(post.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


@pytest.fixture
def clerk(client, world):
    return sign_in(client, world.intake)


def page(number, move=""):
    return reverse("complaints:move", args=[number, move]) if move else reverse("complaints:detail", args=[number])


def sent(complaint, **data):
    return {"expect": complaint.version, "client_ref": str(uuid.uuid4())} | data


def test_the_list_shows_own_complaints_the_legal_date_first(clerk, world, django_assert_max_num_queries):
    made = [registered(segment=world.segment)[0] for _ in range(5)]
    Complaint.objects.filter(pk=made[3].pk).update(accept_due="2020-01-01")
    with django_assert_max_num_queries(15):
        html = clerk.get(reverse("complaints:list")).content.decode()
    numbers = re.findall(r'data-number="([^"]+)"', html)
    assert numbers[0] == made[3].number
    assert set(numbers) == {complaint.number for complaint in made}


def test_the_next_step_is_said_to_the_clerk_and_not_to_the_citizen(clerk, world):
    complaint = registered(segment=world.segment)[0]
    said = {}
    for state in Complaint.State.values:
        with gate_open():
            complaint.state = state
            complaint.save()
        html = clerk.get(page(complaint.number)).content.decode()
        said[state] = re.search(r'<h2 id="next-title">.*?<p>(.*?)</p>', html, re.DOTALL).group(1)
    assert all(said.values())
    assert not [words for words in said.values() if "您" in words]


def test_what_looks_machine_made_stands_last_and_is_marked(clerk, world):
    machine = registered(segment=world.segment, suspect=True)[0]
    human = registered(segment=world.segment)[0]
    numbers = re.findall(r'data-number="([^"]+)"', clerk.get(reverse("complaints:list")).content.decode())
    assert numbers == [human.number, machine.number]


@pytest.mark.parametrize("who", ["village", "township", "county", "water", "office"])
def test_no_other_post_finds_a_complaint(client, world, who):
    complaint, _code = registered(segment=world.segment)
    sign_in(client, getattr(world, who))
    for address in (reverse("complaints:list"), page(complaint.number), page(complaint.number, "refuse"), reverse("complaints:new")):
        assert client.get(address).status_code == 404, address


def test_accepting_on_the_page_needs_the_clerk_s_word_that_the_version_is_clean(clerk, world):
    complaint, _code = registered(segment=world.segment)
    form = clerk.get(page(complaint.number, "accept")).context["form"]
    assert form["transfer_text"].value() == WORDS
    data = sent(complaint, transfer_text=CLEARED, kind=form["kind"].value(), scheme=form["scheme"].value())
    assert clerk.post(page(complaint.number, "accept"), data).status_code == 422
    assert clerk.post(page(complaint.number, "accept"), data | {"checked": "on"}).status_code == 302
    assert Case.objects.get().text == CLEARED


def test_joining_offers_similar_cases_and_takes_a_number(clerk, world):
    first = accepted(world)
    second, _code = registered(segment=world.segment)
    response = clerk.get(page(second.number, "join_case"))
    assert first.case.number in response.content.decode()
    data = sent(second, transfer_text=CLEARED, checked="on")
    unknown = clerk.post(page(second.number, "join_case"), data | {"number": "C2026-999999-1"})
    assert unknown.status_code == 422
    assert CLEARED in unknown.content.decode()
    assert clerk.post(page(second.number, "join_case"), data | {"number": first.case.number}).status_code == 302
    second.refresh_from_db()
    assert second.case == first.case


def test_refusing_without_a_reason_is_answered_with_the_form_and_nothing_lost(clerk, world):
    complaint, _code = registered(segment=world.segment)
    response = clerk.post(page(complaint.number, "refuse"), sent(complaint, note="请补充具体地点"))
    assert response.status_code == 422
    assert "请补充具体地点" in response.content.decode()
    assert Complaint.objects.get().state == Complaint.State.RECEIVED


def test_a_reply_is_shown_as_the_citizen_will_read_it_before_it_goes(clerk, world):
    complaint = accepted(world)
    data = sent(complaint, text="垃圾已经清运完毕。")
    shown = clerk.post(page(complaint.number, "reply"), data | {"preview": "1"})
    assert shown.status_code == 200
    assert 'id="preview"' in shown.content.decode()
    assert Complaint.objects.get().state == Complaint.State.ACCEPTED
    assert clerk.post(page(complaint.number, "reply"), data).status_code == 302
    assert Complaint.objects.get().reply == "垃圾已经清运完毕。"


def test_a_stale_page_is_answered_409_with_what_was_typed(clerk, world):
    complaint = accepted(world)
    response = clerk.post(page(complaint.number, "reply"), sent(complaint, expect=complaint.version - 1, text="垃圾已经清运完毕。"))
    assert response.status_code == 409
    assert "垃圾已经清运完毕。" in response.content.decode()


def test_the_identity_is_masked_until_it_is_opened_with_a_reason(clerk, world):
    complaint, _code = registered(segment=world.segment, informant={"name": "测试人甲", "phone": "13900000001", "address": "某街九号"})
    html = clerk.get(page(complaint.number)).content.decode()
    assert "测试人甲" not in html
    assert "13900000001" not in html
    assert "某街九号" not in html
    address = reverse("complaints:unseal", args=[complaint.number])
    assert clerk.post(address, sent(complaint, reason="")).status_code == 422
    opened = clerk.post(address, sent(complaint, reason="回访核实地点"))
    assert "测试人甲" in opened.content.decode()
    assert "13900000001" in opened.content.decode()
    assert "no-store" in opened.headers["Cache-Control"]
    assert Event.objects.filter(act="complaints.unseal").count() == 1
    assert "测试人甲" not in clerk.get(page(complaint.number)).content.decode()


def take_down(world, **data):
    return {
        "client_ref": str(uuid.uuid4()),
        "channel": Channel.objects.get(code="12369").pk,
        "kinds": [PollutionKind.objects.get(code="waste").pk],
        "county": world.place.parent.parent_id,
        "township": world.place.parent_id,
        "village": world.place.pk,
        "text": "来电反映河边有垃圾",
        "language": "bo",
        "name": "来电人",
        "phone": "0836-2812345",
    } | data


def test_a_call_is_taken_down_under_12369_and_the_code_can_be_read_out(clerk, world):
    response = clerk.post(reverse("complaints:new"), take_down(world), follow=True)
    complaint = Complaint.objects.get()
    assert (complaint.channel.code, complaint.language, complaint.taken_by) == ("12369", "bo", world.intake)
    assert complaint.jurisdiction == world.place
    code = re.search(r'id="told-code">([^<]+)<', response.content.decode()).group(1)
    assert len(code) == 6
    assert set(code) <= set(TRACKING_ALPHABET)


def test_a_wrong_telephone_number_is_an_error_on_the_form_and_loses_nothing(clerk, world):
    response = clerk.post(reverse("complaints:new"), take_down(world, phone="not a number"))
    assert response.status_code == 422
    assert "来电反映河边有垃圾" in response.content.decode()
    assert "not a number" in response.content.decode()
    assert not Complaint.objects.exists()


def test_places_are_found_step_by_step_without_a_script(clerk, world):
    first = clerk.post(reverse("complaints:new"), take_down(world, show_places="1", township="", village=""))
    html = first.content.decode()
    assert first.status_code == 200
    assert f'value="{world.place.parent_id}"' in html
    assert "来电反映河边有垃圾" in html
    second = clerk.post(reverse("complaints:new"), take_down(world, show_places="1", village=""))
    assert f'value="{world.place.pk}"' in second.content.decode()
    assert not Complaint.objects.exists()


def test_the_board_s_code_is_enough_to_say_where(clerk, world):
    data = take_down(world, county="", township="", village="", board=world.segment.code)
    assert clerk.post(reverse("complaints:new"), data).status_code == 302
    assert Complaint.objects.get().segment == world.segment
    wrong = clerk.post(reverse("complaints:new"), take_down(world, board="no-such-board"))
    assert wrong.status_code == 422


def test_the_detail_page_stays_within_its_queries(clerk, world, django_assert_max_num_queries):
    complaint = replied(world, informant={"name": "测试人甲"})
    with django_assert_max_num_queries(35):
        assert clerk.get(page(complaint.number)).status_code == 200
