"""The register of who answers for what: where its parts are found."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accountability.ledger.doors import acting_required


@require_safe
@acting_required()
def home(request: HttpRequest) -> HttpResponse:
    """The parts of the register that this post may open."""
    return render(request, "registry/home.html")
