"""Ecological red lines: their plots, the markers on the ground, and what stands inside them and should not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from chiefs.territory.models import Jurisdiction, Period, PeriodQuerySet

from .rules import OFFICE


class RedLinePlotQuerySet(PeriodQuerySet):
    def visible_to(self, acting: Acting | None):
        """Whoever holds a post sees the plots of its reach."""
        return self.filter(acting.reach.q("jurisdiction__path", "jurisdiction_id")) if acting is not None else self.none()

    def kept_by(self, acting: Acting | None):
        """Those that a post keeps: a chief office in its reach."""
        return self.visible_to(acting) if acting is not None and acting.may(OFFICE) else self.none()


class RedLineFacts(Period):
    """What an act says of a plot: type, function, area."""

    class Type(models.TextChoices):
        IMPORTANT = "important", _("extremely important for ecological functions")
        SENSITIVE = "sensitive", _("extremely sensitive")
        PROTECTED = "protected", _("protected area")
        OTHER = "other", _("other plot that must be protected")

    class Purpose(models.TextChoices):
        WATER = "water", _("water conservation")
        BIODIVERSITY = "biodiversity", _("biodiversity")
        SOIL = "soil", _("soil and water retention")
        SAND = "sand", _("wind-break and sand fixation")
        EROSION = "erosion", _("control of erosion")
        DESERTIFICATION = "desertification", _("control of desertification")
        SEVERAL = "several", _("several functions")

    type = models.CharField(_("type"), max_length=12, choices=Type.choices)
    purpose = models.CharField(_("function"), max_length=16, choices=Purpose.choices)
    area_m2 = models.BigIntegerField(_("area by the act (m²)"))
    act = models.CharField(_("approving act"), max_length=200)

    class Meta(Period.Meta):
        abstract = True


class RedLinePlot(RedLineFacts):
    """One plot inside the ecological red line (生态保护红线), with what the newest act says of it. Earlier acts are its editions."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_bo = models.CharField(_("Tibetan name"), max_length=160, blank=True)
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="red_lines", verbose_name=_("jurisdiction"))
    geometry = models.JSONField(null=True, blank=True, editable=False, help_text="GeoJSON geometry, WGS-84; from a drawing")
    ended_by = models.CharField(_("why it ended"), max_length=300, blank=True, editable=False)
    demonstration = models.BooleanField(default=False)
    objects = RedLinePlotQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("red-line plot")
        verbose_name_plural = _("red-line plots")
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="red_line_has_an_area"),
            models.CheckConstraint(condition=~Q(act=""), name="red_line_has_an_act"),
            models.CheckConstraint(condition=Q(until=None) | ~Q(ended_by=""), name="red_line_ends_for_a_reason"),
        ]

    def __str__(self) -> str:
        return self.name


class RedLineEdition(RedLineFacts):
    """What an earlier act said of a plot, from a day until the next act."""

    plot = models.ForeignKey(RedLinePlot, on_delete=models.PROTECT, related_name="editions", verbose_name=_("red-line plot"))
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(condition=Q(until__isnull=False), name="red_line_edition_is_over"),
        ]  # and guards.no_overlap on the plot, guards.append_only

    def __str__(self) -> str:
        return self.act


class MarkerQuerySet(PeriodQuerySet):
    def visible_to(self, acting: Acting | None):
        """With the plot that it marks."""
        if acting is None:
            return self.none()
        return self.filter(acting.reach.q("plot__jurisdiction__path", "plot__jurisdiction_id"))

    def kept_by(self, acting: Acting | None):
        """Those of the plots that a post keeps."""
        return self.visible_to(acting) if acting is not None and acting.may(OFFICE) else self.none()


class Marker(Period):
    """A boundary marker of a red-line plot. Each check is an event; the last one stands here."""

    class Finding(models.TextChoices):
        SOUND = "sound", _("stands and can be read")
        DAMAGED = "damaged", _("damaged or cannot be read")
        MOVED = "moved", _("stands elsewhere")
        MISSING = "missing", _("missing")

    plot = models.ForeignKey(RedLinePlot, on_delete=models.PROTECT, related_name="markers", verbose_name=_("red-line plot"))
    number = models.SlugField(_("number"), max_length=20)
    place = models.CharField(_("place in words"), max_length=200, blank=True)
    longitude = models.FloatField(_("longitude"))
    latitude = models.FloatField(_("latitude"))
    checked_on = models.DateField(_("last check"), null=True, editable=False)
    finding = models.CharField(_("finding"), max_length=10, choices=Finding.choices, blank=True, editable=False)
    checker_id = models.BigIntegerField(null=True, editable=False, help_text="post that checked last")
    checker_title = models.CharField(_("checked by"), max_length=200, blank=True, editable=False)
    remark = models.CharField(_("remark"), max_length=500, blank=True, editable=False)
    ended_by = models.CharField(_("why it ended"), max_length=300, blank=True, editable=False)
    demonstration = models.BooleanField(default=False)
    objects = MarkerQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("boundary marker")
        verbose_name_plural = _("boundary markers")
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(fields=["plot", "number"], name="marker_once"),
            models.CheckConstraint(
                condition=Q(longitude__gte=73, longitude__lte=136, latitude__gte=3, latitude__lte=54), name="marker_in_china"
            ),
            models.CheckConstraint(
                condition=Q(checked_on=None, finding="") | (Q(checked_on__isnull=False) & ~Q(finding="")), name="marker_check_whole"
            ),
            models.CheckConstraint(condition=Q(until=None) | ~Q(ended_by=""), name="marker_ends_for_a_reason"),
        ]

    def __str__(self) -> str:
        return self.number


class LegacyProjectQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        """Whoever holds a post sees those of its reach; the public sees what is published about them, not this register."""
        return self.filter(acting.reach.q("plot__jurisdiction__path", "plot__jurisdiction_id")) if acting is not None else self.none()

    def kept_by(self, acting: Acting | None):
        """Those that a post keeps: a chief office in its reach."""
        return self.visible_to(acting) if acting is not None and acting.may(OFFICE) else self.none()


class LegacyProject(Governed):
    """Something inside a red line that was built against the law, or before there was a line: found, being rectified, gone."""

    class State(models.TextChoices):
        FOUND = "found", _("found")
        RECTIFYING = "rectifying", _("being rectified")
        GONE = "gone", _("gone")

    class Nature(models.TextChoices):
        ILLEGAL = "illegal", _("against the law")
        LEGACY = "legacy", _("older than the line")

    class Kind(models.TextChoices):
        MINE = "mine", _("mine or quarry")
        POWER = "power", _("power station")
        TOURISM = "tourism", _("tourism")
        ROAD = "road", _("road or line")
        BUILDING = "building", _("building")
        FARMING = "farming", _("farming or grazing")
        OTHER = "other", _("other")

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.FOUND, editable=False)
    plot = models.ForeignKey(RedLinePlot, on_delete=models.PROTECT, related_name="projects", verbose_name=_("red-line plot"))
    name = models.CharField(_("name"), max_length=120)
    name_bo = models.CharField(_("Tibetan name"), max_length=160, blank=True)
    nature = models.CharField(_("illegal or legacy"), max_length=8, choices=Nature.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    since_year = models.PositiveSmallIntegerField(_("there since (year)"), null=True, blank=True)
    unit_in_charge = models.CharField(_("unit in charge"), max_length=120, help_text=_("its name or code"))
    due = models.DateField(_("to be rectified by"), null=True, blank=True)
    gone_on = models.DateField(_("gone since"), null=True, blank=True)
    note = models.CharField(_("remark"), max_length=500, blank=True)
    demonstration = models.BooleanField(default=False)
    objects = LegacyProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project inside a red line")
        verbose_name_plural = _("projects inside red lines")
        indexes = [models.Index(fields=["state", "plot"], name="legacy_by_state")]
        constraints = [
            models.CheckConstraint(condition=~Q(state="gone") | Q(gone_on__isnull=False), name="legacy_gone_on_a_day"),
            models.CheckConstraint(
                condition=Q(since_year=None) | Q(since_year__gte=1900, since_year__lte=2100), name="legacy_year_plausible"
            ),
        ]

    def __str__(self) -> str:
        return self.name
