"""Who can get in and who cannot yet: slips printed by township, a loss mended in one step."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.pieces import pieces
from accountability.ledger.acting import Acting
from accountability.ledger.doors import acting_required, log_refusal
from accountability.ledger.errors import GateError, NotPermitted
from accountability.papers import rendering
from accountability.public.places import asked
from chiefs.posts import accounts
from chiefs.posts.functions import Function
from chiefs.posts.models import Person

from . import people

PER_PAGE, MOST_LOOKED_AT = 50, 20_000
KEEPERS = (Function.CHIEF_OFFICE, Function.RECEIVER, Function.ADMINISTRATOR)
STANDINGS = {
    "none": (gettext_lazy("no way in yet"), "warn"),
    "slip": (gettext_lazy("has a slip"), "info"),
    "ran_out": (gettext_lazy("the slip has run out"), "bad"),
    "in": (gettext_lazy("can sign in"), "good"),
    "asleep": (gettext_lazy("asleep: no term is in force"), ""),
}


@require_safe
@acting_required(*KEEPERS)
def listing(request: HttpRequest) -> HttpResponse:
    """The persons around, by place, with how each stands with getting in."""
    ask = asked(request)
    rows = people.at(accounts.around(request.acting), ask.within, days.today(), ask.words)
    if kind := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("Name"), lambda line: line[0].name),
            (_("Tibetan name"), lambda line: line[0].name_bo),
            (_("Posts on the day"), lambda line: "；".join(f"{t.post.unit.name} {t.post.title}" for t in line[0].held_today)),
            (_("State"), lambda line: STANDINGS[line[1]][0]),
        ]
        return sheets.send(kind, name=_("Ways in"), columns=columns, rows=_with_standings(rows))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    stands, mine = accounts.standings(shown), accounts.let_in_by(request.acting, shown)
    lines = [(person, *STANDINGS[stands[person.pk]], person.pk in mine, stands[person.pk]) for person in shown]
    return render(request, "registry/accounts.html", {"ask": ask, "page": page, "lines": lines})


def _with_standings(rows: QuerySet[Person]) -> Iterator[tuple[Person, str]]:
    """Everybody of a list with how they stand, some hundred at a time."""
    for some in pieces(rows.iterator(chunk_size=accounts.MOST_AT_ONCE), accounts.MOST_AT_ONCE):
        stands = accounts.standings(some)
        yield from ((person, stands[person.pk]) for person in some)


@never_cache
@require_POST
@acting_required(*KEEPERS)
def slips(request: HttpRequest) -> HttpResponse:
    """Slips for everybody of a place who has no way in yet, as one file to print. They exist on this paper only."""
    ask = asked(request)
    wanted = _without_a_way_in(people.at(accounts.around(request.acting), ask.within, days.today(), ask.words), request.acting)
    back = redirect(f"{reverse('registry:accounts')}?{ask.query().removeprefix('&')}")
    if not wanted:
        messages.info(request, _("Everybody here whom you let in can sign in already, or holds a slip that is valid."))
        return back
    try:
        return _printed(accounts.issue(wanted, by=request.acting), "slips")
    except GateError as refusal:
        log_refusal(refusal)
        messages.error(request, str(refusal))
        return back


def _without_a_way_in(rows: QuerySet[Person], acting: Acting) -> list[Person]:
    """Whom this post lets in and who has no way in: no slip yet, or one that ran out. A slip that was handed out stays valid.

    However many are in already, the others are found; one more than are printed at once, for the refusal that says so.
    """
    found: list[Person] = []
    for start in range(0, MOST_LOOKED_AT, accounts.MOST_AT_ONCE):
        some = list(rows[start : start + accounts.MOST_AT_ONCE])
        mine, stands = accounts.let_in_by(acting, some), accounts.standings(some)
        found += [person for person in some if person.pk in mine and stands[person.pk] in ("none", "ran_out")]
        if len(some) < accounts.MOST_AT_ONCE or len(found) > accounts.MOST_AT_ONCE:
            break
    return found


@never_cache
@require_POST
@acting_required(*KEEPERS)
def reset(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """A lost telephone or password: one press, the old device is out, and the new slip is printed."""
    person = get_object_or_404(accounts.around(request.acting), ref=ref)
    try:
        return _printed([accounts.reset(person, by=request.acting)], "slip")
    except NotPermitted as refusal:
        log_refusal(refusal)
        raise PermissionDenied(str(refusal)) from refusal
    except GateError as refusal:
        log_refusal(refusal)
        messages.error(request, str(refusal))
        return redirect("registry:accounts")


def _printed(found: list[accounts.Slip], name: str) -> HttpResponse:
    """The slips as a PDF, eight to a page. Rendered and sent; nothing of it is kept."""
    addressed = [(slip, settings.SITE_URL + reverse("posts:activate_slip", args=[slip.slip])) for slip in found]
    lines = [(slip, address, rendering.qr(address)) for slip, address in addressed]
    context = {
        "slips": lines,
        "entry": settings.SITE_URL + reverse("posts:activate"),
        "demo": settings.DEMO,
        "language": settings.LANGUAGE_CODE,
    }
    answer = HttpResponse(rendering.render(rendering.twin("papers/slips.html", context, settings.LANGUAGE_CODE)).pdf)
    answer["Content-Type"] = "application/pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}-{days.today().isoformat()}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
