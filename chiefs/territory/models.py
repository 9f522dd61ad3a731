"""Prefecture, counties, townships, villages and special units, each for the days on which it existed."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accountability.kit import days
from accountability.kit.codes import after
from accountability.kit.names import InitialsField
from accountability.ledger.acting import Acting
from accountability.ledger.models import Governed, GovernedQuerySet


class PeriodQuerySet(models.QuerySet):
    """Rows with half-open periods [since, until)."""

    def in_force(self, on: date):
        """Rows that hold on the day ``on``: the first day counts, the last does not."""
        return self.filter(Q(until=None) | Q(until__gt=on), since__lte=on)

    def touching(self, since: date, until: date | None):
        """Rows that share at least one day with [since, until)."""
        rows = self.filter(Q(until=None) | Q(until__gt=since))
        return rows if until is None else rows.filter(since__lt=until)


class Period(models.Model):
    """Something that holds from a day on, until (not including) another."""

    since = models.DateField(_("first day"))
    until = models.DateField(_("first day no longer in force"), null=True, blank=True)
    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="%(class)s_lasts_a_day")]


class Level(models.TextChoices):
    PREFECTURE = "prefecture", _("prefecture")
    COUNTY = "county", _("county")
    TOWNSHIP = "township", _("township")
    VILLAGE = "village", _("village")


#: From the bottom up: the direction in which a matter is reported.
UPWARDS = (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY, Level.PREFECTURE)


KEYED = "id-"  # before the number of a place that has no code
MOST_DIGITS = 18  # of a number that a database can hold


class JurisdictionQuerySet(PeriodQuerySet):
    def keyed(self, key: str):
        """The place for which ``Jurisdiction.key`` stands; of several rows of one code the caller says the day."""
        number = key.removeprefix(KEYED)
        if not (key.isascii() and number.isdigit()):
            return self.none()
        if number != key:
            return self.filter(pk=int(number)) if len(number) <= MOST_DIGITS else self.none()
        return self.filter(code=key)

    def under(self, path: str):
        """The unit with this path and everything below it: one index range."""
        return self.filter(path__gte=path, path__lt=after(path))


class Jurisdiction(Period):
    """One territory under one name and code. A change of either is a new row with a Succession."""

    code = models.CharField(  # noqa: DJ001  nothing, not an empty text: units without a code do not share one
        _("division code"), max_length=12, null=True, blank=True, help_text=_("12 digits; none for units without a statistical code")
    )
    name = models.CharField(_("name"), max_length=80)
    name_bo = models.CharField(_("Tibetan name"), max_length=120, blank=True)
    initials = InitialsField(of="name")
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    kind = models.CharField(
        _("kind"), max_length=40, blank=True, help_text=_("州 市 县 镇 乡 街道 村委会 居委会, or the kind of a special unit")
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(
        _("path"), max_length=12, editable=False, help_text=_("significant digits of the code; of the parent for units without one")
    )
    special = models.BooleanField(_("special unit"), default=False, help_text=_("overlaps a county and has no statistical code"))
    source = models.CharField(_("source"), max_length=120, blank=True)
    objects = JurisdictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        indexes = [models.Index(fields=["path", "level"], name="jurisdiction_by_path")]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(fields=["code", "since"], name="jurisdiction_code_once"),
        ]  # and guards.no_overlap on the code

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What stands for the place in an address: its code, or its number where it has none."""
        return self.code or f"{KEYED}{self.pk}"


class ReorganisationQuerySet(GovernedQuerySet):
    def visible_to(self, acting: Acting | None):
        """The chief offices around the place: who enters divisions and who has to live with them."""
        if acting is None or not acting.may("chief_office"):
            return self.none()
        return self.filter(acting.reach.q(path="within__path", jurisdiction="within_id"))


class Reorganisation(Governed):
    """An act by which units end and others begin: the dated decision, and a list of what still stands on the old ones."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", _("renamed")
        RECLASSIFIED = "reclassified", _("change of rank (e.g. township to town)")
        CODED = "coded", _("code assigned")
        MERGED = "merged", _("merged")
        SPLIT = "split", _("split")
        ABOLISHED = "abolished", _("abolished")

    class State(models.TextChoices):
        RECORDED = "recorded", _("recorded; to be settled")
        FINISHED = "finished", _("settled")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECORDED, editable=False)
    kind = models.CharField(_("kind of change"), max_length=12, choices=Kind.choices)
    within = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+", verbose_name=_("within"))
    day = models.DateField(_("day of the change"))
    basis = models.CharField(_("basis"), max_length=200)
    recorded_at = models.DateTimeField(default=days.now)
    objects = ReorganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of divisions")
        verbose_name_plural = _("changes of divisions")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"


class SuccessionQuerySet(models.QuerySet):
    def visible_to(self, acting: Acting | None):
        """The chief offices around the unit that ended."""
        if acting is None or not acting.may("chief_office"):
            return self.none()
        return self.filter(acting.reach.q(path="predecessor__path", jurisdiction="predecessor_id"))

    def unsure(self):
        """Those that wait for a person."""
        return self.filter(confirmation=Succession.Confirmation.UNCERTAIN)


class Succession(models.Model):
    """What became of a unit: renamed, raised in rank, merged, split. Uncertain ones wait for a person to confirm."""

    class Confirmation(models.TextChoices):
        CERTAIN = "certain", _("certain")
        UNCERTAIN = "uncertain", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed by a person")

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    predecessor = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="successions", verbose_name=_("predecessor"))
    successor = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="origins", null=True, blank=True, verbose_name=_("successor")
    )
    day = models.DateField(_("day of the change"))
    day_certain = models.BooleanField(_("day is certain"), default=False)
    kind = models.CharField(_("kind of change"), max_length=40)
    confirmation = models.CharField(_("confirmation"), max_length=12, choices=Confirmation.choices, default=Confirmation.CERTAIN)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    act = models.ForeignKey(
        Reorganisation, on_delete=models.PROTECT, null=True, blank=True, related_name="successions", verbose_name=_("change of divisions")
    )
    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once")]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor or '?'}"


class Boundary(models.Model):
    """The outline of a county, for the hint in which county a point lies. Drawn only under a map-approval number."""

    jurisdiction = models.OneToOneField(Jurisdiction, on_delete=models.PROTECT, related_name="boundary")
    geometry = models.JSONField(help_text=_("GeoJSON geometry, CGCS2000"))
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    attribution = models.CharField(max_length=200)


class DatedRule(Period):
    """A rule as data: in force from a day on, with its legal basis, closed by ``until`` and never deleted.

    A judged record stores the id of the rule row. ``jurisdiction`` empty: the whole prefecture; the narrowest one wins.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("jurisdiction")
    )
    #: names of the rows that make up the rule with it; a rule that goes on elsewhere takes copies of them along
    parts: ClassVar[tuple[str, ...]] = ()
    basis = models.CharField(_("legal basis"), max_length=300)
    confirmed = models.BooleanField(_("confirmed against the full text"), default=False)

    class Meta(Period.Meta):
        abstract = True

    def __str__(self) -> str:
        return _("%(rule)s from %(day)s") % {"rule": self._meta.verbose_name, "day": self.since}
