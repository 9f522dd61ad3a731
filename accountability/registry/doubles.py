"""Which records of persons may be one: a list for whoever joins them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accountability.ledger.doors import acting_required
from chiefs.posts import doubles, persons
from chiefs.posts.functions import Function

PER_PAGE = 50


@require_safe
@acting_required(Function.CHIEF_OFFICE, Function.RECEIVER)
def listing(request: HttpRequest) -> HttpResponse:
    """Pairs of one name; where both records are the reader's to keep, with the step that joins them."""
    page = Paginator(doubles.possible(request.acting), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    mine = persons.corrected_by(request.acting, [double.person for pair in shown for double in pair])
    pairs = [(one, two, one.person.pk in mine and two.person.pk in mine) for one, two in shown]
    return render(request, "registry/doubles.html", {"page": page, "pairs": pairs})
