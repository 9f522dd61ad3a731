"""Fields of forms that Django's own would leave a hole in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from . import days

MOST_AHEAD = 10  # years
EARLIEST = date(1900, 1, 1)
MOST_DIGITS = 18  # any number of so many digits is a key that both databases can be asked for


class SeveralField(forms.ModelMultipleChoiceField):
    """Several records of a list. Django asks the database for whatever number was sent; one that no database holds is no choice."""

    def clean(self, value: Any) -> Any:
        for key in value or [] if isinstance(value, (list, tuple)) else []:
            if str(key).isdigit() and len(str(key)) > MOST_DIGITS:
                raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": key})
        return super().clean(value)


class DayField(forms.DateField):
    """A day between 1900 and ten years ahead: what lies outside is a slip of the pen, and no calendar can reckon on from the year 9999."""

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and not EARLIEST <= day <= date(days.today().year + MOST_AHEAD, 1, 1):
            raise forms.ValidationError(_("This day is too far away. Compare the year."))
        return day
