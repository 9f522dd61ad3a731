"""One form per step of an audit; what may be chosen is what the gate would accept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accountability.kit import days
from accountability.kit.fields import SeveralField
from accountability.kit.names import named
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Tenure, Unit

from . import actions, desk
from .models import REVIEW, WORK, Audit, Grade
from .wording import span

MOST_TEXT = 4000
MOST_FOUND = 50
ACCESS_DAYS = 180


def words(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))


class Terms(forms.ModelChoiceField):
    def label_from_instance(self, obj: Tenure) -> str:
        return f"{obj.post.title} · {obj.person.name} · {span(obj.since, obj.until)}"


class Named(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "person", None) or obj)


class Several(SeveralField):
    def label_from_instance(self, obj: Account) -> str:
        return str(obj.person)


class SearchForm(forms.Form):
    """Which post: a part of its title."""

    title = forms.CharField(label=gettext_lazy("Post"), max_length=60)


class CommissionForm(ActionForm):
    """Choose one term; the audit covers exactly its days."""

    tenure = Terms(label=gettext_lazy("Term of office"), queryset=Tenure.objects.none(), widget=forms.RadioSelect, empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Audit.Kind.choices, widget=forms.RadioSelect, initial=Audit.Kind.DEPARTURE)
    audit_unit = Named(label=gettext_lazy("Audit bureau"), queryset=Unit.objects.none(), widget=forms.RadioSelect, empty_label=None)
    basis = forms.CharField(label=gettext_lazy("Commission (number or plan)"), max_length=200)

    def __init__(self, *args: Any, acting: Acting, title: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acting = acting
        found = (
            Tenure.objects.standing()
            .filter(named(title, "post__title"), post__kind__single=True)
            .filter(acting.reach.q("post__unit__jurisdiction__path", "post__unit__jurisdiction_id"))
        )
        chosen = found.select_related("post", "person").order_by("post__title", "-since")[:MOST_FOUND]
        self.fields["tenure"].queryset = (
            Tenure.objects.filter(pk__in=[t.pk for t in chosen]).select_related("post", "person").order_by("-since")
        )
        places = [acting.jurisdiction_id] if acting.jurisdiction_id else []
        units = posts.units_with(Function.AUDIT, places, days.today())
        self.fields["audit_unit"].queryset = Unit.objects.filter(pk__in=[u.pk for u in units])

    def act(self) -> Audit:
        facts = dict(self.cleaned_data)
        facts.pop("expect")
        return actions.commission(by=self.acting, **facts)


class StepForm(ActionForm):
    """A form that ends in one call of an action."""

    step: str

    def __init__(self, *args: Any, audit: Audit, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=audit.version, **kwargs)
        self.audit, self.acting = audit, acting

    def act(self) -> None:
        getattr(actions, self.step)(self.audit, by=self.acting, **self.cleaned_data)


class TeamForm(StepForm):
    step = "form_team"
    team = Several(label=gettext_lazy("Team"), queryset=Account.objects.none(), widget=forms.CheckboxSelectMultiple)
    reviewer = Named(label=gettext_lazy("Reviewer"), queryset=Account.objects.none(), widget=forms.RadioSelect, empty_label=None)
    until = forms.DateField(label=gettext_lazy("Access ends on"), help_text=gettext_lazy("e.g. 2027-06-30"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Account.objects.filter(pk__in=[a.pk for a in desk.bureau_accounts(self.audit.audit_unit_id)]).select_related("person")
        self.fields["team"].queryset = self.fields["reviewer"].queryset = rows
        self.fields["until"].initial = lambda: (days.today() + timedelta(days=ACCESS_DAYS)).isoformat()


class ChangeTeamForm(TeamForm):
    """Filled in with those who serve, so that giving more time is one press."""

    step = "change_team"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].initial = lambda: list(self.audit.serving(WORK))
        self.fields["reviewer"].initial = lambda: next(iter(self.audit.serving(REVIEW)), None)


class CollectForm(StepForm):
    step = "collect"


class CheckForm(StepForm):
    step = "check"
    part = forms.ChoiceField(choices=[(name, name) for name in desk.PARTS], widget=forms.HiddenInput)
    remark = words(gettext_lazy("Remark"), required=False)


class ScoreForm(StepForm):
    step = "score"


class ReviewForm(StepForm):
    step = "review"
    opinion = words(gettext_lazy("Opinion on evidence and score"))


class DecideForm(StepForm):
    step = "decide"
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), choices=Grade.choices, widget=forms.RadioSelect)
    reason = words(gettext_lazy("Reason; it stands in the report"))


class IssueForm(StepForm):
    step = "issue"


class WithdrawForm(StepForm):
    step = "withdraw"
    reason = words(gettext_lazy("Reason"))


FORMS: dict[str, type[StepForm]] = {
    form.step: form
    for form in (TeamForm, ChangeTeamForm, CollectForm, CheckForm, ScoreForm, ReviewForm, DecideForm, IssueForm, WithdrawForm)
}
