"""The patrol form. Files are kept the moment they arrive, so a mistake elsewhere on the form never asks for them again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.cases.models import ProblemKind
from accountability.evidence import actions as evidence
from accountability.evidence.fields import PhotosField
from accountability.evidence.models import Evidence
from accountability.evidence.reports import original
from accountability.kit.parsing import Unreadable
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import ActionForm
from accountability.ledger.errors import Mismatch, Refused
from chiefs.signboards.models import Signboard
from chiefs.sites.choosing import Sites
from chiefs.sites.models import Site

from . import gpx
from .actions import Seen
from .models import Patrol
from .questions import UPLOAD

MOST_FINDINGS = 5
MOST_TEXT = 2000


class Kinds(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return local(obj)


class Boards(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} · {local(obj, 'place')}"


class FindingForm(forms.Form):
    """One problem. A block in which nothing was said is no finding."""

    kind = Kinds(
        label=gettext_lazy("What is it?"), queryset=ProblemKind.objects.all(), widget=forms.RadioSelect, required=False, empty_label=None
    )
    quantity = forms.DecimalField(
        label=gettext_lazy("How much (m², m³ or pieces)"), min_value=0, max_digits=12, decimal_places=2, required=False
    )
    text = forms.CharField(
        label=gettext_lazy("Description"), max_length=MOST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    photos = PhotosField(label=gettext_lazy("Photos"))
    solved_on_site = forms.BooleanField(label=gettext_lazy("Solved on the spot"), required=False)
    signboard = Boards(label=gettext_lazy("Which notice board?"), queryset=Signboard.objects.none(), required=False)
    site = Sites(
        label=gettext_lazy("Does it come from one of these?"),
        queryset=Site.objects.none(),
        required=False,
        to_field_name="ref",
        empty_label=gettext_lazy("no regulated site"),
    )
    kept = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    client_ref = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, boards: Sequence[Signboard] = (), sites: Sequence[Site] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_ref"].initial = uuid.uuid4
        self.pictures: list[Evidence] = []
        self.boards, self.sites = boards, sites
        if boards:
            self.fields["signboard"].queryset = Signboard.objects.filter(pk__in=[board.pk for board in boards])
        else:
            del self.fields["signboard"]
        if sites:
            self.fields["site"].queryset = Site.objects.filter(pk__in=[site.pk for site in sites]).select_related("jurisdiction")
        else:
            del self.fields["site"]

    def clean(self) -> dict[str, Any]:
        """A problem of a board names it: the one that was chosen, or the only one that stands there."""
        cleaned = super().clean() or {}
        kind, board = cleaned.get("kind"), cleaned.get("signboard")
        of_a_board = kind is not None and kind.code == ProblemKind.SIGNBOARD
        if board is not None and not of_a_board:
            self.add_error("signboard", _("You chose a notice board, but another kind of problem. Choose one of the two anew."))
        elif of_a_board and board is None and len(self.boards) > 1:
            self.add_error("signboard", _("Several notice boards stand here. Choose the one that you mean."))
        elif of_a_board and board is None and self.boards:
            cleaned["signboard"] = self.boards[0]
        return cleaned

    @property
    def said(self) -> bool:
        """Whether anything was entered."""
        clean = self.cleaned_data
        return bool(clean.get("kind") or clean.get("text") or clean.get("quantity") is not None or self.pictures)

    def seen(self) -> Seen:
        clean = self.cleaned_data
        return Seen(
            kind=clean["kind"],
            text=clean["text"],
            quantity=clean["quantity"],
            solved_on_site=clean["solved_on_site"],
            client_ref=clean["client_ref"],
            photos=self.pictures,
            signboard=clean.get("signboard"),
            site=clean.get("site"),
        )


class PatrolForm(forms.Form):
    """The walk itself: a recorded track, when it was if the track does not say, a remark."""

    refusal: Any = None
    http_status = ActionForm.http_status
    refuse = ActionForm.refuse
    _replace = ActionForm._replace

    client_ref = forms.UUIDField(widget=forms.HiddenInput)
    kept = forms.UUIDField(widget=forms.HiddenInput, required=False)
    track = forms.FileField(
        label=gettext_lazy("Recorded track (GPX)"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("Export it from the app that recorded your walk."),
        widget=forms.FileInput(attrs={"accept": ".gpx,application/gpx+xml,application/xml,text/xml"}),
    )
    started_at = forms.DateTimeField(
        label=gettext_lazy("Began"),
        required=False,
        help_text=gettext_lazy("Only if the track carries no times, e.g. 2026-05-06 09:00."),
    )
    ended_at = forms.DateTimeField(label=gettext_lazy("Ended"), required=False)
    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=MOST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_ref"].initial = uuid.uuid4
        self.fields["track"].asked = True  # kept of an earlier sending, it need not be sent again
        self.read: gpx.ReadTrack | None = None
        self.file: Evidence | None = None


class Submission:
    """The whole form of one patrol: walk and findings, with what was kept of the files."""

    def __init__(self, data: Any, files: Any, *, acting: Acting, boards: Sequence[Signboard] = (), sites: Sequence[Site] = ()) -> None:
        self.acting = acting
        self.count = self._wanted(data)
        self.walk = PatrolForm(data, files)
        self.findings = [FindingForm(data, files, prefix=f"f{n}", boards=boards, sites=sites) for n in range(self.count)]

    @staticmethod
    def _wanted(data: Any) -> int:
        """How many finding blocks to show: as many as there were, one more when asked for."""
        given = data.get("findings", "1") if data else "1"
        count = int(given) if given.isascii() and given.isdigit() and len(given) < 3 else 1
        return max(1, min(MOST_FINDINGS, count + bool(data and "more" in data)))

    @property
    def owner(self) -> str:
        return f"{UPLOAD}{self.walk.cleaned_data['client_ref']}"

    def is_valid(self) -> bool:
        """Check everything and keep every file that can be kept, whatever else is wrong."""
        valid = [form.is_valid() for form in (self.walk, *self.findings)]
        if "client_ref" not in self.walk.cleaned_data:
            return False
        if not self._handed_in():
            try:
                self._keep_files()
            except Mismatch:  # the same form sent twice at once: the other's files lie with the patrol by now
                if not self._handed_in():
                    raise
        for form in self.findings:
            if not form.errors and form.said and not form.cleaned_data.get("kind"):
                form.add_error("kind", _("Choose what kind of problem it is."))
        return all(valid) and not self.walk.errors and not any(form.errors for form in self.findings)

    def _handed_in(self) -> bool:
        """Whether a patrol came of an earlier sending of this form; its files are there then and are not kept again."""
        return Patrol.objects.filter(client_ref=self.walk.cleaned_data["client_ref"]).exists()

    def _keep_files(self) -> None:
        self._keep_track()
        for form in self.findings:
            self._keep_photos(form)

    def _keep(self, file: Any, role: str) -> Evidence:
        return evidence.keep_upload(file, form_ref=self.walk.cleaned_data["client_ref"], owner=self.owner, role=role, by=self.acting)

    def _mine(self, refs: Iterable[Any]) -> list[Evidence]:
        """Files that came with an earlier sending of this form."""
        return list(Evidence.objects.filter(ref__in=list(refs), owner=self.owner, post_id=self.acting.post_id).order_by("pk"))

    def _keep_track(self) -> None:
        walk = self.walk
        sent, earlier = walk.cleaned_data.get("track"), walk.cleaned_data.get("kept")
        try:
            if sent is not None:
                walk.file = self._keep(sent, "track")
            elif earlier:
                walk.file = next(iter(self._mine([earlier])), None)
            if walk.file is None:
                walk.add_error("track", _("Choose the track file of your walk. Without one, ask the chief office to enter a paper record."))
                return
            with original(walk.file) as stored:
                walk.read = gpx.read(stored.read())
            walk._replace("kept", str(walk.file.ref))
        except (Refused, Unreadable) as wrong:
            walk.add_error("track", str(wrong))

    def _keep_photos(self, form: FindingForm) -> None:
        refs = [part for part in form.cleaned_data.get("kept", "").split(",") if _is_ref(part)]
        form.pictures = self._mine(refs)
        for place, file in enumerate(form.cleaned_data.get("photos") or [], 1):
            try:
                photo = self._keep(file, "photo")
            except Refused as refusal:
                form.add_error("photos", _("Photo %(place)s was not kept: %(why)s") % {"place": place, "why": refusal})
                continue
            if photo not in form.pictures:
                form.pictures.append(photo)
        form.data = form.data.copy()
        form.data[form.add_prefix("kept")] = ",".join(str(photo.ref) for photo in form.pictures)

    def seen(self) -> list[Seen]:
        return [form.seen() for form in self.findings if form.said]

    @property
    def http_status(self) -> int:
        if self.walk.refusal is None and any(form.is_bound and form.errors for form in self.findings):
            return 422
        return self.walk.http_status


def _is_ref(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
