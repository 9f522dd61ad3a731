"""What a board must show, and how two readings of it differ. No database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from accountability.ledger.acting import Acting
from chiefs.posts.functions import Function
from chiefs.posts.rules import keeps_register
from chiefs.territory.models import Level

#: A post and who holds it; 0 for nobody.
Pair = tuple[int, int]
NOBODY = 0
#: A board for a whole water cannot name every village's chief; those stand on the boards of their own stretch.
WHOLE_WATER = (Level.PREFECTURE, Level.COUNTY)
TENDERS = (Function.CHIEF, Function.CHIEF_OFFICE, Function.RECEIVER, Function.DEPARTMENT)


def keeps(by: Acting, path: str, jurisdiction_id: int | None) -> bool:
    """Who sets boards up and changes what is registered of them."""
    return keeps_register(by, path, jurisdiction_id)


def tends(by: Acting, unit_id: int, path: str, jurisdiction_id: int | None) -> bool:
    """Who looks after a board: the unit that keeps it (a village chief with a phone), and whoever keeps the register there."""
    return (by.unit_id == unit_id and by.may(*TENDERS)) or keeps(by, path, jurisdiction_id)


def names_level(level: str, *, whole: bool) -> bool:
    """Whether the chiefs of a level stand on a board."""
    return not whole or level in WHOLE_WATER


def pairs(read: Iterable[Iterable[int]]) -> frozenset[Pair]:
    """Pairs as they come back from the database, where they are lists."""
    return frozenset((post, person) for post, person in read)


def renamed(read: Iterable[Pair], before: int, now: int) -> frozenset[Pair]:
    """The same pairs, with one person under another number."""
    return frozenset((post, now if person == before else person) for post, person in read)


def kept(found: Iterable[Pair]) -> list[list[int]]:
    """Pairs as the database keeps them: the same content gives the same text."""
    return [list(pair) for pair in sorted(found)]


def wrong_since(steps: Collection[date | None], today: date) -> date:
    """The first day on which a board was wrong: the earliest change behind a difference; today when no row says when.

    A change is never dated after today: what begins later has not made the board wrong yet.
    """
    return min((step for step in steps if step is not None and step <= today), default=today)


def missing(*, extent: bool, begins_at: str, ends_at: str, targets: bool, hotline: bool, chiefs: bool) -> list[str]:
    """Which of the fields that the rules require a board still lacks, by name."""
    found = {
        "extent": extent,
        "begins_at": bool(begins_at.strip()),
        "ends_at": bool(ends_at.strip()),
        "targets": targets,
        "hotline": hotline,
        "chiefs": chiefs,
    }
    return [name for name, there in found.items() if not there]
