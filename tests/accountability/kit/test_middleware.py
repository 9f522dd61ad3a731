"""What every answer carries."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accountability.kit.middleware import PagesGZipMiddleware, ProxyAddressMiddleware
from tests.factories.posts import AccountFactory

PAGE = b"<p>" + b"river " * 200


def compressed(content_type, content=PAGE):
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    return PagesGZipMiddleware(lambda _request: HttpResponse(content, content_type=content_type))(request).get("Content-Encoding")


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json", "image/svg+xml"])
def test_pages_travel_compressed(content_type):
    assert compressed(content_type) == "gzip"


@pytest.mark.parametrize("content_type", ["image/jpeg", "application/pdf", "application/octet-stream"])
def test_what_is_compressed_already_is_left_alone(content_type):
    assert compressed(content_type) is None


def test_the_length_of_a_compressed_page_tells_nothing_of_its_secrets():
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    lengths = {len(PagesGZipMiddleware(lambda _request: HttpResponse(PAGE))(request).content) for _ in range(50)}
    assert len(lengths) > 10


def test_behind_our_proxy_only_the_address_that_the_proxy_added_counts(settings):
    settings.BEHIND_PROXY = True
    request = RequestFactory().get("/", headers={"x-forwarded-for": "6.6.6.6, 10.1.2.3"}, REMOTE_ADDR="127.0.0.1")
    seen = ProxyAddressMiddleware(lambda request: HttpResponse(request.META["REMOTE_ADDR"]))(request)
    assert seen.content == b"10.1.2.3"


@pytest.mark.django_db
def test_without_a_proxy_nobody_chooses_their_own_address(rf):
    from django.core.exceptions import MiddlewareNotUsed

    with pytest.raises(MiddlewareNotUsed):
        ProxyAddressMiddleware(lambda request: HttpResponse())


@pytest.mark.django_db
def test_every_answer_carries_the_policy_and_a_missing_page_too():
    for path in ("/", "/no-such-page/"):
        answer = Client().get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "geolocation=(self)" in answer["Permissions-Policy"]


@pytest.mark.django_db
def test_what_an_account_sees_is_kept_by_no_cache():
    client = Client()
    client.force_login(AccountFactory(), backend="chiefs.posts.backends.AccountBackend")
    assert client.get("/no-such-page/")["Cache-Control"] == "no-store"
