"""What may be done to a dated rule, and when. Pure."""

from __future__ import annotations

from datetime import date


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
