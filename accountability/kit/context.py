"""What every template may use: the mark of the demonstration world, the day, and the post one acts for."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from .days import today


def site(request: HttpRequest) -> dict[str, object]:
    return {"demo": settings.DEMO, "today": today(), "acting": getattr(request, "acting", None)}
