"""What the pages of this room share: who comes in, the day that was asked about, one page for a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accountability.kit import asking, days
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm, acting_required, refusals_on
from chiefs.duties.rules import EARLIEST, FARTHEST_AHEAD
from chiefs.posts.functions import Function
from chiefs.posts.rules import KEEPERS
from chiefs.territory.models import Level

PER_PAGE = 50
everybody = acting_required()
keepers = acting_required(*KEEPERS)


def is_keeper(acting: Acting) -> bool:
    """Whether a post keeps some part of the register; a village's government desk keeps none."""
    return acting.may(Function.CHIEF_OFFICE) or (acting.may(Function.RECEIVER) and acting.level == Level.TOWNSHIP)


def asked_day(request: HttpRequest) -> date:
    """The day of ``?on=``; today for what is no day, or one on which nothing can be on record."""
    day = asking.asked_day(request)
    return day if EARLIEST <= day <= days.today() + FARTHEST_AHEAD else days.today()


def rest_of(request: HttpRequest, *names: str) -> str:
    """The named parts of the query string for links to other pages of the same list, beginning with '&'."""
    asked = request.GET.copy()
    for name in set(asked) - set(names):
        del asked[name]
    return f"&{asked.urlencode()}" if asked else ""


def form_page(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    submit: str,
    back: str,
    done: Callable[[Any], tuple[str, str]],
    act: Callable[[], Any] | None = None,
    template: str = "duties/form.html",
    **more: Any,
) -> HttpResponse:
    """Show a form, act once it is right, and go on. ``done``: what the action gave -> (sentence, address)."""
    if request.method == "POST" and form.is_valid():
        made = None
        with refusals_on(form):
            made = (act or form.act)()
        if form.is_valid():
            sentence, address = done(made)
            messages.success(request, sentence)
            return redirect(address)
    context = {"form": form, "title": title, "submit": submit, "back": back, **more}
    return render(request, template, context, status=form.http_status)


class Sure(ActionForm):
    """Nothing to write, only to confirm."""
