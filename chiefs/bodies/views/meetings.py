"""Meetings that are to be held, were held or were missed; one meeting and its steps."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accountability.evidence import reports as evidence
from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import acting_required, refusals_on
from chiefs.bodies.forms.meetings import FORMS
from chiefs.bodies.lifecycle import BY_ITSELF, MeetingLifecycle, keeps
from chiefs.bodies.models import Meeting

PER_PAGE = 50
S = Meeting.State
#: name of the tab: (label, states, order)
TABS = {
    "open": (gettext_lazy("To be held"), (S.PLANNED, S.CALLED), ("due", "pk")),
    "missed": (gettext_lazy("Missed"), (S.MISSED,), ("-due", "-pk")),
    "held": (gettext_lazy("Held"), (S.HELD, S.CLOSED), ("-held_at", "-pk")),
    "all": (gettext_lazy("All meetings"), tuple(S), ("-due", "-pk")),
}


@require_safe
@acting_required()
def listing(request: HttpRequest) -> HttpResponse:
    """Meetings of the bodies that a post may see; with ``?format=`` as a file."""
    tab = request.GET.get("tab", "open")
    if tab not in TABS:
        raise Http404
    _label, states, order = TABS[tab]
    rows = Meeting.objects.visible_to(request.acting).filter(state__in=states).select_related("body").order_by(*order)
    if kind := sheets.wanted(request):
        return sheets.send(kind, name="meetings", columns=_columns(), rows=rows.iterator(chunk_size=500))
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "tabs": [(name, label) for name, (label, *_rest) in TABS.items()],
        "tab": tab,
        "closed": tab != "open",
    }
    return render(request, "bodies/meetings.html", context)


def _columns() -> list[sheets.Column]:
    return [
        (_("Number"), lambda meeting: meeting.number),
        (_("Body"), lambda meeting: meeting.body.name),
        (_("Period from"), lambda meeting: meeting.period_since),
        (_("To be held by"), lambda meeting: meeting.due),
        (_("State"), lambda meeting: meeting.get_state_display()),
        (_("Called for"), lambda meeting: meeting.planned_for),
        (_("When it was held"), lambda meeting: meeting.held_at),
        (_("Times postponed"), lambda meeting: meeting.times_postponed),
        (_("Reason"), lambda meeting: meeting.reason),
    ]


def _meeting(request: HttpRequest, number: str) -> Meeting:
    rows = Meeting.objects.visible_to(request.acting).select_related("body__office", "body__jurisdiction")
    return get_object_or_404(rows, number=number)


def _offered(meeting: Meeting, acting: Acting) -> list[tuple[str, str]]:
    """The steps of the page: those of the gate, and writing down a decision while the meeting is not closed."""
    moves = [(m.name, m.label) for m in MeetingLifecycle.available(meeting, acting) if m.name not in BY_ITSELF]
    if meeting.state == S.HELD and keeps(meeting.body, acting):
        moves.insert(0, ("resolve", _("Write down a decision")))
    if meeting.state == S.HELD and keeps(meeting.body, acting) and "close" not in dict(moves):
        moves.append(("close", MeetingLifecycle.label_of("close")))  # its form takes the minutes that are still missing
    return moves


@require_safe
@acting_required()
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One meeting: agenda, who came, minutes, decisions."""
    meeting = _meeting(request, number)
    period = f"{meeting.period_since} – {meeting.due}" if meeting.period_since else _("besides the rhythm")
    context = {
        "meeting": meeting,
        "moves": _offered(meeting, request.acting),
        "closed": meeting.state not in (S.PLANNED, S.CALLED),
        "agenda": list(meeting.agenda.all()),
        "attendance": list(meeting.attendance.select_related("member__post", "person").order_by("pk")),
        "files": list(evidence.of(meeting.stream)),
        "resolutions": list(meeting.resolutions.select_related("unit", "post").order_by("pk")),
        "rows": [
            (_("Body"), local(meeting.body)),
            (_("Period"), period),
            (_("Called for"), _moment(meeting.planned_for)),
            (_("Place of the meeting"), meeting.place_text),
            (_("When it was held"), _moment(meeting.held_at)),
            *([(_("Times postponed"), meeting.times_postponed)] if meeting.times_postponed else []),
            *([(_("Reason"), meeting.reason)] if meeting.reason else []),
        ],
    }
    return render(request, "bodies/meeting.html", context)


def _moment(moment: object) -> str:
    return moment.astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment is not None else ""  # type: ignore[attr-defined]


@acting_required()
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show and take one step of a meeting."""
    if name not in FORMS:
        raise Http404
    meeting = _meeting(request, number)
    label = _("Write down a decision") if name == "resolve" else MeetingLifecycle.label_of(name)
    back = reverse("bodies:meeting", args=[meeting.number])
    if request.method == "GET" and name not in dict(_offered(meeting, request.acting)):
        return render(request, "bodies/closed.html", {"title": meeting.number, "back": back, "label": label}, status=403)
    form = FORMS[name](request.POST or None, request.FILES or None, meeting=meeting, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(request, _("%(step)s: meeting %(number)s is noted.") % {"step": label, "number": meeting.number})
            return redirect(back)
    if request.method == "POST" and form.refusal is None and form.errors and hasattr(form, "keep_files"):
        with refusals_on(form):
            form.keep_files()
    context = {"title": meeting.number, "back": back, "form": form, "name": name, "label": label, "body": meeting.body}
    return render(request, "bodies/step.html", context, status=form.http_status)
