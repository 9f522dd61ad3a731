"""What every door (view, API) needs: a refusal becomes a sentence on the form with the right answer code; nothing typed is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from .errors import GateError, Mismatch, Stale
from .lifecycle import log_refusal


class ActionForm(forms.Form):
    """A form for one action. ``expect`` is the version that the person saw, ``client_ref`` makes a double click harmless."""

    expect = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    client_ref = forms.UUIDField(widget=forms.HiddenInput)
    refusal: GateError | None = None

    def __init__(self, *args: Any, expect: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expect"].initial = expect
        self.fields["client_ref"].initial = uuid.uuid4

    @property
    def http_status(self) -> int:
        """200 for a fresh form, 422 for wrong input, else what the gate said."""
        if self.refusal is not None:
            return self.refusal.http_status
        return 422 if self.is_bound and self.errors else 200

    def refuse(self, refusal: GateError) -> None:
        """Show a refusal on the form so that it can be sent again with what was typed.

        Who read that somebody was faster decides on the new version; who is told that a reference is used up gets another.
        """
        self.refusal = refusal
        self.add_error(None, str(refusal))
        if isinstance(refusal, Stale) and refusal.version is not None:
            self._replace("expect", str(refusal.version))
        elif isinstance(refusal, Mismatch):
            self._replace("client_ref", str(uuid.uuid4()))

    def _replace(self, name: str, value: str) -> None:
        sent: Any = self.data.copy()  # type: ignore[attr-defined]  # what came in is read-only
        sent[self.add_prefix(name)] = value
        self.data = sent


@contextmanager
def refusals_on(form: ActionForm) -> Iterator[None]:
    """Turn the gate's refusals into an error on the form, and log them (the gate could not if it ran inside a transaction)."""
    try:
        yield
    except GateError as refusal:
        log_refusal(refusal)
        form.refuse(refusal)


def acting_required(*functions: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For pages of posts: sends strangers to the sign-in; answers 404 to a post without one of the functions (if any are named)."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.acting is None:  # type: ignore[attr-defined]
                return redirect_to_login(request.get_full_path())
            if functions and not request.acting.may(*functions):  # type: ignore[attr-defined]
                raise Http404
            return view(request, *args, **kwargs)

        door.functions = functions  # type: ignore[attr-defined]
        return door

    return wrap
