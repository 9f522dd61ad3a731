"""Forms for river plans: beginning one, its lines, the steps that approve it, and what is reported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.evidence.fields import PhotosField
from accountability.evidence.forms import KeepingForm
from accountability.kit import days
from accountability.kit.fields import DayField
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.posts import reports as posts
from chiefs.posts.models import Post, Unit
from chiefs.posts.rules import keeps_register
from chiefs.resources.fields import SegmentField
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction

from . import actions, reports
from .actions import Line
from .lifecycle import RiverPlanLifecycle
from .models import PlanItem, RiverPlan

MOST_SITUATION = 6000
MOST_TEXT = 1000
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
K = PlanItem.Kind


def words(label: Any, most: int = MOST_TEXT, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class Places(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return local(obj)


class Titles(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return local(obj, "title")


class Lines(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return local(obj, "text")


class WaterForm(forms.Form):
    """Which water a plan is for: by one of its segments, because names of waters repeat."""

    segment = SegmentField(label=gettext_lazy("A segment of the water"))

    def __init__(self, *args: Any, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].acting = acting  # type: ignore[attr-defined]

    @property
    def http_status(self) -> int:
        return 422 if self.is_bound and self.errors else 200


class TermForm(ActionForm):
    """The days of a plan and the situation of the water."""

    situation = words(
        gettext_lazy("Situation of the water"),
        MOST_SITUATION,
        rows=8,
        help_text=gettext_lazy("Water resources, banks, pollution, environment, ecology, enforcement: as it is, with figures."),
    )
    since = DayField(label=gettext_lazy("First day"), widget=DATE)
    until = DayField(
        label=gettext_lazy("First day no longer in force"),
        widget=DATE,
        required=False,
        help_text=gettext_lazy("Left empty, it follows from the level of the highest chief by the rule."),
    )
    term_basis = forms.CharField(label=gettext_lazy("Document that says another term"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("until") and not cleaned.get("term_basis"):
            self.add_error("term_basis", _("Name the document that gives the plan another term than the rule."))
        return cleaned


class DraftForm(TermForm):
    """The first edition of a plan of a water, or of the one segment."""

    jurisdiction = Places(label=gettext_lazy("Whose government approves it"), queryset=Jurisdiction.objects.none(), empty_label=None)
    part = forms.ChoiceField(
        label=gettext_lazy("It is for"),
        choices=[("whole", gettext_lazy("the whole water there")), ("segment", gettext_lazy("this segment only"))],
        widget=forms.RadioSelect,
        initial="whole",
    )
    field_order = ["expect", "client_ref", "jurisdiction", "part"]

    def __init__(self, *args: Any, segment: Segment, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segment, self.acting = segment, acting
        mine = [place.pk for place in posts.ancestors(segment.jurisdiction) if keeps_register(acting, place.path, place.pk)]
        self.fields["jurisdiction"].queryset = (
            Jurisdiction.objects.filter(pk__in=mine, special=False).exclude(level="village").order_by("path")
        )
        self.fields["since"].initial = days.today

    def act(self) -> RiverPlan:
        cleaned = self.cleaned_data
        return actions.draft(
            resource=self.segment.resource,
            segment=self.segment if cleaned["part"] == "segment" else None,
            jurisdiction=cleaned["jurisdiction"],
            since=cleaned["since"],
            until=cleaned["until"],
            term_basis=cleaned["term_basis"],
            situation=cleaned["situation"],
            by=self.acting,
            client_ref=cleaned["client_ref"],
        )


class StepForm(ActionForm):
    """A form for one step of one plan."""

    move: str

    def __init__(self, *args: Any, plan: RiverPlan, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=plan.version, **kwargs)
        self.plan, self.acting = plan, acting

    def open_now(self) -> bool:
        return any(move.name == self.move for move in RiverPlanLifecycle.available(self.plan, self.acting))

    def act(self) -> RiverPlan | None:
        getattr(actions, self.move)(self.plan, by=self.acting, **self.cleaned_data)
        return None


class RewriteForm(TermForm, StepForm):
    move = "write"

    def __init__(self, *args: Any, plan: RiverPlan, acting: Acting, **kwargs: Any) -> None:
        said = bool(plan.term_basis)
        initial = {"situation": plan.situation, "since": plan.since, "until": plan.until if said else None, "term_basis": plan.term_basis}
        super().__init__(*args, plan=plan, acting=acting, initial=initial, **kwargs)

    def act(self) -> RiverPlan | None:
        actions.rewrite(self.plan, by=self.acting, **self.cleaned_data)
        return None


class ReviewForm(StepForm):
    move = "review"
    opinion = words(gettext_lazy("Your opinion of the plan"))


class SendBackForm(StepForm):
    move = "send_back"
    reason = words(gettext_lazy("What is to be changed"))


class AskChangeForm(StepForm):
    move = "ask_change"
    reason = words(gettext_lazy("What is to be changed"))


class DropForm(StepForm):
    move = "drop"
    reason = words(gettext_lazy("Why it is not pursued"))


class ApproveForm(StepForm):
    move = "approve"
    basis = forms.CharField(label=gettext_lazy("Document of approval"), max_length=200)


class ReviseForm(StepForm):
    """The next edition, with the lines of this one."""

    move = "revise"
    since = DayField(label=gettext_lazy("First day of the next edition"), widget=DATE, initial=days.today)

    def open_now(self) -> bool:
        place = self.plan.jurisdiction
        return self.plan.state == RiverPlan.State.APPROVED and keeps_register(self.acting, place.path, place.pk)

    def act(self) -> RiverPlan | None:
        return actions.revise(self.plan, since=self.cleaned_data["since"], by=self.acting, client_ref=self.cleaned_data["client_ref"])


STEPS: dict[str, type[StepForm]] = {
    "rewrite": RewriteForm,
    "review": ReviewForm,
    "send_back": SendBackForm,
    "approve": ApproveForm,
    "ask_change": AskChangeForm,
    "drop": DropForm,
    "revise": ReviseForm,
}


def responsible_posts(plan: RiverPlan) -> QuerySet[Post]:
    """Chiefs who answer for the water, and the desks of the departments at the plan's place."""
    on = days.today()
    chiefs = Post.objects.in_force(on).filter(charges__segment__resource=plan.resource_id, charges__until=None)
    return Post.objects.filter(pk__in=chiefs.values("pk")).order_by("unit__jurisdiction__path", "pk")


def responsible_units(plan: RiverPlan) -> QuerySet[Unit]:
    """Units at the plan's place, and below it where the water runs: the townships and villages that do the work."""
    today = days.today()
    along = Segment.objects.in_force(today).filter(resource=plan.resource_id, path__gte=plan.jurisdiction.path)
    runs = Jurisdiction.objects.under(plan.jurisdiction.path).filter(Q(segments__in=along) | Q(children__segments__in=along))
    rows = Unit.objects.in_force(today).filter(Q(jurisdiction=plan.jurisdiction_id) | Q(jurisdiction__in=runs))
    return rows.exclude(kind=Unit.Kind.SYSTEM).order_by("jurisdiction__path", "code")


class LineForm(StepForm):
    """One line of one of the five lists; only the last list asks who and by when."""

    move = "write"
    above = Lines(label=gettext_lazy("It answers to"), queryset=PlanItem.objects.none(), widget=forms.RadioSelect, empty_label=None)
    text = forms.CharField(label=gettext_lazy("Text"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    text_bo = forms.CharField(
        label=gettext_lazy("Text in Tibetan"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    figure = forms.CharField(
        label=gettext_lazy("Figure to be reached"), max_length=60, required=False, help_text=gettext_lazy("e.g. class II water all year")
    )
    post = Titles(label=gettext_lazy("Responsible post"), queryset=Post.objects.none(), required=False, empty_label=gettext_lazy("none"))
    unit = Places(label=gettext_lazy("Responsible unit"), queryset=Unit.objects.none(), required=False, empty_label=gettext_lazy("none"))
    due = DayField(label=gettext_lazy("To be done by"), widget=DATE)

    def __init__(self, *args: Any, kind: str, item: PlanItem | None = None, **kwargs: Any) -> None:
        initial = {name: getattr(item, name) for name in ("text", "text_bo", "figure", "post", "unit", "due")} if item else {}
        super().__init__(*args, initial=initial, **kwargs)
        self.kind, self.item = kind, item
        self.fields["above"].wide = True
        self.fields["text_bo"].widget.attrs["lang"] = "bo"
        upper = reports.rules.above(kind)
        if item is not None or upper is None:
            del self.fields["above"]
        else:
            self.fields["above"].queryset = self.plan.items.filter(kind=upper, withdrawn=False)
        if kind == K.RESPONSIBILITY:
            self.fields["post"].queryset = responsible_posts(self.plan)
            self.fields["unit"].queryset = responsible_units(self.plan)
            self.fields["post"].asked = self.fields["unit"].asked = True  # one of the two
        else:
            for name in ("post", "unit", "due"):
                del self.fields[name]
        if kind not in (K.GOAL, K.TASK):
            del self.fields["figure"]

    def act(self) -> None:
        cleaned = self.cleaned_data
        line = Line(**{name: cleaned[name] for name in Line.__dataclass_fields__ if name in cleaned})
        common = {"line": line, "by": self.acting, "expect": cleaned["expect"], "client_ref": cleaned["client_ref"]}
        if self.item is not None:
            actions.change_line(self.item, **common)
        else:
            actions.add_line(self.plan, kind=self.kind, above=cleaned.get("above"), **common)


class TakeOutForm(StepForm):
    """Nothing to fill in: the line goes, and what answers to it goes with it."""

    move = "write"

    def __init__(self, *args: Any, item: PlanItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item

    def act(self) -> None:
        actions.take_out(self.item, by=self.acting, **self.cleaned_data)


class ProgressForm(KeepingForm):
    """How far a task has come."""

    day = DayField(label=gettext_lazy("As of"), widget=DATE, initial=days.today)
    percent = forms.IntegerField(label=gettext_lazy("Done (%)"), min_value=0, max_value=100)
    text = words(gettext_lazy("What was done"), 500)
    photos = PhotosField(label=gettext_lazy("Photos"))

    def __init__(self, *args: Any, task: PlanItem, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=task.plan.version, **kwargs)
        self.task, self.acting = task, acting

    def open_now(self) -> bool:
        return self.task.plan.runs(days.today()) and actions.may_report(self.task, self.acting)

    def act(self) -> None:
        facts = {name: value for name, value in self.cleaned_data.items() if name != "expect"}
        actions.report_progress(self.task, by=self.acting, **facts)

    def owner(self) -> str:
        return self.task.plan.stream
