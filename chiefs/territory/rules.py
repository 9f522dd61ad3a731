"""What may be done to a dated rule and to the divisions, and when. Pure."""

from __future__ import annotations

from datetime import date

MOST_UNITS = 30  # that end or begin by one change: a county of Ganzi has at most 23 townships
MOST_DISTANCE = 366  # days between a change and its entry, either way


def has_begun(since: date, today: date) -> bool:
    """From its first day on something may have been judged by the row: it stays as it is."""
    return since <= today


def has_ended(until: date | None, today: date) -> bool:
    """From then on not even its end may move: the days on which it held are past."""
    return until is not None and until <= today


def may_begin(since: date, today: date) -> bool:
    """A new row begins today at the earliest: past days were judged by the rows of their time."""
    return since >= today


def may_end(since: date, until: date | None, today: date) -> bool:
    """A row lasts at least a day, and it cannot be taken back for days that have passed."""
    return until is None or (until > since and until >= today)


#: kind of change: how many units end, how many begin (least, most). What is absorbed by a unit that stays begins none.
SHAPES = {
    "renamed": ((1, 1), (1, 1)),
    "reclassified": ((1, 1), (1, 1)),
    "coded": ((1, 1), (1, 1)),
    "merged": ((2, MOST_UNITS), (1, 1)),
    "absorbed": ((1, MOST_UNITS), (0, 0)),
    "split": ((1, 1), (2, MOST_UNITS)),
    "abolished": ((1, MOST_UNITS), (0, 0)),
}


def fits(kind: str, ending: int, beginning: int, *, absorbed: bool = False) -> bool:
    """Whether so many units may end and begin by a change of this kind; ``absorbed``: a unit that is there takes them up."""
    (least_old, most_old), (least_new, most_new) = SHAPES["absorbed" if absorbed else kind]
    if absorbed and kind != "merged":
        return False
    return least_old <= ending <= most_old and least_new <= beginning <= most_new


def may_happen(day: date, today: date) -> bool:
    """A change is entered up to a year late (its publication lags behind) and up to a year ahead."""
    return abs((day - today).days) <= MOST_DISTANCE
