"""Days and moments. A date is a day in Asia/Shanghai; a moment is an aware datetime in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")
_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _pretended.get() or timezone.now()


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Live a past moment again, so that the demonstration world has a history made by the real actions.

    Raises RuntimeError outside the demonstration world: nobody back-dates anything elsewhere.
    """
    if not settings.DEMO:
        raise RuntimeError("Only the demonstration world may pretend a moment.")
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)


def today() -> date:
    """The day it is in Ganzi."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day in Asia/Shanghai on which an aware moment lies. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("A moment must carry its time zone.")
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai, in UTC."""
    return datetime.combine(day, time(0), SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to the day: periods are half-open everywhere."""
    return start_of(day + timedelta(days=1))
