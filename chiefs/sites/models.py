"""Regulated sites: what somebody runs beside the water or on the slope, and which unit watches over it."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.kit.codes import after
from accountability.kit.textfold import fold
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet
from chiefs.posts.functions import Function
from chiefs.posts.models import Unit
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction, Period

from . import rules

#: Who finds sites in the register: those who enter them, go and look, or take reports about them.
READERS = (Function.CHIEF, Function.RECEIVER, Function.CHIEF_OFFICE, Function.INTAKE, Function.DEPARTMENT)


class SiteQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        """Sites inside the reach of a post that works with cases, and those that its unit watches over."""
        if acting is None or not acting.may(*READERS):
            return self.none()
        own = Supervision.objects.in_force(days.today()).filter(site=OuterRef("pk"), unit=acting.unit_id)
        return self.filter(acting.reach.q() | Q(Exists(own)))

    def standing(self):
        """All but those that were merged into another: in operation or closed."""
        return self.exclude(state=Site.State.MERGED)

    def operating(self):
        return self.filter(state=Site.State.OPERATING)

    def within(self, county: str):
        """Sites of a county (``rules.county_of``): one index range."""
        return self.filter(path__gte=county, path__lt=after(county))

    def called(self, text: str):
        """Sites with this in one of their names, past and present, or with this credit code."""
        code = rules.tidy_code(text)
        if rules.is_credit_code(code):
            return self.filter(credit_code=code)
        return self.filter(Exists(SiteName.objects.filter(site=OuterRef("pk"), folded__contains=fold(text))))

    def unwatched(self, on: date):
        """Sites that no standing unit watches over on the day."""
        units = Unit.objects.in_force(on).values("pk")
        return self.filter(~Exists(Supervision.objects.in_force(on).filter(site=OuterRef("pk"), unit__in=units)))

    def as_of(self, on: date):
        """With what a list shows of each: its place, its importance (``rated``) and its unit (``watched``) on the day."""
        return self.select_related("jurisdiction__parent", "segment").prefetch_related(
            Prefetch("importances", queryset=Importance.objects.in_force(on), to_attr="rated"),
            Prefetch("supervisions", queryset=Supervision.objects.in_force(on).select_related("unit"), to_attr="watched"),
        )


class Site(Governed):
    """An enterprise, mine, power station, outfall, landfill or water source, under the name it has now.

    A site that was entered twice is merged: one goes on, the other keeps saying which. What pointed at it follows by
    the joins of ``sites.merge``.
    """

    class State(models.TextChoices):
        OPERATING = "operating", _("in operation")
        CLOSED = "closed", _("closed down")
        MERGED = "merged", _("merged into another")

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("enterprise")
        MINE = "mine", _("mine")
        HYDROPOWER = "hydropower", _("hydropower station")
        OUTFALL = "outfall", _("outfall")
        LANDFILL = "landfill", _("landfill")
        WATER_SOURCE = "water_source", _("drinking water source")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPERATING, editable=False)
    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind of site"), max_length=14, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    name_bo = models.CharField(_("Tibetan name"), max_length=160, blank=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=rules.CODE_LENGTH, blank=True)
    permit_number = models.CharField(_("permit number"), max_length=40, blank=True)
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="sites", verbose_name=_("place"))
    path = models.CharField(max_length=12, editable=False)
    address = models.CharField(_("address"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    segment = models.ForeignKey(
        Segment, on_delete=models.PROTECT, null=True, blank=True, related_name="sites", verbose_name=_("segment it drains to")
    )
    since = models.DateField(_("in operation since"), null=True, blank=True)
    until = models.DateField(_("first day no longer in operation"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", editable=False)
    registered_at = models.DateTimeField(default=days.now, editable=False)
    demonstration = models.BooleanField(_("demonstration data"), default=False)
    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("regulated site")
        verbose_name_plural = _("regulated sites")
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(since=None) | Q(until__gt=F("since")), name="site_lasts_a_day"),
            models.UniqueConstraint(fields=["credit_code"], condition=~Q(credit_code="") & ~Q(state="merged"), name="site_code_once"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="site_merged_into_one",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="site_merged_into_another"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="site_place_on_earth",
            ),
        ]
        indexes = [models.Index(fields=["path", "name"], name="site_by_path")]

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> Site:
        """The site that goes on: itself, or the one into which it was merged (always the last of a row of mergers)."""
        return self.merged_into or self


class SiteName(models.Model):
    """A name under which a site is or was known, the present one among them: one table to search and to compare."""

    class Kind(models.TextChoices):
        PRESENT = "present", _("present name")
        OTHER = "other", _("other name")
        FORMER = "former", _("former name")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="names")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    folded = models.CharField(max_length=240, db_index=True)
    until = models.DateField(_("first day no longer so called"), null=True, blank=True)

    class Meta:
        verbose_name = _("name of a site")
        verbose_name_plural = _("names of sites")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "folded"], name="site_name_once"),
            models.UniqueConstraint(fields=["site"], condition=Q(kind="present"), name="site_has_one_present_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Importance(Period):
    """Whether a site is on the list of key units, from a day on: lists change every year, the past keeps its own."""

    class Value(models.TextChoices):
        GENERAL = "general", _("general site")
        KEY = "key", _("key site")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="importances")
    value = models.CharField(_("importance"), max_length=8, choices=Value.choices)
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    class Meta(Period.Meta):
        verbose_name = _("importance of a site")
        verbose_name_plural = _("importance of sites")
        # and guards.no_overlap(Importance, "site")


class Supervision(Period):
    """Which unit watches over a site, from a day on."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="supervisions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="supervisions", verbose_name=_("unit in charge"))
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    class Meta(Period.Meta):
        verbose_name = _("supervision of a site")
        verbose_name_plural = _("supervision of sites")
        # and guards.no_overlap(Supervision, "site")
