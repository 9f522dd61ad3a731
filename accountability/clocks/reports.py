"""What other rooms ask the clock: is this a working day, when does this term end, by which row."""

from __future__ import annotations

from datetime import date

from chiefs.territory.models import Jurisdiction
from chiefs.territory.reports import rule_for

from . import rules
from .models import CalendarDay, Term


class Calendar:
    """The working calendar of a stretch of days, read once."""

    def __init__(self, first: date, last: date) -> None:
        rows = CalendarDay.objects.filter(day__year__gte=first.year, day__year__lte=last.year)
        self.exceptions = dict(rows.values_list("day", "working"))
        self.known_years = {day.year for day in self.exceptions}

    def is_working(self, day: date) -> bool:
        """By the calendar's row, else by the weekday."""
        return self.exceptions.get(day, day.weekday() < 5)

    def is_known(self, day: date) -> bool:
        """Whether the year's holidays have been entered; without them a date reckoned in it is provisional."""
        return day.year in self.known_years


def term(code: str, on: date, *, channel: str = "", jurisdiction: Jurisdiction | None = None) -> Term:
    """The term in force on a day: the channel's own row before the general one, the narrowest place before the wide.

    Raises LookupError when there is none: an administrator must enter one before the clock can run.
    """
    for wanted in dict.fromkeys((channel, "")):
        if found := rule_for(Term.objects.filter(code=code, channel=wanted), on, jurisdiction):
            return found
    raise LookupError(f"No term '{code}' is in force on {on}.")


def due(code: str, start: date, channel: str = "", *, jurisdiction: Jurisdiction | None = None) -> tuple[date, Term]:
    """The legal date for something that began on ``start``, and the row by which it was reckoned."""
    row = term(code, start, channel=channel, jurisdiction=jurisdiction)
    calendar = Calendar(start, date(start.year + 1, 12, 31))
    return rules.add_days(start, row.length, row.day_kind, calendar.is_working), row


def working_days_between(first: date, last: date) -> int:
    """Working days after ``first`` up to and including ``last``."""
    return rules.working_days_between(first, last, Calendar(first, last).is_working)


def is_working(day: date) -> bool:
    return Calendar(day, day).is_working(day)


def is_provisional(day: date) -> bool:
    """Whether the holidays of the day's year are not entered yet."""
    return not Calendar(day, day).is_known(day)
