"""One form per move of a case. What may be chosen is what the gate would accept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.evidence import actions as evidence
from accountability.evidence import reports as kept
from accountability.evidence.fields import PhotosField
from accountability.kit.fields import SeveralField
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.posts.models import Post, Unit

from . import actions, ways
from .lifecycle import CaseLifecycle
from .models import Case
from .reports import history

MOST_TEXT = 2000


def words(label: Any, *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": rows}))


class Titles(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return local(obj, "title")


class Names(SeveralField):
    def label_from_instance(self, obj: Any) -> str:
        return local(obj)


class MoveForm(ActionForm):
    """A form that ends in one call of an action."""

    move: str

    def __init__(self, *args: Any, case: Case, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=case.version, **kwargs)
        self.case, self.acting = case, acting

    def open_now(self) -> bool:
        """Whether the gate would let this post take the step."""
        return any(move.name == self.move for move in CaseLifecycle.available(self.case, self.acting))

    def act(self) -> None:
        getattr(actions, self.move)(self.case, by=self.acting, **self.cleaned_data)


class ReportUpForm(MoveForm):
    move = "report_up"
    note = words(gettext_lazy("Why you cannot solve it yourself"))


class HandDownForm(MoveForm):
    move = "hand_down"
    to = Titles(label=gettext_lazy("To"), queryset=Post.objects.none(), widget=forms.RadioSelect, empty_label=None)
    note = words(gettext_lazy("What is to be done"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Post.objects.filter(pk__in=[p.pk for p in ways.posts_below(self.case)])


class HandOverForm(MoveForm):
    move = "hand_over"
    to = Titles(label=gettext_lazy("Department that leads"), queryset=Post.objects.none(), widget=forms.RadioSelect, empty_label=None)
    assisting = Names(
        label=gettext_lazy("Departments that assist"), queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = words(gettext_lazy("What is to be done"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desks = ways.departments_for(self.case)
        self.fields["to"].queryset = Post.objects.filter(pk__in=[p.pk for p in desks])
        self.fields["assisting"].queryset = Unit.objects.filter(pk__in=[p.unit_id for p in desks])


class SendBackForm(MoveForm):
    move = "send_back"
    note = words(gettext_lazy("Why you send it back"))


class AskExtensionForm(MoveForm):
    move = "ask_extension"
    days = forms.IntegerField(label=gettext_lazy("Days more"), min_value=1)
    reason = words(gettext_lazy("Reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = ways.extension_left(self.case)
        self.fields["days"].help_text = _("At most %(left)s days in all under the rule for this case. Whoever complained is told.") % {
            "left": left
        }
        self.fields["days"].validators.append(MaxValueValidator(max(1, left)))
        self.fields["days"].widget.attrs["max"] = left


class DecideExtensionForm(MoveForm):
    move = "decide_extension"
    granted = forms.TypedChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("1", gettext_lazy("Grant")), ("0", gettext_lazy("Refuse"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reason = words(gettext_lazy("Reason of the decision"))


class ReportDoneForm(MoveForm):
    """What was done, with pictures. Pictures are kept first, so a refused step never loses them."""

    move = "report_done"
    measure = words(gettext_lazy("What was done"), rows=4)
    before = PhotosField(label=gettext_lazy("Photos before"))
    after = PhotosField(label=gettext_lazy("Photos after"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("after") and not self._kept("after") and "after" not in self.errors:
            self.add_error("after", _("Add at least one photo of how it looks now. Another unit will go and compare."))
        return cleaned

    def _kept(self, role: str) -> bool:
        """Whether a picture came with an earlier sending that was refused: it is there, and nothing has happened to the case since."""
        last = history(self.case)[-1].recorded_at
        return kept.of(self.case.stream).filter(role=role, post_id=self.acting.post_id, received_at__gte=last).exists()

    def keep_photos(self) -> None:
        """Keep the pictures that came, also when the rest of the form has to be corrected; not of a post that may not take the step."""
        ref = self.cleaned_data.get("client_ref")
        if ref is None or not self.open_now():
            return
        for role in ("before", "after"):
            for file in self.cleaned_data.get(role) or []:
                evidence.keep_upload(file, form_ref=ref, owner=self.case.stream, role=role, by=self.acting)

    def act(self) -> None:
        self.keep_photos()
        for role in ("before", "after"):
            self.cleaned_data.pop(role)
        super().act()


class SignOffForm(MoveForm):
    move = "sign_off"
    note = words(gettext_lazy("Remark"), required=False)


class ReopenForm(MoveForm):
    move = "reopen"
    reason = words(gettext_lazy("Why it must be opened again"))


FORMS: dict[str, type[MoveForm]] = {
    form.move: form
    for form in (
        ReportUpForm,
        HandDownForm,
        HandOverForm,
        SendBackForm,
        AskExtensionForm,
        DecideExtensionForm,
        ReportDoneForm,
        SignOffForm,
        ReopenForm,
    )
}
