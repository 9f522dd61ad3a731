"""The desk: inbox, case, notices. These pages only read; every step is an action of the room that it belongs to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.cases.lifecycle import WITH_CASES
from accountability.cases.models import Case
from accountability.cases.ways import AROUND
from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required
from accountability.notices import actions as telling
from accountability.notices import reports as told

from . import inbox
from .doors import doors
from .pages import case_context
from .waiting import waiting

MOST_NOTICES = 100
MOST_UNREAD = 5


@require_safe
@acting_required()
def home(request: HttpRequest) -> HttpResponse:
    """What lies on this desk, the legal date first; a case number in the search leads to the case, also when it is signed off."""
    acting, today = request.acting, days.today()
    tab, after = request.GET.get("tab", "mine"), request.GET.get("after", "")
    number = request.GET.get("number", "").strip().upper()[:24]
    if tab not in inbox.TABS or (after and not inbox.is_place(after)):
        raise Http404
    context = {"doors": doors(acting), "waiting": waiting(acting), "number": number}
    context["unread"] = list(told.unread(acting.post_id)[:MOST_UNREAD])
    if acting.may(*WITH_CASES):
        if number and Case.objects.visible_to(acting).filter(number=number).exists():
            return redirect("desk:case", number=number)
        if kind := sheets.wanted(request):
            return sheets.send(kind, name=_("Cases on the desk"), columns=_columns(), rows=inbox.listed(acting, tab, today))
        counts = inbox.counts(acting, today)
        context["tabs"] = [(name, label, counts.get(name)) for name, label in inbox.TABS.items()]
        context |= {"tab": tab, "inbox": inbox.page(acting, tab, today, after)}
    return render(request, "desk/home.html", context)


def _columns() -> list[sheets.Column]:
    return [
        (_("Case"), lambda row: row.case.number),
        (_("Title"), lambda row: row.case.title),
        (_("Kind of problem"), lambda row: row.case.kind.name),
        (_("Place"), lambda row: local(row.case.jurisdiction)),
        (_("Segment"), lambda row: row.case.segment.code if row.case.segment else ""),
        (_("State"), lambda row: row.case.get_state_display()),
        (_("Severity"), lambda row: row.case.get_severity_display()),
        (_("Held by"), lambda row: local(row.case.holder, "title")),
        (_("Held since"), lambda row: row.held_since),
        (_("Legal date"), lambda row: row.due),
    ]


@require_safe
@acting_required()
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one case that the post may see, and the steps that it may take."""
    rows = Case.objects.visible_to(request.acting).select_related(*AROUND)
    found = get_object_or_404(rows, number=number)
    return render(request, "desk/case.html", case_context(found, request.acting))


@acting_required()
def notices(request: HttpRequest) -> HttpResponse:
    """What the post was told; reading is said by pressing the button, a GET changes nothing."""
    if request.method == "POST":
        up_to = request.POST.get("up_to", "")
        if up_to.isascii() and up_to.isdigit() and len(up_to) < 19:
            telling.mark_read(request.acting, up_to=int(up_to))
        return redirect("desk:notices")
    rows = list(told.of_post(request.acting.post_id)[:MOST_NOTICES])
    return render(request, "desk/notices.html", {"notices": rows})
