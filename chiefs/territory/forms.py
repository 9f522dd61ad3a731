"""What is entered about divisions: a change, where something goes that stood on old units, what became of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit.fields import DayField, SeveralField
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm

from . import actions, rules, successions
from .models import Jurisdiction, Reorganisation, Succession
from .standing import Task

END, KEEP, NOTHING = "end", "keep", "none"
CODED = "coded"  # the statistics office gives a unit its code; nothing else about it changes
ONE = ("renamed", "reclassified", CODED, "split")  # kinds by which one unit ends; by the others one or several
ABSORBED = "absorbed"  # a merger into a unit that goes on
#: name in addresses -> what the form is called; in the order in which they are offered
KINDS: dict[str, Any] = {
    "renamed": gettext_lazy("A unit is renamed"),
    "reclassified": gettext_lazy("A unit changes its rank (e.g. township to town)"),
    CODED: gettext_lazy("A unit is given its division code"),
    "merged": gettext_lazy("Units become a new one"),
    ABSORBED: gettext_lazy("Units go into one that goes on"),
    "split": gettext_lazy("A unit is split"),
    "abolished": gettext_lazy("Units are abolished"),
}
#: kind -> how many new units the form asks for unless told otherwise
PARTS = {"renamed": 1, "reclassified": 1, CODED: 1, "merged": 1, ABSORBED: 0, "split": 2, "abolished": 0}


def place_label(place: Jurisdiction) -> str:
    """A unit as a list to choose from names it: 康定市 · 雅拉乡 (513301201000)."""
    names = " · ".join(local(part) for part in (place.parent, place) if part)
    return f"{names} ({place.code})" if place.code else names


class Units(SeveralField):
    def label_from_instance(self, obj: Any) -> str:
        return place_label(obj)


class Unit(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return place_label(obj)


class ChangeForm(ActionForm):
    """One change of divisions; ``offered`` are the units found by the search above the form, ``parts`` how many begin."""

    day = DayField(
        label=gettext_lazy("Day of the change"),
        help_text=gettext_lazy("The first day on which the new units stand"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    basis = forms.CharField(label=gettext_lazy("Document"), max_length=200, help_text=gettext_lazy("Number and title of the approval"))

    def __init__(self, *args: Any, kind: str, offered: Sequence[Jurisdiction], parts: int, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.acting, self.parts = kind, acting, parts
        rows = Jurisdiction.objects.filter(pk__in=[unit.pk for unit in offered]).select_related("parent").order_by("path", "pk")
        ending: forms.Field
        if kind in ONE:
            label = _("Unit that is given a code") if kind == CODED else _("Unit that ends")
            ending = Unit(queryset=rows, label=label, widget=forms.RadioSelect, empty_label=None)
        else:
            ending = Units(queryset=rows, label=_("Units that end"), widget=forms.CheckboxSelectMultiple)
        first: dict[str, forms.Field] = {"ending": ending}
        if kind == ABSORBED:
            first["into"] = Unit(queryset=rows, label=_("Unit that goes on and takes them up"), widget=forms.RadioSelect, empty_label=None)
        for number in range(1, parts + 1):
            first |= self._coded() if kind == CODED else self._beginning(number)
        self.fields = {**first, **self.fields}
        for name in ("ending", "into"):
            if name in self.fields:
                self.fields[name].wide = True  # type: ignore[attr-defined]

    def _coded(self) -> dict[str, forms.Field]:
        return {"code_1": forms.CharField(label=_("Division code"), max_length=12, help_text=_("12 digits"))}

    def _beginning(self, number: int) -> dict[str, forms.Field]:
        which = {"number": number} if self.parts > 1 else None

        def label(one: str, several: str) -> str:
            return several % which if which else one

        return {
            f"name_{number}": forms.CharField(label=label(_("New name"), _("Name of new unit %(number)s")), max_length=80),
            f"name_bo_{number}": forms.CharField(
                label=label(_("New Tibetan name"), _("Tibetan name of new unit %(number)s")), max_length=120, required=False
            ),
            f"kind_{number}": forms.CharField(
                label=label(_("Kind of the new unit"), _("Kind of new unit %(number)s")),
                max_length=40,
                required=False,
                help_text=_("Town, township, subdistrict, village; empty: as before"),
            ),
            f"code_{number}": forms.CharField(
                label=label(_("Division code of the new unit"), _("Division code of new unit %(number)s")),
                max_length=12,
                required=False,
                help_text=_("12 digits; empty while the statistics office has given none"),
            ),
        }

    def act(self) -> Reorganisation:
        facts = self.cleaned_data
        ending = facts["ending"]
        begins = [
            actions.Beginning(ending.name, code=facts["code_1"].strip(), name_bo=ending.name_bo)
            if isinstance(ending, Jurisdiction) and self.kind == CODED
            else actions.Beginning(
                name=facts[f"name_{n}"].strip(),
                kind=facts[f"kind_{n}"].strip(),
                code=facts[f"code_{n}"].strip(),
                name_bo=facts[f"name_bo_{n}"].strip(),
            )
            for n in range(1, self.parts + 1)
        ]
        return actions.reorganise(
            kind="merged" if self.kind == ABSORBED else self.kind,
            ending=[ending] if isinstance(ending, Jurisdiction) else list(ending),
            beginning=begins,
            into=facts.get("into"),
            day=facts["day"],
            basis=facts["basis"].strip(),
            by=self.acting,
            client_ref=facts["client_ref"],
        )


class SettleForm(ActionForm):
    """Where some of what stands on old units goes."""

    records = forms.MultipleChoiceField(
        label=gettext_lazy("What is settled"), error_messages={"required": gettext_lazy("Choose at least one row of the list.")}
    )
    to = forms.ChoiceField(label=gettext_lazy("Where it goes"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, change: Reorganisation, tasks: Sequence[Task], goals: Sequence[Jurisdiction], acting: Acting, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and (key := self.data.get(KEEP)):  # one press beside a row
            pressed = self.data.copy()
            pressed.setlist("records", [key])
            pressed["to"] = KEEP
            self.data = pressed
        self.change, self.acting = change, acting
        self.tasks, self.goals = {task.key: task for task in tasks}, {str(goal.pk): goal for goal in goals}
        places = [(key, _("to %(place)s") % {"place": local(goal)}) for key, goal in self.goals.items()]
        ends = [(END, _("it ends, or closes"))] if any(task.way.ends for task in tasks) else []
        if any(task.way.stays for task in tasks):
            ends.append((KEEP, _("it stays as it is")))
        self.fields["records"].choices = [(key, task.way.label) for key, task in self.tasks.items()]  # type: ignore[attr-defined]
        self.fields["to"].choices = [*places, *ends]  # type: ignore[attr-defined]
        self.fields["to"].wide = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What stays is not what ends: the action hears the same of both."""
        data = super().clean() or {}
        wanted = data.get("to")
        ways = [self.tasks[key].way for key in data.get("records", ())]
        if (wanted == KEEP and not all(way.stays for way in ways)) or (wanted == END and any(way.stays for way in ways)):
            self.add_error("to", _("This is not possible for all of the chosen rows. Choose rows of one kind."))
        return data

    def act(self) -> Any:
        facts = self.cleaned_data
        records = [self.tasks[key].record for key in facts["records"]]
        to = None if facts["to"] in (END, KEEP) else self.goals[facts["to"]]
        return actions.settle(self.change, *records, to=to, by=self.acting, client_ref=facts["client_ref"])


class FinishForm(ActionForm):
    """Nothing to fill in: the version that was seen."""

    def __init__(self, *args: Any, change: Reorganisation, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=change.version, **kwargs)
        self.change, self.acting = change, acting

    def act(self) -> Any:
        facts = self.cleaned_data
        return actions.finish(self.change, by=self.acting, expect=facts["expect"], client_ref=facts["client_ref"])


class ConfirmForm(ActionForm):
    """What a unit became."""

    successor = forms.ChoiceField(label=gettext_lazy("What it became"))
    basis = forms.CharField(
        label=gettext_lazy("How it is known"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Document, or who in the township said so"),
    )

    def __init__(self, *args: Any, succession: Succession, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.succession, self.acting = succession, acting
        self.found = {str(unit.pk): unit for unit in successions.candidates(succession, acting)}
        if (known := succession.successor) is not None:
            self.found.setdefault(str(known.pk), known)
            self.fields["successor"].initial = str(known.pk)
        units = [(key, place_label(unit)) for key, unit in self.found.items()]
        nothing = (NOTHING, _("It ended, and no unit followed"))
        self.fields["successor"].choices = [("", _("Choose")), nothing, *units]  # type: ignore[attr-defined]

    def act(self) -> Any:
        facts = self.cleaned_data
        to = None if facts["successor"] == NOTHING else self.found[facts["successor"]]
        return successions.confirm(self.succession, successor=to, basis=facts["basis"], by=self.acting, client_ref=facts["client_ref"])


def parts_asked(kind: str, told: str) -> int:
    """How many new units a form asks for: as told for a split, within its bounds; else what the kind says."""
    least, most = rules.SHAPES[kind][1]
    if kind != "split" or not (told.isascii() and told.isdigit()) or len(told) > len(str(most)):
        return PARTS[kind]
    return max(least, min(int(told), most))
