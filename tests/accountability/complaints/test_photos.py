"""Photos of a complaint: who may see which."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accountability.complaints import actions, additions, reports
from accountability.complaints.models import ClearedPhoto
from accountability.evidence.models import Evidence
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.registry import may_open_evidence
from tests.factories.complaints import CLEARED, public, registered
from tests.factories.posts import acting_for, chain

pytestmark = pytest.mark.django_db


def picture(shade=120, name="房主王某家门口.jpg"):
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 60)).save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def complaint(world):
    made, _code = registered(segment=world.segment)
    additions.keep_photos(made, [picture(10), picture(200)], by=public())
    return made


def may(post, photo):
    return True in may_open_evidence.ask(evidence=photo, acting=acting_for(post))


def test_only_the_intake_sees_photos_before_they_are_cleared(world, complaint):
    photo = Evidence.objects.filter(owner=complaint.stream).first()
    assert may(world.intake, photo)
    assert not any(may(post, photo) for post in (world.village, world.county, world.water, world.office))


def test_the_handler_of_the_case_sees_the_cleared_photo_and_no_other(world, complaint):
    shown, kept = Evidence.objects.filter(owner=complaint.stream).order_by("pk")
    actions.accept(complaint, transfer_text=CLEARED, cleared=[shown], by=acting_for(world.intake), expect=complaint.version)
    holder = complaint.case.holder
    assert may(holder, shown)
    assert not may(holder, kept)
    assert not may(world.forestry, shown), "who has nothing to do with the case sees nothing"
    assert [row.evidence for row in reports.of_case(complaint.case)[0].cleared_photos.all()] == [shown]


def test_a_photo_that_came_later_is_cleared_by_a_move_of_its_own(world, complaint):
    clerk = acting_for(world.intake)
    actions.accept(complaint, transfer_text=CLEARED, by=clerk, expect=complaint.version)
    additions.keep_photos(complaint, [picture(77)], by=public(), later=True)
    late = Evidence.objects.filter(owner=complaint.stream).latest("pk")
    assert not may(complaint.case.holder, late)
    actions.clear_photos(complaint, photos=[late], by=clerk, expect=complaint.version)
    assert may(complaint.case.holder, late)
    assert complaint.steps.filter(kind="photos_added").count() == 1


def test_a_photo_of_another_complaint_cannot_be_cleared_here(world, complaint):
    other, _code = registered(segment=world.segment)
    additions.keep_photos(other, [picture(33)], by=public())
    strange = Evidence.objects.get(owner=other.stream)
    with pytest.raises(Refused):
        actions.accept(complaint, transfer_text=CLEARED, cleared=[strange], by=acting_for(world.intake), expect=complaint.version)
    assert not ClearedPhoto.objects.exists()


def test_file_names_stay_out_because_they_may_tell_who_sent_them(complaint):
    assert not any("王某" in photo.name for photo in Evidence.objects.filter(owner=complaint.stream))


def test_a_bad_photo_takes_neither_the_others_nor_the_words_with_it(world):
    empty = SimpleUploadedFile("a.jpg", b"", "image/jpeg")
    complaint, _code = registered(segment=world.segment)
    kept = additions.keep_photos(complaint, [empty, picture(50)], by=public())
    assert len(kept.photos) == 1
    assert len(kept.sentences) == 1


def test_the_same_photo_sent_twice_is_kept_once(world, complaint):
    additions.keep_photos(complaint, [picture(10)], by=public(), later=True)
    assert Evidence.objects.filter(owner=complaint.stream).count() == 2


def test_strangers_may_not_add_photos(world, complaint):
    with pytest.raises(NotPermitted):
        additions.keep_photos(complaint, [picture(11)], by=acting_for(world.water))
