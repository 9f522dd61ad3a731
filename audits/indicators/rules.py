"""To which term a measured period belongs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar


class Spanning(Protocol):
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date: ...


P = TypeVar("P", bound=Spanning)


def mostly_in(begins: date, ends: date, since: date, until: date) -> bool:
    """Whether more than half of the days of [begins, ends) lie in the term [since, until): at most one term can claim them."""
    shared = (min(ends, until) - max(begins, since)).days
    return 2 * shared > (ends - begins).days


def without_nested(periods: Sequence[P]) -> list[P]:
    """The periods that lie in no longer one: a year counts once, not again as its quarters."""
    return [
        own
        for own in periods
        if not any(
            other.since <= own.since and own.until <= other.until and (other.since, other.until) != (own.since, own.until)
            for other in periods
        )
    ]
