"""Filters and tags that every template may use without loading them."""

from __future__ import annotations

from django import template

from accountability.kit import masking

register = template.Library()

register.filter("mask_name", masking.name)
register.filter("mask_phone", masking.phone)
