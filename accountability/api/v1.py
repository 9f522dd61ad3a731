"""The machine doors, version 1: each room's ``api.py`` offers a ``router`` and stands here under the room's name.

An error is a problem document (RFC 9457): ``status``, ``code`` for the machine, ``detail`` a sentence in the language that
Accept-Language asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import SessionAuth

from accountability.ledger.errors import GateError
from accountability.ledger.lifecycle import log_refusal


class ActingAuth(SessionAuth):
    """The session of a signed-in person who acts for a post; writing also needs the CSRF token, as in a form."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return getattr(request, "acting", None)


api = NinjaAPI(
    title="Chiefs",
    version="1",
    description="Accountability and river-chief workflow. Sign in by the site's session; errors are problem documents.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api-v1",
    auth=ActingAuth(),
)


def problem(request: HttpRequest, status: int, code: str, sentence: str, **more: Any) -> HttpResponse:
    """One shape for everything that goes wrong."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": sentence, **more}
    response = api.create_response(request, body, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(GateError)
def refused(request: HttpRequest, error: GateError) -> HttpResponse:
    log_refusal(error)
    return problem(request, error.http_status, error.code, str(error))


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [{"field": ".".join(str(part) for part in found["loc"]), "reason": found["msg"]} for found in error.errors]
    sentence = _("Some values are missing or wrong; “errors” names them. Correct them and send again.")
    return problem(request, 422, "invalid", sentence, errors=fields)


@api.exception_handler(AuthenticationError)
def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(request, 401, "not_signed_in", _("You are not signed in, or the session has ended. Sign in and send it again."))


@api.exception_handler(Http404)
def unknown(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, "not_found", _("There is nothing here that you may see."))


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 403:  # a missing CSRF token comes this way
        return problem(request, 403, "forbidden", _("This was refused: the CSRF token is missing or your post may not do it."))
    return problem(request, error.status_code, "refused", str(error))


def no_such_address(request: HttpRequest, rest: str) -> HttpResponse:
    """A machine is answered in its own tongue, not with the page for people."""
    return unknown(request, Http404())


def collect() -> None:
    """Take every room's router up, bottom first."""
    for room in settings.ROOMS:
        config = apps.get_app_config(room.rpartition(".")[2])
        if config.module is not None and room != "accountability.api" and module_has_submodule(config.module, "api"):
            router = getattr(import_module(f"{room}.api"), "router", None)
            if router is not None:
                api.add_router(f"/{config.label}/", router)


collect()
