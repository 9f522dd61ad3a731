"""Following a report: number and code, half an hour, no name of a person."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accountability.complaints import actions, additions
from accountability.complaints.models import Complaint
from accountability.evidence import actions as evidence
from accountability.evidence.models import Evidence
from accountability.kit import days
from tests.factories.complaints import accepted, reason, registered, replied
from tests.factories.posts import acting_for, chain

pytestmark = pytest.mark.django_db
TRACK = "/track/"


@pytest.fixture
def world():
    return chain()


def opened(complaint, code):
    client = Client()
    assert client.post(TRACK, {"number": complaint.number, "code": code}).status_code == 302
    return client


def code_of(complaint):
    from accountability.complaints.rules import query_code

    return query_code(complaint.client_ref)


def test_number_and_code_open_the_timeline_with_the_next_legal_date(world):
    complaint, code = registered(segment=world.segment)
    html = opened(complaint, code).get(TRACK).content.decode()
    assert complaint.number in html
    assert complaint.accept_due.isoformat() in html
    assert world.intake.unit.name in html


def test_a_wrong_code_is_a_sentence_on_the_form_and_opens_nothing(client, world):
    complaint, _code = registered(segment=world.segment)
    response = client.post(TRACK, {"number": complaint.number, "code": "222222"})
    assert response.status_code == 422
    assert complaint.number in response.content.decode(), "what was typed stays"
    assert 'id="track-form"' in client.get(TRACK).content.decode()


def test_a_code_guessed_wrong_six_times_waits(client, world):
    complaint, code = registered(segment=world.segment)
    codes = [client.post(TRACK, {"number": complaint.number, "code": "222222"}).status_code for _ in range(5)]
    assert codes == [422] * 5
    assert client.post(TRACK, {"number": complaint.number, "code": code}).status_code == 429


def test_the_timeline_closes_after_half_an_hour(world, monkeypatch):
    complaint, code = registered(segment=world.segment)
    client = opened(complaint, code)
    later = days.now() + timedelta(minutes=30)
    monkeypatch.setattr("accountability.public.receipts.days.now", lambda: later)
    assert 'id="track-form"' in client.get(TRACK).content.decode()


def test_the_next_person_at_the_telephone_sees_nothing(world):
    complaint, code = registered(segment=world.segment)
    client = opened(complaint, code)
    client.post(reverse("public:track_leave"))
    assert complaint.number not in client.get(TRACK).content.decode()


def test_pages_with_a_report_are_kept_by_nobody(world):
    complaint, code = registered(segment=world.segment)
    assert "no-store" in opened(complaint, code).get(TRACK).headers["Cache-Control"]


def test_a_refusal_is_shown_with_its_reason_note_and_advice(world):
    complaint, code = registered(segment=world.segment)
    actions.refuse(complaint, reason=reason("outside_duty"), note="请向市住建局反映", by=acting_for(world.intake), expect=complaint.version)
    html = opened(complaint, code).get(TRACK).content.decode()
    for words in (complaint.refusal.name, "请向市住建局反映", complaint.refusal.advice):
        assert words in html


def test_the_reply_is_read_and_rated(world):
    complaint = replied(world)
    client = opened(complaint, code_of(complaint))
    page = client.get(TRACK)
    assert complaint.reply in page.content.decode()
    data = {"expect": complaint.version, "client_ref": str(uuid.uuid4()), "satisfaction": "satisfied", "reason": ""}
    assert client.post(reverse("public:track_rate"), data).status_code == 302
    assert Complaint.objects.get().satisfaction == "satisfied"
    assert 'id="rate-form"' not in client.get(TRACK).content.decode()


def test_dissatisfied_without_a_reason_is_asked_back(world):
    complaint = replied(world)
    client = opened(complaint, code_of(complaint))
    data = {"expect": complaint.version, "client_ref": str(uuid.uuid4()), "satisfaction": "dissatisfied", "reason": ""}
    response = client.post(reverse("public:track_rate"), data)
    assert response.status_code == 422
    assert Complaint.objects.get().satisfaction == ""
    assert client.post(reverse("public:track_rate"), data | {"reason": "还有垃圾"}).status_code == 302
    assert Complaint.objects.get().state == Complaint.State.ACCEPTED


def test_a_rating_sent_twice_counts_once(world):
    complaint = replied(world)
    client = opened(complaint, code_of(complaint))
    data = {"expect": complaint.version, "client_ref": str(uuid.uuid4()), "satisfaction": "dissatisfied", "reason": "还有垃圾"}
    for _ in range(2):
        assert client.post(reverse("public:track_rate"), data).status_code == 302
    assert Complaint.objects.get().times_dissatisfied == 1


def test_there_is_nothing_to_rate_before_the_reply(world):
    complaint = accepted(world)
    client = opened(complaint, code_of(complaint))
    assert 'id="rate-form"' not in client.get(TRACK).content.decode()
    data = {"expect": complaint.version, "client_ref": str(uuid.uuid4()), "satisfaction": "satisfied"}
    assert client.post(reverse("public:track_rate"), data).status_code == 409


def test_a_note_added_twice_stands_once(world):
    complaint, code = registered(segment=world.segment)
    client = opened(complaint, code)
    data = {"ref": str(uuid.uuid4()), "text": "今天又倒了一车"}
    for _ in range(2):
        assert client.post(reverse("public:track_add"), data).status_code == 302
    assert client.get(TRACK).content.decode().count("今天又倒了一车") == 1


@pytest.mark.parametrize("name", ["track_add", "track_rate"])
def test_without_an_open_report_nothing_can_be_added(client, world, name):
    registered(segment=world.segment)
    response = client.post(reverse(f"public:{name}"), {"text": "x"})
    assert response.status_code == 302
    assert response.headers["Location"] == TRACK


def test_own_photos_are_shown_and_those_of_others_are_not_there(world):
    from tests.accountability.complaints.test_photos import picture
    from tests.factories.complaints import public

    complaint, code = registered(segment=world.segment)
    other, _code = registered(segment=world.segment)
    own = additions.keep_photos(complaint, [picture(10)], by=public()).photos[0]
    strange = additions.keep_photos(other, [picture(20)], by=public()).photos[0]
    evidence.render(own.pk)
    evidence.render(strange.pk)
    client = opened(complaint, code)
    assert client.get(reverse("public:photo", args=[own.ref])).status_code == 200
    assert client.get(reverse("public:photo", args=[strange.ref])).status_code == 404
    assert Client().get(reverse("public:photo", args=[own.ref])).status_code == 404


def test_a_photo_that_cannot_be_shown_says_why_and_what_to_do(world):
    from tests.accountability.complaints.test_photos import picture
    from tests.factories.complaints import public

    complaint, code = registered(segment=world.segment)
    whole = picture(30)
    cut = SimpleUploadedFile("半张.jpg", whole.read()[:400], "image/jpeg")
    photo = additions.keep_photos(complaint, [cut], by=public()).photos[0]
    evidence.render(photo.pk)
    photo.refresh_from_db()
    assert photo.rendition_state == "refused"
    page = opened(complaint, code).get(TRACK).content.decode()
    assert str(Evidence.Note.BROKEN.label) in page
    assert str(Evidence.Note.BROKEN.label) in render_to_string("components/photo.html", {"evidence": photo})


def test_the_timeline_stays_within_its_queries(world, django_assert_max_num_queries):
    complaint = replied(world)
    client = opened(complaint, code_of(complaint))
    with django_assert_max_num_queries(15):
        assert client.get(TRACK).status_code == 200
