"""Naming a record in a form without knowing its code: its name, a part of it, the first letters of its pinyin or the code are typed.

What is named in full is taken. What is named in part is shown to be chosen from, even where only one is meant by it: who leads a
unit or answers for a segment is not decided by a guess. It all works without a script; the field offers what lies nearest by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit.names import begins, could_be_initials
from accountability.ledger.doors import ActionForm

MOST = 12  # shown to be chosen from
OFFERED = 40  # proposed by the field while somebody types
LONGEST = 200  # signs of a text that are looked at
ANOTHER = "new"
SEVERAL = gettext_lazy("More than these are meant. Write more of the name if the right one is not among them.")


@dataclass(frozen=True)
class Found:
    """What was meant: ``one``, or ``several`` to choose from (``more``: not all of them are shown), or nothing."""

    one: Model | None = None
    several: Sequence[Any] = ()
    more: bool = False


@dataclass(frozen=True)
class Pick:
    """How records of one kind are named in a field.

    ``rows``     whatever may be meant by its code or its full name
    ``near``     of these a part of the name or of the code will do, and the first letters of the pinyin; the first are proposed
    ``called``   what a person chooses by; ``key`` what the form sends
    ``also``     further ways to name one (a water by its other names)
    ``another``  the last choice, where what was typed may be the name of somebody new; then a full name too is asked about
    """

    rows: QuerySet
    near: QuerySet
    called: Callable[[Any], str]
    key: Callable[[Any], str]
    nothing: str | Promise
    code: str = "code"
    names: tuple[str, ...] = ("name", "name_bo")
    also: Callable[[str], Q] | None = None
    another: str | Promise = ""
    radio: str = ""
    label: str | Promise = field(default=gettext_lazy("Which of these is meant?"))

    def offered(self) -> list[tuple[str, str]]:
        """What the field proposes while somebody types. One query."""
        return [(self.key(row), self.called(row)) for row in self.near[:OFFERED]]

    def find(self, text: str) -> Found:
        """At most five queries."""
        words = text.replace("\x00", "").strip()
        if not words:
            return Found()
        if self.code and (row := self.rows.filter(**{f"{self.code}__iexact": words}).first()) is not None:
            return Found(row)
        full = list(self.rows.filter(self._each(words, ""))[: MOST + 1])
        if len(full) == 1 and not self.another:
            return Found(full[0])
        return self._several(full or self._loosely(words))

    def _several(self, rows: Sequence[Any]) -> Found:
        return Found(several=rows[:MOST], more=len(rows) > MOST)

    def _each(self, words: str, way: str) -> Q:
        either = Q()
        for name in self.names:
            either |= Q(**{f"{name}{way}": words})
        return either

    def _loosely(self, words: str) -> list[Any]:
        if self.another:  # a part of somebody's name may be the whole name of somebody else
            found: list[Any] = []
        else:
            partly = self._each(words, "__icontains") | Q(**{f"{self.code}__istartswith": words})
            found = list(self.near.filter(partly | self.also(words) if self.also else partly)[: MOST + 1])
        if could_be_initials(words) and len(found) <= MOST:
            rest = self.near.exclude(pk__in=[row.pk for row in found]).filter(begins(words.lower()))
            found += rest[: MOST + 1 - len(found)]
        return found


class OneOf(forms.ChoiceField):
    """A choice among what was meant; one among what an earlier text meant counts for nothing, and is no fault either."""

    widget = forms.RadioSelect
    asked = wide = True

    def valid_value(self, value: Any) -> bool:
        return True


class PickingForm(ActionForm):
    """A form some of whose fields name records.

    What a field meant stands in ``picked`` and, but for persons (whose name may be a new one), in ``cleaned_data`` under its own name.
    """

    unlisted: tuple[str, ...] = ()  # fields that propose nothing: of persons there is no list to leaf through

    def picks(self) -> dict[str, Callable[[], Pick]]:
        """Which fields name what. Asked only when the form is shown or sent: a page that links to it costs nothing."""
        return {}

    def pick(self) -> None:
        """Called once, when the fields are there and the form knows whom it is for."""
        self._picks, self._found, self.picked = dict[str, Pick](), dict[str, Found](), dict[str, Any]()
        for name, make in self.picks().items():
            shown = self.fields[name]
            shown.widget.attrs["autocomplete"] = "off"
            if name not in self.unlisted:
                shown.offered = lambda make=make: make().offered()  # type: ignore[attr-defined]
                shown.widget.attrs["list"] = f"{self.auto_id}-near" % self.add_prefix(name)
            if self.is_bound:
                self._picks[name] = way = make()
                self._found[name] = found = way.find(str(self.data.get(self.add_prefix(name), ""))[:LONGEST])
                if found.several:
                    self._ask(name, way, found)

    def radio_of(self, name: str) -> str:
        return self._picks[name].radio or f"{name}_one"

    def _ask(self, name: str, way: Pick, found: Found) -> None:
        choices = [(way.key(row), way.called(row)) for row in found.several]
        if way.another:
            choices.append((ANOTHER, str(way.another)))
        order = list(self.fields)
        order.insert(order.index(name) + 1, self.radio_of(name))
        self.fields[self.radio_of(name)] = OneOf(label=way.label, choices=choices, required=False, help_text=SEVERAL if found.more else "")
        self.order_fields(order)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, way in self._picks.items():
            chosen = data.pop(self.radio_of(name), "")
            self.picked[name] = self._chosen(name, way, chosen) if data.get(name) else None
            if not way.another:
                data[name] = self.picked[name]
        return data

    def _chosen(self, name: str, way: Pick, chosen: str) -> Any:
        found = self._found[name]
        row = found.one or next((row for row in found.several if way.key(row) == chosen), None)
        if row is not None or (way.another and (chosen == ANOTHER or not found.several)):
            return row
        if way.another:
            self.add_error(self.radio_of(name), _("Somebody of this name is in the register. Say whether it is the same person."))
        elif found.several:
            self.add_error(name, _("Several may be meant. Choose the right one below, or write more of the name."))
        else:
            self.add_error(name, str(way.nothing))
        return None


def beside(*words: Any) -> str:
    """What a person chooses by, put together of what is there."""
    return " · ".join(str(word) for word in words if word)
