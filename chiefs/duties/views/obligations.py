"""What is due, done, missed and let off: unit by unit, one unit, one meeting with its minutes, and the waivers."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from chiefs.duties import overview
from chiefs.duties.choices import Position, What
from chiefs.duties.forms.obligations import LiftForm, PlaceWaiverForm, SendBackForm, WaiveForm, WaivePatrolForm
from chiefs.duties.models import Obligation, PatrolObligation, Waiver
from chiefs.duties.overview import Standing
from chiefs.posts.models import Charge, Post, Unit

from .common import PER_PAGE, asked_day, form_page, is_keeper, keepers, rest_of
from .minutes import owed


def _units(acting: Acting, on: date) -> Any:
    """The units of the reach that owe something: a post of theirs answers for a segment, or has a meeting or report to show."""
    if not is_keeper(acting):
        raise Http404
    charged = Charge.objects.in_force(on).filter(post__unit=OuterRef("pk"))
    owing = Obligation.objects.filter(post__unit=OuterRef("pk"), since__lte=on, until__gt=on)
    rows = Unit.objects.in_force(on).filter(acting.reach.q("jurisdiction__path"), Exists(charged) | Q(Exists(owing)))
    return rows.select_related("jurisdiction").order_by("jurisdiction__path", "code")


def _posts(units: list[Unit], on: date) -> list[Post]:
    rows = Post.objects.in_force(on).filter(unit__in=units).select_related("kind__scheme", "unit__jurisdiction")
    return list(rows.order_by("unit", "kind__level", "code"))


@require_safe
@keepers
def units(request: HttpRequest) -> HttpResponse:
    """Unit by unit: how much of what is owed around a day is done, due, missed, let off."""
    on = asked_day(request)
    rows = _units(request.acting, on)
    file = sheets.wanted(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(rows if file else page)
    owed: dict[int, list[Standing]] = {unit.pk: [] for unit in shown}
    for standing in overview.of_posts(_posts(shown, on), on):
        owed[standing.post.unit_id].append(standing)
    counts = {pk: overview.counted(several) for pk, several in owed.items()}
    if file:
        columns: list[sheets.Column] = [
            (_("Unit"), local),
            (_("Place"), lambda unit: local(unit.jurisdiction)),
            *((str(label), lambda unit, state=state: counts[unit.pk][state]) for state, label in Position.choices),
        ]
        return sheets.send(file, name=f"obligations-{on.isoformat()}", columns=columns, rows=shown)
    context = {
        "page": page,
        "rows": [
            (unit, [(label, counts[unit.pk][state]) for state, label in Position.choices], sum(counts[unit.pk].values())) for unit in shown
        ],
        "states": Position.choices,
        "on": on,
        "rules": PatrolObligation.objects.in_force(on).select_related("scheme", "jurisdiction").order_by("level", "scheme", "pk"),
        "query": rest_of(request, "on"),
    }
    return render(request, "duties/units.html", context)


@require_safe
@keepers
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that the posts of one unit owe in the periods around a day."""
    on = asked_day(request)
    found = get_object_or_404(_units(request.acting, on), code=code)
    standings = overview.of_posts(_posts([found], on), on)
    counted = overview.counted(standings)  # of everything, whichever state is looked at
    state = request.GET.get("state", "")
    if state in Position.values:
        standings = [standing for standing in standings if standing.state == state]
    if file := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("Post"), lambda row: local(row.post, "title")),
            (_("What"), _what),
            (_("First day"), lambda row: row.since),
            (_("Due"), lambda row: row.due),
            (_("State"), lambda row: row.get_state_display()),
            (_("Reason"), lambda row: row.get_reason_display()),
            (_("Done"), lambda row: row.done),
            (_("Wanted"), lambda row: row.wanted),
        ]
        return sheets.send(file, name=f"obligations-{found.code}", columns=columns, rows=standings)
    page = Paginator(standings, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "unit": found,
        "page": page,
        "rows": [(row, _what(row), row.state in (Position.DUE, Position.MISSED, Position.PLANNED)) for row in page],
        "counts": [(label, counted[value]) for value, label in Position.choices],
        "on": on,
        "state": state,
        "states": Position.choices,
        "query": rest_of(request, "on", "state"),
    }
    return render(request, "duties/unit.html", context)


def _what(row: Standing) -> str:
    if row.obligation is not None:
        return local(row.obligation.item, "text")
    return _("Patrol of %(segment)s") % {"segment": local(row.segment)}


@keepers
def waive(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    found = owed(request, ref)
    address = reverse("duties:obligation", args=[ref])
    return form_page(
        request,
        WaiveForm(request.POST or None, obligation=found, acting=request.acting),
        title=_("Let it off"),
        submit=_("Let off"),
        back=address,
        done=lambda _made: (_("It is let off."), address),
        intro=f"{local(found.post, 'title')} · {local(found.item, 'text')} · {found.since} – {found.due}",
    )


@keepers
def send_back(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    found = owed(request, ref)
    address = reverse("duties:obligation", args=[ref])
    return form_page(
        request,
        SendBackForm(request.POST or None, obligation=found, acting=request.acting),
        title=_("Send back what was handed in"),
        submit=_("Send back"),
        back=address,
        done=lambda _made: (_("It is sent back."), address),
        intro=f"{local(found.post, 'title')} · {local(found.item, 'text')} · {found.since} – {found.due}",
    )


@keepers
def waive_patrol(request: HttpRequest, post: str, segment: str) -> HttpResponse:
    """Let off the patrols of one post on one segment in the period around a day."""
    on = asked_day(request)
    holder = get_object_or_404(
        Post.objects.filter(request.acting.reach.q("unit__jurisdiction__path", "unit__jurisdiction_id")).select_related(
            "kind__scheme", "unit__jurisdiction"
        ),
        code=post,
    )
    standing = next(
        (s for s in overview.of_posts([holder], on) if s.what == What.PATROL and s.segment is not None and s.segment.code == segment), None
    )
    if standing is None or not is_keeper(request.acting):
        raise Http404
    back = f"{reverse('duties:unit', args=[holder.unit.code])}?on={on.isoformat()}"
    return form_page(
        request,
        WaivePatrolForm(request.POST or None, standing=standing, acting=request.acting),
        title=_("Let a patrol off"),
        submit=_("Let off"),
        back=back,
        done=lambda _made: (_("The patrols of this period are let off."), back),
        intro=f"{local(holder, 'title')} · {local(standing.segment)} · {standing.since} – {standing.due}",
    )


@require_safe
@keepers
def waivers(request: HttpRequest) -> HttpResponse:
    """What was let off in the own reach, the newest first."""
    if not is_keeper(request.acting):
        raise Http404
    related = ("post__unit__jurisdiction", "segment", "jurisdiction", "scheme", "granted_by")
    rows = Waiver.objects.visible_to(request.acting).select_related(*related).order_by("-since", "-pk")
    if file := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("For"), about),
            (_("First day"), lambda w: w.since),
            (_("Last day"), last_day),
            (_("Reason"), lambda w: w.get_reason_display()),
            (_("Note"), lambda w: w.note),
            (_("Granted by"), lambda w: local(w.granted_by)),
            (_("State"), lambda w: w.get_state_display()),
        ]
        return sheets.send(file, name="waivers", columns=columns, rows=rows)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "duties/waivers.html", {"page": page, "rows": [(row, about(row), last_day(row)) for row in page]})


def about(waiver: Waiver) -> str:
    if waiver.jurisdiction is not None:
        scheme = f" · {local(waiver.scheme)}" if waiver.scheme else ""
        return f"{local(waiver.jurisdiction)}{scheme}"
    return f"{local(waiver.post, 'title')} · {local(waiver.segment)}"


def last_day(waiver: Waiver) -> date:
    return date.fromordinal(waiver.until.toordinal() - 1)


@keepers
def waive_place(request: HttpRequest) -> HttpResponse:
    """Let off everybody's patrols in a place."""
    if not is_keeper(request.acting):
        raise Http404
    address = reverse("duties:waivers")
    return form_page(
        request,
        PlaceWaiverForm(
            request.POST or None, acting=request.acting, initial={"since": days.today(), "jurisdiction": request.acting.jurisdiction_id}
        ),
        title=_("Let off the patrols of a place"),
        submit=_("Let off"),
        back=address,
        done=lambda _made: (_("The patrols are let off."), address),
        intro=_("A period is let off when every day of it lies inside. The frequency rests by itself in the months of the rule table."),
    )


@keepers
def lift(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    related = ("post__unit__jurisdiction", "segment", "jurisdiction", "scheme")
    found = get_object_or_404(Waiver.objects.visible_to(request.acting).select_related(*related), client_ref=ref)
    if not is_keeper(request.acting):
        raise Http404
    address = reverse("duties:waivers")
    return form_page(
        request,
        LiftForm(request.POST or None, waiver=found, acting=request.acting),
        title=_("Take the waiver back"),
        submit=_("Take back"),
        back=address,
        done=lambda _made: (_("The waiver is taken back: the periods are owed again."), address),
        intro=f"{about(found)} · {found.since} – {last_day(found)}",
        danger=True,
    )
