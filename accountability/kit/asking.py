"""What the address of a page asks for."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from . import days


def asked_day(request: HttpRequest) -> date:
    """The day of ``?on=``; today when none is asked for, or when it cannot be read."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return days.today()
