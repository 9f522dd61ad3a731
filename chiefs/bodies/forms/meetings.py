"""Calling, postponing, recording and closing a meeting; writing down what it decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.evidence import reports as kept
from accountability.evidence.fields import PhotosField, PhotosInput
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.bodies import reports
from chiefs.bodies.actions import meetings, resolutions
from chiefs.bodies.choosing import post_called, unit_called
from chiefs.bodies.lifecycle import MINUTES
from chiefs.bodies.models import Attendance, Meeting, Member
from chiefs.posts.models import Post, Unit
from chiefs.sites.choosing import DayField, words

MOMENT = gettext_lazy("e.g. 2026-05-06 09:00")
FILES = "application/pdf,image/*"


class StepForm(ActionForm):
    """A form for one step of one meeting."""

    move: str

    def __init__(self, *args: Any, meeting: Meeting, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=meeting.version, **kwargs)
        self.meeting, self.acting = meeting, acting

    def act(self) -> None:
        getattr(meetings, self.move)(self.meeting, by=self.acting, **self.cleaned_data)


class CallForm(StepForm):
    move = "call"
    planned_for = forms.DateTimeField(label=gettext_lazy("Day and hour"), help_text=MOMENT)
    place_text = forms.CharField(label=gettext_lazy("Place of the meeting"), max_length=120)
    agenda = words(gettext_lazy("Agenda"), rows=6, most=6000, hint=gettext_lazy("One point in each line."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agenda"].initial = "\n".join(point.text for point in self.meeting.agenda.all())
        self.fields["place_text"].initial = self.meeting.place_text

    def clean_agenda(self) -> list[str]:
        points = [line.strip() for line in self.cleaned_data["agenda"].splitlines() if line.strip()]
        if len(points) > meetings.MOST_POINTS or any(len(point) > 200 for point in points):
            raise forms.ValidationError(
                _("An agenda has at most %(most)s points of at most 200 signs each.") % {"most": meetings.MOST_POINTS}
            )
        return points


class PostponeForm(StepForm):
    move = "postpone"
    day = DayField(label=gettext_lazy("To be held by"))
    reason = words(gettext_lazy("Reason"))


class DropForm(StepForm):
    move = "drop"
    reason = words(gettext_lazy("Reason"))


class HoldForm(StepForm):
    """One question for each member of the day on which it was held."""

    move = "hold"
    held_at = forms.DateTimeField(label=gettext_lazy("When it was held"), help_text=MOMENT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.meeting.planned_for:
            self.fields["held_at"].initial = self.meeting.planned_for.astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M")
        self.members = reports.seated(self.meeting.body, self._day())
        for member in self.members:
            self.fields[f"member_{member.pk}"] = forms.ChoiceField(
                label=self._name(member), choices=Attendance.Outcome.choices, widget=forms.RadioSelect
            )

    def _day(self) -> date:
        """The day that was typed; else the one for which it was called."""
        try:
            typed: datetime | None = self.fields["held_at"].clean(self.data.get("held_at")) if self.is_bound else None
        except forms.ValidationError:
            typed = None
        moment = typed or self.meeting.planned_for
        return days.day_of(moment) if moment else days.today()

    @staticmethod
    def _name(member: Member) -> str:
        return local(member.post, "title") if member.post else f"{member.name}（{member.organisation}）"

    def act(self) -> None:
        facts = {name: value for name, value in self.cleaned_data.items() if not name.startswith("member_")}
        outcomes = {member.pk: self.cleaned_data[f"member_{member.pk}"] for member in self.members}
        meetings.hold(self.meeting, by=self.acting, outcomes=outcomes, **facts)


class CloseForm(StepForm):
    """The signed minutes; they are kept first, so a refused step never loses them."""

    move = "close"
    files = PhotosField(
        label=gettext_lazy("Minutes"),
        help_text=gettext_lazy("Photographed pages, which members can open here, or a PDF, which is kept as it came."),
        widget=PhotosInput(attrs={"accept": FILES}),
    )
    minutes = words(gettext_lazy("Minutes in words"), required=False, rows=8, most=8000)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        there = kept.readable(self.meeting.stream, MINUTES).exists()
        if not cleaned.get("files") and not there and "files" not in self.errors:
            self.add_error("files", _("Add the minutes: photographed pages or a PDF."))
        return cleaned

    def keep_files(self) -> None:
        ref = self.cleaned_data.get("client_ref")
        if ref is not None and self.meeting.state == Meeting.State.HELD:
            meetings.keep_minutes(self.meeting, self.cleaned_data.get("files") or [], form_ref=ref, by=self.acting)

    def act(self) -> None:
        self.keep_files()
        self.cleaned_data.pop("files")
        super().act()


class ResolveForm(StepForm):
    """A decision as a task."""

    move = "resolve"
    text = words(gettext_lazy("What was decided"), rows=4)
    unit = forms.CharField(label=gettext_lazy("Unit responsible"), max_length=120, help_text=gettext_lazy("Name or code of the unit."))
    post = forms.CharField(
        label=gettext_lazy("Post responsible"), max_length=120, required=False, help_text=gettext_lazy("Title or code, of the same unit.")
    )
    due = DayField(label=gettext_lazy("Due"))

    def clean_unit(self) -> Unit:
        return unit_called(self.cleaned_data["unit"])

    def clean_post(self) -> Post | None:
        return post_called(self.cleaned_data["post"])

    def act(self) -> None:
        facts = {name: value for name, value in self.cleaned_data.items() if name != "expect"}
        resolutions.resolve(self.meeting, by=self.acting, **facts)


FORMS: dict[str, type[Any]] = {form.move: form for form in (CallForm, HoldForm, ResolveForm, CloseForm, PostponeForm, DropForm)}
