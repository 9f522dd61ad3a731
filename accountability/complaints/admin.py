"""The lists that an administrator keeps. Complaints themselves are never in here."""

from django.contrib import admin
from django.http import HttpRequest

from .models import Channel, PollutionKind, RefusalReason


@admin.register(Channel, PollutionKind, RefusalReason)
class ListAdmin(admin.ModelAdmin):
    """Names and texts may be changed; codes are what records refer to, and nothing is taken away."""

    list_display = ("code", "name", "name_bo")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
