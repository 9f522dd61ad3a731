"""Reporting on a key project, and saying who leads it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accountability.evidence.fields import PhotosField
from accountability.evidence.forms import KeepingForm
from accountability.kit import days
from accountability.kit.fields import DayField
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.posts.models import Unit

from . import project_actions, projects
from .models import Project, ProjectReport
from .projects import UPLOAD

LEADING = (Unit.Kind.GOVERNMENT, Unit.Kind.DEPARTMENT, Unit.Kind.BRANCH, Unit.Kind.OFFICE, Unit.Kind.PARTY)


class ReportForm(KeepingForm):
    as_of = DayField(label=gettext_lazy("On which day"), help_text=gettext_lazy("e.g. 2026-06-30"))
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=ProjectReport.Stage.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("What was done"), max_length=project_actions.MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    invested = forms.DecimalField(
        label=gettext_lazy("Invested so far, in 100 million yuan"),
        required=False,
        min_value=0,
        max_value=project_actions.MOST_INVESTED,
        max_digits=14,
        decimal_places=6,
    )
    photos = PhotosField(label=gettext_lazy("Photos"))

    def __init__(self, *args: Any, project: Project, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project, self.acting = project, acting
        self.fields["as_of"].initial = lambda: days.today().isoformat()

    def owner(self) -> str:
        return f"{UPLOAD}{self.cleaned_data['client_ref']}"

    def open_now(self) -> bool:
        return projects.may_report(self.acting, self.project, days.today())

    def act(self) -> ProjectReport:
        facts = {name: value for name, value in self.cleaned_data.items() if name != "expect"}
        made = project_actions.report(self.project, by=self.acting, **facts)
        self.settle(made.stream)
        return made


class LeadForm(ActionForm):
    """Which unit leads it from today; units that lead it already can be taken off."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Lead unit"), queryset=Unit.objects.none())
    ends = forms.BooleanField(label=gettext_lazy("It leads the project no longer."), required=False)

    def __init__(self, *args: Any, project: Project, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project, self.acting = project, acting
        units = Unit.objects.in_force(days.today()).filter(kind__in=LEADING, jurisdiction__level__in=["prefecture", "county"])
        self.fields["unit"].queryset = units.filter(acting.reach.q("jurisdiction__path", "jurisdiction_id")).order_by(
            "jurisdiction__path", "name"
        )

    def act(self) -> None:
        step = project_actions.release if self.cleaned_data["ends"] else project_actions.assign
        step(self.project, unit=self.cleaned_data["unit"], by=self.acting)
