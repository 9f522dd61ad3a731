"""What a recurring obligation asks of a stretch of time, who owed it, and what a version of a list may say. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accountability.clocks.rules import period, periods

from .choices import Position, Reason

EARLIEST = date(2000, 1, 1)  # no list of duties that is still in force is older
FARTHEST_AHEAD = timedelta(days=366)
CATCH_UP = timedelta(days=400)  # after a longer standstill nobody is charged for what no system asked of them
MOST_ITEMS = 200  # lines of one version

Days = tuple[date, date]  # a half-open period [since, until)


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


def let_off(since: date, until: date, waived: Iterable[Days]) -> bool:
    """Whether no day of [since, until) is left that is not waived. Waivers that touch each other count as one."""
    reached = since
    for first, last in sorted(waived):
        if first > reached:
            return False
        reached = max(reached, last)
        if reached >= until:
            return True
    return False


def owed(
    since: date, until: date, every: str, times: int, resting_months: Collection[int], done_on: Iterable[date], waived: Sequence[Days] = ()
) -> list[Owed]:
    """The whole calendar periods inside [since, until), each with what was owed and done; suspended ones are left out, and
    so are those that were let off and not done all the same.

    A post owes nothing for a period that its holder's term only touches.
    """
    days = sorted(done_on)
    found = [
        Owed(first, last, times, sum(first <= day < last for day in days))
        for first, last in periods(since, until, every)
        if not rests(first, resting_months)
    ]
    return [one for one in found if one.met or not let_off(one.since, one.until, waived)]


def due(
    today: date, every: str, times: int, resting_months: Collection[int], done_on: Iterable[date], waived: Sequence[Days] = ()
) -> date | None:
    """The last day on which the next patrol is in time: the end of this period while something is owed in it, else of the next
    one that is neither suspended nor let off. None when every month rests."""
    first, until = period(today, every)
    done = sum(first <= day < until for day in done_on)
    for step in range(60):
        if not rests(first, resting_months) and not let_off(first, until, waived) and (step > 0 or done < times):
            return date.fromordinal(until.toordinal() - 1)
        first, until = period(until, every)
    return None


def asked(start: date, end: date | None, every: str, today: date) -> list[Days]:
    """The calendar periods that a line asks for: those that begin in [start, end), up to the one after today's, oldest first.

    A period in which the line only began to be in force is not asked for, and what lies farther back than a standstill that
    is caught up with (CATCH_UP) is left alone.
    """
    horizon = period(period(today, every)[1], every)[1]
    if start >= horizon:  # whatever day was written: no calendar reckons on from the year 9999
        return []
    first, last = period(max(start, today - CATCH_UP), every)
    if first < max(start, today - CATCH_UP):
        first, last = period(last, every)
    found = []
    while first < horizon and (end is None or first < end):
        found.append((first, last))
        first, last = period(last, every)
    return found


@dataclass(frozen=True)
class Answer:
    """Who answers for a whole period: a term, or nobody (``reason``). A desk's holders answer together: neither."""

    tenure_id: int | None = None
    reason: str = ""


def answerer(since: date, until: date, terms: Iterable[tuple[int, date, date | None]], *, together: bool = False) -> Answer:
    """Which term owed [since, until): the one that held the post on every day of it. ``terms``: (id, first day, first day after).

    Nobody on any day: the post was vacant. Changed hands or vacant for some days: held for a part only; a duty is not
    charged to somebody who did not hold the post. ``together``: a desk with several holders, who cover the days one with another.
    """
    inside = [(first, last or until, pk) for pk, first, last in terms if first < until and (last is None or last > since)]
    if not inside:
        return Answer(reason=Reason.VACANCY)
    whole = [pk for first, last, pk in inside if first <= since and last >= until]
    if len(whole) == 1:
        return Answer(tenure_id=whole[0])
    if whole or (together and let_off(since, until, [(first, last) for first, last, _pk in inside])):
        return Answer()
    return Answer(reason=Reason.PART)


def position(today: date, since: date, until: date, *, wanted: int, done: int, reason: str) -> str:
    """Where a period of patrols stands on a day; ``reason``: why nothing is owed, if so. What was done is done all the same."""
    if done >= wanted:
        return Position.DONE
    if reason:
        return Position.WAIVED
    if until <= today:
        return Position.MISSED
    return Position.DUE if since <= today else Position.PLANNED


def may_begin(since: date, today: date, after: date | None) -> bool:
    """From when a version may be in force. The first one of a list may carry the day of the paper that it copies; one that follows
    (``after``: since when the one before it holds) begins today at the earliest: past days had their list."""
    if not EARLIEST <= since <= today + FARTHEST_AHEAD:
        return False
    return after is None or (since > after and since >= today)


#: The columns of a line that the hash covers.
HASHED = (
    "key",
    "order",
    "text",
    "text_bo",
    "basis",
    "level",
    "what",
    "every",
    "evidence",
    "consequence",
    "since",
    "until",
    "power",
    "duty",
)


def digest(lines: Iterable[Mapping[str, object]]) -> str:
    """SHA-256 of the lines in their order, as 43 signs of base64: as long as a fact of the ledger may be without being taken for a text."""
    told = [{name: "" if line[name] is None else str(line[name]) for name in HASHED} for line in lines]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
