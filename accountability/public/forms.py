"""The citizen's forms: reporting, following, adding, rating."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.complaints import rules
from accountability.complaints.forms import Answering, ReportForm
from accountability.complaints.models import Complaint
from accountability.evidence.fields import PhotosField
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import ActionForm
from chiefs.posts.models import Post

SHOWN = signing.TimestampSigner(salt="public.complain.shown")
SOONEST_SECONDS = 3
LATEST_SECONDS = 7 * 24 * 3600


class PostChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return local(obj, "title")


class ComplainForm(ReportForm):
    """Four questions on one page. Signs of a machine only set the report apart; nothing is thrown away."""

    who = forms.ChoiceField(
        label=gettext_lazy("May we know who you are?"),
        choices=[("anonymous", gettext_lazy("Stay anonymous")), ("named", gettext_lazy("Leave contact details"))],
        initial="anonymous",
        widget=forms.RadioSelect,
    )
    subject_post = PostChoice(
        label=gettext_lazy("It is about one of these chiefs"),
        queryset=Post.objects.none(),
        required=False,
        empty_label=gettext_lazy("no"),
    )
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    homepage = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    shown = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, posts: list[Post] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown"].initial = lambda: SHOWN.sign("shown")
        self.fields["text"].widget.attrs["maxlength"] = rules.MOST_TEXT
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs["autocomplete"] = "tel"
        self.fields["address"].widget.attrs["autocomplete"] = "street-address"
        if posts:
            self.fields["subject_post"].queryset = Post.objects.filter(pk__in=[post.pk for post in posts]).select_related("unit")
        else:
            del self.fields["subject_post"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        contact = [data.get(field) for field in ("name", "phone", "address")]
        if data.get("who") == "anonymous" and any(contact):
            self.add_error("who", _("You chose to stay anonymous, but contact details stand below. Take them out, or choose the other."))
        if data.get("who") == "named" and not any(contact) and not {"name", "phone", "address"} & self.errors.keys():
            self.add_error("who", _("You chose to leave contact details. Write at least one of them, or stay anonymous."))
        return data

    def looks_machine_made(self) -> bool:
        """A filled trap, or a form that was not shown by us, or came back faster than anybody reads."""
        if self.cleaned_data.get("homepage"):
            return True
        try:
            SHOWN.unsign(self.cleaned_data.get("shown") or "", max_age=LATEST_SECONDS)
        except signing.BadSignature:
            return True
        try:
            SHOWN.unsign(self.cleaned_data["shown"], max_age=SOONEST_SECONDS)
        except signing.SignatureExpired:
            return False
        return True

    def report(self) -> dict[str, Any]:
        data = self.cleaned_data
        return super().report() | {
            "latitude": data["latitude"] if data["longitude"] is not None else None,
            "longitude": data["longitude"] if data["latitude"] is not None else None,
            "subject_post": data.get("subject_post"),
            "suspect": self.looks_machine_made(),
        }


class TrackForm(Answering, forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Receipt number"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Query code"),
        help_text=gettext_lazy("Six signs; large or small letters are the same."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class NoteForm(Answering, forms.Form):
    """What the citizen adds: words, photos, or both."""

    ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = forms.CharField(label=gettext_lazy("What is new?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    photos = PhotosField(most=rules.MOST_PHOTOS, label=gettext_lazy("Photos"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data["text"].strip() and not data["photos"]:
            self.add_error("text", _("Write something, or choose a photo."))
        return data


class RateForm(ActionForm):
    satisfaction = forms.ChoiceField(
        label=gettext_lazy("Are you satisfied with the answer?"), choices=Complaint.Satisfaction.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("If not: what is not settled?"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
