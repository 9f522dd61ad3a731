"""What may be shown of a picture: made in a limited process, without anything that the picture says of its maker."""

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from accountability.evidence import actions, rendering, reports
from accountability.ledger import outbox
from tests.factories.evidence import KANGDING, huge_png, kept, photo

pytestmark = pytest.mark.django_db
FIELD = settings.BASE_DIR.parent / "shared" / "data" / "field"


def shown(evidence):
    with default_storage.open(evidence.rendition) as file:
        data = file.read()
    image = Image.open(io.BytesIO(data))
    image.load()
    return image, data


def assert_clean(image, data):
    assert image.format == "JPEG"
    assert not dict(image.getexif())
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)
    assert b"Exif" not in data
    assert max(image.size) <= 1280


def test_the_worker_makes_the_rendition_and_reads_time_and_place():
    data = photo(taken="2026:11:01 10:00:00", gps=KANGDING)
    evidence = kept(data)
    assert outbox.send_waiting() == (1, 0)
    evidence.refresh_from_db()
    assert evidence.rendition_state == "ready"
    assert evidence.taken_at == datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    assert (evidence.latitude, evidence.longitude) == pytest.approx((30.05, 101.96))
    assert evidence.source_crs == "WGS-84"
    assert_clean(*shown(evidence))
    with reports.original(evidence) as original:
        assert original.read() == data


def test_making_it_twice_changes_nothing():
    evidence = kept(rendered=True)
    before = evidence.rendition
    actions.render(evidence.pk)
    evidence.refresh_from_db()
    assert evidence.rendition == before


@pytest.mark.parametrize(("turn", "size"), [(1, (1280, 640)), (3, (1280, 640)), (6, (640, 1280)), (8, (640, 1280))])
def test_it_is_upright_and_at_most_1280_long(turn, size):
    evidence = kept(photo((2000, 1000), turn=turn), rendered=True)
    assert (evidence.width, evidence.height) == size
    image, data = shown(evidence)
    assert image.size == size
    assert_clean(image, data)


def test_a_quarter_turn_to_the_right_brings_the_left_edge_to_the_top():
    out = io.BytesIO()
    picture = Image.new("RGB", (200, 100), "blue")
    picture.paste("red", (0, 0, 40, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(out, "JPEG", exif=exif, quality=95)
    image, _ = shown(kept(out.getvalue(), rendered=True))
    assert image.getpixel((50, 10))[0] > 200
    assert image.getpixel((50, 190))[2] > 200


@pytest.mark.parametrize("form", ["PNG", "WEBP", "HEIF"])
def test_other_kinds_of_pictures_are_shown_too(form):
    import pillow_heif

    pillow_heif.register_heif_opener()
    evidence = kept(photo(form=form, gps=KANGDING, taken="2026:11:01 10:00:00", offset="+08:00"), rendered=True)
    assert evidence.rendition_state == "ready"
    assert evidence.latitude == pytest.approx(30.05)
    assert evidence.taken_at == datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    assert_clean(*shown(evidence))


@pytest.mark.parametrize("mode", ["P", "L", "LA", "RGBA", "CMYK", "1", "I;16"])
def test_every_way_of_keeping_colours_can_be_shown(mode):
    out = io.BytesIO()
    Image.new(mode, (60, 40)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert kept(out.getvalue(), rendered=True).rendition_state == "ready"


def test_what_is_transparent_is_shown_on_white():
    out = io.BytesIO()
    Image.new("RGBA", (60, 40), (0, 0, 0, 0)).save(out, "PNG")
    image, _ = shown(kept(out.getvalue(), rendered=True))
    assert min(image.getpixel((30, 20))) > 250


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (photo((400, 300))[:-300], "broken"),
        (b"\xff\xd8\xff\xe0" + b"rubbish" * 100, "broken"),
        (huge_png(), "too_large"),
        (photo(form="PNG")[:60], "broken"),
    ],
    ids=["cut off", "rubbish", "200 megapixels", "half a header"],
)
def test_what_cannot_be_shown_is_kept_and_says_why(data, note):
    assert len(data) < 100_000
    evidence = kept(data, rendered=True)
    assert (evidence.rendition_state, evidence.rendition_note) == ("refused", note)
    assert evidence.note.endswith((".", "。"))
    with reports.original(evidence) as original:
        assert original.read() == data


def test_an_exif_block_of_rubbish_does_not_keep_the_picture_from_being_shown():
    whole = photo(taken="2026:11:01 10:00:00", gps=KANGDING)
    at = whole.index(b"Exif\0\0") + 6
    evidence = kept(whole[:at] + b"\xff" * 60 + whole[at + 60 :], rendered=True)
    assert evidence.rendition_state == "ready"
    assert evidence.taken_at is None
    assert evidence.latitude is None


def test_what_hides_behind_the_picture_stays_in_the_original():
    tail = b"<script>alert(1)</script>PK\x03\x04"
    evidence = kept(photo() + tail, rendered=True)
    _, data = shown(evidence)
    assert tail not in data
    with reports.original(evidence) as original:
        assert original.read().endswith(tail)


def in_the_process(code):
    """Runs code in a process with the limits of the render process."""
    return subprocess.run(
        [sys.executable, "-c", f"from accountability.evidence import render_process\nrender_process.limit(cpu_seconds=1)\n{code}"],
        capture_output=True,
        cwd=settings.BASE_DIR,
        text=True,
        check=False,
    )


def test_the_process_may_not_take_more_memory_or_time():
    assert "MemoryError" in in_the_process("bytes(600 * 1024 * 1024)").stderr
    assert in_the_process("while True: pass").returncode in rendering.KILLED_BY_LIMITS


def test_the_process_knows_no_secret_and_no_django(monkeypatch):
    code = "import sys; print([name for name in sys.modules if name.startswith('django')])"
    assert in_the_process(code).stdout.strip() == "[]"
    given, run = {}, subprocess.run

    def look(*args, **kwargs):
        given.update(kwargs["env"])
        return run(*args, **kwargs)

    monkeypatch.setattr(rendering.subprocess, "run", look)
    rendering.render(io.BytesIO(photo()))
    assert set(given) == {"PATH", "LANG"}


EXPECTED = {
    "p01_DSCN0010.jpg": (43.4674, 11.8851, "2008-10-22"),
    "p02_IMG_5195.HEIC": (39.0513, -94.2888, "2021-04-11"),
    "p03_HMD_Nokia.jpg": (60.1467, 24.9068, "2022-08-14"),
    "p04_Pixel.jpg": (50.2996, 14.8203, "2018-07-25"),
    "p05_no_exif.jpg": (None, None, None),
    "p06_broken_exif.jpg": (None, None, "2007-08-15"),
    "p07_png_gps.png": (50.2996, 14.8203, "2003-12-14"),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_pictures_of_real_cameras(name):
    path = Path(FIELD / name)
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    evidence = kept(path.read_bytes(), name=name, rendered=True)
    latitude, longitude, day = EXPECTED[name]
    assert evidence.rendition_state == "ready"
    assert (evidence.latitude, evidence.longitude) == ((None, None) if latitude is None else pytest.approx((latitude, longitude), abs=1e-4))
    assert (evidence.taken_at.date().isoformat() if evidence.taken_at else None) == day
    assert_clean(*shown(evidence))
    with reports.original(evidence) as original:
        assert original.read() == path.read_bytes()
