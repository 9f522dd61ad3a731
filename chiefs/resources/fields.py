"""Fields in which people name a place or a water, as they would on paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.kit.fields import DayField
from accountability.ledger.acting import Acting
from chiefs.territory.models import Jurisdiction

from . import reports
from .models import Resource


class PlaceField(forms.CharField):
    """A unit inside the reach of the post, by code or name; cleans to a Jurisdiction. The form sets ``acting``."""

    acting: Acting | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", gettext_lazy("Name or 12-digit code; where a name repeats, write the unit above before it: “Yala Zhonggu”.")
        )
        super().__init__(max_length=120, **kwargs)

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words or self.acting is None:
            return None
        found = reports.place_named(words, self.acting, days.today())
        if found is None:
            raise forms.ValidationError(
                _("“%(words)s” is none or several of the units that you keep. Write the code, or the unit above before the name.")
                % {"words": words}
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        return (value.code or value.name) if isinstance(value, Jurisdiction) else value


class WaterField(forms.CharField):
    """A registered resource by its name, another name or its national code; cleans to a Resource or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words:
            return None
        found = reports.called(words)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(
                _("No resource is called “%(words)s”. Register it first, or look for its other names.") % {"words": words}
            )
        raise forms.ValidationError(_("Several resources are called “%(words)s”. Write the national code instead.") % {"words": words})

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Resource) else value


class NamesField(forms.CharField):
    """Several names, one on each line; cleans to a list."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=1200, **kwargs)

    def clean(self, value: Any) -> Any:
        names = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        if any(len(name) > 80 for name in names):
            raise forms.ValidationError(_("A name has at most 80 signs. Write each name on a line of its own."))
        return [name for name in names if name]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


def day_field(label: Any, **kwargs: Any) -> DayField:
    return DayField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)
