"""One form per entry about a unit: founded, led, closed, and a post in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from accountability.kit import days
from accountability.kit.templatetags.kit import local, span
from accountability.ledger.acting import Acting

from . import deeds, naming, picks, rules, seats, superiors, units
from .functions import Function
from .models import Post, PostKind, Superior, Unit
from .naming_form import Renaming
from .picking import Pick, PickingForm
from .post_form import date_field, text_field

CODE_HELP = gettext_lazy("Latin letters, digits and hyphens; it stands in addresses and never changes")


class UnitForm(PickingForm):
    """About one unit; without one for the form that founds it."""

    title: Any
    submit: Any

    def __init__(self, *args: Any, acting: Acting, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.acting = unit, acting
        self.pick()

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "expect"} | {"by": self.acting}

    def act(self) -> Any:
        raise NotImplementedError


class FoundForm(UnitForm):
    title, submit = gettext_lazy("Found a unit"), gettext_lazy("Found the unit")
    name = text_field(pgettext_lazy("thing", "Name"), longest=120)
    name_bo = text_field(gettext_lazy("Tibetan name"), required=False, longest=160)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=60, help_text=CODE_HELP)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    jurisdiction = text_field(gettext_lazy("Place"), longest=80, help_text=gettext_lazy("its name, or the division code of 12 digits"))
    phone = text_field(gettext_lazy("Duty telephone"), required=False, longest=30)
    since = date_field(gettext_lazy("First day"))
    superior = text_field(gettext_lazy("Unit that leads it"), required=False, longest=120, help_text=gettext_lazy("name or code"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = rules.founds_units(self.acting)
        self.fields["kind"].choices = [choice for choice in Unit.Kind.choices if choice[0] in mine]  # type: ignore[attr-defined]

    def picks(self) -> dict[str, Callable[[], Pick]]:
        return {"jurisdiction": lambda: picks.places(self.acting), "superior": lambda: picks.units(self.acting)}

    def act(self) -> Unit:
        return units.found_unit(**self.facts())


class SuperiorForm(UnitForm):
    title, submit = gettext_lazy("Who leads the unit"), gettext_lazy("Enter the superior unit")
    superior = text_field(gettext_lazy("Superior unit"), longest=120, help_text=gettext_lazy("name or code"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Superior.Kind.choices, widget=forms.RadioSelect, initial=Superior.Kind.LEAD
    )
    since = date_field(gettext_lazy("First day"))

    def picks(self) -> dict[str, Callable[[], Pick]]:
        return {"superior": lambda: picks.units(self.acting)}

    def act(self) -> Superior:
        assert self.unit is not None
        return units.set_superior(self.unit, **self.facts())


class Relations(forms.ModelChoiceField):
    wide = True  # a name with a day

    def label_from_instance(self, obj: Superior) -> str:
        return f"{obj.get_kind_display()}: {local(obj.superior)} · {span(obj)}"


class RelationForm(UnitForm):
    """About one of the rows that say whom a unit answers to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].queryset = self.rows(self.unit)  # type: ignore[attr-defined]

    @classmethod
    def rows(cls, unit: Unit | None) -> QuerySet[Superior]:
        raise NotImplementedError

    @classmethod
    def concerns(cls, row: Superior, today: date) -> bool:
        """Whether a row that was read already is one of ``rows``."""
        raise NotImplementedError


class EndSuperiorForm(RelationForm):
    title, submit = gettext_lazy("End a relation to a superior unit"), gettext_lazy("End the relation")
    relation = Relations(label=gettext_lazy("Relation"), queryset=Superior.objects.none(), empty_label=None, widget=forms.RadioSelect)
    day = date_field(gettext_lazy("First day no longer"))

    @classmethod
    def rows(cls, unit: Unit | None) -> QuerySet[Superior]:
        return superiors.begun(unit)

    @classmethod
    def concerns(cls, row: Superior, today: date) -> bool:
        return row.since <= today and (row.until is None or row.until > today)

    def act(self) -> Unit:
        given = self.facts()
        return superiors.end_superior(given.pop("relation"), **given)


class TakeBackForm(RelationForm):
    title, submit = gettext_lazy("Take back a superior entered ahead"), gettext_lazy("Take it back")
    relation = Relations(
        label=gettext_lazy("Relation"),
        queryset=Superior.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Whatever it would have ended goes on."),
    )

    @classmethod
    def rows(cls, unit: Unit | None) -> QuerySet[Superior]:
        return superiors.to_come(unit)

    @classmethod
    def concerns(cls, row: Superior, today: date) -> bool:
        return row.since > today

    def act(self) -> Unit:
        given = self.facts()
        return superiors.take_back(given.pop("relation"), **given)


class DescribeForm(UnitForm):
    title, submit = gettext_lazy("Tibetan name and telephone"), gettext_lazy("Keep this")
    name_bo = text_field(gettext_lazy("Tibetan name"), required=False, longest=160)
    phone = text_field(gettext_lazy("Duty telephone"), required=False, longest=30)

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        assert unit is not None
        super().__init__(*args, unit=unit, initial={"name_bo": unit.name_bo, "phone": unit.phone}, **kwargs)

    def act(self) -> Unit:
        assert self.unit is not None
        return units.describe_unit(self.unit, **self.facts())


class RenameUnitForm(Renaming, UnitForm):
    title, submit = gettext_lazy("Rename the unit"), gettext_lazy("Enter the new name")
    name = text_field(gettext_lazy("New name of the unit"), longest=120)
    name_bo = text_field(gettext_lazy("Tibetan name"), required=False, longest=160)
    field_order = Renaming.ORDER

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        assert unit is not None
        super().__init__(*args, unit=unit, borne=(unit.name, unit.name_bo), **kwargs)

    def act(self) -> Unit:
        assert self.unit is not None
        facts = self.facts()
        facts.pop("change")
        return naming.rename_unit(self.unit, **facts)


class CloseForm(UnitForm):
    title, submit = gettext_lazy("Close the unit"), gettext_lazy("Close the unit")
    day = date_field(gettext_lazy("First day on which it is no more"))

    def act(self) -> Unit:
        assert self.unit is not None
        return units.close_unit(self.unit, **self.facts())


class Kinds(forms.ModelChoiceField):
    def label_from_instance(self, obj: PostKind) -> str:
        return local(obj)


class CreatePostForm(UnitForm):
    title, submit = gettext_lazy("Create a post"), gettext_lazy("Create the post")
    kind = Kinds(label=gettext_lazy("Kind of post"), queryset=PostKind.objects.none(), empty_label=None)
    title_zh = text_field(gettext_lazy("Title of the post"), longest=120)
    title_bo = text_field(gettext_lazy("Tibetan title"), required=False, longest=160)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=60, help_text=CODE_HELP)
    since = date_field(gettext_lazy("First day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.unit is not None
        kinds = PostKind.objects.filter(level__in=["", self.unit.jurisdiction.level]).select_related("scheme").order_by("name")
        mine = [kind.pk for kind in kinds if deeds.may_fill(self.acting, Post(kind=kind, unit=self.unit))]
        self.fields["kind"].queryset = kinds.filter(pk__in=mine)  # type: ignore[attr-defined]

    def act(self) -> Post:
        assert self.unit is not None
        facts = self.facts()
        return seats.create_post(self.unit, title=facts.pop("title_zh"), **facts)


#: name of the address -> form
UNIT_FORMS: dict[str, type[UnitForm]] = {
    "create_post": CreatePostForm,
    "describe": DescribeForm,
    "rename_unit": RenameUnitForm,
    "superior": SuperiorForm,
    "end_superior": EndSuperiorForm,
    "take_back": TakeBackForm,
    "close_unit": CloseForm,
}


def open_forms(unit: Unit, acting: Acting, relations: Sequence[Superior]) -> list[tuple[str, Any]]:
    """The entries that ``acting`` may make about a unit today: (name of the address, what stands on the button). ``relations``: the rows
    that say whom it answers to from some day before tomorrow on."""
    if unit.until is not None:
        return []
    own = {name: form for name, form in UNIT_FORMS.items() if may_enter(acting, unit, name)}
    return [
        (f"terms:{name}", form.title)
        for name, form in own.items()
        if not issubclass(form, RelationForm) or any(form.concerns(row, days.today()) for row in relations)
    ]


def may_enter(acting: Acting, unit: Unit, name: str) -> bool:
    """Whether ``acting`` makes this entry about a unit."""
    place = unit.jurisdiction
    if name == "create_post":
        return acting.may(Function.ADMINISTRATOR) or rules.keeps_register(acting, place.path, place.pk)
    if name == "describe":
        return rules.keeps_register(acting, place.path, place.pk)
    return rules.orders_units(acting, place.path, place.pk)
