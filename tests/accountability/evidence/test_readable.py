"""A file proves a step only when somebody can look at it: what is kept under the name of a photo or a PDF may be anything."""

import pytest

from accountability.evidence import reports
from accountability.evidence.models import Evidence
from tests.factories.evidence import huge_png, kept, photo

pytestmark = pytest.mark.django_db
OWNER = "sample.thing:1"


def told() -> str:
    return reports.unproved(OWNER, "minutes", missing="nothing came")


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"hello", "x.pdf"), (b"hello", "x.jpg"), (b"PK\x03\x04....", "x.pdf"), (b"<html>hello</html>", "x.jpg"), (b"<gpx >", "x.pdf")],
)
def test_the_name_of_a_file_proves_nothing_and_the_file_is_kept(data, name):
    kept(data, role="minutes", name=name)
    assert not reports.readable(OWNER).exists()
    assert Evidence.objects.get(owner=OWNER).name == name
    assert told() not in ("", "nothing came")


@pytest.mark.parametrize("data", [photo(), photo(form="PNG"), b"%PDF-1.7 minutes"])
def test_a_picture_or_a_pdf_proves_it_before_the_worker_has_drawn_it(data):
    kept(b"hello", role="minutes")
    kept(data, role="minutes")
    assert reports.readable(OWNER, "minutes").count() == 1
    assert told() == ""


@pytest.mark.parametrize("data", [photo()[:300], huge_png()])
def test_a_picture_that_could_not_be_opened_proves_nothing(data):
    kept(data, role="minutes", rendered=True)
    assert told() not in ("", "nothing came")


def test_a_file_of_another_role_or_record_proves_nothing():
    kept(photo(), role="photo")
    kept(photo(), owner="sample.thing:2", role="minutes")
    assert told() == "nothing came"
