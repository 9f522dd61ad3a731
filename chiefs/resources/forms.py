"""What a chief office enters about resources and segments: one form for each action."""

from __future__ import annotations

import itertools
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accountability.kit import days
from accountability.kit.fields import SeveralField
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.territory.models import Jurisdiction, Level

from . import actions, reports, rules
from .actions.segments import Piece
from .actions.writing import stream_of
from .fields import NamesField, PlaceField, WaterField, day_field
from .models import ManagementBoundary, Resource, Segment


class KeepForm(ActionForm):
    """For a record that has no version of its own: the number of its events is what the person saw."""

    def __init__(self, *args: Any, acting: Acting, record: Model | None = None, **kwargs: Any) -> None:
        if record is not None:
            kwargs.setdefault("expect", reports.version_of(stream_of(record)))
        super().__init__(*args, **kwargs)
        self.acting, self.record = acting, record
        for field in self.fields.values():
            if isinstance(field, PlaceField):
                field.acting = acting

    def facts(self) -> dict[str, Any]:
        """What was filled in, with who asks and what they saw; a new record has no version to compare."""
        facts = dict(self.cleaned_data)
        if self.record is None:
            facts.pop("expect")
        return facts | {"by": self.acting}

    def act(self) -> Any:
        raise NotImplementedError  # each form calls its action


class Places(SeveralField):
    def label_from_instance(self, obj: Any) -> str:
        return local(obj)


def counties_field(*, required: bool) -> Places:
    field = Places(
        label=gettext_lazy("Counties"), queryset=Jurisdiction.objects.none(), required=required, widget=forms.CheckboxSelectMultiple
    )
    return field


def _counties_of(acting: Acting) -> Any:
    rows = Jurisdiction.objects.in_force(days.today()).filter(acting.reach.q("path", "pk"), level=Level.COUNTY)
    return rows.order_by("path", "pk")


class RegisterForm(KeepForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Resource.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=120, required=False)
    aliases = NamesField(label=gettext_lazy("Other names"), help_text=gettext_lazy("one on each line"))
    counties = counties_field(required=True)
    national_code = forms.CharField(label=gettext_lazy("National code"), max_length=20, required=False)
    flows_into = WaterField(label=gettext_lazy("Flows into"), required=False, help_text=gettext_lazy("name of a water in the register"))
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300, required=False)

    def __init__(self, *args: Any, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, acting=acting, **kwargs)
        self.fields["counties"].queryset = _counties_of(acting)

    def act(self) -> Resource:
        return actions.register(**self.facts())


class NamesForm(KeepForm):
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=120, required=False)
    aliases = NamesField(label=gettext_lazy("Other names"), help_text=gettext_lazy("one on each line"))

    def __init__(self, *args: Any, record: Resource, **kwargs: Any) -> None:
        names = list(record.aliases.order_by("pk").values_list("name", flat=True))
        super().__init__(*args, record=record, initial={"name": record.name, "name_bo": record.name_bo, "aliases": names}, **kwargs)

    def act(self) -> Any:
        return actions.rename(self.record, **self.facts())


class CodeForm(KeepForm):
    national_code = forms.CharField(
        label=gettext_lazy("National code"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Only larger waters have one. Leave it empty where there is none."),
    )

    def __init__(self, *args: Any, record: Resource, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"national_code": record.national_code}, **kwargs)

    def act(self) -> Any:
        return actions.code(self.record, **self.facts())


class FlowForm(KeepForm):
    flows_into = WaterField(
        label=gettext_lazy("Flows into"),
        required=False,
        help_text=gettext_lazy("Name of a water in the register; empty where it flows into none."),
    )

    def __init__(self, *args: Any, record: Resource, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"flows_into": record.flows_into}, **kwargs)

    def act(self) -> Any:
        return actions.join_waters(self.record, **self.facts())


class FiguresForm(KeepForm):
    length_m = forms.IntegerField(label=gettext_lazy("Official length (m)"), min_value=1, max_value=10_000_000, required=False)
    area_m2 = forms.IntegerField(label=gettext_lazy("Official area (m²)"), min_value=1, max_value=10**12, required=False)
    elevation_m = forms.IntegerField(label=gettext_lazy("Elevation (m)"), min_value=0, max_value=9000, required=False)
    counties = counties_field(required=True)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300, required=False)

    def __init__(self, *args: Any, record: Resource, acting: Acting, **kwargs: Any) -> None:
        columns = ("length_m", "area_m2", "elevation_m", "source")
        initial = {name: getattr(record, name) for name in columns} | {"counties": list(record.counties.values_list("pk", flat=True))}
        super().__init__(*args, record=record, acting=acting, initial=initial, **kwargs)
        self.fields["counties"].queryset = _counties_of(acting)

    def act(self) -> Any:
        return actions.describe(self.record, **self.facts())


class EndResourceForm(KeepForm):
    day = day_field(gettext_lazy("First day no longer in the register"))
    basis = forms.CharField(
        label=gettext_lazy("Document, or why the entry was a mistake"),
        max_length=200,
        help_text=gettext_lazy("its title and number, or the reason"),
    )
    same_as = WaterField(
        label=gettext_lazy("Entered twice: the entry that goes on"),
        required=False,
        help_text=gettext_lazy("Its name, another name or its national code; empty where nothing goes on."),
    )

    def act(self) -> Any:
        return actions.end_resource(self.record, **self.facts())


class BoundaryForm(KeepForm):
    jurisdiction = PlaceField(label=gettext_lazy("Jurisdiction"))
    document = forms.CharField(label=gettext_lazy("Approving act"), max_length=200, help_text=gettext_lazy("its title and number"))
    approved_on = day_field(gettext_lazy("Approved on"))
    level = forms.ChoiceField(label=gettext_lazy("Managing level"), choices=Level.choices, widget=forms.RadioSelect)

    def act(self) -> ManagementBoundary:
        facts = self.facts()
        return actions.delimit(self.record, act=facts.pop("document"), **facts)


class SegmentForm(KeepForm):
    """One segment; a plot of forest or grass has no chainage."""

    jurisdiction = PlaceField(label=gettext_lazy("Unit in which it lies"))
    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Empty: named after resource and place."),
    )
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=160, required=False)
    bank = forms.ChoiceField(label=gettext_lazy("Bank"), choices=Segment.Bank.choices, initial=Segment.Bank.BOTH, widget=forms.RadioSelect)
    from_m = forms.IntegerField(label=gettext_lazy("Chainage from (m)"), min_value=0, max_value=10_000_000, required=False)
    to_m = forms.IntegerField(label=gettext_lazy("Chainage to (m)"), min_value=1, max_value=10_000_000, required=False)
    day = day_field(gettext_lazy("First day"))

    def act(self) -> Segment:
        facts = self.facts()
        piece = Piece(facts.pop("jurisdiction"), facts.pop("name"), facts.pop("name_bo"))
        return actions.add(self.record, piece=piece, **facts)


class CutsForm(forms.Form):
    """Where to cut: asked first, because each part then gets fields of its own."""

    at = forms.CharField(
        label=gettext_lazy("Cut at (m)"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Chainages in metres from the upper end, with commas between; empty: one part."),
    )

    def clean_at(self) -> list[int]:
        words = self.cleaned_data["at"].replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
        parts = [word for word in words if word]
        if not all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts):
            raise forms.ValidationError(_("Write whole metres with commas between, e.g. 1200, 3400."))
        if len(parts) > rules.MOST_CUTS:
            raise forms.ValidationError(_("At most %(most)s cuts at once. Cut the rest afterwards.") % {"most": rules.MOST_CUTS})
        return [int(part) for part in parts]


class PiecesForm(KeepForm):
    """A place and a name for each part, upstream first."""

    day = day_field(gettext_lazy("First day"))

    def __init__(self, *args: Any, at_m: list[int], ends: tuple[int, int], with_bank: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at_m, self.with_bank = at_m, with_bank
        if with_bank:
            self.fields["bank"] = forms.ChoiceField(
                label=_("Bank"), choices=Segment.Bank.choices, initial=Segment.Bank.BOTH, widget=forms.RadioSelect
            )
        edges = [ends[0], *at_m, ends[1]]
        for number, (low, high) in enumerate(itertools.pairwise(edges)):
            stretch = {"number": number + 1, "from_m": low, "to_m": high}
            place = PlaceField(label=_("Part %(number)s, %(from_m)s m to %(to_m)s m: unit") % stretch, help_text="")
            place.acting = self.acting
            self.fields[f"place_{number}"] = place
            self.fields[f"name_{number}"] = forms.CharField(label=_("Part %(number)s: name") % stretch, max_length=120, required=False)

    def act(self) -> list[Segment]:
        facts = self.cleaned_data
        pieces = [Piece(facts[f"place_{n}"], facts[f"name_{n}"]) for n in range(len(self.at_m) + 1)]
        told = {name: facts[name] for name in ("day", "expect", "client_ref")} | {"by": self.acting}
        if isinstance(self.record, Segment):
            return actions.divide(self.record, at_m=self.at_m, pieces=pieces, **told)
        return actions.cut_line(self.record, at_m=self.at_m, pieces=pieces, bank=facts["bank"], **told)


class SegmentNamesForm(KeepForm):
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=160, required=False)

    def __init__(self, *args: Any, record: Segment, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"name": record.name, "name_bo": record.name_bo}, **kwargs)

    def act(self) -> Any:
        return actions.rename_segment(self.record, **self.facts())


class SegmentCorrectForm(KeepForm):
    jurisdiction = PlaceField(label=gettext_lazy("Unit in which it lies"))
    bank = forms.ChoiceField(label=gettext_lazy("Bank"), choices=Segment.Bank.choices, widget=forms.RadioSelect)
    from_m = forms.IntegerField(label=gettext_lazy("Chainage from (m)"), min_value=0, max_value=10_000_000, required=False)
    to_m = forms.IntegerField(label=gettext_lazy("Chainage to (m)"), min_value=1, max_value=10_000_000, required=False)

    def __init__(self, *args: Any, record: Segment, **kwargs: Any) -> None:
        told = {"jurisdiction": record.jurisdiction, "bank": record.bank, "from_m": record.from_m, "to_m": record.to_m}
        super().__init__(*args, record=record, initial=told, **kwargs)

    def act(self) -> Any:
        return actions.correct(self.record, **self.facts())


class EndForm(KeepForm):
    day = day_field(gettext_lazy("First day no longer in force"))

    def act(self) -> Any:
        return actions.end(self.record, **self.facts())
