"""Geometry that came in a file: looked at first, taken or dropped afterwards. The file itself is kept as evidence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet

from .rules import has_a_grid


class DrawingQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        """The unit that handed it in, while it keeps registers."""
        if acting is None or not has_a_grid(acting):
            return self.none()
        return self.filter(unit_id=acting.unit_id)


class Drawing(Governed):
    """The lines or areas of one file, for one record (``owner``: its stream key). ``geometry`` is as the file has it, never turned."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("to be looked at")
        TAKEN = "taken", _("taken over")
        DROPPED = "dropped", _("not taken")

    class Form(models.TextChoices):
        GEOJSON = "geojson", "GeoJSON"
        KML = "kml", "KML"
        GPX = "gpx", "GPX"

    class Crs(models.TextChoices):
        WGS84 = "wgs84", _("WGS-84 or CGCS2000: GPS devices, surveying")
        GCJ02 = "gcj02", _("GCJ-02: maps and phones in China")
        UNKNOWN = "unknown", _("not known")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED, editable=False)
    owner = models.CharField(max_length=120, db_index=True)
    unit_id = models.BigIntegerField(_("unit that handed it in"))
    form = models.CharField(_("format"), max_length=8, choices=Form.choices)
    declared = models.CharField(_("coordinates as declared"), max_length=8, choices=Crs.choices)
    proposed = models.CharField(_("coordinates as the comparison says"), max_length=8, choices=Crs.choices, blank=True)
    source_crs = models.CharField(_("coordinates of the file"), max_length=8, choices=Crs.choices, blank=True)
    geometry = models.JSONField(help_text="as in the file")
    points = models.PositiveIntegerField(_("points"))
    length_m = models.PositiveIntegerField(_("length (m)"))
    area_m2 = models.BigIntegerField(_("area (m²)"))
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    handed_in_at = models.DateTimeField(default=days.now)
    objects = DrawingQuerySet.as_manager()

    class Meta:
        verbose_name = _("drawing")
        verbose_name_plural = _("drawings")
        constraints = [
            models.CheckConstraint(condition=~Q(state="taken") | Q(source_crs__in=["wgs84", "gcj02"]), name="drawing_taken_in_a_known_crs"),
            models.CheckConstraint(condition=Q(west__lte=models.F("east"), south__lte=models.F("north")), name="drawing_has_a_box"),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} {self.handed_in_at:%Y-%m-%d}"
