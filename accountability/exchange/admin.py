"""What came in from files, to look at. This room stands below the rule tables, so it says by itself that nothing is changed here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import ImportNote, ImportRun


class Seen:
    """Looked at by whoever may open the page, changed by nobody."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NoteRows(Seen, admin.TabularInline):
    model = ImportNote
    verbose_name = _("remark of the import")
    verbose_name_plural = _("remarks of the import")
    ordering = ("line", "pk")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(ImportRun)
class ImportRunAdmin(Seen, admin.ModelAdmin):
    list_display = ("kind", "file_name", "started_at", "outcome", "read", "added", "changed", "unchanged")
    list_filter = ("outcome", "kind")
    search_fields = ("file_name", "sha256")
    ordering = ("-started_at", "-pk")
    actions = None
    inlines = (NoteRows,)
