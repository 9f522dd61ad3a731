"""What a chief hands in when a meeting was held, and how an office lets off what could not be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.evidence.fields import PhotosField, PhotosInput
from accountability.evidence.forms import KeepingForm
from accountability.kit import days
from accountability.kit.fields import DayField
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.duties.actions import obligations, waivers
from chiefs.duties.choices import GIVEN
from chiefs.duties.lifecycle import ObligationLifecycle
from chiefs.duties.models import Obligation, Waiver
from chiefs.duties.overview import Standing
from chiefs.resources.models import Scheme
from chiefs.territory.models import Jurisdiction, Level

MOST_TEXT = 2000
ROLE = "minutes"
REASONS = [(reason.value, reason.label) for reason in GIVEN]


def _reason() -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("Reason"), choices=REASONS, widget=forms.RadioSelect)


def _words(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))


class DoneForm(KeepingForm):
    """When it took place, and the minutes."""

    keeps = {"files": ROLE}

    happened_on = DayField(label=gettext_lazy("Day on which it took place"), help_text=gettext_lazy("e.g. 2026-05-06"))
    files = PhotosField(
        label=gettext_lazy("Minutes or record (photos or PDF)"),
        widget=PhotosInput(attrs={"accept": "image/*,application/pdf"}),
    )
    note = _words(gettext_lazy("What was decided, in a few words"), required=False)

    def __init__(self, *args: Any, obligation: Obligation, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=obligation.version, **kwargs)
        self.obligation, self.acting = obligation, acting
        self.fields["files"].asked = True
        self.fields["happened_on"].initial = lambda: min(days.today(), obligation.due)

    def owner(self) -> str:
        return self.obligation.stream

    def open_now(self) -> bool:
        return "done" in {move.name for move in ObligationLifecycle.available(self.obligation, self.acting)}

    def act(self) -> None:
        obligations.done(self.obligation, by=self.acting, **self.cleaned_data)


class WaiveForm(ActionForm):
    """Let off one period of a meeting or report."""

    reason = _reason()
    note = _words(gettext_lazy("In words"))

    def __init__(self, *args: Any, obligation: Obligation, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=obligation.version, **kwargs)
        self.obligation, self.acting = obligation, acting

    def act(self) -> None:
        obligations.waive(self.obligation, by=self.acting, **self.cleaned_data)


class SendBackForm(ActionForm):
    """What was handed in does not show it."""

    reason = _words(gettext_lazy("Why it is sent back"))

    def __init__(self, *args: Any, obligation: Obligation, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=obligation.version, **kwargs)
        self.obligation, self.acting = obligation, acting

    def act(self) -> None:
        obligations.send_back(self.obligation, by=self.acting, **self.cleaned_data)


class WaivePatrolForm(ActionForm):
    """Let off the patrols of one post on one segment, in the period on the page."""

    reason = _reason()
    note = _words(gettext_lazy("In words"))

    def __init__(self, *args: Any, standing: Standing, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing, self.acting = standing, acting

    def act(self) -> None:
        facts = {name: value for name, value in self.cleaned_data.items() if name != "expect"}
        days_ = {"since": self.standing.since, "until": self.standing.until}
        waivers.grant(post=self.standing.post, segment=self.standing.segment, by=self.acting, **days_, **facts)


class PlaceWaiverForm(ActionForm):
    """Let off everybody's patrols in a place: a closed road, a flood, snow before its month."""

    jurisdiction = forms.ModelChoiceField(label=gettext_lazy("Place"), queryset=Jurisdiction.objects.none())
    scheme = forms.ModelChoiceField(
        label=gettext_lazy("Only this scheme"),
        queryset=Scheme.objects.order_by("pk"),
        required=False,
        empty_label=gettext_lazy("all schemes"),
    )
    since = DayField(label=gettext_lazy("First day"), help_text=gettext_lazy("e.g. 2026-05-06"))
    last_day = DayField(label=gettext_lazy("Last day"))
    reason = _reason()
    note = _words(gettext_lazy("In words"))

    def __init__(self, *args: Any, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acting = acting
        places = Jurisdiction.objects.in_force(days.today()).filter(acting.reach.q("path", "pk"))
        if acting.level in (Level.PREFECTURE, Level.COUNTY):
            places = places.exclude(level=Level.VILLAGE)
        self.fields["jurisdiction"].queryset = places.order_by("path", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, last = cleaned.get("since"), cleaned.get("last_day")
        if since and last and last < since:
            self.add_error("last_day", _("The last day lies before the first. Correct one of the two."))
        return cleaned

    def act(self) -> Waiver:
        facts = {name: value for name, value in self.cleaned_data.items() if name not in ("expect", "last_day")}
        return waivers.grant(until=self.cleaned_data["last_day"] + timedelta(days=1), by=self.acting, **facts)


class LiftForm(ActionForm):
    """Take a waiver back."""

    reason = _words(gettext_lazy("Why it is taken back"))

    def __init__(self, *args: Any, waiver: Waiver, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=waiver.version, **kwargs)
        self.waiver, self.acting = waiver, acting

    def act(self) -> None:
        waivers.lift(self.waiver, by=self.acting, **self.cleaned_data)
