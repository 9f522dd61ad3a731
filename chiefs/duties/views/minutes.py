"""A chief's page of one meeting or report: what is asked, the minutes that are kept, and the form to hand them in."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.evidence import reports as evidence
from accountability.kit.templatetags.kit import local
from chiefs.duties.forms.obligations import DoneForm
from chiefs.duties.lifecycle import ObligationLifecycle
from chiefs.duties.models import Obligation

from .common import everybody, form_page, is_keeper


def owed(request: HttpRequest, ref: uuid.UUID) -> Obligation:
    rows = Obligation.objects.visible_to(request.acting).select_related(
        "item__version__duty_list", "post__unit__jurisdiction", "tenure__person"
    )
    return get_object_or_404(rows, client_ref=ref)


@everybody
def obligation(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """One meeting or report: what is asked, the minutes, and the form to hand them in."""
    found = owed(request, ref)
    moves = {move.name for move in ObligationLifecycle.available(found, request.acting)}
    form = DoneForm(request.POST or None, request.FILES or None, obligation=found, acting=request.acting)
    back = reverse("duties:obligation", args=[ref])
    context = {
        "obligation": found,
        "files": evidence.of(found.stream),
        "may_waive": "waive" in moves,
        "may_send_back": "send_back" in moves,
        "mine": found.post_id == request.acting.post_id,
        "unit_back": is_keeper(request.acting),
        "rows": [
            (_("Post"), local(found.post, "title")),
            (_("Period"), _("%(since)s to %(due)s") % {"since": found.since, "due": found.due}),
            (_("Evidence wanted"), found.item.evidence),
            (_("Legal basis"), found.item.basis),
            *(row for row in _outcome(found) if row[1]),
        ],
    }
    context["form_shown"] = form.is_bound or "done" in moves
    return form_page(
        request,
        form,
        title=local(found.item, "text"),
        submit=_("Mark as done"),
        back=back,
        done=lambda _made: (_("It is marked as done."), back),
        template="duties/obligation.html",
        **context,
    )


def _outcome(found: Obligation) -> list[tuple[str, str]]:
    """What came of it; nothing yet of one that is open."""
    return [
        (_("Happened"), str(found.happened_on or "")),
        (_("Term of"), found.tenure.person.name if found.tenure else ""),
        (_("Reason"), found.get_reason_display()),
        (_("Note"), found.note),
    ]
