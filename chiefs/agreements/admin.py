"""The rules of settlement and of expiry warnings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _

from chiefs.territory.admin import DatedRuleAdmin, DatedRuleForm

from .models import ExpiryRule, SettlementRule


class SettlementForm(DatedRuleForm):
    def faults(self, cleaned: dict[str, Any]) -> dict[str | None, str]:
        limits = [cleaned.get(name) for name in ("excellent_from", "good_from", "qualified_from")]
        if any(limit is None for limit in limits):
            return {}
        found: dict[str | None, str] = {}
        if not 100 >= limits[0] > limits[1] > limits[2] > 0:
            found[None] = _("The limits must fall from excellent to qualified, all between 0 and 100.")
        if not 0 <= (cleaned.get("partly") or 0) <= 1:
            found["partly"] = _("A share lies between 0 and 1.")
        return found


@admin.register(SettlementRule)
class SettlementRuleAdmin(DatedRuleAdmin):
    form = SettlementForm
    list_display = ("excellent_from", "good_from", "qualified_from", "partly", "jurisdiction", "since", "until", "confirmed")
    list_select_related = ("jurisdiction",)


@admin.register(ExpiryRule)
class ExpiryRuleAdmin(DatedRuleAdmin):
    list_display = ("days_ahead", "jurisdiction", "since", "until", "confirmed")
    list_select_related = ("jurisdiction",)
    bounds = {"days_ahead": (1, 365)}
