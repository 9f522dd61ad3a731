"""The working calendar and the legal terms, both as data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chiefs.territory.models import DatedRule


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a Saturday that is worked.

    Days without a row follow the weekday. A year without any row is not known: reckoning in it is marked provisional.
    """

    day = models.DateField(_("day"), unique=True)
    working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("working calendar")
        ordering = ["day"]


class Term(DatedRule):
    """How long something may take, counted how, from what, by which rule."""

    class DayKind(models.TextChoices):
        DAYS = "days", _("days")
        WORKING_DAYS = "working_days", _("working days")

    code = models.CharField(_("code"), max_length=60, help_text=_("e.g. complaint.close, case.solve, audit.comment"))
    channel = models.CharField(_("channel"), max_length=20, blank=True, help_text=_("empty: all channels"))
    length = models.PositiveSmallIntegerField(_("length"))
    day_kind = models.CharField(_("kind of days"), max_length=12, choices=DayKind.choices)
    starts = models.CharField(_("starts with"), max_length=60, help_text=_("the event from which it is counted"))
    most_extension = models.PositiveSmallIntegerField(_("longest extension"), default=0)

    class Meta(DatedRule.Meta):
        verbose_name = _("legal term")
        verbose_name_plural = _("legal terms")
