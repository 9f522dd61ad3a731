"""Handing a file in, taking it over, undoing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accountability.ledger.doors import ActionForm

from . import reading, rules

ACCEPTED = ".xlsx,.csv"


class HandInForm(ActionForm):
    """One file. How large it is, is known before a byte of it is read."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, filled in after the template. Nothing is taken over yet: you see first what would happen."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size is None or file.size > rules.MOST_BYTES:
            raise forms.ValidationError(str(reading.too_large()))
        if not file.size:
            raise forms.ValidationError(str(reading.empty()))
        return file


class TakeOverForm(ActionForm):
    """All rows, or those that are right."""

    partial = forms.BooleanField(
        label=_("Take only the rows that are right. The others stay behind as a file to correct."),
        required=False,
    )

    def __init__(self, *args: Any, wrong: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if wrong:
            self.fields["partial"].asked = True  # type: ignore[attr-defined]
        else:
            del self.fields["partial"]


class UndoForm(ActionForm):
    """Nothing to fill in: the version that was seen."""
