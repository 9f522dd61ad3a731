"""What the inspecting unit saw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accountability.evidence.fields import PhotosField
from accountability.evidence.forms import KeepingForm
from accountability.kit import days
from accountability.ledger.acting import Acting

from . import actions
from .lifecycle import InspectionLifecycle
from .models import Inspection


class VisitForm(KeepingForm):
    """Two outcomes, one form."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What you saw"),
        choices=[("confirm", gettext_lazy("It is done")), ("send_back", gettext_lazy("It is not done"))],
        widget=forms.RadioSelect,
    )
    report = forms.CharField(label=gettext_lazy("In words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    visited_at = forms.DateTimeField(label=gettext_lazy("Time of the visit"), help_text=gettext_lazy("e.g. 2026-05-06 09:00"))
    photos = PhotosField(label=gettext_lazy("Photos"))

    def __init__(self, *args: Any, inspection: Inspection, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=inspection.version, **kwargs)
        self.inspection, self.acting = inspection, acting
        self.fields["visited_at"].initial = lambda: days.now().astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M")

    def owner(self) -> str:
        return self.inspection.stream

    def open_now(self) -> bool:
        return bool(InspectionLifecycle.available(self.inspection, self.acting))

    def act(self) -> None:
        facts = dict(self.cleaned_data)
        step = {"confirm": actions.confirm, "send_back": actions.send_back}[facts.pop("outcome")]
        step(self.inspection, by=self.acting, **facts)
