"""Forms for boards: what is registered, what was seen, what is owed."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
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
from chiefs.posts.models import Unit
from chiefs.resources.fields import SegmentField
from chiefs.resources.models import Segment

from . import actions, rules
from .actions import Entry
from .lifecycle import BoardUpdateLifecycle, SignboardLifecycle
from .models import CODE, LONGEST_CODE, BoardUpdate, Sheet, Signboard
from .questions import UPLOAD

MOST_TEXT = 300
MOST_CODES = 1200
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Named(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return local(obj)


def text(label: Any, most: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text)


def keepers(segment: Segment) -> QuerySet[Unit]:
    """Units that may keep a board there: at its place or above, the nearest first."""
    around = posts.ancestors(segment.jurisdiction)
    rows = Unit.objects.in_force(days.today()).filter(jurisdiction__in=around).exclude(kind=Unit.Kind.SYSTEM)
    return rows.order_by("-jurisdiction__path", "code")


class SegmentForm(forms.Form):
    """Which segment the new board stands at; asked first, because the units to choose from follow from it."""

    segment = SegmentField(label=gettext_lazy("Segment at which it stands"))

    def __init__(self, *args: Any, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acting = self.fields["segment"].acting = acting  # type: ignore[attr-defined]

    @property
    def http_status(self) -> int:
        return 422 if self.is_bound and self.errors else 200

    def clean_segment(self) -> Segment:
        found: Segment = self.cleaned_data["segment"]
        if not rules.keeps(self.acting, found.path, found.jurisdiction_id):
            raise forms.ValidationError(
                _("There is no segment with this code where your post keeps the register. Compare it with the list.")
            )
        return found


class EntryForm(ActionForm):
    """What the rules want on a board, and where it stands."""

    place = text(gettext_lazy("Where it stands"), 80, help_text=gettext_lazy("e.g. at the bridge, left bank"))
    place_bo = text(gettext_lazy("Where it stands (Tibetan)"), 160, required=False)
    begins_at = text(gettext_lazy("Where the stretch begins"), 40)
    begins_at_bo = text(gettext_lazy("Where the stretch begins (Tibetan)"), 100, required=False)
    ends_at = text(gettext_lazy("Where the stretch ends"), 40)
    ends_at_bo = text(gettext_lazy("Where the stretch ends (Tibetan)"), 100, required=False)
    length_m = forms.IntegerField(
        label=gettext_lazy("Length (m)"),
        min_value=1,
        max_value=10_000_000,
        required=False,
        help_text=gettext_lazy("Only if it differs from that of the segment, or the segment has none."),
    )
    area_m2 = forms.IntegerField(label=gettext_lazy("Area (m²)"), min_value=1, max_value=100_000_000_000, required=False)
    targets = forms.CharField(
        label=gettext_lazy("Targets"),
        max_length=160,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Left empty, the goals of the approved river plan stand on the board."),
    )
    targets_bo = forms.CharField(
        label=gettext_lazy("Targets (Tibetan)"), max_length=320, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    unit = Named(label=gettext_lazy("Unit that keeps it"), queryset=Unit.objects.none())
    set_up_on = DayField(label=gettext_lazy("Set up on"), widget=DATE)
    latitude = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180, required=False)
    whole = forms.BooleanField(
        label=gettext_lazy("It speaks for the whole water"),
        required=False,
        help_text=gettext_lazy("Then the chiefs of the prefecture and the counties stand on it."),
    )
    segments = forms.CharField(
        label=gettext_lazy("Codes of further segments that it speaks for"),
        max_length=MOST_CODES,
        required=False,
        help_text=gettext_lazy("Of the same water, separated by spaces."),
    )

    def __init__(self, *args: Any, segment: Segment, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segment, self.acting = segment, acting
        self.fields["unit"].queryset = keepers(segment)
        for name in [name for name in self.fields if name.endswith("_bo")]:
            self.fields[name].widget.attrs["lang"] = "bo"

    def clean_segments(self) -> list[Segment]:
        codes = list(dict.fromkeys(re.split(r"[\s,，、]+", self.cleaned_data["segments"].strip()))) if self.cleaned_data["segments"] else []
        found = {s.code: s for s in Segment.objects.in_force(days.today()).filter(resource=self.segment.resource_id, code__in=codes)}
        if strange := [code for code in codes if code and code not in found]:
            raise forms.ValidationError(
                _("These are no codes of segments of %(water)s: %(codes)s.")
                % {"water": local(self.segment.resource), "codes": "、".join(strange[:5])}
            )
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None) and not {"latitude", "longitude"} & self.errors.keys():
            self.add_error("latitude", _("A point needs latitude and longitude. Enter both, or none."))
        return cleaned

    def entry(self) -> Entry:
        return Entry(**{name: self.cleaned_data[name] for name in Entry.__dataclass_fields__})


class NewForm(EntryForm, KeepingForm):
    """A board that is not registered yet."""

    code = forms.CharField(
        label=gettext_lazy("Code of the board"),
        max_length=LONGEST_CODE,
        validators=[CODE],
        help_text=gettext_lazy("Stands in its QR address for ever. The first board of a segment may have the code of the segment."),
    )
    as_of = DayField(
        label=gettext_lazy("The names on it are of"), widget=DATE, help_text=gettext_lazy("The day whose chiefs stand on the board.")
    )
    photos = PhotosField(label=gettext_lazy("Photos"))
    field_order = ["expect", "client_ref", "code"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as_of"].initial = days.today
        free = not Signboard.objects.filter(code=self.segment.code).exists()
        self.fields["code"].initial = self.segment.code if free else ""

    def act(self) -> Signboard:
        cleaned = self.cleaned_data
        board = actions.set_up(
            code=cleaned["code"],
            segment=self.segment,
            entry=self.entry(),
            segments=cleaned["segments"],
            whole=cleaned["whole"],
            as_of=cleaned["as_of"],
            by=self.acting,
            client_ref=cleaned["client_ref"],
        )
        self.settle(board.stream)
        return board

    def owner(self) -> str:
        return f"{UPLOAD}{self.cleaned_data['client_ref']}"

    def open_now(self) -> bool:
        return rules.keeps(self.acting, self.segment.path, self.segment.jurisdiction_id)


class ChangeForm(EntryForm):
    """What is registered of a board, corrected."""

    def __init__(self, *args: Any, board: Signboard, **kwargs: Any) -> None:
        initial = {name: getattr(board, name) for name in Entry.__dataclass_fields__}
        beside = " ".join(board.segments.order_by("code").values_list("code", flat=True))
        super().__init__(
            *args, segment=board.segment, expect=board.version, initial=initial | {"whole": board.whole, "segments": beside}, **kwargs
        )
        self.board = board
        self.fields["unit"].queryset = keepers(board.segment) | Unit.objects.filter(pk=board.unit_id)

    def act(self) -> None:
        cleaned = self.cleaned_data
        actions.change(
            self.board,
            entry=self.entry(),
            segments=cleaned["segments"],
            whole=cleaned["whole"],
            by=self.acting,
            expect=cleaned["expect"],
        )


class SeenForm(KeepingForm):
    """One step at a board: which day, what was seen, pictures."""

    seen_on = DayField(label=gettext_lazy("Seen on"), widget=DATE)
    note = forms.CharField(label=gettext_lazy("What you saw"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))
    photos = PhotosField(label=gettext_lazy("Photos"))

    def __init__(self, *args: Any, board: Signboard, move: str, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=board.version, **kwargs)
        self.board, self.move, self.acting = board, move, acting
        self.fields["seen_on"].initial = days.today
        if move == "check":
            self.fields["note"].required = False

    def open_now(self) -> bool:
        """Whether the gate would let this post take the step."""
        if self.move == "check":
            return may_check(self.board, self.acting)
        return any(move.name == self.move for move in SignboardLifecycle.available(self.board, self.acting))

    def act(self) -> None:
        getattr(actions, self.move)(self.board, by=self.acting, **self.cleaned_data)

    def owner(self) -> str:
        return self.board.stream


def may_check(board: Signboard, acting: Acting) -> bool:
    """Whether a post may say that it stood before the board."""
    return board.state != Signboard.State.GONE and rules.tends(acting, board.unit_id, board.segment.path, board.segment.jurisdiction_id)


class FinishForm(KeepingForm):
    """The board is up to date: the day and a photo."""

    done_on = DayField(label=gettext_lazy("Done on"), widget=DATE)
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=MOST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    photos = PhotosField(
        label=gettext_lazy("Photos of the board as it is now"), help_text=gettext_lazy("At least one on which the names can be read.")
    )

    def __init__(self, *args: Any, update: BoardUpdate, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=update.version, **kwargs)
        self.update, self.acting = update, acting
        self.fields["done_on"].initial = days.today
        self.fields["photos"].asked = True

    def open_now(self) -> bool:
        return any(move.name == "finish" for move in BoardUpdateLifecycle.available(self.update, self.acting))

    def act(self) -> None:
        actions.finish(self.update, by=self.acting, **self.cleaned_data)

    def owner(self) -> str:
        return self.update.stream


class WaiveForm(ActionForm):
    reason = forms.CharField(
        label=gettext_lazy("Why it need not be changed"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, update: BoardUpdate, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=update.version, **kwargs)
        self.update, self.acting = update, acting

    def open_now(self) -> bool:
        return any(move.name == "waive" for move in BoardUpdateLifecycle.available(self.update, self.acting))

    def act(self) -> None:
        actions.waive(self.update, by=self.acting, **self.cleaned_data)


class SheetForm(ActionForm):
    """Which sheet to print."""

    size = forms.ChoiceField(label=gettext_lazy("Size"), choices=Sheet.Size.choices, widget=forms.RadioSelect, initial=Sheet.Size.A3)
    script = forms.ChoiceField(
        label=gettext_lazy("Scripts"), choices=Sheet.Script.choices, widget=forms.RadioSelect, initial=Sheet.Script.BOTH
    )

    def __init__(self, *args: Any, board: Signboard, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, expect=board.version, **kwargs)
        self.board, self.acting = board, acting

    def act(self) -> Sheet:
        return actions.print_sheet(self.board, size=self.cleaned_data["size"], script=self.cleaned_data["script"], by=self.acting)
