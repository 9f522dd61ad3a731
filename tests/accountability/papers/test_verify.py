"""Verification, open to everybody; reading, for whom the owning room lets in."""

import hashlib
import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accountability.ledger import registry
from accountability.papers import forms, rules
from accountability.papers.models import Paper
from tests.factories.papers import issued
from tests.factories.posts import AccountFactory, TenureFactory

pytestmark = pytest.mark.django_db


def verified(paper):
    return reverse("papers:verified", args=[paper.verify_code])


def bytes_of(paper):
    with default_storage.open(paper.pdf) as file:
        return file.read()


def upload(data, name="paper.pdf"):
    return {"pdf": SimpleUploadedFile(name, data, "application/pdf")}


def verdict(answer):
    found = re.search(r'data-verdict="(\w+)"', answer.content.decode())
    return found[1] if found else None


def test_the_code_shows_what_was_issued_and_the_title_of_a_public_paper_only(client):
    secret, public = issued(printed=True, title="关于某人的告知"), issued(public=True, kind="audit_report", title="关于公开的报告")
    page = client.get(verified(secret)).content.decode()
    for words in (secret.number, secret.issuer, secret.sha256, secret.issued_at.astimezone().strftime("%Y-%m")):
        assert words in page
    assert secret.title not in page
    assert public.title in client.get(verified(public)).content.decode()


def test_a_code_is_found_however_it_is_typed(client):
    paper = issued()
    answer = client.post(reverse("papers:verify"), {"code": rules.written(paper.verify_code).lower()})
    assert answer.status_code == 302
    assert answer["Location"] == verified(paper)
    assert client.get(f"/verify/{paper.verify_code.lower()}/").status_code == 200


@pytest.mark.parametrize("code", ["ABCDEFGHJKMN", "nonsense", "0" * 300])
def test_an_unknown_code_is_answered_with_advice(client, code):
    answer = client.get(f"/verify/{code}/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert 'id="code-form"' in page
    assert 'id="file-form"' in page


def test_a_code_that_cannot_be_one_comes_back_with_what_was_typed(client):
    answer = client.post(reverse("papers:verify"), {"code": "ABCD-EFG"})
    assert answer.status_code == 422
    assert "ABCD-EFG" in answer.content.decode()


def test_the_issued_file_is_recognised_and_an_edited_or_a_wrong_one_is_not(client):
    paper, other = issued(printed=True), issued(printed=True)
    data = bytes_of(paper)
    answer = client.post(verified(paper), upload(data))
    assert (answer.status_code, verdict(answer)) == (200, "same")
    edited = bytearray(data)
    edited[len(edited) // 2] ^= 1
    for wrong in (bytes(edited), data + b"\n", data[:-1], bytes_of(other)):
        answer = client.post(verified(paper), upload(wrong))
        assert (answer.status_code, verdict(answer)) == (422, "different")


def test_what_is_no_pdf_is_not_judged_but_sent_to_the_code(client):
    paper = issued(printed=True)
    for photo in (b"", b"<html>", b"\xff\xd8\xff\xe0 a photo of the paper"):
        for address in (verified(paper), reverse("papers:verify")):
            answer = client.post(address, upload(photo))
            assert (answer.status_code, verdict(answer)) == (422, None)
            assert "has-error" in answer.content.decode()


def test_the_file_alone_is_enough(client):
    paper = issued(printed=True)
    issued()  # not printed: its empty hash must match nothing
    answer = client.post(reverse("papers:verify"), upload(bytes_of(paper)))
    assert verdict(answer) == "same"
    assert paper.number in answer.content.decode()
    assert verdict(client.post(reverse("papers:verify"), upload(b"%PDF-1.7 something"))) == "different"


def test_no_file_is_a_question_and_a_huge_one_is_refused_unread(client, monkeypatch):
    paper = issued(printed=True)
    answer = client.post(verified(paper), {})
    assert (answer.status_code, verdict(answer)) == (422, None)
    monkeypatch.setattr(forms, "MOST_BYTES", 100)
    answer = client.post(verified(paper), upload(bytes_of(paper)))
    assert (answer.status_code, verdict(answer)) == (422, None)


def test_a_paper_that_is_not_printed_yet_says_so(client):
    paper = issued()
    assert 'id="waiting"' in client.get(verified(paper)).content.decode()
    assert verdict(client.post(verified(paper), upload(b"%PDF-1.7"))) == "waiting"


def test_who_verifies_a_replaced_paper_is_told(client):
    earlier = issued(printed=True)
    assert 'id="replaced"' not in client.get(verified(earlier)).content.decode()
    later = issued(replaces=earlier)
    page = client.get(verified(earlier)).content.decode()
    assert 'id="replaced"' in page
    assert later.number in page
    assert later.number in client.post(verified(earlier), upload(bytes_of(earlier))).content.decode()


def test_verification_costs_few_queries(client, django_assert_max_num_queries):
    paper = issued(printed=True)
    with django_assert_max_num_queries(3):
        client.get(verified(paper))


# -- reading ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk():
    tenure = TenureFactory()
    client = Client()
    client.force_login(AccountFactory(person=tenure.person), backend="chiefs.posts.backends.AccountBackend")
    return client


@pytest.fixture
def owner_says(monkeypatch):
    def answer(allowed):
        monkeypatch.setitem(registry._answers, "may_open_paper", [lambda *, paper, acting, **about: [True] if allowed else []])

    return answer


def pages(paper):
    return [reverse("papers:paper", args=[paper.ref]), reverse("papers:pdf", args=[paper.ref])]


def test_only_whom_the_owning_room_lets_in_reads_a_paper(clerk, owner_says):
    paper = issued(printed=True)
    owner_says(False)
    assert [clerk.get(page).status_code for page in pages(paper)] == [404, 404]
    owner_says(True)
    assert [clerk.get(page).status_code for page in pages(paper)] == [200, 200]
    assert [Client().get(page).status_code for page in pages(paper)] == [404, 404]


def test_the_pdf_is_handed_out_as_the_issued_file(clerk, owner_says):
    owner_says(True)
    paper = issued(printed=True)
    answer = clerk.get(reverse("papers:pdf", args=[paper.ref]))
    assert b"".join(answer.streaming_content) == bytes_of(paper)
    assert answer["Content-Disposition"] == f'attachment; filename="{paper.number}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_pdf_that_is_not_printed_yet_is_promised(clerk, owner_says):
    owner_says(True)
    answer = clerk.get(reverse("papers:pdf", args=[issued().ref]))
    assert answer.status_code == 202
    assert answer["Content-Type"].startswith("text/html")


def test_the_twin_is_sent_as_it_was_issued_under_a_policy_that_allows_nothing_else(clerk, owner_says):
    owner_says(True)
    paper = issued()
    answer = clerk.get(reverse("papers:paper", args=[paper.ref]))
    assert answer.content.decode() == paper.html
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy.count("sha256-") == 1


def test_a_row_that_was_changed_in_the_database_vouches_for_nothing(client):
    paper = issued(printed=True)
    forged = b"%PDF-1.7 forged"
    Paper.objects.filter(pk=paper.pk).update(sha256=hashlib.sha256(forged).hexdigest())
    assert client.post(verified(paper), upload(forged)).status_code == 404
    assert verdict(client.post(reverse("papers:verify"), upload(forged))) == "different"
    other = issued(printed=True)
    Paper.objects.filter(pk=other.pk).update(html=other.html.replace("受理", "办理"))
    assert client.get(verified(other)).status_code == 404
