"""Puts ``request.acting`` on every request: the post for which the signed-in person acts, chosen in the session."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting

from . import reports
from .functions import OUTSIDE

SESSION_POST = "post"
SESSION_SEEN = "seen"


class ActingMiddleware:
    """None for the public; one post for an account. A desk that was idle for half an hour is signed out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting = self.acting(request)  # type: ignore[attr-defined]
        account = request.user
        if account.is_authenticated and account.language and account.language != translation.get_language():
            translation.activate(account.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)

    def acting(self, request: HttpRequest) -> Acting | None:
        account = request.user
        if not account.is_authenticated or account.person_id is None:
            return None
        # Of an account that came with the session it is known already whether its person stands in for anybody.
        ask = reports.open_to if getattr(account, "stands_in", True) else reports.tenures_of
        tenures = ask(account.person_id, days.today())
        if not tenures:
            return None
        chosen = request.session.get(SESSION_POST)
        tenure = next((t for t in tenures if t.post_id == chosen), tenures[0])
        acting = reports.acting(account, tenure.post, account.person_id, deputy=tenure.deputation is not None)
        request.tenure = tenure  # type: ignore[attr-defined]
        request.other_tenures = [t for t in tenures if t.pk != tenure.pk]  # type: ignore[attr-defined]
        return None if self.idle_too_long(request, acting) else acting

    def idle_too_long(self, request: HttpRequest, acting: Acting) -> bool:
        """Signs an idle desk out. The moment is written at most once a minute: a GET should not write."""
        if acting.may(*OUTSIDE):
            return False
        now, seen = days.now().timestamp(), request.session.get(SESSION_SEEN)
        if seen is not None and now - seen > settings.DESK_IDLE_SECONDS:
            logout(request)
            minutes = settings.DESK_IDLE_SECONDS // 60
            messages.warning(
                request,
                _("You were signed out because nothing happened here for %(minutes)s minutes. Sign in to go on.") % {"minutes": minutes},
            )
            return True
        if seen is None or now - seen > 60:
            request.session[SESSION_SEEN] = now
        return False
