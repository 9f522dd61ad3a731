"""Names of schemes and waters, and what else they are called."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from chiefs.territory.admin import Kept, Rows, WithRows

from .models import Alias, Resource, Scheme


@admin.register(Scheme)
class SchemeAdmin(Kept):
    list_display = ("code", "name", "name_bo", "chief_title")
    fixed = ("code",)


class AliasRows(Rows):
    model = Alias


@admin.register(Resource)
class ResourceAdmin(WithRows):
    """The register comes from its sources; here it gets its Tibetan name and its other names."""

    list_display = ("name", "name_bo", "kind", "scheme", "national_code")
    list_filter = ("kind", "scheme")
    list_select_related = ("scheme",)
    search_fields = ("name", "name_bo", "national_code", "aliases__name")
    editable = ("name_bo",)
    exclude = ("counties",)
    inlines = (AliasRows,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
