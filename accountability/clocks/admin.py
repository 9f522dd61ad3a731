"""The legal terms and the working calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from chiefs.territory.admin import DatedRuleAdmin, DatedRuleForm, Kept

from .models import CalendarDay, Term
from .rules import MOST_LENGTH


class TermForm(DatedRuleForm):
    """What has a term is said by the rooms; here one chooses for which of them a new row is."""

    code = forms.ChoiceField(label=_("code"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            codes = Term.objects.order_by("code").values_list("code", flat=True).distinct()
            self.fields["code"].choices = [(code, code) for code in codes]


@admin.register(Term)
class TermAdmin(DatedRuleAdmin):
    form = TermForm
    list_display = ("code", "channel", "length", "day_kind", "starts", "jurisdiction", "since", "until", "confirmed")
    list_select_related = ("jurisdiction",)
    search_fields = ("code", "basis")
    ordering = ("code", "channel", "-since")
    bounds = {"length": (1, MOST_LENGTH), "most_extension": (0, MOST_LENGTH)}


@admin.register(CalendarDay)
class CalendarDayAdmin(Kept):
    """A day that has passed stays as it was reckoned with; one that is still missing may be entered."""

    list_display = ("day", "working", "name", "source")
    list_filter = ("working",)
    date_hierarchy = "day"
    fixed = ("day",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is not None and obj.day <= days.today():
            return ("day", "working", "name", "source")
        return super().get_readonly_fields(request, obj)
