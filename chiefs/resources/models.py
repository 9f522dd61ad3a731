"""Rivers, lakes, mountains, forest and grass plots, and the segments that somebody answers for."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.kit.names import InitialsField
from accountability.ledger.acting import Acting
from chiefs.territory import former
from chiefs.territory.models import UPWARDS, Jurisdiction, Level, Period, PeriodQuerySet

from .models_drawings import Drawing
from .models_former import CellPlace, CountyPlace, PlotPlace, SegmentPlace
from .models_red_lines import LegacyProject, Marker, RedLineEdition, RedLinePlot
from .rules import OFFICE, PREFECTURE, has_a_grid

__all__ = [
    "Alias",
    "CellPlace",
    "CountyPlace",
    "Drawing",
    "GridCell",
    "LegacyProject",
    "Line",
    "ManagementBoundary",
    "Marker",
    "PlotPlace",
    "RedLineEdition",
    "RedLinePlot",
    "Resource",
    "Scheme",
    "Segment",
    "SegmentPlace",
    "Spelling",
    "all_levels",
]


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
    resource_kinds = models.JSONField(
        _("kinds of resource"),
        default=list,
        blank=True,
        help_text=_("what is registered from now on as one of these belongs to this scheme; each kind has one scheme"),
    )
    owner_department = models.CharField(_("department in charge"), max_length=80, blank=True, help_text=_("as the plan names it"))

    class Meta:
        verbose_name = _("chief scheme")
        verbose_name_plural = _("chief schemes")

    def __str__(self) -> str:
        return self.name


class ResourceQuerySet(models.QuerySet):
    def visible_to(self, acting: Acting | None):
        """Names and lines of waters, slopes and forests are public: everybody sees all of them."""
        return self.all()

    def standing(self, on: date):
        """What was in the register on a day: all but what had ended by then."""
        return self.filter(Q(until=None) | Q(until__gt=on))

    def kept_by(self, acting: Acting | None):
        """Those that a post keeps (rules.keeps_resource): all their counties lie in its reach; without counties, the prefecture's."""
        if acting is None or not acting.may(OFFICE):
            return self.none()
        inside = Jurisdiction.objects.filter(acting.reach.q("path", "pk"))
        places = Resource.counties.through.objects
        beyond = places.exclude(jurisdiction__in=inside).values("resource")
        own = Q(pk__in=places.filter(jurisdiction__in=inside).values("resource")) & ~Q(pk__in=beyond)
        return self.filter(until=None).filter(own | ~Q(pk__in=places.values("resource")) if acting.level == PREFECTURE else own)


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

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
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
    geometry = models.JSONField(null=True, blank=True, editable=False, help_text="GeoJSON geometry, WGS-84; from a drawing")
    drawn_m = models.PositiveIntegerField(_("length as drawn (m)"), null=True, editable=False, help_text="the end of its chainage")
    until = models.DateField(_("first day no longer in the register"), null=True, blank=True, editable=False)
    end_basis = models.CharField(_("why it ended"), max_length=200, blank=True, editable=False)
    same_as = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="doubles", verbose_name=_("entry that goes on")
    )
    demonstration = models.BooleanField(_("demonstration data"), default=False)
    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        indexes = [models.Index(fields=["kind", "name"], name="resource_by_kind")]
        constraints = [
            models.UniqueConstraint(fields=["national_code"], condition=~Q(national_code=""), name="resource_code_once"),
            models.CheckConstraint(condition=Q(flows_into=None) | ~Q(flows_into=models.F("pk")), name="resource_flows_elsewhere"),
        ]  # and guards.no_cycle on flows_into

    def __str__(self) -> str:
        return self.name

    @property
    def has_banks(self) -> bool:
        """Whether a left and a right bank are told apart: of running water, not of a lake, a mountain or a plot."""
        return self.kind in (Resource.Kind.RIVER, Resource.Kind.CANAL)


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


class Spelling(models.Model):
    """One way to write a resource's name, as the search looks for it: derived from name, Tibetan name and other names."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="spellings")
    folded = models.CharField(max_length=160, db_index=True, help_text="kit.textfold.fold")
    initials = models.CharField(max_length=80, blank=True, db_index=True, help_text="first letters of the pinyin")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "folded"], name="spelling_once")]

    def __str__(self) -> str:
        return self.folded


class Line(models.Model):
    """A coarse line of a resource for overview maps; never used to decide whether a patrol was on the river."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="lines")
    geometry = models.JSONField(help_text=_("GeoJSON geometry, WGS-84"))
    source = models.CharField(max_length=200)


class ManagementBoundary(Period):
    """The management boundary (管理范围) of a resource in one jurisdiction, as an act has drawn it. A newer act ends the older."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="boundaries", verbose_name=_("resource"))
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+", verbose_name=_("jurisdiction"))
    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    act = models.CharField(_("approving act"), max_length=200)
    approved_on = models.DateField(_("approved on"))
    level = models.CharField(_("managing level"), max_length=12, choices=Level.choices)
    geometry = models.JSONField(null=True, blank=True, editable=False, help_text="GeoJSON geometry, WGS-84; from a drawing")
    demonstration = models.BooleanField(default=False)

    class Meta(Period.Meta):
        verbose_name = _("management boundary")
        verbose_name_plural = _("management boundaries")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=~Q(act=""), name="boundary_has_an_act"),
        ]  # and guards.no_overlap on resource and jurisdiction

    def __str__(self) -> str:
        return self.act


class SegmentQuerySet(PeriodQuerySet):
    def placed(self, on: date, within: Jurisdiction):
        """The segments that lay in a place on a day: of a county with everything below it, of a township with its villages."""
        there = former.inside(within)
        # A segment carries its path: the lower end of the range lets the database begin there in its own index.
        here = there & Q(path__gte=within.path) if former.wide(within) else there
        return self.in_force(on).filter(former.lay(SegmentPlace, on, here, there))

    def visible_to(self, acting: Acting | None):
        """Public, as the boards on the bank are."""
        return self.all()

    def kept_by(self, acting: Acting | None):
        """Those that a post keeps: a chief office in its reach."""
        return self.filter(acting.reach.q()) if acting is not None and acting.may(OFFICE) else self.none()


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
    initials = InitialsField(of="name")
    bank = models.CharField(_("bank"), max_length=5, choices=Bank.choices, default=Bank.BOTH)
    from_m = models.PositiveIntegerField(_("chainage from (m)"), null=True, blank=True)
    to_m = models.PositiveIntegerField(_("chainage to (m)"), null=True, blank=True)
    path = models.CharField(max_length=12, editable=False, db_index=True)  # of its jurisdiction (guards.copied)
    geometry = models.JSONField(null=True, blank=True, help_text=_("GeoJSON LineString or Polygon, WGS-84"))
    demonstration = models.BooleanField(default=False)
    objects = SegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        indexes = [  # the search reads the names of a place from it, in the order of its list
            models.Index(fields=["path", "code", "name", "resource", "since", "until"], name="segment_by_place_and_name")
        ]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(from_m=None) | Q(to_m__gt=models.F("from_m")), name="segment_chainage_rises"),
            models.CheckConstraint(
                condition=Q(from_m=None, to_m=None) | Q(from_m__isnull=False, to_m__isnull=False), name="segment_chainage_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GridCellQuerySet(PeriodQuerySet):
    def placed(self, on: date, within: Jurisdiction):
        """The cells that lay in a place on a day: of a county with everything below it, of a township with its villages."""
        here = former.inside(within)
        return self.in_force(on).filter(former.lay(CellPlace, on, here, here))

    def visible_to(self, acting: Acting | None):
        """Whoever holds a post sees the grid of its own reach."""
        return self.filter(acting.reach.q("jurisdiction__path", "jurisdiction_id")) if acting is not None else self.none()

    def kept_by(self, acting: Acting | None):
        """Those that a post keeps (rules.keeps_grid)."""
        if acting is None or not has_a_grid(acting):
            return self.none()
        return self.visible_to(acting)


class GridCell(Period):
    """A cell of the grid in which rangers walk and a township's environmental supervision is done; one grid for both."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_bo = models.CharField(_("Tibetan name"), max_length=160, blank=True)
    initials = InitialsField(of="name")
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="cells", verbose_name=_("jurisdiction"))
    for_rangers = models.BooleanField(_("rangers walk here"), default=True)
    for_supervision = models.BooleanField(_("environmental supervision"), default=True)
    segments = models.ManyToManyField(Segment, blank=True, related_name="cells", verbose_name=_("segments"))
    geometry = models.JSONField(null=True, blank=True, help_text=_("GeoJSON Polygon, WGS-84"))
    demonstration = models.BooleanField(default=False)
    objects = GridCellQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("grid cell")
        verbose_name_plural = _("grid cells")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(for_rangers=True) | Q(for_supervision=True), name="cell_serves_somebody"),
        ]

    def __str__(self) -> str:
        return self.name
