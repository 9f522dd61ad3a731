"""Words of what is owed that chiefs read on their pages too: how often, what, where it stands, and why it was let off."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Every(models.TextChoices):
    WEEK = "week", _("week")
    TENDAYS = "tendays", _("ten-day period")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    HALF_YEAR = "half_year", _("half-year")
    YEAR = "year", _("year")


class What(models.TextChoices):
    """By what a recurring duty is done. A patrol is reckoned from the walks, the others are marked done with their evidence."""

    PATROL = "patrol", _("patrol")
    MEETING = "meeting", _("meeting with minutes")
    REPORT = "report", _("report or record")


class Position(models.TextChoices):
    """Where one period of an obligation stands."""

    PLANNED = "planned", _("to come")
    DUE = "due", _("due now")
    DONE = "done", _("done")
    MISSED = "missed", _("missed")
    WAIVED = "waived", _("waived")


class Reason(models.TextChoices):
    """Why nothing is owed for a period."""

    WINTER = "winter", _("winter")
    DISASTER = "disaster", _("disaster")
    VACANCY = "vacancy", _("the post was vacant")
    PART = "part", _("held for a part of the period only")
    DROPPED = "dropped", _("no longer asked by the list")


#: What an office may give as a reason; the other two the clock works out.
GIVEN = (Reason.WINTER, Reason.DISASTER, Reason.VACANCY)
