"""Forms for taking a complaint in (the citizen's and the clerk's share the questions) and for deciding on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.cases.models import Case, ProblemKind
from accountability.evidence.fields import PhotosField
from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.kit.codes import after
from accountability.kit.fields import SeveralField
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from chiefs.posts.models import Post
from chiefs.resources.models import Scheme, Segment
from chiefs.signboards import reports as boards
from chiefs.signboards.models import Signboard
from chiefs.territory.models import Jurisdiction, Level

from . import additions, rules
from .models import Channel, Complaint, PollutionKind, RefusalReason


class NamedChoice(forms.ModelChoiceField):
    """Options in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return local(obj)


class NamedChoices(SeveralField):
    def label_from_instance(self, obj: Any) -> str:
        return local(obj)


class Answering:
    """How a form without a version answers a refusal: as ledger.doors.ActionForm does."""

    refusal: Any = None
    http_status = ActionForm.http_status
    refuse = ActionForm.refuse
    _replace = ActionForm._replace


class ReportForm(Answering, forms.Form):
    """What, where, what happened, and who: the questions that every door asks.

    The place is found step by step without a script: county, then ``show_places`` brings townships and villages.
    """

    client_ref = forms.UUIDField(widget=forms.HiddenInput)
    kinds = NamedChoices(
        label=gettext_lazy("What is it about?"),
        queryset=PollutionKind.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one kind.")},
    )
    county = NamedChoice(label=gettext_lazy("County"), queryset=Jurisdiction.objects.none(), required=False)
    township = NamedChoice(label=gettext_lazy("Township"), queryset=Jurisdiction.objects.none(), required=False)
    village = NamedChoice(label=gettext_lazy("Village"), queryset=Jurisdiction.objects.none(), required=False)
    board = forms.CharField(label=gettext_lazy("Code on the notice board, if there is one"), max_length=24, required=False)
    place_text = forms.CharField(label=gettext_lazy("Where exactly?"), max_length=200, required=False)
    text = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=rules.MOST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    photos = PhotosField(most=rules.MOST_PHOTOS, label=gettext_lazy("Photos"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)

    def __init__(self, *args: Any, segment: Segment | None = None, board: Signboard | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segment, self.notice_board = segment, board
        self.held: list[Evidence] = []  # photos kept of an earlier sending
        self.fields["client_ref"].initial = uuid.uuid4
        self.fields["text"].asked = True  # words or a photo
        if segment is not None:
            for field in ("county", "township", "village", "board"):
                del self.fields[field]
        else:
            self._narrow()

    def hold_photos(self, files: Sequence[UploadedFile], *, by: Acting) -> None:
        """Keep the photos of a form that is shown again, under the reference with which it will be sent next."""
        given = str(self["client_ref"].value() or "")
        try:
            ref = uuid.UUID(given)
        except ValueError:
            return  # not our form: it is refused anyway
        additions.hold(ref, files, by=by)
        self.held = additions.held(ref)

    def _narrow(self) -> None:
        """Offer the places below what has been chosen."""
        now = Jurisdiction.objects.in_force(days.today()).order_by("code", "pk")
        self.fields["county"].queryset = now.filter(level=Level.COUNTY)
        for field, above in (("township", "county"), ("village", "township")):
            chosen = self._chosen(above)
            if chosen:
                self.fields[field].queryset = now.filter(parent_id=chosen)

    def _chosen(self, field: str) -> int | None:
        value = str(self[field].value() or "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None

    @property
    def may_narrow(self) -> bool:
        """Whether the page should offer the button that brings the places below."""
        return self.segment is None

    def clean_board(self) -> str:
        code = self.cleaned_data["board"].strip()
        if code:
            standing = Segment.objects.in_force(days.today()).select_related("jurisdiction__parent", "resource__scheme")
            self.notice_board = boards.find(code)
            led = boards.stands_for(self.notice_board, days.today()) if self.notice_board else None
            self.segment = led or standing.filter(code=code).first()
            if self.segment is None:
                raise forms.ValidationError(_("There is no notice board with this code. Leave it empty and choose the place."))
        return code

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        if typed and not rules.is_phone(typed):
            raise forms.ValidationError(_("This does not look like a telephone number. Correct it, or leave it empty."))
        return rules.tidy_phone(typed)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.held = additions.held(data.get("client_ref"))
        pictured = data.get("photos") or self.held
        if "text" in data and "photos" in data and len(data["text"].strip()) < rules.LEAST_TEXT and not pictured:
            self.add_error("text", _("Write at least five signs, or add a photo."))
        if data.get("board") and self.segment is not None:  # the board stands where it stands, whatever was chosen beside it
            data["county"] = data["township"] = data["village"] = None
        data["place"] = data.get("village") or data.get("township") or data.get("county") or (self.segment and self.segment.jurisdiction)
        if data["place"] is None and not {"county", "township", "village", "board"} & self.errors.keys():
            self.add_error("county", _("Choose the county where it is."))
        return data

    def _board_meant(self) -> Signboard | None:
        """The notice board that the report is about, where one of its kinds is that of boards: by its code, or the only one there."""
        if not any(kind.problem_kind.code == ProblemKind.SIGNBOARD for kind in self.cleaned_data["kinds"].select_related("problem_kind")):
            return None
        return self.notice_board or boards.meant(self.segment)

    def report(self) -> dict[str, Any]:
        """What ``actions.register`` wants of the checked form."""
        data = self.cleaned_data
        return {
            "text": data["text"],
            "kinds": data["kinds"],
            "place": data["place"],
            "segment": self.segment,
            "place_text": data["place_text"],
            "signboard": self._board_meant(),
            "informant": {field: data[field] for field in ("name", "phone", "address")},
            "client_ref": data["client_ref"],
        }


class TakeDownForm(ReportForm):
    """The clerk's form: for a caller, a visitor, a letter."""

    channel = NamedChoice(label=gettext_lazy("Channel"), queryset=Channel.objects.filter(open=True, by_clerk=True), empty_label=None)
    language = forms.ChoiceField(
        label=gettext_lazy("Language for the answer"), choices=[("zh-hans", gettext_lazy("Chinese")), ("bo", gettext_lazy("Tibetan"))]
    )
    field_order = ["client_ref", "channel", "kinds"]

    def __init__(self, *args: Any, reach_paths: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].initial = Channel.objects.filter(code="12369").values_list("pk", flat=True).first()
        counties = self.fields["county"].queryset
        inside = Q(pk__in=[])
        for path in reach_paths:
            inside |= Q(path__gte=path, path__lt=after(path))
        self.fields["county"].queryset = counties.filter(inside)


class DecisionForm(ActionForm):
    """A form for one move of one complaint."""

    def __init__(self, *args: Any, complaint: Complaint, acting: Any, **kwargs: Any) -> None:
        super().__init__(*args, expect=complaint.version, **kwargs)
        self.complaint, self.acting = complaint, acting


class PhotoChoices(SeveralField):
    def label_from_instance(self, obj: Evidence) -> str:
        return _("Photo %(name)s") % {"name": obj.name.removeprefix("photo-")}


class TakeOnForm(DecisionForm):
    """What accepting and joining have in common: the words and photos that handlers may see."""

    transfer_text = forms.CharField(
        label=gettext_lazy("Version for the handlers"),
        help_text=gettext_lazy("Take out names, telephone numbers, house numbers and whatever tells who reported it."),
        max_length=rules.MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    cleared = PhotoChoices(
        label=gettext_lazy("Photos that the handlers may see"),
        queryset=Evidence.objects.none(),
        required=False,
        to_field_name="ref",
        widget=forms.CheckboxSelectMultiple,
    )
    checked = forms.BooleanField(
        label=gettext_lazy("I have read it: nothing here tells who reported it."),
        error_messages={"required": gettext_lazy("Read the version for the handlers once more and confirm that it tells nobody.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [self.complaint.text, self.complaint.place_text]
        self.fields["transfer_text"].initial = "\n".join(filter(None, words))
        photos = Evidence.objects.filter(owner=self.complaint.stream, role="photo").order_by("pk")
        if photos.exists():
            self.fields["cleared"].queryset = photos
        else:
            del self.fields["cleared"]

    def facts(self) -> dict[str, Any]:
        return {key: value for key, value in self.cleaned_data.items() if key != "checked"}


class AcceptForm(TakeOnForm):
    """A new case."""

    kind = NamedChoice(label=gettext_lazy("Kind of problem"), queryset=ProblemKind.objects.all(), empty_label=None)
    title = forms.CharField(label=gettext_lazy("Title of the case"), max_length=160, required=False)
    scheme = NamedChoice(label=gettext_lazy("Chief scheme"), queryset=Scheme.objects.order_by("pk"), empty_label=None)
    subject = forms.CharField(
        label=gettext_lazy("Code of the post complained of, if it is about one"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("The case then never passes through that post or its unit."),
    )
    field_order = ["expect", "client_ref", "kind", "title", "scheme", "transfer_text", "cleared", "subject", "checked"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = self.complaint.kinds.select_related("problem_kind").first()
        self.fields["kind"].initial = first.problem_kind_id if first else None
        if self.complaint.segment is not None:
            self.fields["scheme"].initial = self.complaint.segment.resource.scheme_id

    def clean_subject(self) -> Post | None:
        code = self.cleaned_data["subject"].strip()
        post = Post.objects.in_force(days.today()).select_related("unit").filter(code=code).first() if code else None
        if code and post is None:
            raise forms.ValidationError(_("There is no post with this code."))
        return post

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        return facts | {"subject_post": facts.pop("subject")}


class JoinForm(TakeOnForm):
    """The same matter as an open case."""

    candidate = forms.ModelChoiceField(
        label=gettext_lazy("Similar cases"),
        queryset=Case.objects.none(),
        required=False,
        to_field_name="number",
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("none of these"),
    )
    number = forms.CharField(label=gettext_lazy("Or the number of the case"), max_length=24, required=False)
    field_order = ["expect", "client_ref", "candidate", "number", "transfer_text", "cleared", "checked"]

    def __init__(self, *args: Any, candidates: list[Case] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [case.pk for case in candidates or []]
        field = self.fields["candidate"]
        field.asked = field.wide = True  # this one or the number
        field.queryset = Case.objects.visible_to(self.acting).filter(pk__in=ids).select_related("jurisdiction").order_by("-opened_at")
        field.label_from_instance = lambda case: f"{case.number} · {case.title} · {case.get_state_display()}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        number = (data.get("number") or "").strip().upper()
        case = data.get("candidate")
        if number:
            case = Case.objects.visible_to(self.acting).filter(number=number).first()
            if case is None:
                self.add_error("number", _("There is no such case among those that you may see."))
        elif case is None and "candidate" not in self.errors:
            self.add_error("candidate", _("Choose the case that is about the same matter, or type its number."))
        data["case"] = case
        return data

    def facts(self) -> dict[str, Any]:
        return {key: value for key, value in super().facts().items() if key not in ("candidate", "number")}


class RefuseForm(DecisionForm):
    """The legal reason, and what it means for this person."""

    reason = NamedChoice(
        label=gettext_lazy("Reason"),
        queryset=RefusalReason.objects.all(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the reason for which the complaint is not accepted.")},
    )
    note = forms.CharField(
        label=gettext_lazy("What it means here"),
        help_text=gettext_lazy("The citizen reads this: which office to turn to, or how the matter stands."),
        max_length=rules.MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write to the citizen what this means here: where to go, or what is missing.")},
    )

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].wide = True


class ReplyForm(DecisionForm):
    """The answer; shown once as the citizen will see it before it is sent."""

    text = forms.CharField(
        label=gettext_lazy("Reply"),
        help_text=gettext_lazy("What was found, what was done, what comes next. No names of persons."),
        min_length=rules.LEAST_TEXT,
        max_length=rules.MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class CloseForm(DecisionForm):
    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PassOnForm(DecisionForm):
    note = forms.CharField(label=gettext_lazy("Why it is passed on"), max_length=rules.MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ClearPhotosForm(DecisionForm):
    photos = PhotoChoices(
        label=gettext_lazy("Photos that the handlers may see"),
        queryset=Evidence.objects.none(),
        to_field_name="ref",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = self.complaint.cleared_photos.values("evidence_id")
        self.fields["photos"].queryset = Evidence.objects.filter(owner=self.complaint.stream).exclude(pk__in=seen).order_by("pk")

    def facts(self) -> dict[str, Any]:
        return self.cleaned_data | {"photos": list(self.cleaned_data["photos"])}


class UnsealForm(DecisionForm):
    reason = forms.CharField(label=gettext_lazy("What do you need the identity for?"), min_length=rules.LEAST_REASON, max_length=300)

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
