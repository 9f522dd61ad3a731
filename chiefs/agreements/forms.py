"""What the parties of an agreement fill in: signing, sending back, progress, settlement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.kit.fields import DayField
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm

from . import actions
from .models import SettlementLine, TargetAgreement

MOST_TEXT = 4000


def words(label: Any, *, required: bool = True, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": rows}), **more)


class StepForm(ActionForm):
    """A form that ends in one call of an action."""

    step: str
    danger = False

    def __init__(self, *args: Any, agreement: TargetAgreement, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=agreement.version, **kwargs)
        self.agreement, self.acting = agreement, acting

    def act(self) -> Any:
        return getattr(actions, self.step)(self.agreement, by=self.acting, **self.cleaned_data)


class SignForm(StepForm):
    """``document`` is the hash of the text on the page."""

    step = "sign"
    document = forms.CharField(max_length=64, widget=forms.HiddenInput)
    read = forms.BooleanField(label=gettext_lazy("I have read the text above and sign it for my post."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].initial = self.agreement.sha256

    def act(self) -> Any:
        facts = {name: value for name, value in self.cleaned_data.items() if name != "read"}
        return getattr(actions, self.step)(self.agreement, by=self.acting, **facts)


class SignOnForm(SignForm):
    step = "sign_on"


class SendBackForm(StepForm):
    step = "send_back"
    reason = words(gettext_lazy("What must be changed"))


class ProgressForm(StepForm):
    """How far one target is."""

    step = "report_progress"
    place = forms.TypedChoiceField(label=gettext_lazy("Target"), coerce=int, widget=forms.RadioSelect)
    as_of = DayField(label=gettext_lazy("On which day"), help_text=gettext_lazy("e.g. 2026-06-30"))
    text = forms.CharField(
        label=gettext_lazy("Value, or state in words"), max_length=120, help_text=gettext_lazy("A number alone is reckoned with.")
    )
    note = words(gettext_lazy("Explanation"), required=False, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = self.agreement.items.all()
        self.fields["place"].choices = [
            (item.place, f"{item.place}. {item.text} · {item.target_text} {item.unit}".strip()) for item in items
        ]
        self.fields["as_of"].initial = lambda: days.today().isoformat()


class SettleForm(StepForm):
    """What every target came to. The numbers decide where they can; a word is needed only where they cannot."""

    step = "settle"
    reward = words(gettext_lazy("Reward or penalty"), required=False, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(self.due())
        said = [("", _("as the numbers say")), *SettlementLine.Outcome.choices]
        for item in self.items:
            line = {"place": item.place, "text": item.text, "target": f"{item.target_text} {item.unit}".strip()}
            self.fields[f"achieved_{item.place}"] = forms.CharField(
                label=_("%(place)s. %(text)s: achieved (to be reached: %(target)s)") % line, max_length=120, required=False
            )
            self.fields[f"outcome_{item.place}"] = forms.ChoiceField(
                label=_("%(place)s. %(text)s: outcome") % line, choices=said, required=False
            )
        self.order_fields(["expect", "client_ref", "year", *(n for n in self.fields if n.startswith(("achieved", "outcome"))), "reward"])

    def due(self) -> Any:
        return actions.closing(self.agreement)[1]

    def results(self) -> dict[int, actions.Achieved]:
        found = {}
        for item in self.items:
            text, outcome = self.cleaned_data[f"achieved_{item.place}"], self.cleaned_data[f"outcome_{item.place}"]
            if text or outcome:
                found[item.place] = actions.Achieved(text, outcome)
        return found

    def act(self) -> Any:
        facts = {name: self.cleaned_data[name] for name in ("expect", "client_ref", "reward", "year") if name in self.cleaned_data}
        return getattr(actions, self.step)(self.agreement, by=self.acting, results=self.results(), **facts)


class SettleYearForm(SettleForm):
    step = "settle_year"
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = range(self.agreement.since.year, min(self.agreement.until, days.today()).year)
        self.fields["year"].choices = [(year, year) for year in years]
