"""Names, levels and kinds of the schemes. Waters, slopes and plots are kept by chief offices on pages of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst

from accountability.ledger.errors import Refused
from chiefs.territory.admin import Kept
from chiefs.territory.models import UPWARDS

from . import schemes
from .actions import check_scheme, keep_scheme
from .models import Resource, Scheme


def _boxes(column: str, choices: list[tuple[str, Any]], **more: Any) -> forms.MultipleChoiceField:
    field = Scheme._meta.get_field(column)
    label, help_text = capfirst(field.verbose_name), field.help_text  # type: ignore[union-attr]
    return forms.MultipleChoiceField(label=label, help_text=help_text, choices=choices, widget=forms.CheckboxSelectMultiple, **more)


class SchemeForm(forms.ModelForm):
    """Boxes instead of JSON: what is ticked is a level, and nothing else can be."""

    levels = _boxes("levels", [(level.value, level.label) for level in reversed(UPWARDS)])
    resource_kinds = _boxes("resource_kinds", Resource.Kind.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["levels"] = list(schemes.levels_of(self.instance.levels))
        self.initial["resource_kinds"] = list(schemes.kinds_of(self.instance.resource_kinds))

    def clean_levels(self) -> list[str]:
        return list(schemes.levels_of(self.cleaned_data["levels"]))

    def clean(self) -> dict[str, Any]:
        """Says on the form what the action would refuse."""
        data = super().clean() or {}
        if "levels" in data and "resource_kinds" in data:
            proposed = Scheme(pk=self.instance.pk, levels=data["levels"], resource_kinds=data["resource_kinds"])
            try:
                check_scheme(proposed, Scheme.objects.all())
            except Refused as refusal:
                self.add_error("resource_kinds", str(refusal))
        return data


@admin.register(Scheme)
class SchemeAdmin(Kept):
    form = SchemeForm
    list_display = ("code", "name", "name_bo", "chief_title", "owner_department")
    fixed = ("code",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        changed = [name for name in form.changed_data if name in form.cleaned_data]
        if changed or not change:
            keep_scheme(obj, changed=changed, by=request.acting)  # type: ignore[attr-defined]
