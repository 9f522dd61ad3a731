"""Rivers, lakes, mountains, forest and grass plots, and the segments that somebody answers for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chiefs.territory.models import UPWARDS, Jurisdiction, Period


def all_levels() -> list[str]:
    """A scheme has chiefs at every level unless a prefecture says otherwise."""
    return [level.value for level in reversed(UPWARDS)]


class Scheme(models.Model):
    """A chief scheme: river, lake, mountain, forest-grass. Data, because prefectures cut them differently."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_bo = models.CharField(_("Tibetan name"), max_length=80, blank=True)
    chief_title = models.CharField(_("title of a chief"), max_length=40, help_text=_("河长, 湖长, 山长, 林（草）长"))
    levels = models.JSONField(
        _("levels"), default=all_levels, help_text=_("levels that have chiefs under this scheme: prefecture, county, township, village")
    )
    owner_department = models.CharField(_("department in charge"), max_length=80, blank=True, help_text=_("as the plan names it"))

    class Meta:
        verbose_name = _("chief scheme")
        verbose_name_plural = _("chief schemes")

    def __str__(self) -> str:
        return self.name


class Resource(models.Model):
    """A natural resource as a whole; who answers for it is said of its segments."""

    class Kind(models.TextChoices):
        RIVER = "river", _("river")
        LAKE = "lake", _("lake")
        WETLAND = "wetland", _("wetland")
        RESERVOIR = "reservoir", _("reservoir")
        CANAL = "canal", _("canal")
        MOUNTAIN = "mountain", _("mountain")
        FOREST_GRASS = "forest_grass", _("forest or grass plot")

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="resources", verbose_name=_("scheme"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    name_bo = models.CharField(_("Tibetan name"), max_length=120, blank=True)
    national_code = models.CharField(_("national code"), max_length=20, blank=True)
    flows_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="tributaries", verbose_name=_("flows into")
    )
    flows_into_name = models.CharField(
        _("flows into (as the source names it)"),
        max_length=80,
        blank=True,
        help_text=_("as the source names it, when that water is not in this register"),
    )
    counties = models.ManyToManyField(Jurisdiction, blank=True, related_name="+", verbose_name=_("counties"))
    length_m = models.PositiveIntegerField(_("length (m)"), null=True, blank=True)
    area_m2 = models.BigIntegerField(_("area (m²)"), null=True, blank=True)
    elevation_m = models.IntegerField(_("elevation (m)"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    claimed_level = models.CharField(
        _("level claimed by the source"), max_length=60, blank=True, help_text=_("level of chief that the source claims; not confirmed")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    demonstration = models.BooleanField(_("demonstration data"), default=False)

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        constraints = [models.UniqueConstraint(fields=["national_code"], condition=~Q(national_code=""), name="resource_code_once")]

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """Another name of the same water: 折多河 is 康定河 is 瓦斯沟."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("resource"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [models.UniqueConstraint(fields=["resource", "name"], name="alias_once")]

    def __str__(self) -> str:
        return self.name


class Line(models.Model):
    """A coarse line of a resource for overview maps; never used to decide whether a patrol was on the river."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="lines")
    geometry = models.JSONField(help_text=_("GeoJSON geometry, WGS-84"))
    source = models.CharField(max_length=200)


class Segment(Period):
    """A stretch of one resource in one jurisdiction, by bank and chainage: the unit of responsibility."""

    class Bank(models.TextChoices):
        BOTH = "both", _("both banks")
        LEFT = "left", _("left bank")
        RIGHT = "right", _("right bank")

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="segments", verbose_name=_("resource"))
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="segments", verbose_name=_("jurisdiction"))
    code = models.SlugField(_("public code"), max_length=20, unique=True, help_text=_("stands on the notice board, in its QR address"))
    name = models.CharField(_("name"), max_length=120)
    name_bo = models.CharField(_("Tibetan name"), max_length=160, blank=True)
    bank = models.CharField(_("bank"), max_length=5, choices=Bank.choices, default=Bank.BOTH)
    from_m = models.PositiveIntegerField(_("chainage from (m)"), null=True, blank=True)
    to_m = models.PositiveIntegerField(_("chainage to (m)"), null=True, blank=True)
    path = models.CharField(max_length=12, editable=False, db_index=True)
    geometry = models.JSONField(null=True, blank=True, help_text=_("GeoJSON LineString or Polygon, WGS-84"))
    demonstration = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(from_m=None) | Q(to_m__gt=models.F("from_m")), name="segment_chainage_rises"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.path = self.jurisdiction.path
        super().save(*args, **kwargs)


class GridCell(Period):
    """A cell of the grid in which rangers walk and a township's environmental supervision is done; one grid for both."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_bo = models.CharField(_("Tibetan name"), max_length=160, blank=True)
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="cells", verbose_name=_("jurisdiction"))
    segments = models.ManyToManyField(Segment, blank=True, related_name="cells", verbose_name=_("segments"))
    geometry = models.JSONField(null=True, blank=True, help_text=_("GeoJSON Polygon, WGS-84"))
    demonstration = models.BooleanField(default=False)

    class Meta(Period.Meta):
        verbose_name = _("grid cell")
        verbose_name_plural = _("grid cells")

    def __str__(self) -> str:
        return self.name
