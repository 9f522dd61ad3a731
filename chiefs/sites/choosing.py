"""Fields that turn what a person typed into a record: a place by its name or code, a segment by the code on its board, a site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days, fields
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction

from .models import Site

MOST_NAMED = 5


def words(label: Any, *, required: bool = True, rows: int = 3, most: int = 2000, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=most, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}))


class DayField(fields.DayField):
    """With an example of how a day is written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text=kwargs.pop("help_text", gettext_lazy("e.g. 2027-06-30")), **kwargs)


def place_called(text: str, acting: Acting) -> Jurisdiction:
    """The place in force inside the own reach with this code or name. Raises ValidationError that says what to type instead."""
    typed = text.strip()
    inside = Jurisdiction.objects.in_force(days.today()).filter(acting.reach.q(jurisdiction="pk")).select_related("parent")
    named = {"code": typed.ljust(12, "0")} if typed.isascii() and typed.isdigit() else {"name": typed}
    found = list(inside.filter(**named).order_by("code", "pk")[: MOST_NAMED + 1])
    if not found:
        raise forms.ValidationError(_("There is no place with this name or code among yours. Type it as it stands in the divisions."))
    if len(found) > 1:
        several = "、".join(f"{local(p.parent) if p.parent else ''}{local(p)} {p.code or ''}".strip() for p in found[:MOST_NAMED])
        raise forms.ValidationError(_("Several places are called so. Type the code of the right one: %(places)s") % {"places": several})
    return found[0]


def segment_coded(text: str) -> Segment | None:
    """The segment in force with this code; None for an empty text. Raises ValidationError for a code that is none."""
    code = text.strip()
    if not code:
        return None
    found = Segment.objects.in_force(days.today()).filter(code=code).first()
    if found is None:
        raise forms.ValidationError(_("There is no segment with this code. Leave it empty, or look it up on the notice board."))
    return found


class Sites(forms.ModelChoiceField):
    """Sites to choose from, each with its kind and place."""

    def label_from_instance(self, obj: Site) -> str:
        return " · ".join([local(obj), str(obj.get_kind_display()), local(obj.jurisdiction), str(obj.get_state_display())])


class FindForm(forms.Form):
    """A part of a name, or a whole credit code; sent by GET."""

    q = forms.CharField(label=gettext_lazy("Name or credit code of the site"), max_length=120, required=False)


class ChooseForm(ActionForm):
    """One of the sites found, or none of them."""

    site = Sites(
        label=gettext_lazy("Regulated site"),
        queryset=Site.objects.none(),
        required=False,
        to_field_name="ref",
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("no regulated site"),
    )

    def __init__(self, *args: Any, found: Sequence[Site], chosen: Site | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [site.pk for site in found] + ([chosen.pk] if chosen else [])
        field = self.fields["site"]
        field.asked = field.wide = True
        field.queryset = Site.objects.filter(pk__in=keys).select_related("jurisdiction").order_by("name", "pk")
        field.initial = chosen.ref if chosen else None
