"""What is entered about drawings, grid cells, red-line plots, their markers and the projects inside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accountability.evidence.fields import PhotosField
from accountability.evidence.forms import KeepingForm
from accountability.kit import days
from accountability.kit.fields import SeveralField
from accountability.kit.geo import CHINA
from accountability.kit.parsing import Unreadable
from accountability.kit.templatetags.kit import local
from accountability.ledger.doors import ActionForm
from chiefs.territory.models import Jurisdiction

from . import actions, rules
from .actions.writing import stream_of
from .fields import PlaceField, day_field
from .forms import KeepForm
from .models import Drawing, GridCell, LegacyProject, Marker, RedLinePlot, Segment

WEST, SOUTH, EAST, NORTH = CHINA


class UploadForm(ActionForm):
    """A file of geometry; in which coordinates it is, whoever made it knows best."""

    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("GeoJSON, KML or GPX, at most 10 MB"))
    declared = forms.ChoiceField(
        label=gettext_lazy("Coordinates of the file"), choices=Drawing.Crs.choices, initial=Drawing.Crs.UNKNOWN, widget=forms.RadioSelect
    )
    wide = True

    def __init__(self, *args: Any, acting: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acting, self.record = acting, record
        self.fields["declared"].wide = True

    def act(self) -> Drawing | None:
        """The drawing; None when the file cannot be used, and then the form says why."""
        facts = self.cleaned_data
        told = {"file": facts["file"], "declared": facts["declared"], "client_ref": facts["client_ref"]}
        try:
            return actions.hand_in(self.record, by=self.acting, **told)
        except Unreadable as wrong:
            self.add_error("file", str(wrong))
            return None


class ReadingForm(ActionForm):
    """Take the drawing over, in one reading of its coordinates, or leave it."""

    DROP = "drop"
    reading = forms.ChoiceField(label=gettext_lazy("What happens with it"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, acting: Any, drawing: Drawing, **kwargs: Any) -> None:
        super().__init__(*args, expect=drawing.version, **kwargs)
        self.acting, self.drawing = acting, drawing
        readings = [(crs.value, _("Take over, read as %(crs)s") % {"crs": crs.label}) for crs in (Drawing.Crs.WGS84, Drawing.Crs.GCJ02)]
        self.fields["reading"].choices = [*readings, (self.DROP, _("Do not take over"))]
        self.fields["reading"].wide = True
        known = drawing.declared if drawing.declared != Drawing.Crs.UNKNOWN else ""
        self.fields["reading"].initial = drawing.proposed or known or None

    def act(self) -> Any:
        facts = self.cleaned_data
        told = {"by": self.acting, "expect": facts["expect"], "client_ref": facts["client_ref"]}
        if facts["reading"] == self.DROP:
            return actions.drop(self.drawing, **told)
        return actions.take(self.drawing, crs=facts["reading"], **told)


class Segments(SeveralField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{local(obj)} ({obj.code})"


def segments_near(place: Jurisdiction) -> Any:
    """The segments that may lie in a cell of a place: its own, those of the township above it, and of the villages beside it."""
    near = [pk for pk in (place.pk, place.parent_id) if pk]
    rows = Segment.objects.in_force(days.today()).defer("geometry").select_related("resource")
    found = rows.filter(jurisdiction__in=near) | rows.filter(jurisdiction__parent__in=near)
    return found.order_by("path", "code")


class CellForm(KeepForm):
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=20)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=160, required=False)
    jurisdiction = PlaceField(label=gettext_lazy("Unit in which it lies"))
    for_rangers = forms.BooleanField(label=gettext_lazy("Rangers walk here"), required=False, initial=True)
    for_supervision = forms.BooleanField(label=gettext_lazy("Environmental supervision of the township"), required=False, initial=True)
    day = day_field(gettext_lazy("First day"))

    def act(self) -> GridCell:
        return actions.add_cell(**self.facts())


class CellChangeForm(KeepForm):
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=160, required=False)
    for_rangers = forms.BooleanField(label=gettext_lazy("Rangers walk here"), required=False)
    for_supervision = forms.BooleanField(label=gettext_lazy("Environmental supervision of the township"), required=False)
    segments = Segments(
        label=gettext_lazy("Segments in this cell"), queryset=Segment.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, record: GridCell, **kwargs: Any) -> None:
        columns = ("name", "name_bo", "for_rangers", "for_supervision")
        initial = {name: getattr(record, name) for name in columns} | {"segments": list(record.segments.values_list("pk", flat=True))}
        super().__init__(*args, record=record, initial=initial, **kwargs)
        # What lies in the cell already stays to be chosen, whatever has become of its place.
        kept = Segment.objects.filter(pk__in=initial["segments"])
        near = segments_near(record.jurisdiction).values("pk")
        self.fields["segments"].queryset = (kept | Segment.objects.filter(pk__in=near)).defer("geometry").order_by("path", "code")
        self.fields["segments"].wide = True

    def act(self) -> Any:
        return actions.change_cell(self.record, **self.facts())


class CellEndForm(KeepForm):
    day = day_field(gettext_lazy("First day no longer in force"))

    def act(self) -> Any:
        return actions.end_cell(self.record, **self.facts())


class PlotForm(KeepForm):
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=30)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=160, required=False)
    jurisdiction = PlaceField(label=gettext_lazy("Unit in which it lies"))
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=RedLinePlot.Type.choices, widget=forms.RadioSelect)
    purpose = forms.ChoiceField(label=gettext_lazy("Function"), choices=RedLinePlot.Purpose.choices, widget=forms.RadioSelect)
    area_m2 = forms.IntegerField(label=gettext_lazy("Area by the act (m²)"), min_value=1, max_value=10**12)
    document = forms.CharField(label=gettext_lazy("Approving act"), max_length=200, help_text=gettext_lazy("its title and number"))
    day = day_field(gettext_lazy("In force since"))

    def act(self) -> RedLinePlot:
        facts = self.facts()
        return actions.enter_plot(act=facts.pop("document"), **facts)


class PlotNamesForm(KeepForm):
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=160, required=False)

    def __init__(self, *args: Any, record: RedLinePlot, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"name": record.name, "name_bo": record.name_bo}, **kwargs)

    def act(self) -> Any:
        return actions.rename_plot(self.record, **self.facts())


class PlotChangeForm(KeepForm):
    """What a newer act says of a plot; the page shows what the one in force says."""

    document = forms.CharField(label=gettext_lazy("Newer act"), max_length=200, help_text=gettext_lazy("its title and number"))
    day = day_field(gettext_lazy("In force since"))
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=RedLinePlot.Type.choices, widget=forms.RadioSelect)
    purpose = forms.ChoiceField(label=gettext_lazy("Function"), choices=RedLinePlot.Purpose.choices, widget=forms.RadioSelect)
    area_m2 = forms.IntegerField(label=gettext_lazy("Area by the act (m²)"), min_value=1, max_value=10**12)

    def __init__(self, *args: Any, record: RedLinePlot, **kwargs: Any) -> None:
        initial = {name: getattr(record, name) for name in ("type", "purpose", "area_m2")}
        super().__init__(*args, record=record, initial=initial, **kwargs)

    def act(self) -> Any:
        facts = self.facts()
        return actions.change_plot(self.record, act=facts.pop("document"), **facts)


class EndLandForm(KeepForm):
    """A plot or a marker ends, for a reason."""

    day = day_field(gettext_lazy("First day no longer in force"))
    reason = forms.CharField(
        label=gettext_lazy("Why it ends"),
        max_length=300,
        help_text=gettext_lazy("The act with its number, or what was seen"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def act(self) -> Any:
        end = actions.end_plot if isinstance(self.record, RedLinePlot) else actions.end_marker
        return end(self.record, **self.facts())


class MarkerForm(KeepForm):
    number = forms.SlugField(label=gettext_lazy("Number"), max_length=20)
    longitude = forms.FloatField(label=gettext_lazy("Longitude (degrees, WGS-84)"), min_value=WEST, max_value=EAST)
    latitude = forms.FloatField(label=gettext_lazy("Latitude (degrees, WGS-84)"), min_value=SOUTH, max_value=NORTH)
    place = forms.CharField(label=gettext_lazy("Place in words"), max_length=200, required=False)
    day = day_field(gettext_lazy("Set up on"))

    def __init__(self, *args: Any, plot: RedLinePlot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plot = plot

    def act(self) -> Marker:
        return actions.place_marker(self.plot, **self.facts())


class MarkerChangeForm(KeepForm):
    longitude = forms.FloatField(label=gettext_lazy("Longitude (degrees, WGS-84)"), min_value=WEST, max_value=EAST)
    latitude = forms.FloatField(label=gettext_lazy("Latitude (degrees, WGS-84)"), min_value=SOUTH, max_value=NORTH)
    place = forms.CharField(label=gettext_lazy("Place in words"), max_length=200, required=False)
    day = day_field(gettext_lazy("Stands there since"))

    def __init__(self, *args: Any, record: Marker, **kwargs: Any) -> None:
        initial = {"longitude": record.longitude, "latitude": record.latitude, "place": record.place}
        super().__init__(*args, record=record, initial=initial, **kwargs)

    def act(self) -> Any:
        return actions.change_marker(self.record, **self.facts())


class CheckForm(KeepForm, KeepingForm):
    """What was seen at a marker; its photos go with the check."""

    day = day_field(gettext_lazy("Day of the check"))
    finding = forms.ChoiceField(label=gettext_lazy("What was seen"), choices=Marker.Finding.choices, widget=forms.RadioSelect)
    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    photos = PhotosField(label=gettext_lazy("Photos"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = days.today

    def owner(self) -> str:
        return stream_of(self.record)

    def open_now(self) -> bool:
        place = self.record.plot.jurisdiction
        return rules.checks_markers(self.acting, place.path, place.pk)

    def act(self) -> Any:
        return actions.check_marker(self.record, **self.facts())


class ProjectForm(KeepForm):
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_bo = forms.CharField(label=gettext_lazy("Tibetan name"), max_length=160, required=False)
    nature = forms.ChoiceField(label=gettext_lazy("Illegal or legacy"), choices=LegacyProject.Nature.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=LegacyProject.Kind.choices, widget=forms.RadioSelect)
    since_year = forms.IntegerField(label=gettext_lazy("There since (year)"), min_value=1900, max_value=2100, required=False)
    unit_in_charge = forms.CharField(label=gettext_lazy("Unit in charge"), max_length=120, help_text=gettext_lazy("its name or code"))
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, plot: RedLinePlot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plot = plot

    def act(self) -> LegacyProject:
        return actions.find_project(self.plot, **self.facts())


class ProjectMoveForm(ActionForm):
    """One move of a project; which fields it has, the move says."""

    DAYS = {"rectify": ("due", gettext_lazy("To be rectified by")), "gone": ("gone_on", gettext_lazy("Gone since"))}
    ACTIONS = {"rectify": actions.rectify_project, "gone": actions.project_gone, "back": actions.project_back}

    def __init__(self, *args: Any, acting: Any, project: LegacyProject, move: str, **kwargs: Any) -> None:
        super().__init__(*args, expect=project.version, **kwargs)
        self.acting, self.project, self.move = acting, project, move
        if move in self.DAYS:
            name, label = self.DAYS[move]
            self.fields[name] = day_field(label)
        note = forms.CharField(label=_("Remark"), max_length=500, required=move == "back", widget=forms.Textarea(attrs={"rows": 3}))
        self.fields["note"] = note

    def act(self) -> Any:
        return self.ACTIONS[self.move](self.project, by=self.acting, **self.cleaned_data)
