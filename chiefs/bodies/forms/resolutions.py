"""Carrying out a resolution, and saying that it is done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accountability.evidence.fields import PhotosField, PhotosInput
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.bodies.actions import resolutions
from chiefs.bodies.choosing import post_called, unit_called
from chiefs.bodies.models import Resolution
from chiefs.posts.models import Post, Unit
from chiefs.sites.choosing import DayField, words

from .meetings import FILES


class StepForm(ActionForm):
    """A form for one step of one resolution."""

    move: str

    def __init__(self, *args: Any, resolution: Resolution, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=resolution.version, **kwargs)
        self.resolution, self.acting = resolution, acting

    def act(self) -> None:
        getattr(resolutions, self.move)(self.resolution, by=self.acting, **self.cleaned_data)


class ReportDoneForm(StepForm):
    """What was done; files are kept first, so a refused step never loses them."""

    move = "report_done"
    report = words(gettext_lazy("What was done"), rows=4)
    files = PhotosField(label=gettext_lazy("Photos or documents"), widget=PhotosInput(attrs={"accept": FILES}))

    def keep_files(self) -> None:
        ref = self.cleaned_data.get("client_ref")
        if ref is not None and self.resolution.state == Resolution.State.OPEN:
            resolutions.keep_results(self.resolution, self.cleaned_data.get("files") or [], form_ref=ref, by=self.acting)

    def act(self) -> None:
        self.keep_files()
        self.cleaned_data.pop("files")
        super().act()


class ConfirmForm(StepForm):
    move = "confirm"
    note = words(gettext_lazy("Remark"), required=False)


class SendBackForm(StepForm):
    move = "send_back"
    note = words(gettext_lazy("What is still to be done"))


class PassOnForm(StepForm):
    move = "pass_on"
    unit = forms.CharField(label=gettext_lazy("Unit responsible"), max_length=120, help_text=gettext_lazy("Name or code of the unit."))
    post = forms.CharField(
        label=gettext_lazy("Post responsible"), max_length=120, required=False, help_text=gettext_lazy("Title or code, of the same unit.")
    )
    reason = words(gettext_lazy("Reason"))

    def clean_unit(self) -> Unit:
        return unit_called(self.cleaned_data["unit"])

    def clean_post(self) -> Post | None:
        return post_called(self.cleaned_data["post"])


class TermForm(StepForm):
    move = "set_term"
    due = DayField(label=gettext_lazy("Due"))
    reason = words(gettext_lazy("Reason"))


FORMS: dict[str, type[Any]] = {form.move: form for form in (ReportDoneForm, ConfirmForm, SendBackForm, PassOnForm, TermForm)}
