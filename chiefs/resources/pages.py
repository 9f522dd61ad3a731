"""What the views of this room have in common: who comes in, how a form is sent, how a list leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accountability.exchange import sheets
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import ActionForm, acting_required, refusals_on
from chiefs.territory import former

from . import geojson, rules

PER_PAGE = 50
GEOJSON = "geojson"
Steps = dict[str, tuple[Any, Any]]  # name in the address -> form, what the page is called
keepers_only = acting_required(rules.OFFICE)
drawers_only = acting_required(rules.OFFICE, rules.TOWNSHIP_DESK)


def run(form: ActionForm, request: HttpRequest) -> Any:
    """Send a form to its action when it is right; what the action made, or None when the page has to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    with refusals_on(form):
        made = form.act()  # type: ignore[attr-defined]
    return made if form.is_valid() else None


def iso(day: date | None) -> str:
    """A day among the facts of a page, written as everywhere else."""
    return day.isoformat() if day else ""


def page_of_form(request: HttpRequest, form: ActionForm, *, title: str, submit: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "submit": submit, "back": back, **more}
    return render(request, "resources/form.html", context, status=form.http_status)


def step_title(name: str, step: Any) -> str:
    """What the page of a small form is called."""
    return pgettext("title", "%(name)s: %(step)s") % {"name": name, "step": step}


def take_step(request: HttpRequest, steps: Steps, name: str, rows: QuerySet[Any], *, back: str, **key: Any) -> HttpResponse:
    """One of the small forms of a record; ``rows`` are those that the post keeps, ``back`` is the page of the record."""
    if name not in steps:
        raise Http404
    form_class, label = steps[name]
    found = get_object_or_404(rows, **key)
    form = form_class(request.POST or None, acting=request.acting, record=found)  # type: ignore[attr-defined]
    if run(form, request):
        messages.success(request, _("%(step)s: %(name)s is changed.") % {"step": label, "name": found})
        return redirect(back)
    title = step_title(local(found) or str(found), label)
    return page_of_form(request, form, title=title, submit=_("Save"), back=back, move=name)


def spoken(columns: list[sheets.Column]) -> list[sheets.Column]:
    """The headings in the language of whoever takes the file."""
    return [(str(heading), value) for heading, value in columns]


def list_of(
    request: HttpRequest,
    rows: QuerySet[Any],
    template: str,
    *,
    file: str,
    columns: list[sheets.Column],
    features: Callable[[Iterable[Any]], Iterable[dict[str, Any]]] | None = None,
    kept: type[former.FormerPlace] | None = None,
    **more: Any,
) -> HttpResponseBase:
    """A list as a page, as a table, or as geometry; the geometry is read for the last only. ``kept``: with the places of the day
    ``on``, where the rows may have lain elsewhere before a change of divisions."""
    if features is not None and request.GET.get("format") == GEOJSON:
        return geojson.download(features(rows.iterator(chunk_size=geojson.AT_ONCE)), name=file)
    rows = rows.defer("geometry") if features is not None else rows
    if kind := sheets.wanted(request):
        told = rows if kept is None else former.file_as_on(kept, rows, more["on"])
        return sheets.send(kind, name=file, columns=spoken(columns), rows=told)
    query = request.GET.copy()
    query.pop("page", None)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    if kept is not None:
        page.object_list = former.as_on(kept, page.object_list, more["on"])
    context = {
        "page": page,
        "query": f"&{query.urlencode()}" if query else "",
        "keeps": request.acting.may(rules.OFFICE),  # type: ignore[attr-defined]
    }
    return render(request, template, context | more)
