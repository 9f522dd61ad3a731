"""Imports of a chief office, a township's desk or a target office: the template, the trial with every error, taking over, undoing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accountability.ledger.doors import acting_required, refusals_on

from . import actions, blanks, importing, reports, rules, sheets
from .columns import Sheet
from .forms import HandInForm, TakeOverForm, UndoForm
from .lifecycle import DeliveryLifecycle
from .models import Delivery, ImportRun

PER_PAGE = 50


def importers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever brings files (``rules.imports``); for all other posts the pages are not there."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.imports(request.acting):  # type: ignore[attr-defined]
            raise Http404
        return view(request, *args, **kwargs)

    door.opens = rules.imports  # type: ignore[attr-defined]  # a desk above the township has the function and brings no files
    return acting_required(rules.OFFICE, rules.TOWNSHIP_DESK, rules.TARGET_OFFICE)(door)


def _sheet(request: HttpRequest, kind: str) -> Sheet:
    found = importing.importer(kind)
    if found is None or not found.open_to(request.acting):  # type: ignore[attr-defined]
        raise Http404
    return found.sheet


def _delivery(request: HttpRequest, ref: uuid.UUID) -> Delivery:
    return get_object_or_404(Delivery.objects.visible_to(request.acting), client_ref=ref)  # type: ignore[attr-defined]


@require_safe
@importers_only
def listing(request: HttpRequest) -> HttpResponse:
    """What can be imported, and what the own office has handed in, the latest first."""
    rows = reports.with_last_run(Delivery.objects.visible_to(request.acting)).order_by("-received_at", "-pk")  # type: ignore[attr-defined]
    if kind := sheets.wanted(request):
        return sheets.send(kind, name=_("Imports"), columns=reports.columns(), rows=rows)
    context = {
        "kinds": importing.kinds(request.acting),  # type: ignore[attr-defined]
        "titles": reports.titles(),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "exchange/list.html", context)


@require_safe
@importers_only
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The table to fill in, as XLSX (also when no format is asked for) or CSV."""
    sheet = _sheet(request, kind)
    as_csv = sheets.wanted(request) == "csv"
    body = blanks.csv_of(sheet) if as_csv else blanks.xlsx_of(sheet)
    return sheets.attached(body, name=str(sheet.title), kind="csv" if as_csv else "xlsx")


@require_http_methods(["GET", "POST"])
@importers_only
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand a file in: it is kept and tried out."""
    sheet = _sheet(request, kind)
    form = HandInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            data = form.cleaned_data
            delivery = actions.hand_in(kind, data["file"], by=request.acting, client_ref=data["client_ref"])  # type: ignore[attr-defined]
        if form.is_valid():
            return redirect("exchange:detail", ref=delivery.client_ref)
    columns = [(column, blanks.kind_of(column)) for column in sheet.columns]
    return render(request, "exchange/new.html", {"sheet": sheet, "columns": columns, "form": form}, status=form.http_status)


def _page(request: HttpRequest, delivery: Delivery, form: Any = None) -> HttpResponse:
    """One file with the report of its last reading; the form is there while the next step is open."""
    run = reports.last_run(delivery)
    if run is None:
        raise Http404
    moves = {move.name for move in DeliveryLifecycle.available(delivery, request.acting)}  # type: ignore[attr-defined]
    good = run.read - run.rejected
    if form is None and "take_over" in moves and good:
        form = TakeOverForm(expect=delivery.version, wrong=run.rejected)
    context = {
        "delivery": delivery,
        "run": run,
        "good": good,
        "sheet": importing.importer(delivery.kind),
        "title": reports.titles().get(delivery.kind, delivery.kind),
        "rows": reports.summary(delivery, run),
        "duplicates": reports.duplicates(run),
        "staying": reports.staying(run),
        "page": Paginator(reports.notes(run), PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "may_undo": "undo" in moves and actions.taken(delivery) is not None,
    }
    return render(request, "exchange/detail.html", context, status=form.http_status if form is not None else 200)


@require_safe
@importers_only
def detail(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    return _page(request, _delivery(request, ref))


@require_http_methods(["POST"])
@importers_only
def take_over(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Write the rows of the kept file into the register."""
    delivery = _delivery(request, ref)
    run = reports.last_run(delivery)
    form = TakeOverForm(request.POST, expect=delivery.version, wrong=run.rejected if run else 0)
    if form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            actions.take_over(
                delivery,
                partial=data.get("partial", False),
                by=request.acting,  # type: ignore[attr-defined]
                expect=data["expect"],
                client_ref=data["client_ref"],
            )
        if form.is_valid():
            messages.success(request, _("The file is taken over. The report below says what became of each row."))
            return redirect("exchange:detail", ref=delivery.client_ref)
        # What was right at the trial may be wrong by now: the sentence asks for a tick that the form then has to show.
        run, refusal = reports.last_run(delivery), form.refusal
        form = TakeOverForm(request.POST, expect=delivery.version, wrong=run.rejected if run else 0)
        if refusal is not None:
            form.refuse(refusal)
    return _page(request, delivery, form)


@require_http_methods(["GET", "POST"])
@importers_only
def undo(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """What depends on the import, and the button that takes it back while nothing does."""
    delivery = _delivery(request, ref)
    run = actions.taken(delivery)
    if run is None:
        raise Http404
    form = UndoForm(request.POST or None, expect=delivery.version)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            actions.undo(delivery, by=request.acting, expect=data["expect"], client_ref=data["client_ref"])  # type: ignore[attr-defined]
        if form.is_valid():
            messages.success(request, _("The import is undone. What it had changed is as it was before."))
            return redirect("exchange:detail", ref=delivery.client_ref)
    found = reports.obstacles(delivery, run, request.acting)  # type: ignore[attr-defined]
    work = importing.importer(delivery.kind)
    context = {
        "delivery": delivery,
        "run": run,
        "obstacles": found,
        "form": form,
        "counts": reports.made(run),
        "does": work.undoing if work else "",
    }
    return render(request, "exchange/undo.html", context, status=form.http_status)


@require_safe
@importers_only
def remarks(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Every remark of the last reading as a file: row, column, what to do."""
    delivery = _delivery(request, ref)
    run = reports.last_run(delivery)
    if run is None:
        raise Http404
    name = _("Remarks on %(file)s") % {"file": delivery.file_name}
    return sheets.send(sheets.wanted(request) or "xlsx", name=name, columns=reports.NOTE_COLUMNS, rows=reports.notes(run))


@require_safe
@importers_only
def left(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """The rows that were not taken, as they came, with what is wrong with each: to be corrected and handed in again."""
    delivery = _delivery(request, ref)
    run = reports.last_run(delivery)
    if run is None or not run.rejected or (run.outcome == ImportRun.Outcome.REFUSED and not run.read):
        raise Http404
    columns, rows = reports.left(delivery, run)
    name = _("To correct of %(file)s") % {"file": delivery.file_name}
    return sheets.send(sheets.wanted(request) or "xlsx", name=name, columns=columns, rows=rows)
