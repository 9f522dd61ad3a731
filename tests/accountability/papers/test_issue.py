"""Issuing and printing: text of record first, the file afterwards, once, and nothing fetched from anywhere."""

import hashlib
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage

from accountability.ledger import outbox
from accountability.ledger.errors import Refused
from accountability.ledger.models import Event
from accountability.papers import actions, rendering
from accountability.papers.models import Paper
from tests.factories.papers import issued

pytestmark = pytest.mark.django_db


def test_a_paper_has_its_text_at_once_and_its_file_from_the_worker():
    paper = issued()
    assert not paper.printed
    assert "演示人一" in paper.html
    assert outbox.send_waiting() == (1, 0)
    paper.refresh_from_db()
    with default_storage.open(paper.pdf) as file:
        data = file.read()
    assert data.startswith(b"%PDF-")
    assert paper.sha256 == hashlib.sha256(data).hexdigest()
    assert paper.pages == 1


def test_the_ledger_keeps_the_hash_of_the_text_and_of_the_file():
    paper = issued(printed=True)
    written, printed = Event.objects.filter(stream=paper.stream).order_by("seq")
    assert written.facts["html_sha256"] == hashlib.sha256(paper.html.encode()).hexdigest()
    assert printed.facts == {"sha256": paper.sha256, "pages": 1}


def test_the_twin_stands_alone():
    html = issued().html
    assert "<link" not in html
    assert "<script" not in html
    assert " style=" not in html
    assert 'src="data:image/png;base64,' in html
    assert 'src="http' not in html


def test_what_is_typed_into_a_paper_is_text_and_never_markup():
    paper = issued(title="<b>x</b>", context={"paragraphs": ["</p><img src=file:///etc/passwd>"]})
    assert "<img src=file" not in paper.html
    assert "&lt;img src=file" in paper.html
    assert rendering.render(paper.html).pages == 1


def test_the_qr_code_leads_to_the_verification_page(settings):
    settings.SITE_URL = "https://chiefs.example.gov.cn"
    paper = issued()
    address = f"https://chiefs.example.gov.cn/verify/{paper.verify_code}/"
    assert rendering.qr(address) in paper.html
    assert address in paper.html


def test_a_context_cannot_replace_what_the_paper_is():
    paper = issued(context={"number": "P1999-000001-1", "verify_url": "http://elsewhere.example/"})
    assert paper.number in paper.html
    assert "elsewhere" not in paper.html


def test_printing_again_changes_nothing():
    paper = issued(printed=True)
    before, files = paper.pdf, default_storage.listdir(paper.pdf.rsplit("/", 1)[0])[1]
    actions.print_paper(paper.pk)
    paper.refresh_from_db()
    assert paper.pdf == before
    assert default_storage.listdir(paper.pdf.rsplit("/", 1)[0])[1] == files
    assert Event.objects.filter(stream=paper.stream).count() == 2


def test_a_lost_file_is_printed_again_and_is_the_same():
    paper = issued(printed=True)
    default_storage.delete(paper.pdf)
    actions.print_paper(paper.pk)
    sha256 = paper.sha256
    paper.refresh_from_db()
    with default_storage.open(paper.pdf) as file:
        assert hashlib.sha256(file.read()).hexdigest() == paper.sha256 == sha256
    assert Event.objects.filter(stream=paper.stream).count() == 2


@pytest.mark.parametrize("first", [True, False])
def test_a_setting_decides_which_language_leads_the_letterhead(settings, first):
    settings.LETTERHEAD_TIBETAN_FIRST = first
    html = issued(issuer="康定市投诉受理中心", issuer_bo="དར་མདོ").html
    head = html[html.index("<header") : html.index("</header>")]
    assert (head.index("དར་མདོ") < head.index("康定市")) is first


def test_other_bytes_at_a_second_print_are_a_fault_and_the_first_file_stays():
    paper = issued(printed=True)
    before = paper.sha256
    Paper.objects.filter(pk=paper.pk).update(html=paper.html.replace("演示人一", "演示人二"))
    with pytest.raises(rendering.NotPrinted, match=before):
        actions.print_paper(paper.pk)
    paper.refresh_from_db()
    assert paper.sha256 == before


def test_a_later_paper_replaces_an_earlier_one_of_the_same_record_once():
    earlier = issued()
    later = issued(replaces=earlier)
    earlier.refresh_from_db()
    assert earlier.replaced_by == later
    assert Event.objects.filter(stream=earlier.stream).last().act == "papers.replace"
    with pytest.raises(Refused):
        issued(replaces=earlier)
    with pytest.raises(Refused):
        issued(replaces=later, owner="sample.thing:2")
    assert Paper.objects.count() == 2


class Listener(BaseHTTPRequestHandler):
    asked: list = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def listener():
    Listener.asked = []
    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/picture.png"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("how", ["pictures", "attached"])
def test_printing_never_asks_another_machine(long_template, listener, how):
    paper = issued(template=long_template, context={how: [listener]})
    assert listener in paper.html
    with pytest.raises(rendering.NotPrinted):
        rendering.render(paper.html)
    assert Listener.asked == []


@pytest.mark.parametrize("how", ["pictures", "attached"])
def test_printing_never_opens_a_local_file(long_template, tmp_path, how):
    (tmp_path / "secret.txt").write_text("the seal key")
    paper = issued(template=long_template, context={how: [(tmp_path / "secret.txt").as_uri()]})
    with pytest.raises(rendering.NotPrinted, match="file://"):
        rendering.render(paper.html)


def test_an_embedded_picture_is_printed(long_template):
    assert rendering.render(issued(template=long_template, context={"pictures": [rendering.qr("x")]}).html).pages == 1


def test_the_process_may_not_take_more_memory_or_time():
    def run(code):
        start = "from accountability.papers import print_process\nprint_process.limit(cpu_seconds=1)\n"
        words = [sys.executable, "-c", start + code]
        return subprocess.run(words, capture_output=True, cwd=django_settings.BASE_DIR, text=True, check=False)

    assert "MemoryError" in run("bytes(1300 * 1024 * 1024)").stderr
    assert run("while True: pass").returncode < 0
    assert run("import sys; print([name for name in sys.modules if name.startswith('django')])").stdout.strip() == "[]"


def test_a_print_that_takes_too_long_is_given_up_and_tried_again_later(monkeypatch):
    paper = issued()
    monkeypatch.setattr(rendering, "WALL_SECONDS", 0.01)
    assert outbox.send_waiting() == (0, 1)
    paper.refresh_from_db()
    assert not paper.printed


def test_the_process_is_given_no_secret(monkeypatch):
    given, run = {}, subprocess.run

    def look(*args, **kwargs):
        given.update(kwargs["env"])
        return run(*args, **kwargs)

    monkeypatch.setenv("SECRET_KEY", "x" * 50)
    paper = issued()
    monkeypatch.setattr(rendering.subprocess, "run", look)
    rendering.render(paper.html)
    assert given
    assert set(given) <= {*rendering.PASSED_ON, "LANG"}
