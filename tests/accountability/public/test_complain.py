"""Reporting without an account and without a script."""

import io
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accountability.complaints.models import Complaint, PollutionKind
from accountability.evidence.models import Evidence
from tests.factories.posts import chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def address(world):
    return reverse("public:complain_at", args=[world.segment.code])


def filled(**data):
    return {
        "client_ref": str(uuid.uuid4()),
        "kinds": [PollutionKind.objects.get(code="waste").pk],
        "text": "河边有人倒垃圾",
        "who": "anonymous",
    } | data


def picture(name="x.jpg"):
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (10, 90, 60)).save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def hidden(html):
    """The hidden fields of the page's form, as a browser would send them."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))


def test_from_the_board_s_address_only_what_and_what_happened_are_asked(client, world, address):
    html = client.get(address).content.decode()
    assert world.segment.name in html
    assert 'name="county"' not in html
    response = client.post(address, hidden(html) | {"kinds": filled()["kinds"], "text": "河边有人倒垃圾", "who": "anonymous"})
    assert response.status_code == 302
    complaint = Complaint.objects.get()
    assert (complaint.segment, complaint.jurisdiction, complaint.channel.code) == (world.segment, world.place, "web")


def test_the_receipt_shows_number_and_code_at_once_and_again_while_the_session_lasts(client, address):
    client.post(address, filled())
    for _ in range(2):
        html = client.get(reverse("public:receipt")).content.decode()
        assert Complaint.objects.get().number in html
        assert re.search(r'id="receipt-code">[2-9A-HJKMNP-TV-Z]{6}<', html)


def test_no_address_ever_holds_the_code(client, address):
    location = client.post(address, filled()).headers["Location"]
    code = re.search(r'id="receipt-code">([^<]+)<', client.get(location).content.decode()).group(1)
    number = Complaint.objects.get().number
    tracked = Client().post(reverse("public:track"), {"number": number, "code": code})
    assert tracked.status_code == 302
    assert code not in location + tracked.headers["Location"]


def test_the_session_holds_no_code(client, address):
    client.post(address, filled())
    code = re.search(r'id="receipt-code">([^<]+)<', client.get(reverse("public:receipt")).content.decode()).group(1)
    assert code not in str(dict(client.session.items()))


def test_another_browser_has_no_receipt(client, address):
    client.post(address, filled())
    assert Client().get(reverse("public:receipt")).status_code == 302


def test_a_form_sent_twice_gives_the_same_receipt(client, address):
    data = filled()
    receipts = []
    for _ in range(2):
        assert client.post(address, data).status_code == 302
        receipts.append(re.findall(r'id="receipt-(?:number|code)">([^<]+)<', client.get(reverse("public:receipt")).content.decode()))
    assert receipts[0] == receipts[1]
    assert len(receipts[0]) == 2
    assert Complaint.objects.count() == 1


def test_going_back_and_changing_the_words_says_so_and_loses_nothing(client, address):
    data = filled()
    client.post(address, data)
    changed = client.post(address, data | {"text": "改写后的另一段话"})
    assert changed.status_code == 409
    html = changed.content.decode()
    assert "改写后的另一段话" in html
    assert client.post(address, data | hidden(html) | {"text": "改写后的另一段话"}).status_code == 302
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize("missing", [{"text": "短"}, {"kinds": []}, {"client_ref": "no"}, {"text": "长" * 4001}])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, address, missing):
    response = client.post(address, filled(name="", place_text="老桥旁边") | missing)
    assert response.status_code == 422
    assert "老桥旁边" in response.content.decode()
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("key", ["9" * 20, "1" * 5000, "-1", "x", "\u0663", "\x00"])
def test_a_kind_that_cannot_be_is_no_choice_and_loses_nothing(client, address, key):
    answer = client.post(address, filled(kinds=[key]))
    assert answer.status_code == 422
    assert "河边有人倒垃圾" in answer.content.decode()


def test_a_photo_may_stand_for_the_words(client, address):
    response = client.post(address, filled(text="", photos=[picture()]))
    assert response.status_code == 302
    assert Evidence.objects.get().owner == Complaint.objects.get().stream


def test_a_photo_that_is_none_keeps_the_words_and_says_so(client, address):
    page = SimpleUploadedFile("x.jpg", b"<html><script>alert(1)</script></html>", "image/jpeg")
    response = client.post(address, filled(photos=[page, picture()]), follow=True)
    assert Complaint.objects.count() == 1
    assert "notice-warning" in response.content.decode()


def test_without_words_and_with_a_photo_that_is_none_nothing_is_kept_and_it_is_said(client, address):
    response = client.post(address, filled(text="", photos=[SimpleUploadedFile("x.jpg", b"", "image/jpeg")]))
    assert response.status_code == 422
    assert not Complaint.objects.exists()


def test_photos_of_a_form_that_has_to_be_corrected_are_kept_and_go_with_the_next_sending(client, address):
    data = filled(who="named", phone="abc", photos=[picture()])
    wrong = client.post(address, data)
    assert wrong.status_code == 422
    assert 'data-photos-kept="1"' in wrong.content.decode()
    again = {**data, "phone": "0836-2800000"}
    del again["photos"]
    assert client.post(address, again).status_code == 302
    photo = Evidence.objects.get()
    assert photo.owner == Complaint.objects.get().stream
    assert photo.name == "photo-1"
    assert client.post(address, again).status_code == 302
    assert Evidence.objects.count() == 1


def test_a_kept_photo_may_stand_for_the_words_and_one_that_is_chosen_again_counts_once(client, address):
    data = filled(text="", kinds=[], photos=[picture()])
    assert client.post(address, data).status_code == 422
    assert client.post(address, {**data, "kinds": filled()["kinds"], "photos": [picture()]}).status_code == 302
    assert Evidence.objects.filter(owner=Complaint.objects.get().stream).count() == 1


def test_asking_for_the_places_below_keeps_the_photos_too(client, world):
    page = client.post(reverse("public:complain"), filled(photos=[picture()], show_places="1", county=world.place.parent.parent_id))
    assert 'data-photos-kept="1"' in page.content.decode()


def test_what_another_sending_left_is_nobody_elses(client, address):
    client.post(address, filled(who="named", phone="abc", photos=[picture()]))
    client.post(address, filled())
    assert not Evidence.objects.filter(owner=Complaint.objects.get().stream).exists()
    assert client.get(reverse("evidence:file", args=[Evidence.objects.get().ref])).status_code == 404


def test_more_than_three_photos_at_once_are_too_many(client, address):
    response = client.post(address, filled(photos=[picture() for _ in range(4)]))
    assert response.status_code == 422


def test_staying_anonymous_with_contact_details_is_asked_back(client, address):
    response = client.post(address, filled(phone="13900000001"))
    assert response.status_code == 422
    assert "13900000001" in response.content.decode()
    assert client.post(address, filled(phone="13900000001", who="named")).status_code == 302
    assert Complaint.objects.get().informant.open()["phone"] == "13900000001"


@pytest.mark.parametrize("sign", [{"homepage": "http://spam.example"}, {"shown": "forged"}, {"shown": ""}])
def test_signs_of_a_machine_set_the_report_apart_and_lose_nothing(client, address, sign):
    assert client.post(address, filled() | sign).status_code == 302
    assert Complaint.objects.get().suspect


def test_who_reads_before_sending_is_no_machine(client, address, monkeypatch):
    shown = hidden(client.get(address).content.decode())["shown"]
    import time

    later = time.time() + 30
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.post(address, filled(shown=shown)).status_code == 302
    assert not Complaint.objects.get().suspect


def test_without_a_board_the_place_is_chosen_from_the_county_down(client, world):
    address = reverse("public:complain")
    county, township = world.place.parent.parent, world.place.parent
    html = client.get(address).content.decode()
    assert county.name in html
    assert township.name not in html
    html = client.post(address, filled(county=county.pk, show_places="1")).content.decode()
    assert township.name in html
    assert "河边有人倒垃圾" in html
    assert client.post(address, filled(county=county.pk, township=township.pk)).status_code == 302
    assert Complaint.objects.get().jurisdiction == township


def test_without_any_place_the_county_is_asked_for(client, world):
    response = client.post(reverse("public:complain"), filled())
    assert response.status_code == 422
    assert "county" in response.context["form"].errors


def test_a_report_about_a_chief_on_the_board_names_the_post_by_choice(client, world, address):
    client.post(address, filled(subject_post=world.village.pk))
    assert Complaint.objects.get().subject_post == world.village


@pytest.mark.parametrize("language", ["zh-hans", "bo", "en"])
def test_the_form_comes_in_the_reader_s_language(client, world, address, language):
    client.cookies["language"] = language
    html = client.get(address).content.decode()
    assert f'<html lang="{language}"' in html
    kind = PollutionKind.objects.get(code="water")
    assert (kind.name_bo if language == "bo" else kind.name) in html
    client.post(address, filled())
    assert Complaint.objects.get().language == language


def test_the_page_is_light(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        response = client.get(address)
    assert len(response.content) <= 11_000


def test_an_unknown_board_is_not_there(client, world):
    assert client.get(reverse("public:complain_at", args=["no-such"])).status_code == 404
