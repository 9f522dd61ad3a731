"""Entries about the record of a person: find it, check the form, call one action."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import refusals_on

from . import accounts, persons
from .models import Person
from .person_forms import PERSON_FORMS
from .register_views import keepers


@keepers
def step(request: HttpRequest, ref: uuid.UUID, name: str) -> HttpResponse:
    """One entry about a person. The administrator finds those of the desks that it fills among the ways in."""
    acting = request.acting
    rows = Person.objects.visible_to(acting) | Person.objects.filter(pk__in=accounts.around(acting).values("pk"))
    found = get_object_or_404(rows, ref=ref)
    if not persons.may_correct(acting, found):
        raise PermissionDenied
    form = PERSON_FORMS[name](request.POST or None, person=found, acting=acting)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            found = form.act()
        if form.is_valid():
            messages.success(request, _("Entered: %(what)s, %(person)s.") % {"what": form.title, "person": local(found)})
            return redirect(_page_of(found, acting))
    return render(request, "terms/person.html", {"person": found, "form": form, "back": _page_of(found, acting)}, status=form.http_status)


def _page_of(person: Person, acting: Acting) -> str:
    """The page of a person, and for an administrator, who does not see the terms that somebody held, the list of the ways in."""
    if Person.objects.visible_to(acting).filter(pk=person.pk).exists():
        return reverse("registry:person", args=[person.ref])
    return reverse("registry:accounts")
