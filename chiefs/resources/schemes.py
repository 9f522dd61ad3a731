"""What the row of a chief scheme says: its levels, and which kinds of resource it takes up. Pure, and it never falls over a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from chiefs.territory.models import UPWARDS

One = TypeVar("One")

#: code of a scheme -> kinds of resource that it takes up, as it ships
TAKES_UP = {
    "river": ["river", "canal"],
    "lake": ["lake", "wetland", "reservoir"],
    "mountain": ["mountain"],
    "forest_grass": ["forest_grass"],
}


def levels_of(value: object) -> tuple[str, ...]:
    """The levels of a scheme, the highest first, of whatever stands in its row: what is no level is left out."""
    said = value if isinstance(value, list | tuple) else ()
    return tuple(level.value for level in reversed(UPWARDS) if level.value in said)


def kinds_of(value: object) -> tuple[str, ...]:
    """The kinds of resource that stand in its row, each once; what is no word is left out."""
    said = value if isinstance(value, list | tuple) else ()
    return tuple(dict.fromkeys(kind for kind in said if isinstance(kind, str)))


def by_kind(schemes: Iterable[tuple[One, object]]) -> dict[str, One]:
    """Which scheme takes up each kind, of pairs (scheme, what its row says); the first one where two would."""
    found: dict[str, One] = {}
    for scheme, value in schemes:
        for kind in kinds_of(value):
            found.setdefault(kind, scheme)
    return found
