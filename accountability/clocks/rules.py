"""Reckoning with days: terms in days and working days, and the calendar periods of patrols. No database, no clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

IsWorking = Callable[[date], bool]
MOST_LENGTH = 3660  # ten years: a longer term is a slip of the pen


def add_days(start: date, length: int, day_kind: str, is_working: IsWorking) -> date:
    """The last day of a term that begins with something that happened on ``start``; that day itself does not count.

    ``day_kind`` is ``days`` or ``working_days``. Raises ValueError for another kind or an impossible length.
    """
    if not 0 <= length <= MOST_LENGTH:
        raise ValueError(f"A term lasts between 0 and {MOST_LENGTH} days, not {length}.")
    if day_kind == "days":
        return start + timedelta(days=length)
    if day_kind != "working_days":
        raise ValueError(f"Unknown kind of days: {day_kind!r}")
    day = start
    while length:
        day += timedelta(days=1)
        length -= is_working(day)
    return day


def working_days_between(first: date, last: date, is_working: IsWorking) -> int:
    """How many working days lie after ``first`` up to and including ``last``; 0 when ``last`` is not later."""
    return sum(is_working(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def period(day: date, every: str) -> tuple[date, date]:
    """The calendar period [since, until) in which a day lies: week (from Monday), tendays (旬), month, quarter, half_year, year.

    A 旬 is the 1st-10th, 11th-20th, or 21st to the end of a month, not ten rolling days. Raises ValueError for another word.
    """
    if every == "week":
        since = day - timedelta(days=day.weekday())
        return since, since + timedelta(days=7)
    if every == "tendays":
        first = min((day.day - 1) // 10, 2) * 10 + 1
        since = day.replace(day=first)
        return since, (since + timedelta(days=10) if first < 21 else _next_month(since))
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(every)
    if months is None:
        raise ValueError(f"Unknown period: {every!r}")
    since = date(day.year, (day.month - 1) // months * months + 1, 1)
    until = since
    for _ in range(months):
        until = _next_month(until)
    return since, until


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def periods(since: date, until: date, every: str) -> list[tuple[date, date]]:
    """The whole calendar periods that lie inside [since, until): a post that began on a Wednesday owes nothing for that week."""
    found = []
    first, last = period(since, every)
    if first < since:
        first, last = period(last, every)
    while last <= until:
        found.append((first, last))
        first, last = period(last, every)
    return found
