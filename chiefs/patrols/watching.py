"""What the two staff of forests see: the cells in which they work, what lies in them, and when somebody last walked there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from chiefs.posts import beats
from chiefs.posts.functions import Function, Role
from chiefs.posts.models import Post, Tenure, Watch
from chiefs.resources.models import GridCell, Segment

from . import reports


@dataclass(frozen=True)
class Cell:
    """One cell; ``looks``: each segment in it with the last day of a walk that counts; ``rangers``: who holds which post there."""

    cell: GridCell
    looks: Sequence[tuple[Segment, date | None]]
    rangers: Sequence[tuple[Post, Tenure | None]]


def cells(post: Post, on: date, since: date) -> list[Cell]:
    """The cells of a ranger, with the own walks since a day; those of a supervisor, with the walks of the rangers who work there.
    The number of queries does not grow with the cells."""
    found = beats.cells_of(post.pk, on)
    if not found:
        return []
    watched = {} if post.kind.may(Function.RANGER) else _rangers([cell.pk for cell in found], on)
    walkers = {ranger.pk for several in watched.values() for ranger in several} or {post.pk}
    last = _last_walks(walkers, since)
    holders = _holders(walkers, on) if watched else {}
    return [
        Cell(
            cell,
            looks=[(segment, last.get(segment.pk)) for segment in cell.segments_there],  # type: ignore[attr-defined]
            rangers=[(ranger, holders.get(ranger.pk)) for ranger in watched.get(cell.pk, ())],
        )
        for cell in found
    ]


def _last_walks(post_ids: Collection[int], since: date) -> dict[int, date]:
    last: dict[int, date] = {}
    for _post, segment, day in reports.walks(post_ids, since, None):
        last[segment] = max(day, last.get(segment, day))
    return last


def _rangers(cell_ids: Sequence[int], on: date) -> dict[int, list[Post]]:
    rows = Watch.objects.in_force(on).filter(cell__in=cell_ids, post__kind__role=Role.RANGER).select_related("post").order_by("post__code")
    found: dict[int, list[Post]] = defaultdict(list)
    for row in rows:
        found[row.cell_id].append(row.post)
    return found


def _holders(post_ids: Collection[int], on: date) -> dict[int, Tenure]:
    return {term.post_id: term for term in Tenure.objects.in_force(on).filter(post__in=post_ids).select_related("person")}
