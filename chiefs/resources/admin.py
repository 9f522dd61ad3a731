"""Names and levels of the schemes. Waters, slopes and plots are kept by chief offices on pages of their own."""

from __future__ import annotations

from django.contrib import admin

from chiefs.territory.admin import Kept

from .models import Scheme


@admin.register(Scheme)
class SchemeAdmin(Kept):
    list_display = ("code", "name", "name_bo", "chief_title")
    fixed = ("code",)
