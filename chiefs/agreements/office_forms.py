"""What the office that drafts an agreement fills in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.kit.fields import DayField
from accountability.kit.names import named
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from audits.indicators.models import Indicator
from chiefs.posts import picks
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Post, Unit
from chiefs.posts.picking import Pick, PickingForm

from . import actions, reports
from .forms import StepForm, words
from .models import TargetAgreement, TargetItem

MOST_FOUND = 50


class Posts(forms.ModelChoiceField):
    def label_from_instance(self, obj: Post) -> str:
        return f"{obj.title} · {obj.unit.name}"


class Items(forms.ModelChoiceField):
    def label_from_instance(self, obj: TargetItem) -> str:
        return f"{obj.agreement.number} · {obj.place}. {obj.text} · {obj.target_text} {obj.unit}".strip()


class SearchForm(forms.Form):
    """Which two posts: a part of their titles."""

    giver = forms.CharField(label=gettext_lazy("Who gives the targets: a part of the post's title"), max_length=60)
    taker = forms.CharField(label=gettext_lazy("Who takes them: a part of the post's title"), max_length=60)


def _found(title: str) -> Any:
    rows = Post.objects.in_force(days.today()).filter(named(title, "title"), kind__functions__isnull=False)
    chosen = list(rows.order_by("title").values_list("pk", flat=True)[:MOST_FOUND])
    return Post.objects.filter(pk__in=chosen).select_related("unit").order_by("title")


def evaluators(acting: Acting) -> Any:
    """Who may evaluate: the own unit, and target offices of the prefecture and of the own place."""
    own = Unit.objects.select_related("jurisdiction").get(pk=acting.unit_id)
    places = [place.pk for place in posts.ancestors(own.jurisdiction)]
    offices = posts.units_with(Function.TARGETS, places, days.today())
    return Unit.objects.filter(pk__in={own.pk, *(unit.pk for unit in offices)}).order_by("pk")


class PeriodFields(forms.Form):
    since = DayField(label=gettext_lazy("First day"), help_text=gettext_lazy("e.g. 2026-01-01"))
    last = DayField(label=gettext_lazy("Last day"), help_text=gettext_lazy("e.g. 2026-12-31"))
    evaluator = forms.ModelChoiceField(
        label=gettext_lazy("Evaluated by"), queryset=Unit.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    clauses = words(gettext_lazy("Clauses"), required=False)
    reward = words(gettext_lazy("Reward and penalty"), required=False, rows=3)

    def facts(self) -> dict[str, Any]:
        """As the actions take them: the first day that is no longer covered."""
        facts = dict(self.cleaned_data)
        facts["until"] = facts.pop("last") + timedelta(days=1)
        return facts


class DraftForm(ActionForm, PeriodFields):
    giver = Posts(label=gettext_lazy("Gives the targets"), queryset=Post.objects.none(), widget=forms.RadioSelect, empty_label=None)
    taker = Posts(label=gettext_lazy("Takes the targets"), queryset=Post.objects.none(), widget=forms.RadioSelect, empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=TargetAgreement.Kind.choices, widget=forms.RadioSelect, initial="year")
    field_order = ("giver", "taker", "kind", "since", "last", "evaluator", "clauses", "reward")

    def __init__(self, *args: Any, acting: Acting, giver: str, taker: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acting = acting
        self.fields["giver"].queryset, self.fields["taker"].queryset = _found(giver), _found(taker)
        self.fields["evaluator"].queryset = evaluators(acting)
        year = days.today().year
        self.fields["since"].initial, self.fields["last"].initial = f"{year}-01-01", f"{year}-12-31"

    def act(self) -> TargetAgreement:
        facts = self.facts()
        facts.pop("expect")
        return actions.draft(by=self.acting, **facts)


def _party(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=120, required=False, help_text=gettext_lazy("title or code; empty: as it is"))


class RewordForm(PickingForm, StepForm, PeriodFields):
    """Parties, period and clauses. The parties of an amendment are those of what it amends."""

    step = "reword"
    giver = _party(gettext_lazy("Gives the targets"))
    taker = _party(gettext_lazy("Takes the targets"))
    field_order = ("giver", "taker", "since", "last", "evaluator", "clauses", "reward")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agreement = self.agreement
        self.fields["evaluator"].queryset = evaluators(self.acting) | Unit.objects.filter(pk=agreement.evaluator_id)
        self.initial |= {"since": agreement.since.isoformat(), "last": (agreement.until - timedelta(days=1)).isoformat()}
        self.initial |= {"evaluator": agreement.evaluator_id, "clauses": agreement.clauses, "reward": agreement.reward}
        self.initial |= {"giver": agreement.giver.code, "taker": agreement.taker.code}
        if agreement.amends_id is not None:
            del self.fields["giver"], self.fields["taker"]
        self.pick()

    def picks(self) -> dict[str, Callable[[], Pick]]:
        others = {"giver": self.agreement.taker, "taker": self.agreement.giver}
        return {name: lambda but=but: picks.posts(self.acting, but) for name, but in others.items() if name in self.fields}

    def act(self) -> Any:
        return actions.reword(self.agreement, by=self.acting, **self.facts())


class ItemForm(StepForm):
    """One target: an indicator of the plan or words of one's own, and what it breaks down."""

    step = "put_item"
    place = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=32000)
    indicator = forms.ModelChoiceField(label=gettext_lazy("Indicator of the plan"), queryset=Indicator.objects.all(), required=False)
    text = forms.CharField(
        label=gettext_lazy("Target in words"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Empty: the indicator's own name."),
    )
    baseline_text = forms.CharField(label=gettext_lazy("Starting value"), max_length=120, required=False)
    target_text = forms.CharField(label=gettext_lazy("Value or state to be reached"), max_length=120)
    unit = forms.CharField(label=gettext_lazy("Measured in"), max_length=40, required=False)
    direction = forms.ChoiceField(label=gettext_lazy("Direction"), choices=TargetItem.Direction.choices, widget=forms.RadioSelect)
    weight = forms.DecimalField(label=gettext_lazy("Weight"), max_digits=6, decimal_places=2, min_value=0, max_value=1000)
    due = DayField(label=gettext_lazy("To be reached by, if before the end"), required=False, help_text=gettext_lazy("e.g. 2026-09-30"))
    additive = forms.BooleanField(label=gettext_lazy("The values of the targets below add up to this one."), required=False)
    parent = Items(label=gettext_lazy("Breaks down"), queryset=TargetItem.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.agreement.items.exclude(parent=None).values("parent")  # of an amended edition, perhaps
        allowed = Q(pk__in=reports.may_break_down(self.agreement).values("pk")) | Q(pk__in=own)
        self.fields["parent"].queryset = TargetItem.objects.filter(allowed).select_related("agreement").order_by("agreement__path", "place")
        item = self.agreement.items.filter(place=self.initial["place"]).first() if self.initial.get("place") else None
        if item is not None:
            self.initial |= {
                name: getattr(item, name) for name in ("text", "baseline_text", "target_text", "unit", "direction", "additive")
            }
            self.initial |= {"indicator": item.indicator_id, "parent": item.parent_id, "weight": reports.plainly(item.weight)}
            self.initial["due"] = item.due.isoformat() if item.due else ""


class DropItemForm(StepForm):
    step, danger = "drop_item", True
    place = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32000)


class OfferForm(StepForm):
    step = "offer"
    sums_must_agree = forms.BooleanField(
        label=gettext_lazy("Refuse it when the breakdown does not add up to the target above."), required=False
    )


class WithdrawForm(StepForm):
    step, danger = "withdraw", True
    reason = words(gettext_lazy("Why it is withdrawn"))


class AmendForm(StepForm):
    step = "amend"
    reason = words(gettext_lazy("Why it is amended"))


class EndForm(StepForm):
    step, danger = "end", True
    day = DayField(label=gettext_lazy("First day that it no longer covers"), help_text=gettext_lazy("e.g. 2026-09-30"))
    reason = words(gettext_lazy("Why it ends early"))
