"""Who may open a picture is asked of the room that owns it; the original is never sent."""

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from accountability.evidence import views
from accountability.ledger import registry
from tests.factories.evidence import kept, photo
from tests.factories.posts import AccountFactory, TenureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    tenure = TenureFactory()
    client = Client()
    client.force_login(AccountFactory(person=tenure.person), backend="chiefs.posts.backends.AccountBackend")
    client.post_id = tenure.post_id
    return client


@pytest.fixture
def owner_says(monkeypatch):
    """The owning room's answer to the question; asked with the evidence and the acting."""
    asked = []

    def answer(allowed):
        def may_open(*, evidence, acting, **about):
            asked.append((evidence, acting))
            return [True] if allowed else []

        monkeypatch.setitem(registry._answers, "may_open_evidence", [may_open])
        return asked

    return answer


def address(evidence):
    return reverse("evidence:file", args=[evidence.ref])


def test_whom_the_owning_room_lets_in_sees_the_rendition_and_not_the_original(clerk, owner_says):
    asked = owner_says(True)
    data = photo() + b"secret tail"
    evidence = kept(data, rendered=True)
    answer = clerk.get(address(evidence))
    body = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    assert body.startswith(b"\xff\xd8\xff")
    assert b"secret tail" not in body
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store"
    assert int(answer["Content-Length"]) == len(body)
    assert [(one.pk, acting.post_id) for one, acting in asked] == [(evidence.pk, clerk.post_id)]


def test_everybody_else_finds_nothing(clerk, owner_says):
    owner_says(False)
    evidence = kept(rendered=True)
    assert clerk.get(address(evidence)).status_code == 404
    assert Client().get(address(evidence)).status_code == 404


def test_a_stranger_finds_nothing_even_if_a_room_would_let_anybody_in(owner_says):
    owner_says(True)
    assert Client().get(address(kept(rendered=True))).status_code == 404


@pytest.mark.parametrize("data", [b"<html>hello</html>", b"%PDF-1.4", photo()], ids=["html", "pdf", "not rendered yet"])
def test_nothing_but_a_rendition_is_ever_sent(clerk, owner_says, data):
    owner_says(True)
    evidence = kept(data)
    assert clerk.get(address(evidence)).status_code == 404
    with pytest.raises(Http404):
        views.send(evidence)


@pytest.mark.parametrize("role", ["minutes", "signature", "result"])
def test_a_paper_that_an_office_handed_in_is_saved_and_never_shown_inside_a_page(clerk, owner_says, role):
    owner_says(True)
    paper = kept(b"%PDF-1.4 minutes", role=role)
    answer = clerk.get(address(paper))
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 minutes"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_only_calls_itself_a_paper_of_an_office_is_not_sent(clerk, owner_says):
    owner_says(True)
    assert clerk.get(address(kept(b"<html>hello</html>", role="minutes"))).status_code == 404
