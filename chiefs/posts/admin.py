"""Kinds of post, and who must be there. Units, posts and terms are written on the pages of the register, by actions."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from chiefs.territory.admin import DatedRuleAdmin, Kept

from .models import PostKind, Requirement


@admin.register(PostKind)
class PostKindAdmin(Kept):
    """Only how a kind is called and on what it rests: everything else is what records stand on."""

    list_display = ("code", "name", "name_bo", "level", "basis")
    editable = ("name", "name_bo", "basis")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Requirement)
class RequirementAdmin(DatedRuleAdmin):
    list_display = ("scheme", "resource_kind", "role", "level", "required", "jurisdiction", "since", "until", "confirmed")
    list_filter = ("scheme", "role", "confirmed")
    list_select_related = ("scheme", "jurisdiction")
