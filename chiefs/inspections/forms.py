"""What the inspecting unit saw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accountability.evidence import actions as evidence
from accountability.evidence.fields import PhotosField
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm

from . import actions
from .lifecycle import InspectionLifecycle
from .models import Inspection


class VisitForm(ActionForm):
    """Two outcomes, one form; pictures are kept first, so a refused step never loses them."""

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

    def keep_photos(self) -> None:
        """Keep the pictures that came, also when the rest has to be corrected; not of a post that was not asked."""
        ref = self.cleaned_data.get("client_ref")
        if ref is None or not InspectionLifecycle.available(self.inspection, self.acting):
            return
        for file in self.cleaned_data.get("photos") or []:
            evidence.keep_upload(file, form_ref=ref, owner=self.inspection.stream, role="photo", by=self.acting)

    def act(self) -> None:
        self.keep_photos()
        facts = {name: value for name, value in self.cleaned_data.items() if name != "photos"}
        step = {"confirm": actions.confirm, "send_back": actions.send_back}[facts.pop("outcome")]
        step(self.inspection, by=self.acting, **facts)
