"""Entries about posts and units: find it, check the form, call one action."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import acting_required, refusals_on

from . import deeds, rules
from .functions import Function
from .models import Handover, Post, Unit
from .naming_form import Renaming
from .register_forms import POST_FORMS
from .unit_forms import UNIT_FORMS, FoundForm, may_enter

keepers = acting_required(Function.CHIEF_OFFICE, Function.RECEIVER, Function.ADMINISTRATOR)


def _post(request: HttpRequest, code: str) -> Post:
    rows = Post.objects.kept_by(request.acting).select_related("kind__scheme", "unit__jurisdiction")
    return get_object_or_404(rows, code=code)


@keepers
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One entry about a post."""
    found = _post(request, code)
    if not deeds.may_fill(request.acting, found):
        raise PermissionDenied
    form = POST_FORMS[name](request.POST or None, post=found, acting=request.acting, **_proposed(request, POST_FORMS[name]))
    if not form.open_now():
        raise Http404
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            messages.success(request, _("Entered: %(what)s, %(post)s.") % {"what": form.title, "post": local(found, "title")})
            opened = Handover.objects.visible_to(request.acting).open().filter(post=found).order_by("-pk").first()
            if name in ("succeed", "end") and opened is not None:
                return redirect("terms:handover", ref=opened.client_ref)
            if back := form.cleaned_data.get("change"):
                return redirect("territory:change", ref=back)
            return redirect("registry:post", code=found.code)
    return render(request, "terms/step.html", {"post": found, "form": form}, status=form.http_status)


@keepers
def found_unit(request: HttpRequest) -> HttpResponse:
    """Enter an organisation at a place of the own register."""
    if not rules.founds_units(request.acting):
        raise PermissionDenied
    start = {"jurisdiction": request.GET.get("place", "")[:80]}
    form = FoundForm(request.POST or None, acting=request.acting, initial=start)
    return _enter(request, form, None)


@keepers
def unit_step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One entry about a unit."""
    acting: Any = request.acting
    inside = acting.reach.q(path="jurisdiction__path", jurisdiction="jurisdiction_id")
    rows = Unit.objects.filter(inside).exclude(kind=Unit.Kind.SYSTEM).select_related("jurisdiction")
    unit = get_object_or_404(rows, code=code)
    if not may_enter(acting, unit, name):
        raise PermissionDenied
    form = UNIT_FORMS[name](request.POST or None, acting=acting, unit=unit, **_proposed(request, UNIT_FORMS[name]))
    return _enter(request, form, unit)


def _proposed(request: HttpRequest, form: type[Any]) -> dict[str, Any]:
    """What the address proposes, for the forms that take it: on the way from the list of a change of divisions, or from the
    register's health with the segment that lacks somebody."""
    if issubclass(form, Renaming):
        return {"asked": request.GET.dict()}
    return {"initial": {"segment": request.GET.get("segment", "")[:20]}} if "segment" in form.base_fields else {}


def _enter(request: HttpRequest, form: Any, unit: Unit | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = form.act()
        if form.is_valid():
            messages.success(request, _("Entered: %(what)s.") % {"what": form.title})
            if back := form.cleaned_data.get("change"):
                return redirect("territory:change", ref=back)
            if isinstance(made, Post):
                return redirect("registry:post", code=made.code)
            return redirect("registry:unit", code=made.code if isinstance(made, Unit) else unit.code)
    return render(request, "terms/unit.html", {"unit": unit, "form": form}, status=form.http_status)
