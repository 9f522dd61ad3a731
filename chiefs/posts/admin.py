"""Names and telephone numbers of units, and names of posts. Terms and charges begin and end by an action, not by a form."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from chiefs.territory.admin import DatedRuleAdmin, Kept

from .models import Post, PostKind, Requirement, Unit


class Named(Kept):
    """Only what a name is may be changed here: everything else is what records stand on."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Unit)
class UnitAdmin(Named):
    list_display = ("code", "name", "name_bo", "phone")
    search_fields = ("code", "name", "name_bo")
    editable = ("name_bo", "phone")


@admin.register(PostKind)
class PostKindAdmin(Named):
    list_display = ("code", "name", "name_bo", "level", "basis")
    editable = ("name", "name_bo", "basis")


@admin.register(Post)
class PostAdmin(Named):
    list_display = ("code", "title", "title_bo", "since", "until")
    search_fields = ("code", "title", "title_bo")
    editable = ("title_bo",)


@admin.register(Requirement)
class RequirementAdmin(DatedRuleAdmin):
    list_display = ("scheme", "resource_kind", "role", "level", "required", "jurisdiction", "since", "until", "confirmed")
    list_filter = ("scheme", "role", "confirmed")
    list_select_related = ("scheme", "jurisdiction")
