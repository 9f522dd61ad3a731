"""The kinds of problem, and from which quantity on a problem is grave."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _

from chiefs.territory.admin import DatedRuleAdmin, DatedRuleForm, Kept

from .models import ProblemKind, SeverityLimit


@admin.register(ProblemKind)
class ProblemKindAdmin(Kept):
    list_display = ("code", "name", "name_bo", "disorder", "quantity_unit", "order")
    fixed = ("code",)


class LimitForm(DatedRuleForm):
    def faults(self, cleaned: dict[str, Any]) -> dict[str | None, str]:
        if not {"serious_from", "major_from"} <= self.fields.keys():
            return {}
        serious, major = cleaned.get("serious_from"), cleaned.get("major_from")
        if serious is None and major is None and not {"serious_from", "major_from"} & self.errors.keys():
            return {"serious_from": _("Enter at least one of the two limits.")}
        if serious is not None and major is not None and major <= serious:
            return {"major_from": _("A problem becomes major at a larger quantity than it becomes rather serious.")}
        return {}


@admin.register(SeverityLimit)
class SeverityLimitAdmin(DatedRuleAdmin):
    form = LimitForm
    list_display = ("kind", "serious_from", "major_from", "jurisdiction", "since", "until", "confirmed")
    list_select_related = ("kind", "jurisdiction")
    list_filter = ("kind", "confirmed")
    bounds = {"serious_from": (0, 10**9), "major_from": (0, 10**9)}
