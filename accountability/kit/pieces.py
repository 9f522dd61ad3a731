"""Rows of a long file in pieces, so that what stands around them is asked for some hundred at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def pieces(rows: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Lists of ``size`` rows, the last one shorter; of a queryset pass its ``iterator()``, which holds no more of it in memory."""
    coming = iter(rows)
    while some := list(islice(coming, size)):
        yield some
