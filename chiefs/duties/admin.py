"""How often who must go, and the lines of the responsibility lists."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chiefs.territory.admin import DatedRuleAdmin, DatedRuleForm, Kept

from .models import Duty, PatrolObligation, ResponsibilityItem


class ObligationForm(DatedRuleForm):
    def faults(self, cleaned: dict[str, Any]) -> dict[str | None, str]:
        months = cleaned.get("resting_months") or []
        whole = isinstance(months, list) and all(type(month) is int and 1 <= month <= 12 for month in months)
        return {} if whole else {"resting_months": _("List the months as numbers from 1 to 12, e.g. [12, 1, 2].")}


@admin.register(PatrolObligation)
class PatrolObligationAdmin(DatedRuleAdmin):
    form = ObligationForm
    list_display = ("level", "scheme", "every", "times", "jurisdiction", "since", "until", "confirmed")
    list_select_related = ("scheme", "jurisdiction")
    list_filter = ("level", "confirmed")
    bounds = {"times": (1, 31)}


class ItemForm(DatedRuleForm):
    def faults(self, cleaned: dict[str, Any]) -> dict[str | None, str]:
        if not {"post", "post_kind"} <= self.fields.keys() or (cleaned.get("post") is None) != (cleaned.get("post_kind") is None):
            return {}
        return {None: _("A line is in force for a kind of post or for one post: choose one of the two.")}


@admin.register(ResponsibilityItem)
class ResponsibilityItemAdmin(DatedRuleAdmin):
    form = ItemForm
    list_display = ("text", "text_bo", "post_kind", "post", "order", "since", "until", "confirmed")
    list_select_related = ("post_kind", "post")
    search_fields = ("text", "text_bo", "post__title")
    raw_id_fields = ("jurisdiction", "post", "duty")


@admin.register(Duty)
class DutyAdmin(Kept):
    """The plan's words stay as they are; an office says which of them it has turned into responsibility items."""

    list_display = ("code", "who", "duty", "frequency", "standing")
    list_filter = ("standing",)
    search_fields = ("code", "who", "duty")
    editable = ("standing",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
