"""The page on which a chief hands in a patrol: what a phone sends is kept or answered with a sentence, nothing is asked for twice."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accountability.cases.models import ProblemKind
from accountability.evidence.models import Evidence
from accountability.evidence.reports import original
from accountability.kit import days
from chiefs.patrols import gpx
from chiefs.patrols.models import Patrol
from tests.factories import posts
from tests.factories.evidence import huge_png, photo
from tests.factories.patrols import walk

pytestmark = pytest.mark.django_db
WORDS = "桥下河滩堆了很多垃圾，村里没有车运不走"


@pytest.fixture
def address(client):
    """Where the chief of a village, signed in, uploads a patrol of the own segment."""
    world = posts.chain()
    client.force_login(world.village.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return reverse("patrols:new", args=[world.segment.code])


def filled(**facts):
    """The form of one walk with one finding, as a browser sends it."""
    given = {
        "client_ref": uuid.uuid4(),
        "findings": "1",
        "f0-client_ref": uuid.uuid4(),
        "f0-kind": ProblemKind.objects.get(code="rubbish").pk,
        "f0-text": WORDS,
        "track": SimpleUploadedFile("walk.gpx", walk()),
        "f0-photos": [SimpleUploadedFile("a.jpg", photo(), "image/jpeg")],
    }
    return {name: value for name, value in {**given, **facts}.items() if value is not None}


def rewound(form):
    """The same form once more: what was read of its files is read again."""
    for file in (form["track"], *form["f0-photos"]):
        file.seek(0)
    return form


def value(page, name):
    """What the answered form carries in a hidden field."""
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)


def many_points(count):
    return b"<gpx><trk><trkseg>" + b'<trkpt lat="30" lon="101.9"/>' * count + b"</trkseg></trk></gpx>"


TRACKS = {
    "not xml": b"not xml at all",
    "a document type": b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "a">]><gpx><trk><name>&a;</name></trk></gpx>',
    "cut off": walk()[:900],
    "without times": walk(times=False),
    "of 1901": re.sub(rb"<time>\d{4}", b"<time>1901", walk()),
    "too many points": many_points(gpx.MOST_FIXES + 1),
    "nothing in it": b"",
}


@pytest.mark.parametrize("fault", TRACKS)
def test_a_track_that_will_not_do_loses_neither_words_nor_photos(client, address, fault):
    form = filled(track=SimpleUploadedFile("walk.gpx", TRACKS[fault]))
    answer = client.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "error-summary" in page
    assert WORDS in page
    assert not Patrol.objects.exists()

    again = {name: sent for name, sent in form.items() if name != "f0-photos"}
    again |= {"track": SimpleUploadedFile("walk.gpx", walk()), "f0-kept": value(page, "f0-kept")}
    assert client.post(address, again).status_code == 302
    finding = Patrol.objects.get().findings.get()
    assert finding.text == WORDS
    assert Evidence.objects.filter(owner=f"patrols.finding:{finding.pk}").count() == 1


@pytest.mark.parametrize("encoding", ["GB2312", "UTF-16"])
def test_a_track_in_another_encoding_is_taken_and_its_original_kept(client, address, encoding):
    data = walk().decode().replace("UTF-8", encoding, 1).encode(encoding)
    assert client.post(address, filled(track=SimpleUploadedFile("walk.gpx", data))).status_code == 302
    patrol = Patrol.objects.get()
    with original(Evidence.objects.get(owner=patrol.stream)) as stored:
        assert stored.read() == data


def test_fifty_thousand_points_are_a_track(client, address):
    began = days.now().astimezone(days.SHANGHAI) - timedelta(hours=2)
    times = {"started_at": f"{began:%Y-%m-%d %H:%M}", "ended_at": f"{began + timedelta(hours=1):%Y-%m-%d %H:%M}"}
    form = filled(track=SimpleUploadedFile("walk.gpx", many_points(50_000)), **times)
    assert client.post(address, form).status_code == 302
    assert Patrol.objects.get().track.points == 50_000


@pytest.mark.parametrize(
    "times",
    [("0001-01-01 00:00", "0001-01-01 01:00"), ("9999-12-31 23:59", "9999-12-31 23:59"), ("yesterday", ""), ("2026-05-06 09:00", "")],
)
def test_times_that_cannot_be_are_answered_with_a_sentence(client, address, times):
    form = filled(track=SimpleUploadedFile("walk.gpx", walk(times=False)), started_at=times[0], ended_at=times[1])
    answer = client.post(address, form)
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert WORDS in answer.content.decode()


def heic():
    import pillow_heif

    pillow_heif.register_heif_opener()
    return photo(form="HEIF")


ODD = {
    "web page": lambda: b"<html><script>alert(1)</script></html>",
    "200 megapixels": huge_png,
    "broken": lambda: b"\xff\xd8\xff\xe0" + b"rubbish" * 100,
    "heic": heic,
    "without exif": photo,
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_picture_is_kept_and_takes_nothing_with_it(client, address, name):
    odd = ODD[name]()
    pictures = [SimpleUploadedFile("a.jpg", odd, "image/jpeg"), SimpleUploadedFile("b.jpg", photo(shade=9), "image/jpeg")]
    answer = client.post(address, filled(**{"f0-photos": pictures}))
    assert answer.status_code == 302
    patrol = Patrol.objects.get()
    first, second = Evidence.objects.filter(owner=f"patrols.finding:{patrol.findings.get().pk}").order_by("pk")
    with original(first) as stored:
        assert stored.read() == odd
    assert second.rendition_state == "ready"
    assert client.get(answer.url).status_code == 200


def test_an_empty_picture_is_named_and_the_others_are_kept(client, address):
    pictures = [SimpleUploadedFile("a.jpg", b""), SimpleUploadedFile("b.jpg", photo(), "image/jpeg")]
    answer = client.post(address, filled(**{"f0-photos": pictures}))
    assert answer.status_code == 422
    assert 'data-photos-kept="1"' in answer.content.decode()
    assert 'id="track-kept"' in answer.content.decode()


def test_a_form_sent_twice_is_one_patrol(client, address):
    form = filled()
    first = client.post(address, form)
    second = client.post(address, rewound(form))
    assert first.url == second.url
    assert Patrol.objects.count() == 1
    assert Evidence.objects.count() == 2


def test_going_back_and_changing_the_words_says_so_and_loses_nothing(client, address):
    form = filled()
    client.post(address, form)
    other = client.post(address, rewound(form) | {"f0-text": "垃圾还有建筑废料"})
    assert other.status_code == 409
    assert "垃圾还有建筑废料" in other.content.decode()
    assert Patrol.objects.get().findings.get().text == WORDS


LONG = "字" * 2001


@pytest.mark.parametrize(("field", "text"), [("f0-text", LONG), ("remark", LONG), ("f0-quantity", "-1"), ("f0-quantity", "1e40")])
def test_what_is_too_long_or_no_quantity_is_said_and_still_there(client, address, field, text):
    answer = client.post(address, filled(**{field: text}))
    assert answer.status_code == 422
    assert text in answer.content.decode()


def test_words_without_a_kind_are_asked_back(client, address):
    answer = client.post(address, filled(**{"f0-kind": None}))
    assert answer.status_code == 422
    assert WORDS in answer.content.decode()


def test_one_more_problem_is_asked_for_without_losing_the_first(client, address):
    page = client.post(address, filled(more="1")).content.decode()
    assert WORDS in page
    assert 'data-finding="1"' in page
    assert 'data-photos-kept="1"' in page
    assert not Patrol.objects.exists()
