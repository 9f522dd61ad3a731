"""What may be entered about the record of a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting

from . import merging, persons, picks
from .models import Person
from .picking import Pick, PickingForm, beside
from .register_forms import text_field

LOGIN_STAYS = gettext_lazy(
    "Who can sign in already keeps the login name, also when it was this number. A new slip prints the login name that is valid."
)


class PersonForm(PickingForm):
    """About one person. ``act`` returns the person whose page comes next."""

    title: Any
    submit: Any

    def __init__(self, *args: Any, person: Person, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=person.revision, **kwargs)
        self.person, self.acting = person, acting
        self.pick()

    def act(self) -> Person:
        raise NotImplementedError


class CorrectForm(PersonForm):
    title, submit = gettext_lazy("Correct the person"), gettext_lazy("Keep the correction")
    name = text_field(gettext_lazy("Name of the person"), longest=80)
    name_bo = text_field(gettext_lazy("Tibetan name"), required=False, longest=120)
    phone = text_field(gettext_lazy("Service telephone"), required=False, longest=20, help_text=LOGIN_STAYS)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        start = {column: getattr(person, column) for column in persons.CORRECTED}
        super().__init__(*args, person=person, initial=start, **kwargs)

    def act(self) -> Person:
        return persons.correct_person(self.person, **self.cleaned_data, by=self.acting)


class MergeForm(PersonForm):
    """The record whose page it is on is given up; the other one goes on."""

    title, submit = gettext_lazy("Same person as …"), gettext_lazy("Join the two records")
    unlisted = ("into",)
    into = text_field(
        gettext_lazy("Record that goes on"),
        longest=80,
        help_text=gettext_lazy("Name of the person. Terms, deputations and the way in of this record are held by it from now on."),
    )
    reason = text_field(gettext_lazy("How do you know that it is the same person?"))
    login = forms.ChoiceField(
        label=gettext_lazy("Login name that goes on"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The other one is closed, and its devices are signed out."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].initial = self.person.name
        chosen = (
            next((row for row in self._found["into"].several if str(row.ref) == self.data.get("person")), None) if self.is_bound else None
        )
        names = merging.logins(self.person, chosen) if chosen is not None else []
        if names:
            self.fields["login"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        else:
            del self.fields["login"]

    def picks(self) -> dict[str, Callable[[], Pick]]:
        others = Person.objects.visible_to(self.acting).exclude(pk=self.person.pk)
        return {"into": lambda: replace(picks.persons(self.acting, others), called=_known_by, another=_("None of these"))}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("into") and self.picked["into"] is None and not self.errors:
            self.add_error("into", _("No other record that you may look up has this name. Look the person up in the register."))
        return data

    def act(self) -> Person:
        given = self.cleaned_data | {"into": self.picked["into"]}
        return merging.merge(self.person, **given, by=self.acting)


def _known_by(person: Person) -> str:
    """Namesakes are told apart by the telephone and the last post."""
    last = persons.last_post(person)
    return beside(local(person), person.phone, local(last, "title") if last else "")


#: name of the address -> form, in the order in which the page offers them
PERSON_FORMS: dict[str, type[PersonForm]] = {"correct": CorrectForm, "merge": MergeForm}


def open_forms(person: Person, acting: Acting) -> list[tuple[str, Any]]:
    """The entries that ``acting`` may make about a person: (name of the address, what stands on the button)."""
    if not persons.may_correct(acting, person):
        return []
    return [(f"terms:{name}_person", form.title) for name, form in PERSON_FORMS.items()]
