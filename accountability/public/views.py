"""The citizens' door: no account, no script needed. Codes and contact details travel by POST only."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accountability.complaints import actions, additions, reports, wording
from accountability.complaints.models import Channel, Complaint
from accountability.complaints.views import typed
from accountability.evidence import reports as evidence
from accountability.evidence.views import send
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.doors import refusals_on
from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_PUBLIC
from chiefs.resources.models import Segment
from chiefs.signboards import content
from chiefs.signboards import reports as signboards
from chiefs.signboards.models import Signboard

from . import boards, receipts
from .forms import ComplainForm, NoteForm, RateForm, TrackForm

MOST_WORDS = 80


def public() -> Acting:
    """The post through which the public acts: nobody is None."""
    return posts.system(SYSTEM_PUBLIC)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Report, follow, verify; and boards by a part of their name."""
    words = request.GET.get("q", "")[:MOST_WORDS]
    found = boards.search(words, days.today())
    return render(request, "public/home.html", {"words": words, "found": found, "at_most": boards.FOUND_AT_MOST})


def _place(code: str) -> tuple[Segment, Signboard | None]:
    """Where a code leads: that of a notice board to the segment it stands for, any other to the segment of that code."""
    notice_board = signboards.find(code)
    led = signboards.stands_for(notice_board, days.today()) if notice_board else None
    if led is not None:
        return led, notice_board
    rows = Segment.objects.in_force(days.today()).select_related("resource__scheme", "jurisdiction__parent__parent__parent")
    return get_object_or_404(rows, code=code), None


@require_safe
@cache_control(private=True, max_age=0)
def board(request: HttpRequest, code: str) -> HttpResponse:
    """The notice board of a segment as it is today: a new chief stands here the same minute."""
    return render(request, "public/board.html", _board(code, scale=4))


@require_safe
@cache_control(private=True, max_age=0)
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The same to print: a large QR that bears damage."""
    return render(request, "public/sheet.html", _board(code, scale=12, error="h"))


def _board(code: str, *, scale: int, error: str = "m") -> dict[str, Any]:
    segment, notice_board = _place(code)
    address = boards.report_address(code)
    return {
        "segment": segment,
        "code": code,
        "board": notice_board,
        **content.public(segment, days.today()),
        "place": list(reversed(posts.ancestors(segment.jurisdiction))),
        "length_m": boards.length_m(segment),
        "chiefs": boards.chiefs_of(segment, days.today()),
        "address": address,
        "qr": boards.qr(address, scale=scale, error=error),
    }


@cache_control(private=True)
def complain(request: HttpRequest, code: str = "") -> HttpResponse:
    """Four questions on one page. A form sent twice gives the same receipt."""
    segment, notice_board = _place(code) if code else (None, None)
    chiefs = [post for level in posts.answerers(segment, days.today()).values() for post in level] if segment else []
    if request.method == "POST" and "show_places" in request.POST:
        form = ComplainForm(initial=typed(request), segment=segment, board=notice_board, posts=chiefs)
    else:
        about = boards.kinds_about(request.GET.get("about", ""))
        form = ComplainForm(
            request.POST or None, request.FILES or None, segment=segment, board=notice_board, posts=chiefs, initial={"kinds": about}
        )
    if request.method == "POST" and form.is_bound and form.is_valid():
        filed = None
        with refusals_on(form):
            filed = actions.file(
                **form.report(),
                photos=form.cleaned_data["photos"],
                channel=Channel.objects.get(code="web"),
                language=get_language() or settings.LANGUAGE_CODE,
                by=public(),
            )
        if filed is not None:
            receipts.hold(request, filed.complaint, fresh=True)
            for sentence in filed.sentences:
                messages.warning(request, sentence)
            return redirect("public:receipt")
    if request.method == "POST":
        form.hold_photos(request.FILES.getlist("photos"), by=public())
    context = {"form": form, "segment": segment}
    return render(request, "public/complain.html", context, status=form.http_status)


@never_cache
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """Number and code, as long as the session lasts. Photos may be added now."""
    kept = receipts.held(request)
    if kept is None or not kept.fresh:
        return redirect("public:track")
    address = settings.SITE_URL + reverse("public:track")
    context = {
        "complaint": kept.complaint,
        "code": kept.code,
        "photos": list(evidence.of(kept.complaint.stream)),
        "form": NoteForm(),
        "track_address": address,
        "qr": boards.qr(address, scale=4),
    }
    return render(request, "public/receipt.html", context)


@never_cache
def track(request: HttpRequest) -> HttpResponse:
    """Number and code open the timeline for half an hour; the page can be loaded again meanwhile."""
    if request.method == "POST":
        form = TrackForm(request.POST)
        if form.is_valid():
            found = None
            with refusals_on(form):
                found = reports.find(form.cleaned_data["number"], form.cleaned_data["code"], request.META.get("REMOTE_ADDR", ""))
            if found is not None:
                receipts.hold(request, found, fresh=False)
                return redirect("public:track")
        return render(request, "public/track.html", {"form": form}, status=form.http_status)
    kept = receipts.held(request)
    if kept is None:
        return render(request, "public/track.html", {"form": TrackForm()})
    return _timeline(request, kept.complaint)


def _timeline(request: HttpRequest, complaint: Complaint, *, note: NoteForm | None = None, rating: RateForm | None = None) -> HttpResponse:
    state = Complaint.State
    may_rate = complaint.state in (state.REPLIED, state.CLOSED) and not complaint.rated
    context = {
        "complaint": complaint,
        "timeline": wording.timeline(complaint),
        "next": wording.next_step(complaint),
        "photos": list(evidence.of(complaint.stream)),
        "notes": list(complaint.notes.all()),
        "note_form": note or NoteForm(),
        "rate_form": (rating or RateForm(expect=complaint.version)) if may_rate or rating else None,
    }
    status = next((form.http_status for form in (note, rating) if form is not None), 200)
    return render(request, "public/timeline.html", context, status=status)


@never_cache
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """A note or photos, from the receipt or from the timeline."""
    kept = receipts.held(request)
    if kept is None:
        return redirect("public:track")
    form = NoteForm(request.POST, request.FILES)
    if form.is_valid():
        by, text = public(), form.cleaned_data["text"].strip()
        with refusals_on(form):
            if text:
                additions.add_note(kept.complaint, text=text, ref=form.cleaned_data["ref"], by=by)
            for sentence in additions.keep_photos(kept.complaint, form.cleaned_data["photos"], by=by, later=True).sentences:
                messages.warning(request, sentence)
        if form.is_valid():
            messages.success(request, _("Added. The intake has been told."))
            return redirect("public:receipt" if kept.fresh and "from_receipt" in request.POST else "public:track")
    return _timeline(request, kept.complaint, note=form)


@never_cache
@require_POST
def rate(request: HttpRequest) -> HttpResponse:
    """Satisfied or not; who is not is owed another answer."""
    kept = receipts.held(request)
    if kept is None:
        return redirect("public:track")
    form = RateForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            actions.rate(kept.complaint, by=public(), **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Thank you. Your answer has been written down."))
            return redirect("public:track")
        kept.complaint.refresh_from_db()
    return _timeline(request, kept.complaint, rating=form)


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the timeline in this browser."""
    receipts.drop(request)
    return redirect("public:track")


@never_cache
@require_GET
def photo(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """A photo of the complaint that this session has opened; any other is not there."""
    kept = receipts.held(request)
    found = evidence.of(kept.complaint.stream).filter(ref=ref).first() if kept else None
    if found is None:
        raise Http404
    return send(found)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of whoever reports, who may see it, and for how long."""
    return render(request, "public/privacy.html")
