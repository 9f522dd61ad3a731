"""What a recurring obligation asks of a stretch of time. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from accountability.clocks.rules import period, periods


@dataclass(frozen=True)
class Owed:
    """One period of an obligation: [since, until), how often it was to be done, and how often it was."""

    since: date
    until: date
    wanted: int
    done: int

    @property
    def met(self) -> bool:
        return self.done >= self.wanted


def rests(since: date, resting_months: Collection[int]) -> bool:
    """Whether the obligation is suspended in the period that begins on a day, by the month of its first day."""
    return since.month in resting_months


def owed(since: date, until: date, every: str, times: int, resting_months: Collection[int], done_on: Iterable[date]) -> list[Owed]:
    """The whole calendar periods inside [since, until), each with what was owed and done; suspended ones are left out.

    A post owes nothing for a period that its holder's term only touches.
    """
    days = sorted(done_on)
    return [
        Owed(first, last, times, sum(first <= day < last for day in days))
        for first, last in periods(since, until, every)
        if not rests(first, resting_months)
    ]


def due(today: date, every: str, times: int, resting_months: Collection[int], done_on: Iterable[date]) -> date | None:
    """The last day on which the next patrol is in time: the end of this period while something is owed in it, else of the next
    one that is not suspended. None when every month rests."""
    first, until = period(today, every)
    done = sum(first <= day < until for day in done_on)
    for step in range(60):
        if not rests(first, resting_months) and (step > 0 or done < times):
            return date.fromordinal(until.toordinal() - 1)
        first, until = period(until, every)
    return None
