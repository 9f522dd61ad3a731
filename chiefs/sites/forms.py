"""One form for entering a site, and one for each step after that."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.posts import reports as posts
from chiefs.posts.models import Unit
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction

from . import actions, rules
from .choosing import DayField, Sites, place_called, segment_coded, words
from .lifecycle import NO_CODE
from .models import Importance, Site

WATCHING = (Unit.Kind.DEPARTMENT, Unit.Kind.BRANCH, Unit.Kind.OFFICE, Unit.Kind.GOVERNMENT)


def watching_units(place: Jurisdiction) -> Any:
    """Departments, offices and governments of a place and of those above it: who may be in charge of a site there."""
    above = [unit.pk for unit in posts.ancestors(place)]
    rows = Unit.objects.in_force(days.today()).filter(jurisdiction__in=above, kind__in=WATCHING)
    return rows.select_related("jurisdiction").order_by("-jurisdiction__path", "name", "pk")


class Units(forms.ModelChoiceField):
    def label_from_instance(self, obj: Unit) -> str:
        return local(obj)


class EntryForm(ActionForm):
    """What the register says of a site."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of site"), choices=Site.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("Name of the site"), max_length=120)
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=160, required=False)
    credit_code = forms.CharField(
        label=gettext_lazy("Unified social credit code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("18 signs, as on the licence; empty where there is none."),
    )
    permit_number = forms.CharField(label=gettext_lazy("Permit number"), max_length=40, required=False)
    place = forms.CharField(
        label=gettext_lazy("Place"), max_length=80, help_text=gettext_lazy("Name or code of the county, township or village.")
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    latitude = forms.DecimalField(label=gettext_lazy("Latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.DecimalField(label=gettext_lazy("Longitude"), required=False, min_value=-180, max_value=180)
    board = forms.CharField(
        label=gettext_lazy("Segment it drains to"), max_length=20, required=False, help_text=gettext_lazy("The code on the notice board.")
    )
    since = DayField(label=gettext_lazy("In operation since"), required=False)
    source = forms.CharField(label=gettext_lazy("Source of the entry"), max_length=200, required=False)

    def __init__(self, *args: Any, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acting = acting

    def clean_credit_code(self) -> str:
        code = rules.tidy_code(self.cleaned_data["credit_code"])
        if code and not rules.is_credit_code(code):
            raise forms.ValidationError(NO_CODE)
        return code

    def clean_place(self) -> Jurisdiction:
        return place_called(self.cleaned_data["place"], self.acting)

    def clean_board(self) -> Segment | None:
        return segment_coded(self.cleaned_data["board"])

    def clean_latitude(self) -> Decimal | None:
        return _six(self.cleaned_data["latitude"])

    def clean_longitude(self) -> Decimal | None:
        return _six(self.cleaned_data["longitude"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        given = {"latitude", "longitude"} <= data.keys()
        if given and (data["latitude"] is None) != (data["longitude"] is None):
            self.add_error("longitude", _("Latitude and longitude belong together. Fill in both, or neither."))
        return data


def _six(degrees: Decimal | None) -> Decimal | None:
    """Six decimals are a decimetre: what a device adds is noise."""
    return None if degrees is None else degrees.quantize(Decimal("0.000001"))


class RegisterForm(EntryForm):
    """A new site."""

    importance = forms.ChoiceField(
        label=gettext_lazy("Importance"), choices=Importance.Value.choices, initial=Importance.Value.GENERAL, widget=forms.RadioSelect
    )
    other_names = words(gettext_lazy("Other names"), required=False, most=1000, hint=gettext_lazy("One in each line."))
    field_order = ["expect", "client_ref", "kind", "name", "name_bo", "other_names", "credit_code", "permit_number", "importance"]

    def act(self) -> Site:
        facts = {name: value for name, value in self.cleaned_data.items() if name not in ("expect", "board", "other_names")}
        names = [line for line in self.cleaned_data["other_names"].splitlines() if line.strip()]
        return actions.register(by=self.acting, segment=self.cleaned_data["board"], other_names=names, **facts)


class StepForm(ActionForm):
    """A form for one step of one site."""

    move: str

    def __init__(self, *args: Any, site: Site, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=site.version, **kwargs)
        self.site, self.acting = site, acting

    def act(self) -> None:
        getattr(actions, self.move)(self.site, by=self.acting, **self.cleaned_data)


class ChangeForm(EntryForm):
    move = "change"

    def __init__(self, *args: Any, site: Site, acting: Acting, **kwargs: Any) -> None:
        same = ("kind", "name", "name_bo", "credit_code", "permit_number", "address", "latitude", "longitude", "since", "source")
        initial = {name: getattr(site, name) for name in same}
        initial |= {
            "place": site.jurisdiction.code or site.jurisdiction.name,
            "board": site.segment.code if site.segment else "",
            "since": site.since.isoformat() if site.since else "",
        }
        super().__init__(*args, expect=site.version, acting=acting, initial=initial, **kwargs)
        self.site = site

    def act(self) -> None:
        facts = dict(self.cleaned_data)
        facts |= {"jurisdiction": facts.pop("place"), "segment": facts.pop("board")}
        actions.change(self.site, by=self.acting, **facts)


class ClassifyForm(StepForm):
    move = "classify"
    value = forms.ChoiceField(label=gettext_lazy("Importance"), choices=Importance.Value.choices, widget=forms.RadioSelect)
    day = DayField(label=gettext_lazy("From which day"))
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=200, required=False)


class InChargeForm(StepForm):
    move = "put_in_charge"
    unit = Units(label=gettext_lazy("Unit in charge"), queryset=Unit.objects.none())
    day = DayField(label=gettext_lazy("From which day"))
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = watching_units(self.site.jurisdiction)


class NamesForm(StepForm):
    move = "name_also"
    names = words(gettext_lazy("Other names"), most=1000, hint=gettext_lazy("One in each line."))

    def clean_names(self) -> list[str]:
        return [line.strip()[:120] for line in self.cleaned_data["names"].splitlines() if line.strip()]


class CloseForm(StepForm):
    move = "close"
    day = DayField(label=gettext_lazy("First day no longer in operation"))
    reason = words(gettext_lazy("Reason"))


class ResumeForm(StepForm):
    move = "resume"
    reason = words(gettext_lazy("Reason"))


class MergeForm(StepForm):
    """Which entry goes on: one of those found, or with the same name."""

    move = "merge"
    into = Sites(
        label=gettext_lazy("The entry that goes on"),
        queryset=Site.objects.none(),
        to_field_name="ref",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose the entry that goes on. Look for it by its name if it is not shown.")},
    )
    reason = words(gettext_lazy("How you know that they are the same"))

    def __init__(self, *args: Any, found: Sequence[Site] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        field.wide = True
        keys = [site.pk for site in found]
        field.queryset = Site.objects.filter(pk__in=keys).filter(~Q(pk=self.site.pk)).select_related("jurisdiction").order_by("name", "pk")


FORMS: dict[str, type[Any]] = {
    form.move: form for form in (ChangeForm, ClassifyForm, InChargeForm, NamesForm, CloseForm, ResumeForm, MergeForm)
}
