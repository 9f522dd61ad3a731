"""The chief's pages, made for a telephone: what is due, one form, one result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.cases.models import Case
from accountability.evidence import reports as evidence
from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required, refusals_on
from accountability.notices import reports as notices
from chiefs.agreements import reports as agreements
from chiefs.duties import reports as duties
from chiefs.posts import beats
from chiefs.posts import reports as posts
from chiefs.posts.functions import OUTSIDE, WALKING, Function
from chiefs.posts.models import Charge, Handover, Post
from chiefs.resources.models import Segment
from chiefs.signboards import reports as boards
from chiefs.sites import reports as sites
from chiefs.territory.models import Level

from . import actions, codec, handing_in, reports, watching, wording
from .forms import MOST_FINDINGS, Submission
from .models import Patrol

PER_PAGE, PER_FILE = 50, 1000
MOST_SEGMENTS, MOST_PATROLS, MOST_CASES = 30, 8, 10
LONGEST_PERIOD = timedelta(days=370)
SKETCH = (300, 160)  # pixels of the little picture of the way


def _segments(post_id: int, on: date) -> list[Segment]:
    rows = (
        Charge.objects.in_force(on)
        .filter(post_id=post_id)
        .select_related("segment__resource__scheme", "segment__jurisdiction__parent__parent__parent")
    )
    return [charge.segment for charge in rows.order_by("segment__code")[:MOST_SEGMENTS]]


@require_safe
@acting_required(*OUTSIDE)
def home(request: HttpRequest) -> HttpResponse:
    """My segments with their due dates, my cells of the grid, what I answer for, my last patrols, the cases I hold."""
    acting, today = request.acting, days.today()
    post: Post = posts.post(acting.post_id)
    segments = _segments(post.pk, today)  # by charges: rangers and supervisors have cells, and no rule says how often they walk
    others = Patrol.objects.visible_to(acting).of_rangers().exclude(post=post.pk).select_related("segment", "tenure__person")
    walked = reports.valid_days(post.pk, segments, today - LONGEST_PERIOD)
    rows = duties.obligations_on(post, today)
    waived = duties.waived(post, segments, today, today + LONGEST_PERIOD)
    mine = []
    for segment in segments:
        walks = walked.get(segment.pk, [])
        due = duties.due_by(post, segment, today, walks, rows, waived.get(segment.pk, ()))
        mine.append((segment, due, max(walks, default=None)))
    mine.sort(key=lambda row: (row[1] or date.max, row[0].code))
    targets, villages = agreements.binding(acting, today)
    context = {
        "targets": targets,
        "villages": villages,
        "handovers": Handover.objects.visible_to(acting).open().select_related("post", "tenure__person").order_by("opened_at")[:MOST_CASES],
        "segments": mine,
        "cells": None if acting.may(Function.CHIEF) else watching.cells(post, today, today - LONGEST_PERIOD),
        "may_walk": acting.may(*WALKING),
        "of_rangers": others.order_by("-started_at")[:MOST_PATROLS] if acting.level == Level.VILLAGE else (),
        "owed": duties.next_due(post, today),
        "items": duties.responsibilities(post, today),
        "patrols": Patrol.objects.filter(post_id=post.pk).select_related("segment").order_by("-started_at")[:MOST_PATROLS],
        "cases": Case.objects.open().filter(holder_id=post.pk).select_related("kind").order_by("due", "pk")[:MOST_CASES],
        "unread": notices.unread(post.pk)[:3],
        "earlier": any(stint.post.pk != post.pk for stint in beats.stints(acting.person_id)),
    }
    return render(request, "patrols/home.html", context)


def walkers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever walked in some post, whether or not they hold one today: an unsent walk is still theirs to hand in."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account: Any = request.user
        if not account.is_authenticated or account.person_id is None or (request.acting is None and not beats.stints(account.person_id)):
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return door


@walkers_only
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Upload one patrol of one segment, for the post of the person that answered for it on the day of the walk."""
    segment = get_object_or_404(Segment.objects.select_related("resource__scheme", "jurisdiction__parent"), code=code)
    sendings = handing_in.sendings(request.user, request.acting, segment)
    if not sendings:
        raise Http404
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = Submission(data, files, acting=sendings[0].by, boards=boards.at(segment), sites=sites.beside(segment))
    if request.method == "POST":
        valid = form.is_valid()
        if valid and "more" not in request.POST:
            walk = form.walk.cleaned_data
            sending = handing_in.fitting(sendings, actions.span_of(form.walk.read, walk["started_at"], walk["ended_at"]))
            with refusals_on(form.walk):  # type: ignore[arg-type]
                patrol = actions.submit(
                    post=sending.stint.post,
                    person_id=sending.by.person_id,
                    segment=segment,
                    track=form.walk.read,
                    findings=form.seen(),
                    remark=walk["remark"],
                    by=sending.by,
                    mode=Patrol.Mode.GPX,
                    client_ref=walk["client_ref"],
                    started_at=walk["started_at"],
                    ended_at=walk["ended_at"],
                    files=[form.walk.file] if form.walk.file else [],
                )
                return _taken_in(request, patrol)
    context = {"segment": segment, "form": form, "may_add": form.count < MOST_FINDINGS}
    status = 200 if request.method == "POST" and "more" in request.POST else form.http_status
    return render(request, "patrols/new.html", context, status=status)


def _taken_in(request: HttpRequest, patrol: Patrol) -> HttpResponse:
    """What came of it; where the post of today does not see the patrol of another, a sentence says so."""
    if Patrol.objects.visible_to(request.acting).filter(pk=patrol.pk).exists():
        return redirect("patrols:detail", number=patrol.number)
    told = {"number": patrol.number, "post": local(patrol.post, "title"), "person": local(patrol.tenure.person)}
    messages.success(request, _("Patrol %(number)s was taken in for %(post)s, in the term of %(person)s.") % told)
    return redirect("patrols:earlier")


@require_safe
@walkers_only
def earlier(request: HttpRequest) -> HttpResponse:
    """The posts in which the person walked and for which they do not act now, with what was walked there: for what was not sent yet."""
    return render(request, "patrols/earlier.html", {"stints": handing_in.grounds(request.user.person_id, request.acting)})


@require_safe
@acting_required(Function.SUPERVISOR, Function.CHIEF, Function.CHIEF_OFFICE)
def rangers(request: HttpRequest) -> HttpResponse:
    """What the rangers whom this post may look after have walked, the latest first."""
    rows = Patrol.objects.visible_to(request.acting).of_rangers().select_related("segment", "post", "tenure__person")
    rows = rows.order_by("-started_at", "-pk")
    if file := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("Number"), lambda p: p.number),
            (_("Happened"), lambda p: p.started_at),
            (_("Ranger"), lambda p: p.tenure.person),
            (_("Post"), lambda p: p.post),
            (_("Segment"), lambda p: p.segment),
            (_("Way (m)"), lambda p: p.walked_m),
            (_("State"), lambda p: p.get_state_display()),
            (_("Arrived"), lambda p: p.arrived_at),
        ]
        return sheets.send(file, name="ranger-patrols", columns=columns, rows=rows.iterator(chunk_size=PER_FILE))
    return render(request, "patrols/rangers.html", {"page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))})


@require_safe
@acting_required(*OUTSIDE, Function.CHIEF_OFFICE)
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """What came of a patrol: does it count, and if not, why."""
    rows = Patrol.objects.visible_to(request.acting).select_related("segment", "post", "tenure__person", "rule", "track")
    patrol = get_object_or_404(rows, number=number)
    findings = list(patrol.findings.select_related("kind", "case", "site").order_by("pk"))
    open_to_me = set(Case.objects.visible_to(request.acting).filter(findings__patrol=patrol).values_list("pk", flat=True))
    counts = list(patrol.counts.select_related("post", "segment").order_by("pk"))
    track = getattr(patrol, "track", None)
    context = {
        "patrol": patrol,
        "mine": patrol.post_id == request.acting.post_id,
        "reasons": wording.reasons(patrol.reasons),
        "findings": [(finding, evidence.of(actions.stream_of(finding)), finding.case_id in open_to_me) for finding in findings],
        "rows": _facts(patrol),
        "also": [count for count in counts if count.valid],
        "touched": [(count, wording.reasons(count.reasons)) for count in counts if not count.valid],
        "sketch": _sketch(codec.decode(bytes(track.data))) if track else None,
    }
    return render(request, "patrols/detail.html", context)


def _facts(patrol: Patrol) -> list[tuple[str, Any]]:
    minutes = round((patrol.ended_at - patrol.started_at).total_seconds() / 60)

    def local_time(moment: Any) -> str:
        return moment.astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M")

    return [
        (_("Number"), patrol.number),
        (_("Happened"), local_time(patrol.started_at)),
        (_("Arrived"), local_time(patrol.arrived_at)),
        (_("Way"), _("%(metres)s m") % {"metres": patrol.walked_m}),
        (_("Time"), _("%(minutes)s min") % {"minutes": minutes}),
        (_("Term of"), patrol.tenure.person.name),
        (_("Rule"), patrol.rule.basis if patrol.rule else ""),
        (_("Remark"), patrol.remark),
    ]


def _sketch(fixes: list[codec.Fix]) -> dict[str, Any] | None:
    """The way as points of a small picture, north up; no text in it, and no map below."""
    step = max(1, len(fixes) // 300)
    shown = fixes[::step] if len(fixes) > 1 else []
    if len(shown) < 2:
        return None
    west, south, east, north = codec.box(shown)
    wide, high = SKETCH
    scale = min((wide - 20) / max(east - west, 1e-5) / 0.86, (high - 20) / max(north - south, 1e-5))
    points = " ".join(f"{10 + (f.lon - west) * scale * 0.86:.1f},{high - 10 - (f.lat - south) * scale:.1f}" for f in shown)
    first, last = points.split(" ")[0].split(","), points.split(" ")[-1].split(",")
    return {"wide": wide, "high": high, "points": points, "first": first, "last": last}
