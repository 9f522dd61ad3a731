"""Which boards print names that are no more: of their place, of the posts on them, of the unit that keeps them.

What stood on a board on its day is known from the dated rows of former places and names, so that nothing is kept of it besides the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from chiefs.posts import reports as posts
from chiefs.posts.models import PostTitle, UnitName
from chiefs.resources.models import SegmentPlace
from chiefs.territory.former import AROUND
from chiefs.territory.models import Jurisdiction
from chiefs.territory.standing import Way

from .models import BoardUpdate, Signboard


def day_of_names(board: Signboard) -> date:
    """The day of the names on a board, or the later one on which somebody found that they may stay."""
    return max(board.as_of, board.named_on or board.as_of)


def places(boards: Sequence[Signboard], on: date) -> dict[int, date]:
    """Board -> the day from which its place is called otherwise than it says. One query, and what is around the places that moved."""
    moved: dict[int, list[SegmentPlace]] = defaultdict(list)
    rows = SegmentPlace.objects.filter(segment__in={board.segment_id for board in boards}, until__lte=on)
    for row in rows.select_related(AROUND).order_by("until"):
        moved[row.segment_id].append(row)
    found = {}
    for board in boards:
        stood = next((row for row in moved[board.segment_id] if row.since <= day_of_names(board) < row.until), None)
        if stood is not None and _called(stood.jurisdiction) != _called(board.segment.jurisdiction):
            found[board.pk] = stood.until
    return found


def _called(place: Jurisdiction) -> list[tuple[str, str]]:
    return [(step.name, step.name_bo) for step in posts.ancestors(place)]


def titles(boards: Sequence[Signboard], on_it: dict[int, Collection[int]], on: date) -> dict[int, date]:
    """Board -> the day from which a post on it, or the unit that keeps it, is called otherwise. ``on_it``: board -> posts. Two queries."""
    posts_of = {post for pks in on_it.values() for post in pks}
    named: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in PostTitle.objects.filter(post__in=posts_of, until__lte=on).select_related("post").order_by("until"):
        named["post", row.post_id].append((row, (row.title, row.title_bo) != (row.post.title, row.post.title_bo)))
    for name in UnitName.objects.filter(unit__in={b.unit_id for b in boards}, until__lte=on).select_related("unit").order_by("until"):
        named["unit", name.unit_id].append((name, (name.name, name.name_bo) != (name.unit.name, name.unit.name_bo)))
    found = {}
    for board in boards:
        day = day_of_names(board)
        keys = [("unit", board.unit_id), *(("post", post) for post in on_it.get(board.pk, ()))]
        ends = [row.until for key in keys for row, differs in named[key] if differs and row.since <= day < row.until]
        if ends:
            found[board.pk] = min(ends)
    return found


def since(boards: Sequence[Signboard], on_it: dict[int, Collection[int]], on: date) -> dict[int, date]:
    """Board -> the first day from which a name on it is wrong; boards whose names are right are not there. Three queries."""
    placed, titled = places(boards, on), titles(boards, on_it, on)
    return {pk: min(day for day in (placed.get(pk), titled.get(pk)) if day) for pk in placed.keys() | titled.keys()}


# -- after a change of divisions -----------------------------------------------------------------------------------------


def standing_on(*, jurisdictions: list[int], day: date) -> list[Signboard]:
    """Answer to the question of the same name: boards that still say that they stand in units which ended. Two queries."""
    lay = SegmentPlace.objects.filter(jurisdiction__in=jurisdictions, until=day).values("segment")
    boards = Signboard.objects.standing().filter(segment__in=lay).select_related(f"segment__{AROUND}", "segment__resource")
    rows = list(boards.order_by("code"))
    behind = places(rows, max(day, days.today())) if rows else {}
    return [board for board in rows if board.pk in behind]


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``: a board is brought up to date on its own page, with a photo."""
    boards = [record for record in records if isinstance(record, Signboard)]
    owed = {update.board_id: update for update in _open(boards)} if boards else {}
    return [(board, _way(board, owed.get(board.pk), acting)) for board in boards]


def _open(boards: Iterable[Signboard]) -> Iterable[BoardUpdate]:
    return BoardUpdate.objects.open().filter(board__in=boards)


def _way(board: Signboard, update: BoardUpdate | None, acting: Acting) -> Way:
    hint = _("It still names the old unit. Whoever keeps it shows it with the new names by a photo.")
    if update is not None:
        hint = f"{hint} {_('Due: %(day)s.') % {'day': update.due.isoformat()}}"
    return Way(
        kind=_("Notice board"),
        label=f"{board.code} · {local(board, 'place')}",
        place=local(board.segment.jurisdiction),
        moves=False,
        page=reverse("signboards:detail", args=[board.code]),
        hint=hint,
    )
