"""Boards follow their chiefs and names: a change opens one task for each board, found at once by whoever changes, or by the sweep."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accountability.clocks import reports as clocks
from accountability.kit import days
from accountability.ledger import once
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from accountability.notices import actions as notices
from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_CLOCK
from chiefs.posts.models import Charge, Person, Post, Tenure, Unit
from chiefs.resources.models import Segment
from chiefs.signboards import renamed, reports, rules, wording  # noqa: F401  the sentence registers itself
from chiefs.signboards.lifecycle import BoardUpdateLifecycle
from chiefs.signboards.models import BoardUpdate, Signboard

TERM = "signboard.update"
BATCH = 500
MOST_AT_ONCE = 100  # boards looked at within an appointment
AROUND = ("segment__jurisdiction__parent", "segment__resource", "unit")


def chiefs_changed(segments: Iterable[Segment], day: date, by: Acting) -> list[BoardUpdate]:
    """Whoever begins or ends a term or a charge calls this for the segments concerned: boards that are wrong by it get their task.

    Exactly one is open for a board, however often this is called and whatever changes meanwhile. A change of a day to come is
    left to the sweep of that day. Returns the tasks that were opened now.
    """
    if day > days.today():
        return []
    boards = reports.of_segments([segment.pk for segment in segments])
    return _look_through(boards, by=by, day=day)


def follow(record: Tenure | Charge, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of the acts about terms and charges: the boards concerned get their task in the same transaction.

    A chief of hundreds of segments is left to the sweep: an appointment does not wait for as many boards to be looked at.
    """
    if isinstance(record, Charge):
        segments = [record.segment]
    else:
        charged = Charge.objects.in_force(days.today()).filter(post=record.post_id).select_related("segment")
        segments = [charge.segment for charge in charged[: MOST_AT_ONCE + 1]]
    if len(segments) <= MOST_AT_ONCE:
        ended = record.until is not None and record.until <= days.today()
        chiefs_changed(segments, record.until if ended else record.since, by)  # type: ignore[arg-type]  # it ended


def same_person(record: Person, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of posts.merge_person: a board that names somebody under a record that was given up names the one that goes on. Nobody
    has changed, so nothing is to be repainted."""
    posts_held = Tenure.objects.filter(person=facts["into"]).values("post")
    segments = Charge.objects.filter(post__in=posts_held).values_list("segment", flat=True)
    for board in reports.of_segments(list(segments)).select_for_update(of=("self",)).order_by("pk"):
        read = rules.pairs(board.settled or [])
        now = rules.renamed(read, record.pk, facts["into"].pk)
        if now != read:
            board.settled = rules.kept(now)
            board.save(update_fields=["settled"])


def follow_names(record: Segment | Post | Unit, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of the acts after which a place, a post or a unit is called otherwise: boards that print the old name get their task.

    A post of hundreds of segments, or a unit of as many boards, is left to the sweep.
    """
    if isinstance(record, Segment):
        boards = Signboard.objects.standing().filter(segment=record)
    elif isinstance(record, Post):
        charged = Charge.objects.in_force(days.today()).filter(post=record).values_list("segment", flat=True)
        boards = reports.of_segments(charged[: MOST_AT_ONCE + 1])
    else:
        boards = Signboard.objects.standing().filter(unit=record)
    if boards[: MOST_AT_ONCE + 1].count() <= MOST_AT_ONCE:
        _look_through(boards, by=by)


def sweep() -> int:
    """Find the boards that have fallen behind, whoever changed the chiefs and by whatever way; returns how many tasks were opened."""
    return len(_look_through(Signboard.objects.standing(), by=posts.system(SYSTEM_CLOCK)))


def _look_through(boards: QuerySet[Signboard], *, by: Acting, day: date | None = None) -> list[BoardUpdate]:
    """In batches with a constant number of queries; a board is locked only when something is to be written about it."""
    opened: list[BoardUpdate] = []
    last, today = 0, days.today()
    rows = boards.select_related(*AROUND).order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        found = _now(batch, today)
        wrong = renamed.since(batch, {board.pk: _seats(now) for board, now in found}, today)
        behind = [board for board, now in found if rules.pairs(board.settled or []) != now or board.pk in wrong]
        waiting = set(BoardUpdate.objects.open().filter(board__in=behind).values_list("board", flat=True))
        opened += [made for board in behind if board.pk not in waiting if (made := _look(board, today, by, day)) is not None]
    return opened


def _now(boards: Sequence[Signboard], on: date) -> list[tuple[Signboard, frozenset[rules.Pair]]]:
    found = reports.chiefs_by_board(boards, on)
    return [(board, found[board.pk]) for board in boards]


def _seats(pairs: Iterable[rules.Pair]) -> set[int]:
    """The posts on a board."""
    return {post for post, _person in pairs}


def _look(board: Signboard, today: date, by: Acting, day: date | None) -> BoardUpdate | None:
    """Open the task of one board, if it is behind and has none; the board's row keeps two who look at once apart."""
    with transaction.atomic():
        standing = Signboard.objects.select_for_update(of=("self",)).select_related(*AROUND).get(pk=board.pk)
        if standing.state == Signboard.State.GONE or BoardUpdate.objects.open().filter(board=standing).exists():
            return None
        if standing.settled is None:
            take_stock(standing)
        before = rules.pairs(standing.settled or [])
        now = reports.chiefs_by_board([standing], today)[standing.pk]
        since = [day or reports.changed_on(standing, before, now, today)] if before != now else []
        since += renamed.since([standing], {standing.pk: _seats(now)}, today).values()
        if not since:
            return None
        # A chief may be entered late: no board is wrong before it stands.
        changed_on = max(min(since), standing.set_up_on)
        try:
            due, term = clocks.due(TERM, changed_on, jurisdiction=standing.segment.jurisdiction)
        except LookupError:
            raise Refused(
                _("No term for updating notice boards is in force. Ask the administrator of the rule tables to enter one.")
            ) from None
        update = BoardUpdate(board=standing, changed_on=changed_on, opened_at=days.now(), due=due, term_id=term.pk)
        facts = {"board": standing, "changed_on": changed_on, "due": due, "term": term.pk, "unit": standing.unit}
        BoardUpdateLifecycle.begin(update, by=by, act="owe", facts=facts)
        notices.tell(
            posts.desks_of(standing.unit_id, today),
            kind="board-update",
            about=update.stream,
            number=standing.code,
            params={"due": due.isoformat()},
            key=f"{update.stream}:owed",
        )
    return update


def take_stock(board: Signboard) -> None:
    """Note whose names stand on a board: the chiefs of the day that it names. Nobody registered yet: it stays open.

    Called inside the transaction of what happened; the row is locked or new.
    """
    found = reports.chiefs_by_board([board], board.as_of)[board.pk]
    board.settled = rules.kept(found) or None
    board.save(update_fields=["settled"])


def finish(update: BoardUpdate, *, done_on: date, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The board names the chiefs of the day again. The photo that shows it was kept before."""
    with once.on(update.board, client_ref) as new:
        board = Signboard.objects.get(pk=update.board_id)
        event = BoardUpdateLifecycle.perform(
            "finish", update, by=by, expect=expect, client_ref=client_ref, done_on=done_on, note=Words(note.strip())
        )
        if new:
            board.as_of, board.checked_on = done_on, max(done_on, board.checked_on or done_on)
            board.save(update_fields=["as_of", "checked_on"])
            take_stock(board)
            facts = {"as_of": done_on.isoformat(), "update": update.pk}
            Event.record(board.stream, "signboards.renew", by, facts=facts)
    return event


def waive(update: BoardUpdate, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The board need not be changed for these chiefs and names; a later change opens a task again."""
    with once.on(update.board, client_ref) as new:
        board = Signboard.objects.get(pk=update.board_id)
        event = BoardUpdateLifecycle.perform("waive", update, by=by, expect=expect, client_ref=client_ref, reason=Words(reason.strip()))
        if new:
            board.settled = rules.kept(reports.chiefs_by_board([board], days.today())[board.pk])
            board.named_on = days.today()
            board.save(update_fields=["settled", "named_on"])
    return event


def drop(board: Signboard, *, by: Acting) -> None:
    """A board that is gone owes nothing. Called inside the transaction that takes it down; the system says so itself."""
    for update in BoardUpdate.objects.open().select_for_update(of=("self",)).filter(board=board):
        BoardUpdateLifecycle.perform("lapse", update, by=posts.system(SYSTEM_CLOCK), expect=update.version)
