"""Who is signed in and for which post; how an account likes to read. The session is the only thing written by most of it."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.errors import Refused

from . import reports
from .middleware import SESSION_POST, SESSION_SEEN
from .models import Account

BACKEND = "chiefs.posts.backends.AccountBackend"


def sign_in(request: HttpRequest, account: Account) -> None:
    """Open a session under a new key; whatever an earlier visitor of this browser left in it is gone."""
    request.session.flush()
    login(request, account, backend=BACKEND)


def sign_out(request: HttpRequest) -> None:
    """End the session on the server, not only in the browser."""
    logout(request)


def act_for(request: HttpRequest, post_id: int) -> None:
    """Act for another post from now on, under a new session key.

    Raises Refused when the person does not hold the post today.
    """
    person_id = getattr(request.user, "person_id", None)
    if person_id is None or not reports.may_act(person_id, post_id, days.today()):
        raise Refused(_("You do not hold this post today. Choose one of those shown."))
    request.session[SESSION_POST] = post_id
    request.session.pop(SESSION_SEEN, None)  # a chief is not timed; what stands there is of an earlier desk
    request.session.cycle_key()
    rotate_token(request)


def prefer(account: Account, *, language: str | None = None, large_text: bool | None = None) -> None:
    """Keep how the person likes to read, for every device on which they sign in."""
    if language is not None:
        account.language = language
    if large_text is not None:
        account.large_text = large_text
    account.save(update_fields=["language", "large_text"])
