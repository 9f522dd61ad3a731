"""Lists of duties and their versions: what is in force on a day, a draft and its lines, publishing."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.exchange import sheets
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from chiefs.duties import rules
from chiefs.duties.actions import lists
from chiefs.duties.forms.lists import ItemForm, OpenForm, PublishForm, SearchForm
from chiefs.duties.lifecycle import keeps_list
from chiefs.duties.models import DraftItem, DutyList, Line, ListItem, ListVersion

from .common import PER_PAGE, Sure, asked_day, everybody, form_page, is_keeper, keepers, rest_of

SUBJECT = ("post_kind", "jurisdiction", "unit__jurisdiction", "post__unit__jurisdiction")


def name_of(duty_list: DutyList) -> str:
    return local(duty_list.subject, "title" if duty_list.post_id else "name")


def item_columns() -> list[sheets.Column]:
    return [
        (_("Duty"), lambda i: i.text),
        (_("Duty in Tibetan"), lambda i: i.text_bo),
        (_("Legal basis"), lambda i: i.basis),
        (_("Level"), lambda i: i.get_level_display()),
        (_("Done by"), lambda i: i.get_what_display()),
        (_("Once in every"), lambda i: i.get_every_display()),
        (_("Evidence wanted"), lambda i: i.evidence),
        (_("Consequence when it is not done"), lambda i: i.consequence),
        (_("First day"), lambda i: i.since or ""),
        (_("First day no longer in force"), lambda i: i.until or ""),
        (_("Power that it rests on"), lambda i: i.power or ""),
        (_("Duty of the plan"), lambda i: i.duty.code if i.duty else ""),
    ]


@require_safe
@everybody
def listing(request: HttpRequest) -> HttpResponse:
    """The lists that there are, with the version in force on a day."""
    on = asked_day(request)
    words, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    rows = DutyList.objects.visible_to(request.acting).select_related(*SUBJECT).order_by("kind", "title", "pk")
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(post_kind__name__icontains=words) | Q(unit__name__icontains=words))
    if kind in DutyList.Kind.values:
        rows = rows.filter(kind=kind)
    versions = ListVersion.objects.filter(binding__isnull=False).in_force(on)
    drafts = ListVersion.objects.visible_to(request.acting).filter(state=ListVersion.State.DRAFT)
    rows = rows.prefetch_related(
        Prefetch("versions", versions, to_attr="holding"),
        Prefetch("versions", drafts, to_attr="begun"),
    )
    if file := sheets.wanted(request):
        columns: list[sheets.Column] = [
            (_("Title"), lambda row: row.title),
            (_("Kind of list"), lambda row: row.get_kind_display()),
            (_("List of"), name_of),
            (_("Place"), lambda row: local(row.place)),
            (_("Version"), lambda row: row.holding[0].number if row.holding else ""),
            (_("In force from"), lambda row: row.holding[0].since if row.holding else ""),
        ]
        return sheets.send(file, name="duty-lists", columns=columns, rows=rows)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, name_of(row), row.holding[0] if row.holding else None, row.begun[0] if row.begun else None) for row in page],
        "on": on,
        "words": words,
        "kind": kind,
        "kinds": DutyList.Kind.choices,
        "may_open": is_keeper(request.acting),
        "query": rest_of(request, "on", "q", "kind"),
    }
    return render(request, "duties/list.html", context)


@keepers
def new(request: HttpRequest) -> HttpResponse:
    """Open a list: find whom it is about, then name it."""
    if not is_keeper(request.acting):
        raise Http404
    search = SearchForm(request.GET if "q" in request.GET else None)
    words = search.cleaned_data["q"] if search.is_bound and search.is_valid() else ""
    form = OpenForm(request.POST or None, acting=request.acting, words=words)
    return form_page(
        request,
        form,
        title=_("New list"),
        submit=_("Open the list"),
        back=reverse("duties:list"),
        done=lambda made: (_("The list is opened with its first draft."), _version_address(made.versions.get())),
        template="duties/new.html",
        search=search,
        words=words,
        found=bool(form.fields["subject"].choices),  # type: ignore[attr-defined]
    )


def _list(request: HttpRequest, ref: uuid.UUID) -> DutyList:
    return get_object_or_404(DutyList.objects.visible_to(request.acting).select_related(*SUBJECT), ref=ref)


@require_safe
@everybody
def one(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """One list: what it says on a day, and its versions."""
    about, on = _list(request, ref), asked_day(request)
    items = ListItem.objects.in_force(on).filter(version__binding=about).select_related("power", "duty", "version").order_by("order", "pk")
    if file := sheets.wanted(request):
        return sheets.send(file, name=f"duties-{on.isoformat()}", columns=item_columns(), rows=items)
    versions = ListVersion.objects.visible_to(request.acting).filter(duty_list=about).select_related("issuer").order_by("-number")
    context = {
        "list": about,
        "subject": name_of(about),
        "place": local(about.place),
        "items": items,
        "versions": versions,
        "on": on,
        "past": on != days.today(),
        "may_draft": keeps_list(request.acting, about) and not versions.filter(state=ListVersion.State.DRAFT).exists(),
        "query": rest_of(request, "on"),
    }
    return render(request, "duties/one.html", context)


@keepers
def draft(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Begin the next version."""
    about = _list(request, ref)
    if not keeps_list(request.acting, about):
        raise Http404
    return form_page(
        request,
        Sure(request.POST or None),
        title=_("Begin the next version"),
        submit=_("Begin"),
        back=reverse("duties:one", args=[ref]),
        act=lambda: lists.draft(about, by=request.acting),
        done=lambda made: (_("The draft holds what is in force now. Change it, then publish it."), _version_address(made)),
        intro=about.title,
    )


def _version_address(version: ListVersion) -> str:
    return reverse("duties:version", args=[version.client_ref])


def _version(request: HttpRequest, ref: uuid.UUID) -> ListVersion:
    related = ("issuer", *(f"duty_list__{name}" for name in SUBJECT))
    return get_object_or_404(ListVersion.objects.visible_to(request.acting).select_related(*related), client_ref=ref)


def _lines(found: ListVersion) -> Any:
    rows = found.items if found.binding_id else found.drafts
    return rows.select_related("power", "duty").order_by("order", "pk")


@require_safe
@everybody
def version(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """One version with its lines; a draft with what can be done to it."""
    found = _version(request, ref)
    lines: list[Line] = list(_lines(found))
    if file := sheets.wanted(request):
        return sheets.send(file, name=f"duties-version-{found.number}", columns=item_columns(), rows=lines)
    context = {
        "version": found,
        "list": found.duty_list,
        "items": lines,
        "may_edit": found.state == ListVersion.State.DRAFT and keeps_list(request.acting, found.duty_list),
        "unbroken": bool(found.digest) and rules.digest(lists.told_lines(lines)) == found.digest,
        "rows": [
            (_("List of"), name_of(found.duty_list)),
            (_("Version"), found.number),
            (_("State"), found.get_state_display()),
            (_("Issued by"), local(found.issuer) if found.issuer else ""),
            (_("Issuing document"), found.document),
            (_("Published"), found.published_on or ""),
            (_("In force from"), found.since or ""),
            (_("First day no longer in force"), found.until or ""),
        ],
    }
    return render(request, "duties/version.html", context)


def _draft(request: HttpRequest, ref: uuid.UUID) -> ListVersion:
    """A draft that the post may work on; what is published has no such page."""
    found = _version(request, ref)
    if not keeps_list(request.acting, found.duty_list):
        raise Http404
    return found


@keepers
def add_item(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    found = _draft(request, ref)
    return form_page(
        request,
        ItemForm(request.POST or None, version=found, acting=request.acting),
        title=_("New line"),
        submit=_("Add the line"),
        back=_version_address(found),
        done=lambda _made: (_("The line is added."), _version_address(found)),
        intro=str(found.duty_list),
    )


def _item(request: HttpRequest, key: uuid.UUID, ref: uuid.UUID) -> DraftItem:
    return get_object_or_404(DraftItem.objects.select_related("version__duty_list"), key=key, version=_draft(request, ref))


@keepers
def change_item(request: HttpRequest, ref: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    item = _item(request, key, ref)
    return form_page(
        request,
        ItemForm(request.POST or None, version=item.version, acting=request.acting, item=item),
        title=_("Change the line"),
        submit=_("Keep the line"),
        back=_version_address(item.version),
        done=lambda _made: (_("The line is changed."), _version_address(item.version)),
        intro=str(item.version.duty_list),
    )


@keepers
def remove_item(request: HttpRequest, ref: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    item = _item(request, key, ref)
    form = Sure(request.POST or None, expect=item.version.version)
    return form_page(
        request,
        form,
        title=_("Take the line out"),
        submit=_("Take out"),
        back=_version_address(item.version),
        act=lambda: lists.remove_item(item, by=request.acting, **form.cleaned_data),
        done=lambda _made: (_("The line is out of the draft."), _version_address(item.version)),
        intro=item.text,
        danger=True,
    )


@keepers
def publish(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    found = _draft(request, ref)
    return form_page(
        request,
        PublishForm(request.POST or None, version=found, acting=request.acting),
        title=_("Publish the version"),
        submit=_("Publish"),
        back=_version_address(found),
        done=lambda _made: (_("The version is published. It can be followed by another, and not be changed."), _version_address(found)),
        intro=str(found.duty_list),
    )


@keepers
def discard(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    found = _draft(request, ref)
    form = Sure(request.POST or None, expect=found.version)
    return form_page(
        request,
        form,
        title=_("Throw the draft away"),
        submit=_("Throw away"),
        back=_version_address(found),
        act=lambda: lists.discard(found, by=request.acting, **form.cleaned_data),
        done=lambda _made: (_("The draft is thrown away; the list goes on as it is."), reverse("duties:one", args=[found.duty_list.ref])),
        intro=str(found.duty_list),
        danger=True,
    )
