"""The plan's indicators, their targets, what was observed, and the key projects."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chiefs.posts.models import Unit
from chiefs.territory.models import Jurisdiction


class Indicator(models.Model):
    """One row of the plan's Table 1. Values are texts as printed; a number beside them only where one can be read."""

    class Attribute(models.TextChoices):
        BINDING = "binding", _("binding")
        REFERENCE = "reference", _("reference")

    class Direction(models.TextChoices):
        UP = "up", _("more is better")
        DOWN = "down", _("less is better")
        TEXT = "text", _("not a number")

    no = models.PositiveSmallIntegerField(_("number in the plan"))
    sub_no = models.PositiveSmallIntegerField(_("part"), null=True, blank=True)
    system = models.CharField(_("system"), max_length=40)
    task_group = models.CharField(_("task group"), max_length=60, blank=True)
    group_name = models.CharField(_("group"), max_length=120, blank=True)
    name = models.CharField(_("name"), max_length=120)
    name_bo = models.CharField(_("Tibetan name"), max_length=160, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    criterion = models.CharField(_("criterion"), max_length=200, blank=True)
    baseline_text = models.CharField(_("value of 2017, as printed"), max_length=120, blank=True)
    baseline = models.DecimalField(_("value of 2017"), max_digits=16, decimal_places=6, null=True, blank=True)
    baseline_standing = models.CharField(_("met in 2017, as printed"), max_length=80, blank=True)
    attribute = models.CharField(_("attribute"), max_length=10, choices=Attribute.choices)
    direction = models.CharField(_("direction"), max_length=5, choices=Direction.choices)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["no", "sub_no"]
        # In two halves: SQLite knows no constraint that takes two empty values for equal.
        constraints = [
            models.UniqueConstraint(fields=["no", "sub_no"], name="indicator_part_once"),
            models.UniqueConstraint(fields=["no"], condition=models.Q(sub_no=None), name="indicator_whole_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """What an indicator shall reach by a year, as printed and, where it is one, as a number."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets", verbose_name=_("indicator"))
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("jurisdiction"))
    year = models.PositiveSmallIntegerField(_("year"))
    text = models.CharField(_("text"), max_length=120)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "jurisdiction", "year"], name="target_of_a_place_once"),
            models.UniqueConstraint(fields=["indicator", "year"], condition=models.Q(jurisdiction=None), name="target_once"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"


class Observation(models.Model):
    """A value measured or reported for a place and a period, with its source. Corrected by a newer row, never overwritten."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="observations", verbose_name=_("indicator"))
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+", verbose_name=_("jurisdiction"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), help_text="first day no longer covered")
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=6, null=True, blank=True)
    text = models.CharField(_("text"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200)
    unit_id_reporting = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_column="reporting_unit_id", verbose_name=_("reporting unit")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    demonstration = models.BooleanField(_("demonstration data"), default=False)

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        indexes = [models.Index(fields=["jurisdiction", "indicator", "since"], name="observation_by_place")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.since} – {self.until}"


class Project(models.Model):
    """A key project of the plan's annex, texts and sums as printed."""

    seq = models.PositiveSmallIntegerField(_("row"), unique=True)
    category = models.CharField(_("category"), max_length=80)
    section = models.CharField(_("section"), max_length=120, blank=True)
    no = models.CharField(_("number"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=200)
    sub_item = models.CharField(_("sub-item"), max_length=200, blank=True)
    content = models.TextField(_("content"), blank=True)
    invest_total = models.CharField(_("investment in all"), max_length=20, blank=True)
    invest_2018_2020 = models.CharField(_("investment 2018-2020"), max_length=20, blank=True)
    invest_2021_2023 = models.CharField(_("investment 2021-2023"), max_length=20, blank=True)
    invest_2024_2030 = models.CharField(_("investment 2024-2030"), max_length=20, blank=True)
    lead_units = models.CharField(_("lead units"), max_length=300, blank=True)
    indicators_text = models.CharField(_("indicators as printed"), max_length=300, blank=True)
    indicators = models.ManyToManyField(Indicator, through="ProjectIndicator", related_name="projects", verbose_name=_("indicators"))
    period = models.CharField(_("period"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("key project")
        verbose_name_plural = _("key projects")
        ordering = ["seq"]

    def __str__(self) -> str:
        return self.name


class ProjectIndicator(models.Model):
    """Which indicator a project serves, and how sure the match is."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, null=True)
    indicator_no = models.PositiveSmallIntegerField(null=True)
    text_in_source = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=40)


class ProjectTotal(models.Model):
    """A total that the plan states, beside the one that its rows add up to (亿元). Half of them disagree."""

    source_table = models.CharField(_("table"), max_length=40)
    category = models.CharField(_("category"), max_length=80)
    section = models.CharField(_("section"), max_length=120, blank=True)
    label = models.CharField(_("label"), max_length=120)
    stated = models.JSONField(_("stated"), help_text="projects, total and the three periods, as printed")
    summed = models.JSONField(_("added up"), help_text="the same, reckoned from the rows")
    agrees = models.BooleanField(_("agrees"))

    class Meta:
        verbose_name = _("project total")
        verbose_name_plural = _("project totals")
        constraints = [models.UniqueConstraint(fields=["source_table", "category", "section", "label"], name="project_total_once")]

    def __str__(self) -> str:
        return self.label
