"""When a patrol counts."""

from __future__ import annotations

from django.contrib import admin

from chiefs.territory.admin import DatedRuleAdmin

from .models import PatrolValidity


@admin.register(PatrolValidity)
class PatrolValidityAdmin(DatedRuleAdmin):
    list_display = (
        "level",
        "scheme",
        "least_metres",
        "least_minutes",
        "most_kmh",
        "also_within_m",
        "jurisdiction",
        "since",
        "until",
        "confirmed",
    )
    list_select_related = ("scheme", "jurisdiction")
    list_filter = ("level", "confirmed")
    bounds = {"least_metres": (1, 1_000_000), "least_minutes": (1, 1440), "most_kmh": (1, 200), "also_within_m": (0, 5000)}
