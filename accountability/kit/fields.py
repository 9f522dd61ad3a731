"""Fields of forms that Django's own would leave a hole in."""

from __future__ import annotations

from typing import Any

from django import forms

MOST_DIGITS = 18  # any number of so many digits is a key that both databases can be asked for


class SeveralField(forms.ModelMultipleChoiceField):
    """Several records of a list. Django asks the database for whatever number was sent; one that no database holds is no choice."""

    def clean(self, value: Any) -> Any:
        for key in value or [] if isinstance(value, (list, tuple)) else []:
            if str(key).isdigit() and len(str(key)) > MOST_DIGITS:
                raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": key})
        return super().clean(value)
