"""The pages of target agreements: the list, one edition with its targets, one step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accountability.exchange import importing, sheets
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.doors import acting_required, refusals_on

from . import forms, office_forms, reports
from .lifecycle import TargetLifecycle
from .models import DESKS, TargetAgreement

PER_PAGE = 50
S = TargetAgreement.State
TABS = {
    "all": gettext_lazy("All"),
    "mine": gettext_lazy("Waiting for my signature"),
    "running": gettext_lazy("In force"),
    "settled": gettext_lazy("Settled"),
}
FORMS: dict[str, type[forms.StepForm]] = {
    form.step: form
    for form in (
        forms.SignForm,
        forms.SignOnForm,
        forms.SendBackForm,
        forms.ProgressForm,
        forms.SettleForm,
        forms.SettleYearForm,
        office_forms.RewordForm,
        office_forms.ItemForm,
        office_forms.DropItemForm,
        office_forms.OfferForm,
        office_forms.WithdrawForm,
        office_forms.AmendForm,
        office_forms.EndForm,
    )
}
OF_AN_ITEM = ("put_item", "drop_item")
RELATED = ("giver__unit", "taker__unit", "evaluator", "office", "jurisdiction__parent__parent__parent", "paper", "amends")


def _rows(acting: Acting, tab: str) -> QuerySet[TargetAgreement]:
    rows = TargetAgreement.objects.visible_to(acting).select_related("giver__unit", "taker__unit", "evaluator")
    if tab == "mine":
        rows = rows.awaiting(acting.post_id)
    elif tab == "running":
        rows = rows.unsettled()
    elif tab == "settled":
        rows = rows.filter(state=S.SETTLED)
    return rows.prefetch_related("settlements").order_by("-since", "-number", "-edition")


COLUMNS: list[sheets.Column] = [
    (gettext_lazy("Number"), lambda a: a.number),
    (gettext_lazy("Edition"), lambda a: a.edition),
    (gettext_lazy("Kind"), lambda a: a.get_kind_display()),
    (gettext_lazy("Gives the targets"), lambda a: f"{a.giver.title} · {a.giver.unit.name}"),
    (gettext_lazy("Takes the targets"), lambda a: f"{a.taker.title} · {a.taker.unit.name}"),
    (gettext_lazy("Evaluated by"), lambda a: a.evaluator.name),
    (gettext_lazy("First day"), lambda a: a.since),
    (gettext_lazy("Last day"), lambda a: a.last_day),
    (gettext_lazy("State"), lambda a: a.get_state_display()),
    (gettext_lazy("Score"), lambda a: last.score if (last := _last(a)) else None),
    (gettext_lazy("Grade"), lambda a: last.get_grade_display() if (last := _last(a)) else ""),
]


#: Of one target with what is below it and what was reported last.
TARGET_COLUMNS: list[sheets.Column] = [
    (gettext_lazy("number"), lambda row: row[0].place),
    (gettext_lazy("target in words"), lambda row: row[0].text),
    (gettext_lazy("measured in"), lambda row: row[0].unit),
    (gettext_lazy("starting value"), lambda row: row[0].baseline_text),
    (gettext_lazy("value to be reached"), lambda row: row[0].target_text),
    (gettext_lazy("direction"), lambda row: row[0].get_direction_display()),
    (gettext_lazy("weight of the target"), lambda row: row[0].weight),
    (gettext_lazy("to be reached by"), lambda row: row[0].due),
    (gettext_lazy("breaks down"), lambda row: row[0].parent.agreement.number if row[0].parent else ""),
    (gettext_lazy("as of"), lambda row: row[3].as_of if row[3] else None),
    (gettext_lazy("value"), lambda row: row[3].text if row[3] else ""),
]


def _last(agreement: TargetAgreement) -> Any:
    return next(reversed(agreement.settlements.all()), None)


@require_safe
@acting_required()
def listing(request: HttpRequest) -> HttpResponse:
    """Agreements that the post may see, the newest first; the same list as a file."""
    tab = request.GET.get("list", "all")
    if tab not in TABS:
        raise Http404
    rows = _rows(request.acting, tab)
    if kind := sheets.wanted(request):
        columns = [(str(heading), value) for heading, value in COLUMNS]
        return sheets.send(kind, name=_("target-agreements"), columns=columns, rows=rows.iterator(chunk_size=500))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": TABS.items(), "tab": tab, "may_draft": request.acting.may(*DESKS)}
    context["may_import"] = importing.may_bring("targets", request.acting)
    return render(request, "agreements/targets.html", context)


@acting_required(*DESKS)
def new(request: HttpRequest) -> HttpResponse:
    """Draft an agreement: find the two posts, then say for which days and who evaluates."""
    search = office_forms.SearchForm(request.GET if "giver" in request.GET else None)
    form = None
    if search.is_bound and search.is_valid():
        form = office_forms.DraftForm(request.POST or None, acting=request.acting, **search.cleaned_data)
    if request.method == "POST" and form is not None and form.is_valid():
        with refusals_on(form):
            agreement = form.act()
        if form.is_valid():
            messages.success(request, _("Agreement %(number)s is drafted. Enter its targets.") % {"number": agreement.number})
            return redirect("agreements:target", number=agreement.number, edition=agreement.edition)
    status = form.http_status if form is not None else 200
    return render(request, "agreements/target_new.html", {"search": search, "form": form}, status=status)


@require_safe
@acting_required()
def newest(request: HttpRequest, number: str) -> HttpResponse:
    """Where a notice leads: the edition that is in force, else the newest one that the post may see."""
    rows = TargetAgreement.objects.visible_to(request.acting).filter(number=number).order_by("-edition")
    editions = list(rows.values_list("edition", "state"))
    if not editions:
        raise Http404
    waiting = [edition for edition, state in editions if state in (S.OFFERED, S.HALF)]
    running = [edition for edition, state in editions if state == S.SIGNED]
    return redirect("agreements:target", number=number, edition=next(iter(waiting + running), editions[0][0]))


def _agreement(request: HttpRequest, number: str, edition: int) -> TargetAgreement:
    rows = TargetAgreement.objects.visible_to(request.acting).select_related(*RELATED)
    return get_object_or_404(rows, number=number, edition=edition)


def _text(agreement: TargetAgreement) -> dict[str, Any]:
    """What is agreed, for the page and for whoever signs."""
    rows = [
        (_("Number"), agreement.number),
        (_("Edition"), agreement.edition),
        (_("Kind"), agreement.get_kind_display()),
        (_("Gives the targets"), f"{agreement.giver.title} · {agreement.giver.unit.name}"),
        (_("Takes the targets"), f"{agreement.taker.title} · {agreement.taker.unit.name}"),
        (_("First day"), agreement.since.isoformat()),
        (_("Last day"), agreement.last_day.isoformat()),
        (_("Evaluated by"), agreement.evaluator.name),
        (_("Reward and penalty"), agreement.reward),
        *([(_("SHA-256 of the text"), agreement.sha256)] if agreement.sha256 else []),
        *([(_("Reason"), agreement.reason)] if agreement.reason else []),
    ]
    return {"agreement": agreement, "rows": rows}


@require_safe
@acting_required()
def detail(request: HttpRequest, number: str, edition: int) -> HttpResponse:
    """One edition: its targets with what is below and how far they are, signatures, settlements, and the steps that are open."""
    agreement = _agreement(request, number, edition)
    moves = [move for move in TargetLifecycle.available(agreement, request.acting) if move.name in FORMS]
    editions = TargetAgreement.objects.visible_to(request.acting).filter(number=number).order_by("edition")
    latest = reports.latest(agreement)
    targets = [(item, found, parts, latest.get(item.line)) for item, found, parts in reports.breakdown(agreement)]
    if kind := sheets.wanted(request):
        columns = [(str(heading), value) for heading, value in TARGET_COLUMNS]
        return sheets.send(kind, name=f"{agreement.number}-{agreement.edition}", columns=columns, rows=targets)
    context = _text(agreement) | {
        "moves": [move for move in moves if move.name not in OF_AN_ITEM],
        "may_edit": any(move.name == "put_item" for move in moves),
        "targets": targets,
        "weights": reports.plainly(sum((item.weight for item, _sum, _parts, _row in targets), start=0) or None),
        "signatures": agreement.signatures.filter(offer=agreement.offers),
        "progress": agreement.progress.select_related("item").order_by("-as_of", "-pk")[:PER_PAGE],
        "settlements": agreement.settled().select_related("unit", "rule").prefetch_related("lines__item"),
        "editions": list(editions) if editions.count() > 1 else [],
    }
    return render(request, "agreements/target.html", context)


@acting_required()
def step(request: HttpRequest, number: str, edition: int, name: str) -> HttpResponse:
    """Show and take one step."""
    if name not in FORMS:
        raise Http404
    agreement = _agreement(request, number, edition)
    if request.method == "GET" and name not in {move.name for move in TargetLifecycle.available(agreement, request.acting)}:
        raise Http404  # a page never offers what the gate would refuse
    place = request.GET.get("place", "")
    initial = {"place": int(place)} if name in OF_AN_ITEM and place.isascii() and place.isdigit() and len(place) < 5 else {}
    form = FORMS[name](request.POST or None, agreement=agreement, acting=request.acting, initial=initial)
    label = TargetLifecycle.label_of(name)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            done = form.act()
        if form.is_valid():
            shown = done if isinstance(done, TargetAgreement) else agreement
            told = {"step": label, "number": shown.number, "state": shown.get_state_display()}
            messages.success(request, _("%(step)s: agreement %(number)s is now “%(state)s”.") % told)
            if not TargetAgreement.objects.visible_to(request.acting).filter(pk=shown.pk).exists():
                return redirect("agreements:targets")  # sent back: a draft is its office's alone
            return redirect("agreements:target", number=shown.number, edition=shown.edition)
    item = agreement.items.filter(place=initial["place"]).first() if initial else None
    targets = [(item, None, [], None) for item in agreement.items.select_related("indicator", "parent__agreement")]
    context = _text(agreement) | {"form": form, "label": label, "name": name, "item": item, "targets": targets}
    if name == "sign_on":
        context["balance"] = reports.balance(agreement, days.today())
    return render(request, "agreements/target_step.html", context, status=form.http_status)
