"""The hotlines in force, as the table of texts for notice boards says them: asked for once on a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from accountability.kit import days
from chiefs.posts.models import Unit
from chiefs.signboards.models import BoardText

register = template.Library()


def _numbers(context: Context) -> list[str]:
    request: Any = context.request  # type: ignore[attr-defined]  # of a RequestContext, also within an include
    if not hasattr(request, "hotlines"):
        rows = BoardText.objects.in_force(days.today()).filter(kind=BoardText.Kind.HOTLINE, scheme=None, jurisdiction=None)
        request.hotlines = list(rows.order_by("order", "pk").values_list("text", flat=True))
    return request.hotlines


@register.simple_tag(takes_context=True)
def hotlines(context: Context) -> str:
    """All of them, as they stand in a sentence."""
    return "、".join(_numbers(context))


@register.simple_tag(takes_context=True)
def duty_phone(context: Context, unit: Unit) -> str:
    """The duty telephone of a unit; the first hotline for one that has none."""
    return unit.phone or next(iter(_numbers(context)), "")
