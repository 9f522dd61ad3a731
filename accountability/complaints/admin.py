"""The lists that an administrator keeps. Complaints themselves are never in here."""

from django.contrib import admin

from chiefs.territory.admin import Kept

from .models import Channel, PollutionKind, RefusalReason


@admin.register(Channel, PollutionKind, RefusalReason)
class ListAdmin(Kept):
    """Names and texts may be changed; codes are what records refer to, and nothing is taken away."""

    list_display = ("code", "name", "name_bo")
    fixed = ("code",)
