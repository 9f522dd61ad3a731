"""When a body owes a meeting, and what counts as one in time. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from accountability.clocks.rules import period

MOST_AHEAD = timedelta(days=366)
ONE_DAY = timedelta(days=1)


def owed_periods(since: date, until: date | None, every: str, today: date, *, after: date | None = None) -> list[tuple[date, date]]:
    """The calendar periods [first day, first day no longer) for each of which a meeting is to be planned by now, in order.

    Whole periods inside [since, until) that have begun; those that began on ``after`` or before it are planned already. A body
    that was entered in the middle of a quarter owes nothing for that quarter. Raises ValueError for an unknown period.
    """
    start = since if after is None else max(since, after + ONE_DAY)
    first, last = period(start, every)
    if first < start:
        first, last = period(last, every)
    found = []
    while first <= today and (until is None or last <= until):
        found.append((first, last))
        first, last = period(last, every)
    return found


def last_day(until: date) -> date:
    """The last day of a half-open period."""
    return until - ONE_DAY


def is_missed(due: date, today: date) -> bool:
    """Whether the time for a meeting has passed; its last day still counts."""
    return due < today


def was_in_time(held_on: date, first: date, due: date) -> bool:
    """Whether a meeting on a day counts for [first, due]."""
    return first <= held_on <= due


def may_postpone_to(day: date, due: date, today: date) -> bool:
    """A meeting is put off to a day that is not past, and at most a year behind the time it was owed for."""
    return today <= day <= due + MOST_AHEAD


def may_begin(day: date, last: date | None, today: date) -> bool:
    """From which day a dated row of a body may hold: after the one before it, and at most a year ahead."""
    return (last is None or day > last) and day <= today + MOST_AHEAD
