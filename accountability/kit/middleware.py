"""What every answer carries beside the content security policy, how pages travel, and who is at the other end."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

COMPRESSED = ("text/", "application/json", "application/xml", "application/manifest+json", "image/svg+xml")


class HeadersMiddleware:
    """Nothing personal is kept by a cache in between, and no page may ask the phone for more than it needs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(self)")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class BoundsMiddleware:
    """What no page can mean or take is answered at the door: a NUL sign in the address, a body larger than any form of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length) > settings.MOST_BODY_BYTES:
            return render(request, "413.html", {"most": settings.MOST_BODY_BYTES}, status=413)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "404.html", status=400)
        return self.get_response(request)


class PagesGZipMiddleware(GZipMiddleware):
    """Compress pages, not pictures and documents, which are compressed already.

    Safe with secrets on the page (BREACH): Django masks the CSRF token anew for every answer and adds up to 100 random
    bytes to every compressed one: docs/decisions/0007-compressed-pages.md.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        if not response.headers.get("Content-Type", "").startswith(COMPRESSED):
            return response
        return super().process_response(request, response)  # type: ignore[return-value]


class ProxyAddressMiddleware:
    """Behind our own proxy the client's address is the last one in X-Forwarded-For: the one that the proxy itself added."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.BEHIND_PROXY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if forwarded := request.META.get("HTTP_X_FORWARDED_FOR", ""):
            request.META["REMOTE_ADDR"] = forwarded.rsplit(",", 1)[-1].strip()
        return self.get_response(request)
