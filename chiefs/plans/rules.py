"""Five lists that hang together, and how long a plan holds. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from chiefs.territory.models import UPWARDS

#: The five lists, in the order in which each answers to the one before it.
LISTS = ("problem", "goal", "task", "measure", "responsibility")


def above(kind: str) -> str | None:
    """The list whose lines a line of this list answers to; None for the first."""
    place = LISTS.index(kind)
    return LISTS[place - 1] if place else None


def below(kind: str) -> str | None:
    """The list whose lines answer to a line of this list; None for the last."""
    place = LISTS.index(kind)
    return LISTS[place + 1] if place + 1 < len(LISTS) else None


def years_after(start: date, years: int) -> date:
    """The same day so many years later; the 29th of February becomes the 1st of March."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def highest(levels: Iterable[str]) -> str | None:
    """The highest of the levels; None of none."""
    known = [level for level in levels if level in UPWARDS]
    return max(known, key=UPWARDS.index, default=None)  # type: ignore[arg-type]


def is_at_most(level: str, other: str) -> bool:
    """Whether a level is not above another; what is no level of chiefs is not."""
    return level in UPWARDS and other in UPWARDS and UPWARDS.index(level) <= UPWARDS.index(other)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Node:
    """A line as far as the lists are concerned."""

    pk: int
    kind: str
    above: int | None


def loose_ends(nodes: Sequence[Node]) -> list[tuple[str, int]]:
    """Lines to which nothing answers in the next list: (kind, id). A whole plan has none, and has at least one problem.

    A line under one that hangs on nothing, or on the wrong list, counts as loose itself.
    """
    by_id = {node.pk: node for node in nodes}
    answered = {node.above for node in nodes if node.above is not None}
    found = [(node.kind, node.pk) for node in nodes if below(node.kind) is not None and node.pk not in answered]
    for node in nodes:
        up = by_id.get(node.above) if node.above is not None else None
        if (up.kind if up else None) != above(node.kind):
            found.append((node.kind, node.pk))
    return sorted(set(found), key=lambda item: (LISTS.index(item[0]), item[1]))


def share(percents: Mapping[int, int], tasks: Iterable[int]) -> int | None:
    """How far a whole plan has come: the mean of its tasks, one without a report counting nothing; None without tasks."""
    each = [percents.get(task, 0) for task in tasks]
    return sum(each) // len(each) if each else None


class Named(Protocol):
    """Who is responsible by a line: a post or a unit."""

    post_id: int | None
    unit_id: int | None


def names(lines: Iterable[Named], post_id: int | None, unit_id: int | None) -> bool:
    """Whether one of the responsibilities names this post or this unit."""
    return any(line.post_id == post_id if line.post_id is not None else line.unit_id == unit_id for line in lines)
