"""Filters and tags that every template may use without loading them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.middleware.csrf import get_token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy

from accountability.kit import days, masking

register = template.Library()

register.filter("mask_name", masking.name)
register.filter("mask_phone", masking.phone)


@register.simple_tag(takes_context=True)
def csrf_field(context: Context) -> SafeString:
    """The hidden CSRF field, also inside ``{% include … only %}``, which hides the one of Django."""
    request = getattr(context, "request", None)
    if request is None:
        return SafeString("")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


@register.filter
def day(value: date | datetime | None) -> date | None:
    """The day in Ganzi of a moment; a day stays what it is."""
    return days.day_of(value) if isinstance(value, datetime) else value


@register.filter
def days_after(value: date | datetime | None, other: date) -> int | None:
    """How many days a day lies after another; negative when before. None when there is no day."""
    own = day(value)
    return None if own is None else (own - other).days


@register.filter
def negative(value: int) -> int:
    """The other sign: for 'late by 3 days'."""
    return -value


@register.filter
def money(value: Decimal | int | float | None) -> str:
    """An amount in yuan with thousands separated and two decimals: 1234.5 → 1,234.50."""
    return "" if value is None else f"{Decimal(str(value)):,.2f}"


UNITS = {"m2": gettext_lazy("m²"), "m3": gettext_lazy("m³"), "pieces": gettext_lazy("pieces")}


@register.filter
def amount(value: Decimal | None, unit: str = "") -> str:
    """A quantity with its unit as people write it: 130.00 m2 → 130 m². A unit that is not known stays as it was entered."""
    if value is None:
        return ""
    return f"{value.normalize():f} {UNITS.get(unit, unit)}".strip()


@register.filter
def local(thing: object, field: str = "name") -> str:
    """A name from the database in the reader's language: ``name_bo`` for a Tibetan page where there is one, else ``name``."""
    own = getattr(thing, f"{field}_bo", "") if get_language() == "bo" else ""
    return own or str(getattr(thing, field, "") or "")


@register.filter
def span(row: object) -> str:
    """The days of a dated row: its first and its last one, and … where it is open. The row itself says the first day after."""
    since, until = getattr(row, "since", None), getattr(row, "until", None)
    return f"{since or '…'} – {until - timedelta(days=1) if until else '…'}"
