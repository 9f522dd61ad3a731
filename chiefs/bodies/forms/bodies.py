"""Entering a body, its members and its rhythm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.bodies.actions import bodies, meetings
from chiefs.bodies.choosing import post_called, unit_called
from chiefs.bodies.models import Body, Meeting, Member, Rhythm
from chiefs.bodies.reports import seated
from chiefs.posts.models import Post, Unit
from chiefs.sites.choosing import DayField, place_called, words
from chiefs.territory.models import Jurisdiction


def named(label: Any, *, required: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=120, required=required, help_text=hint)


class EntryForm(ActionForm):
    """What the register says of a body."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of body"), choices=Body.Kind.choices, widget=forms.RadioSelect)
    name = named(gettext_lazy("Name of the body"))
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=160, required=False)
    office = named(gettext_lazy("Unit that keeps its office"), hint=gettext_lazy("Name or code of the unit."))
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=200, help_text=gettext_lazy("The document by which it was set up."))

    def __init__(self, *args: Any, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acting = acting

    def clean_office(self) -> Unit:
        return unit_called(self.cleaned_data["office"])


class NewForm(EntryForm):
    place = forms.CharField(
        label=gettext_lazy("Place"), max_length=80, help_text=gettext_lazy("Name or code of the county, township or village.")
    )
    since = DayField(label=gettext_lazy("First day"))
    field_order = ["expect", "client_ref", "kind", "name", "name_bo", "place"]

    def clean_place(self) -> Jurisdiction:
        return place_called(self.cleaned_data["place"], self.acting)

    def act(self) -> Body:
        facts = {name: value for name, value in self.cleaned_data.items() if name != "expect"}
        return bodies.set_up(by=self.acting, **facts)


class ChangeForm(EntryForm):
    move = "change"

    def __init__(self, *args: Any, body: Body, acting: Acting, **kwargs: Any) -> None:
        initial = {name: getattr(body, name) for name in ("kind", "name", "name_bo", "basis")} | {"office": body.office.code}
        super().__init__(*args, expect=body.version, acting=acting, initial=initial, **kwargs)
        self.body = body

    def act(self) -> None:
        bodies.change(self.body, by=self.acting, **self.cleaned_data)


class StepForm(ActionForm):
    """A form for one step of one body."""

    move: str

    def __init__(self, *args: Any, body: Body, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=body.version, **kwargs)
        self.body, self.acting = body, acting

    def act(self) -> None:
        getattr(bodies, self.move)(self.body, by=self.acting, **self.cleaned_data)


class SeatForm(StepForm):
    move = "seat"
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Member.Role.choices, initial=Member.Role.MEMBER, widget=forms.RadioSelect)
    post = named(
        gettext_lazy("Post"), required=False, hint=gettext_lazy("Title or code. Whoever holds the post is the member, also a successor.")
    )
    person = forms.CharField(label=gettext_lazy("Or a person from outside"), max_length=80, required=False)
    organisation = named(gettext_lazy("Organisation of that person"), required=False)
    day = DayField(label=gettext_lazy("From which day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].asked = self.fields["person"].asked = True  # one of the two

    def clean_post(self) -> Post | None:
        return post_called(self.cleaned_data["post"])


class Seats(forms.ModelChoiceField):
    def label_from_instance(self, obj: Member) -> str:
        return f"{obj.post.title if obj.post else obj.name} · {obj.get_role_display()}"


class ReleaseForm(StepForm):
    move = "release"
    member = Seats(label=gettext_lazy("Member"), queryset=Member.objects.none(), widget=forms.RadioSelect, empty_label=None)
    day = DayField(label=gettext_lazy("First day no longer a member"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        field.wide = True
        keys = [member.pk for member in seated(self.body, days.today())]
        field.queryset = Member.objects.filter(pk__in=keys, until=None).select_related("post").order_by("pk")


class RhythmForm(StepForm):
    move = "set_rhythm"
    every = forms.ChoiceField(label=gettext_lazy("A meeting every"), choices=Rhythm.Every.choices, widget=forms.RadioSelect)
    day = DayField(label=gettext_lazy("From which day"))
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=200, required=False)


class EndForm(StepForm):
    move = "end"
    day = DayField(label=gettext_lazy("First day no longer in force"))
    reason = words(gettext_lazy("Reason"))


class PlanForm(StepForm):
    """A meeting besides the rhythm; it leads to the meeting."""

    move = "plan"
    due = DayField(label=gettext_lazy("To be held by"))

    def act(self) -> Meeting:
        return meetings.plan(self.body, due=self.cleaned_data["due"], by=self.acting, client_ref=self.cleaned_data["client_ref"])


FORMS: dict[str, type[Any]] = {form.move: form for form in (SeatForm, ReleaseForm, RhythmForm, ChangeForm, PlanForm, EndForm)}
