"""How often who must go, and the catalogue of powers. Lists of duties have pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chiefs.territory.admin import DatedRuleAdmin, DatedRuleForm, Kept

from .models import Duty, PatrolObligation, Power


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


@admin.register(Power)
class PowerAdmin(DatedRuleAdmin):
    list_display = ("matter", "name", "category", "level", "lead_department", "jurisdiction", "since", "until", "confirmed")
    list_select_related = ("jurisdiction",)
    list_filter = ("level", "category", "confirmed")
    search_fields = ("matter", "name", "lead_department")


@admin.register(Duty)
class DutyAdmin(Kept):
    """The plan's words stay as they are; an office says which of them it has turned into responsibility items."""

    list_display = ("code", "who", "duty", "frequency", "standing")
    list_filter = ("standing",)
    search_fields = ("code", "who", "duty")
    editable = ("standing",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
