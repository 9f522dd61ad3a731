"""The texts that stand on every notice board."""

from __future__ import annotations

from django.contrib import admin

from chiefs.territory.admin import DatedRuleAdmin

from .models import BoardText


@admin.register(BoardText)
class BoardTextAdmin(DatedRuleAdmin):
    list_display = ("kind", "scheme", "text", "text_bo", "order", "jurisdiction", "since", "until", "confirmed")
    list_select_related = ("scheme", "jurisdiction")
    list_filter = ("kind", "scheme", "confirmed")
    search_fields = ("text", "text_bo", "basis")
    ordering = ("kind", "order", "-since")
