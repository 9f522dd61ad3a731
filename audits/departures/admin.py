"""The score sheet of a term, the limits of its grades, and the facts that cap a grade."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiefs.territory.admin import DatedRuleAdmin, Rows, WithRows

from .models import Block, GradeLimit, Item, OverrideRule, ScoreSheet
from .rules import METHODS

WHOLE = Decimal(100)
MOST = (0, 100)


def is_whole(sheet: ScoreSheet) -> bool:
    """Blocks make 100 points, the items of each reach its maximum, and every score has a grade."""
    blocks = list(sheet.blocks.all())
    filled = all(sum(item.most for item in block.items.all()) >= block.most for block in blocks)
    return sum(block.most for block in blocks) == WHOLE and filled and any(limit.from_score == 0 for limit in sheet.limits.all())


class BlockForm(forms.ModelForm):
    def clean_most(self) -> Decimal:
        return _points(self.cleaned_data["most"])


class ItemForm(forms.ModelForm):
    """How an item is reckoned is code: only what there is can be chosen."""

    method = forms.ChoiceField(label=gettext_lazy("Reckoning"), choices=[(name, name) for name in METHODS])

    def clean_most(self) -> Decimal:
        return _points(self.cleaned_data["most"])

    def clean_params(self) -> dict[str, str]:
        params = self.cleaned_data["params"] or {}
        if not isinstance(params, dict) or not all(isinstance(value, str) for value in params.values()):
            raise forms.ValidationError(_("Write the parameters as names with texts, as in the sheet that came with the product."))
        return params


def _points(points: Decimal) -> Decimal:
    if not 0 < points <= WHOLE:
        raise forms.ValidationError(_("Points lie above 0 and reach at most 100."))
    return points


class Limits(BaseInlineFormSet):
    """A better grade begins at a higher score."""

    def clean(self) -> None:
        super().clean()
        order = list(GradeLimit._meta.get_field("grade").choices or [])
        place = {grade: step for step, (grade, _label) in enumerate(order)}
        given = [
            f.cleaned_data for f in self.forms if getattr(f, "cleaned_data", None) and {"grade", "from_score"} <= f.cleaned_data.keys()
        ]
        given.sort(key=lambda row: place[row["grade"]])
        scores = [row["from_score"] for row in given]
        if any(not 0 <= score <= WHOLE for score in scores) or scores != sorted(set(scores), reverse=True):
            raise forms.ValidationError(_("Each grade begins at a score from 0 to 100, the better grade at the higher one."))


class BlockRows(Rows):
    model, form = Block, BlockForm
    show_change_link = True


class LimitRows(Rows):
    model, formset = GradeLimit, Limits


class ItemRows(Rows):
    model, form = Item, ItemForm


@admin.register(ScoreSheet)
class ScoreSheetAdmin(DatedRuleAdmin):
    """A sheet is prepared before its first day: parts and limits here, the items on the page of each part."""

    list_display = ("name", "whole", "jurisdiction", "since", "until", "confirmed")
    list_select_related = ("jurisdiction",)
    bounds = {"least_assessed": MOST}
    inlines = (BlockRows, LimitRows)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScoreSheet]:
        return super().get_queryset(request).prefetch_related("blocks__items", "limits")

    @admin.display(description=gettext_lazy("adds up"), boolean=True)
    def whole(self, sheet: ScoreSheet) -> bool:
        return is_whole(sheet)


@admin.register(Block)
class BlockAdmin(WithRows):
    """Reached from its sheet; open as long as the sheet has not begun."""

    form = BlockForm
    fixed = ("sheet",)
    inlines = (ItemRows,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        begun = obj is not None and not BlockRows(Block, self.admin_site).has_change_permission(request, obj)
        return ("sheet", "code", "title", "most", "order") if begun else super().get_readonly_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(OverrideRule)
class OverrideRuleAdmin(DatedRuleAdmin):
    list_display = ("cap_grade", "figure", "at_least", "jurisdiction", "since", "until", "confirmed")
    list_select_related = ("jurisdiction",)
    bounds = {"at_least": (0, 10**7)}
