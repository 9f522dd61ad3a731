"""Fields in which people name a place or a water, as they would on paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.kit.fields import DayField
from accountability.kit.names import named
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from chiefs.territory.models import Jurisdiction

from . import reports
from .models import Resource, Segment

MOST_NAMED = 8


class SegmentField(forms.CharField):
    """A segment of today by its code or full name; cleans to a Segment. The form sets ``acting``: in its reach a part of the name, or
    its water's name or initials, are answered with the codes to choose from."""

    acting: Acting | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("its code or name; a part of the name lists the codes"))
        super().__init__(max_length=120, **kwargs)

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words or self.acting is None:
            return None
        rows = Segment.objects.in_force(days.today()).select_related("resource__scheme", "jurisdiction__parent__parent__parent")
        if exact := rows.filter(code__iexact=words).first():
            return exact
        near = rows.filter(self.acting.reach.q()).order_by("path", "code")
        for meant in (Q(name=words), named(words) | reports.named(words, "resource__")):
            found = list(near.filter(meant)[: MOST_NAMED + 1])
            if len(found) == 1:
                return found[0]
            if found:
                told = "；".join(f"{one.code} {local(one)}" for one in found[:MOST_NAMED]) + ("…" if len(found) > MOST_NAMED else "")
                raise forms.ValidationError(_("Several may be meant. Write the code of the right one: %(segments)s") % {"segments": told})
        raise forms.ValidationError(_("No segment has this code or this name today. Look it up in the register."))


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
