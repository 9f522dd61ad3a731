"""What the notice boards lack, each kind with the page that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Reach
from chiefs.resources.models import Segment, SegmentPlace
from chiefs.territory import former
from chiefs.territory.health import Faults, Found, Queried, name_of

from .models import BoardUpdate, Signboard

PLACE = "segment__jurisdiction"


def register_faults(*, reach: Reach, on: date) -> list[Faults]:
    """Answer to the question of the same name: segments for which no board speaks, damaged boards, updates that are late."""
    standing = Signboard.objects.standing()
    # Asked one by one, each from its own index: as one condition they read every board for every segment.
    speaks = [Q(segment=OuterRef("pk")), Q(segments=OuterRef("pk")), Q(whole=True, segment__resource=OuterRef("resource"))]
    silent = [~Exists(standing.filter(how)) for how in speaks]
    inside = former.lay_in(SegmentPlace, on, reach, reach.q())
    bare = Segment.objects.in_force(on).filter(inside, *silent).select_related("resource", "jurisdiction__parent")
    here = reach.q(path="segment__path", jurisdiction="segment__jurisdiction_id")
    damaged = Signboard.objects.filter(here, state=Signboard.State.DAMAGED).select_related(f"{PLACE}__parent")
    there = reach.q(path="board__segment__path", jurisdiction="board__segment__jurisdiction_id")
    late = BoardUpdate.objects.open().filter(there, due__lt=on).select_related(f"board__{PLACE}__parent")
    return [
        Queried(
            "no_board",
            _("Segments for which no notice board speaks"),
            _("Who passes by cannot see who answers, nor where to report. Set a board up, or let one beside it speak for the segment."),
            bare.order_by("path", "code"),
            former.place_then(SegmentPlace, on, "jurisdiction"),
            partial(_tell_bare, on=on),
        ),
        Queried(
            "damaged_board",
            _("Damaged notice boards"),
            _("A board that cannot be read is none."),
            damaged.order_by("segment__path", "code"),
            PLACE,
            _tell_damaged,
        ),
        Queried(
            "late_board",
            _("Notice boards that are out of date"),
            _("The term for bringing the board up to date has passed."),
            late.order_by("due", "pk"),
            f"board__{PLACE}",
            _tell_late,
        ),
    ]


def _tell_bare(rows: Sequence[Any], on: date) -> list[Found]:
    former.put_back(SegmentPlace, rows, on)
    new = reverse("signboards:new")
    return [
        Found(local(segment), name_of(segment.jurisdiction), f"{new}?segment={segment.code}", _("Set a board up"), since=segment.since)
        for segment in rows
    ]


def _tell_damaged(rows: Sequence[Any]) -> list[Found]:
    return [
        Found(board.code, name_of(board.segment.jurisdiction), reverse("signboards:detail", args=[board.code]), _("Open the board"))
        for board in rows
    ]


def _tell_late(rows: Sequence[Any]) -> list[Found]:
    return [
        Found(
            update.board.code,
            name_of(update.board.segment.jurisdiction),
            reverse("signboards:detail", args=[update.board.code]),
            _("Open the board"),
            since=update.changed_on,
        )
        for update in rows
    ]
