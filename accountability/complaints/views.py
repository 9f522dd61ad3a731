"""The intake desk: what waits, one complaint, its moves, and taking one down for a caller."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accountability.cases import reports as cases
from accountability.evidence import reports as evidence
from accountability.kit import days, masking
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required, refusals_on
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Post
from chiefs.territory.models import Jurisdiction

from . import actions, forms, rules, wording
from .lifecycle import ComplaintLifecycle
from .models import Complaint

PER_PAGE = 50
SIMILAR_SINCE = timedelta(days=180)
SIMILAR_AT_MOST = 20
TOLD_SECONDS = 1800
SESSION_TOLD = "complaint_taken_down"
LISTS = {  # name of the tab: (label, which, ordered by)
    "waiting": (gettext_lazy("To accept or refuse"), "waiting", "accept_due"),
    "unanswered": (gettext_lazy("To answer"), "unanswered", "due"),
    "all": (gettext_lazy("All"), "all", "-filed_at"),
}
MOVES: dict[str, type[forms.DecisionForm]] = {
    "accept": forms.AcceptForm,
    "join_case": forms.JoinForm,
    "refuse": forms.RefuseForm,
    "pass_on": forms.PassOnForm,
    "reply": forms.ReplyForm,
    "clear_photos": forms.ClearPhotosForm,
    "close": forms.CloseForm,
}
intake_only = acting_required(Function.INTAKE)


@require_safe
@intake_only
def listing(request: HttpRequest) -> HttpResponse:
    """Complaints of the own unit, the legal date first."""
    tab = request.GET.get("list", "waiting")
    if tab not in LISTS:
        raise Http404
    _label, which, order = LISTS[tab]
    rows = getattr(Complaint.objects.visible_to(request.acting), which)()
    rows = rows.select_related("channel", "jurisdiction", "segment").prefetch_related("kinds").order_by("suspect", order, "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "tab": tab,
        "tabs": [(name, label) for name, (label, *_rest) in LISTS.items()],
        "told": _told_elsewhere(request),
    }
    return render(request, "complaints/list.html", context)


def _complaint(request: HttpRequest, number: str) -> Complaint:
    rows = Complaint.objects.visible_to(request.acting).select_related(
        "channel", "jurisdiction__parent", "segment__resource__scheme", "intake_unit", "case", "refusal", "taken_by", "subject_post"
    )
    return get_object_or_404(rows, number=number)


@require_safe
@intake_only
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One complaint: the words as they came, who reported it (masked), the moves that are open."""
    complaint = _complaint(request, number)
    return _detail(request, complaint, forms.UnsealForm(complaint=complaint, acting=request.acting))


def _detail(request: HttpRequest, complaint: Complaint, form: forms.UnsealForm, identity: dict[str, str] | None = None) -> HttpResponse:
    moves = [m for m in ComplaintLifecycle.available(complaint, request.acting) if m.name in MOVES]
    photos = list(evidence.of(complaint.stream))
    cleared = set(complaint.cleared_photos.values_list("evidence_id", flat=True))
    if cleared >= {photo.pk for photo in photos}:
        moves = [m for m in moves if m.name != "clear_photos"]
    context = {
        "complaint": complaint,
        "rows": _facts(complaint),
        "masked": [] if complaint.anonymous or identity else _masked(complaint),
        "identity": _identity_rows(identity) if identity else [],
        "unseal_form": None if complaint.anonymous else form,
        "moves": moves,
        "photos": [(photo, photo.pk in cleared) for photo in photos],
        "notes": list(complaint.notes.all()),
        "timeline": wording.timeline(complaint),
        "next": _next_step(complaint),
        "told_code": _told(request, complaint),
        "closed": complaint.state in (Complaint.State.CLOSED, Complaint.State.REFUSED),
    }
    return render(request, "complaints/detail.html", context, status=form.http_status)


def _next_step(complaint: Complaint) -> wording.Next:
    """What the desk owes next, and by which day."""
    state = Complaint.State
    if complaint.state == state.RECEIVED:
        return wording.Next(_("Decide whether it is accepted."), complaint.accept_due)
    if complaint.state == state.ACCEPTED:
        return wording.Next(_("Give the citizen a written answer."), complaint.due)
    if complaint.state == state.REPLIED and not complaint.rated:
        return wording.Next(_("It is answered; the citizen may still rate the answer."), None)
    return wording.Next(_("Nothing is left to do, unless the citizen adds something new."), None)


def _facts(complaint: Complaint) -> list[tuple[Any, Any]]:
    where = " · ".join(filter(None, [*reversed([local(j) for j in posts.ancestors(complaint.jurisdiction)][:-1]), complaint.place_text]))
    return [
        (_("Channel"), local(complaint.channel)),
        (_("Filed"), days.day_of(complaint.filed_at).isoformat()),
        (_("Kinds"), "、".join(local(kind) for kind in complaint.kinds.all())),
        (_("Place"), where or local(complaint.jurisdiction)),
        (_("Segment"), local(complaint.segment) if complaint.segment else _("no segment named")),
        (_("Language for the answer"), dict(settings.LANGUAGES).get(complaint.language, complaint.language)),
        (_("Post complained of"), local(complaint.subject_post, "title") if complaint.subject_post else _("none")),
    ]


def _masked(complaint: Complaint) -> list[tuple[Any, str]]:
    known = complaint.informant.open()
    given = _("given")
    return [
        (_("Name"), masking.name(known["name"]) or _("not given")),
        (_("Telephone"), masking.phone(known["phone"]) or _("not given")),
        (_("Address"), given if known["address"] else _("not given")),
    ]


def _identity_rows(identity: dict[str, str]) -> list[tuple[Any, str]]:
    labels = {"name": _("Name"), "phone": _("Telephone"), "address": _("Address")}
    return [(labels[field], value or _("not given")) for field, value in identity.items()]


def _told(request: HttpRequest, complaint: Complaint) -> str:
    """The query code, for a while, for the clerk who has to read it out to the caller; reckoned again, never stored."""
    told = request.session.get(SESSION_TOLD, {})
    if told.get("pk") == complaint.pk and days.now().timestamp() < told.get("until", 0):
        return rules.query_code(complaint.client_ref)
    return ""


@intake_only
def unseal(request: HttpRequest, number: str) -> HttpResponse:
    """Show the identity once. Only by POST, with a reason; nothing of it goes into an address."""
    complaint = _complaint(request, number)
    if request.method != "POST":
        return redirect("complaints:detail", number=number)
    form = forms.UnsealForm(request.POST, complaint=complaint, acting=request.acting)
    identity = None
    if form.is_valid():
        with refusals_on(form):
            identity = actions.unseal(complaint, by=request.acting, **form.facts())
    if identity is None:
        complaint.refresh_from_db()
        return _detail(request, complaint, form)
    return _detail(request, complaint, forms.UnsealForm(complaint=complaint, acting=request.acting), identity)


@intake_only
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The page of one move."""
    complaint = _complaint(request, number)
    if name not in MOVES:
        raise Http404
    extra = {"candidates": _similar(complaint, request)} if name == "join_case" else {}
    form = MOVES[name](request.POST or None, complaint=complaint, acting=request.acting, **extra)
    preview = ""
    if request.method == "POST" and form.is_valid():
        if name == "reply" and "preview" in request.POST:
            preview = form.cleaned_data["text"]
        else:
            with refusals_on(form):
                getattr(actions, name)(complaint, by=request.acting, **form.facts())
            if form.is_valid():
                messages.success(request, _("Complaint %(number)s: done.") % {"number": complaint.number})
                if name == "pass_on":
                    return redirect("complaints:list")  # another intake has it now
                return redirect("complaints:detail", number=complaint.number)
            complaint = _complaint(request, number)
    label = next((m.label for m in ComplaintLifecycle.available(complaint, request.acting) if m.name == name), None)
    if label is None and request.method != "POST":
        raise Http404
    context = {"complaint": complaint, "form": form, "name": name, "label": label or _("Decide"), "preview": preview}
    return render(request, "complaints/move.html", context, status=form.http_status)


def _similar(complaint: Complaint, request: HttpRequest) -> list[Any]:
    kinds = [kind.problem_kind for kind in complaint.kinds.select_related("problem_kind")]
    since = days.day_of(complaint.filed_at) - SIMILAR_SINCE
    return list(cases.similar(complaint.jurisdiction, kinds, since, complaint.segment)[:SIMILAR_AT_MOST])


@intake_only
def take_down(request: HttpRequest) -> HttpResponse:
    """A complaint taken down on behalf of a caller, a visitor or the writer of a letter."""
    paths = request.acting.reach.paths
    if request.method == "POST" and "show_places" in request.POST:
        form = forms.TakeDownForm(initial=typed(request), reach_paths=paths)
    else:
        form = forms.TakeDownForm(request.POST or None, request.FILES or None, reach_paths=paths, initial=_own_county(request))
    if request.method == "POST" and form.is_bound and form.is_valid():
        filed = None
        with refusals_on(form):
            filed = actions.file(
                **form.report(),
                photos=form.cleaned_data["photos"],
                channel=form.cleaned_data["channel"],
                language=form.cleaned_data["language"],
                by=request.acting,
                taken_by=Post.objects.get(pk=request.acting.post_id),
            )
        if filed is not None:
            for sentence in filed.sentences:
                messages.warning(request, sentence)
            return _taken_down(request, filed.complaint)
    if request.method == "POST":
        form.hold_photos(request.FILES.getlist("photos"), by=request.acting)
    return render(request, "complaints/take_down.html", {"form": form}, status=form.http_status)


def _taken_down(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    request.session[SESSION_TOLD] = {"pk": complaint.pk, "until": days.now().timestamp() + TOLD_SECONDS}
    if complaint.intake_unit_id == request.acting.unit_id:
        return redirect("complaints:detail", number=complaint.number)
    return redirect("complaints:list")


def _told_elsewhere(request: HttpRequest) -> dict[str, Any] | None:
    """The receipt of a complaint that this desk took down and another intake got: only number, code and office."""
    pk = request.session.get(SESSION_TOLD, {}).get("pk")
    complaint = Complaint.objects.exclude(intake_unit_id=request.acting.unit_id).select_related("intake_unit").filter(pk=pk).first()
    code = _told(request, complaint) if complaint else ""
    return {"number": complaint.number, "office": complaint.intake_unit, "code": code} if complaint and code else None


def typed(request: HttpRequest) -> dict[str, Any]:
    """What stands in a posted form, to fill a fresh one with: for showing more choices without judging the rest."""
    return {name: request.POST.getlist(name) if name == "kinds" else request.POST[name] for name in request.POST}


def _own_county(request: HttpRequest) -> dict[str, Any]:
    own = Jurisdiction.objects.filter(pk=request.acting.jurisdiction_id, level="county").values_list("pk", flat=True).first()
    return {"county": own} if own else {}
