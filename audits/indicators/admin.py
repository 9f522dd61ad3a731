"""The plan's indicators, targets and projects, and what was observed: to look at. Observations enter by their own action."""

from __future__ import annotations

from django.contrib import admin

from chiefs.territory.admin import ReadOnly, SeenRows

from .models import Indicator, Observation, Project, ProjectTotal, Target


class TargetRows(SeenRows):
    model = Target


@admin.register(Indicator)
class IndicatorAdmin(ReadOnly):
    list_display = ("no", "sub_no", "name", "unit", "attribute", "direction", "baseline_text")
    list_filter = ("attribute", "system")
    search_fields = ("name", "name_bo")
    inlines = (TargetRows,)


@admin.register(Observation)
class ObservationAdmin(ReadOnly):
    list_display = ("indicator", "jurisdiction", "since", "until", "value", "text", "source", "recorded_at")
    list_select_related = ("indicator", "jurisdiction")
    search_fields = ("indicator__name", "jurisdiction__name")
    ordering = ("-recorded_at", "-pk")


@admin.register(Project)
class ProjectAdmin(ReadOnly):
    list_display = ("seq", "no", "name", "sub_item", "category", "invest_total", "period")
    list_filter = ("category",)
    search_fields = ("name", "sub_item", "lead_units")


@admin.register(ProjectTotal)
class ProjectTotalAdmin(ReadOnly):
    list_display = ("source_table", "category", "section", "label", "agrees")
    list_filter = ("agrees", "category")
