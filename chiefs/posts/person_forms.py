"""What may be entered about the record of a person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm

from . import persons
from .models import Person
from .register_forms import text_field

LOGIN_STAYS = gettext_lazy(
    "Who can sign in already keeps the login name, also when it was this number. A new slip prints the login name that is valid."
)


class PersonForm(ActionForm):
    """About one person. ``act`` returns the person whose page comes next."""

    title: Any
    submit: Any

    def __init__(self, *args: Any, person: Person, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=person.revision, **kwargs)
        self.person, self.acting = person, acting

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


#: name of the address -> form, in the order in which the page offers them
PERSON_FORMS: dict[str, type[PersonForm]] = {"correct": CorrectForm}


def open_forms(person: Person, acting: Acting) -> list[tuple[str, Any]]:
    """The entries that ``acting`` may make about a person: (name of the address, what stands on the button)."""
    if not persons.may_correct(acting, person):
        return []
    return [(f"terms:{name}_person", form.title) for name, form in PERSON_FORMS.items()]
