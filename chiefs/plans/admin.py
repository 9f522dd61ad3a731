"""For how long river plans hold."""

from __future__ import annotations

from django.contrib import admin

from chiefs.territory.admin import DatedRuleAdmin

from .models import PlanTerm


@admin.register(PlanTerm)
class PlanTermAdmin(DatedRuleAdmin):
    list_display = ("level", "years", "jurisdiction", "since", "until", "confirmed")
    list_select_related = ("jurisdiction",)
    list_filter = ("level", "confirmed")
    bounds = {"years": (1, 10)}
