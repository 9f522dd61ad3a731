"""The pages on which a case is moved: one address per move, the same form for a keyboard, a phone and no script."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.ledger.doors import acting_required, refusals_on
from chiefs.sites import reports as sites
from chiefs.sites.choosing import ChooseForm, FindForm

from .forms import FORMS
from .lifecycle import CaseLifecycle
from .models import Case
from .sites import may_name, name_site
from .ways import AROUND


@acting_required()
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show and take one step. 404 for a case that may not be seen, 403 or 409 with a sentence for a step that may not be taken."""
    if name not in FORMS:
        raise Http404
    rows = Case.objects.visible_to(request.acting).select_related(*AROUND)
    case = get_object_or_404(rows, number=number)
    label = CaseLifecycle.label_of(name)
    form = FORMS[name](request.POST or None, request.FILES or None, case=case, acting=request.acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            form.act()
        if form.is_valid():
            done = {"step": label, "number": case.number, "state": case.get_state_display()}
            messages.success(request, _("%(step)s: case %(number)s is now “%(state)s”.") % done)
            if not Case.objects.visible_to(request.acting).filter(pk=case.pk).exists():
                return redirect("desk:home")  # with the step the reason to see the case has gone
            return redirect("desk:case", number=case.number)
    if request.method == "POST" and form.refusal is None and form.errors and hasattr(form, "keep_photos"):
        with refusals_on(form):
            form.keep_photos()
    if request.method == "GET" and not form.open_now():
        return render(request, "cases/closed.html", {"case": case, "label": label}, status=403)
    return render(request, "cases/move.html", {"case": case, "form": form, "name": name, "label": label}, status=form.http_status)


@acting_required()
def site(request: HttpRequest, number: str) -> HttpResponse:
    """Say which regulated site a case is about: look for it by GET, choose by POST."""
    rows = Case.objects.visible_to(request.acting).select_related(*AROUND, "site")
    case = get_object_or_404(rows, number=number)
    if request.method == "GET" and not may_name(case, request.acting):
        return render(request, "cases/closed.html", {"case": case, "label": _("Regulated site")}, status=403)
    find = FindForm(request.GET)
    asked = find.cleaned_data["q"].strip() if find.is_valid() else ""
    found = sites.search(asked, case.path)
    form = ChooseForm(request.POST or None, expect=case.version, found=found, chosen=case.site)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            name_site(case, by=request.acting, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Case %(number)s: the regulated site is noted.") % {"number": case.number})
            return redirect("desk:case", number=case.number)
    context = {"number": case.number, "back": reverse("desk:case", args=[case.number]), "find": find, "looked": asked, "found": found}
    return render(request, "sites/choose.html", context | {"form": form}, status=form.http_status)
