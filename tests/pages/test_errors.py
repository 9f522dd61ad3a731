"""When a page cannot be: what is said, in which language, and that nothing broken is needed to say it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path

from accountability.urls import handler403, handler404, handler500
from accountability.urls import urlpatterns as product

from .harness import served

pytestmark = pytest.mark.django_db
__all__ = ["handler403", "handler404", "handler500"]


def breaks(request) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def forbids(request) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [*product, path("breaks/", breaks), path("forbids/", forbids)]


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status", "words", "advice"),
    [
        ("/nowhere/", 404, "nothing here that you may see", "Compare the code"),
        ("/forbids/", 403, "not open to your post", "Go back and look"),
        ("/breaks/", 500, "Something broke on our side", "send it again"),
    ],
)
def test_an_error_says_what_to_do_in_the_language_read_before(visitor, address, status, words, advice):
    answer = visitor.get(address)
    text = answer.content.decode()
    assert answer.status_code == status
    assert words in text
    assert advice in text
    assert not served(text, {name.lower(): value for name, value in answer.headers.items()})


@pytest.mark.urls(__name__)
def test_a_broken_page_asks_the_database_for_nothing(visitor, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert visitor.get("/breaks/").status_code == 500


@pytest.mark.urls(__name__)
def test_a_fault_tells_nothing_of_the_code(visitor):
    assert b"a fault of ours" not in visitor.get("/breaks/").content
