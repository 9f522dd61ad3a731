"""Every write about boards: setting up, changing, checking, moving, printing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger import once
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused, Stale
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from accountability.papers import actions as papers
from accountability.papers.models import Paper
from chiefs.posts import reports as posts
from chiefs.posts.models import Unit
from chiefs.resources.models import Segment
from chiefs.signboards import content, reports, rules, sheets
from chiefs.signboards.lifecycle import SignboardLifecycle
from chiefs.signboards.models import Sheet, Signboard
from chiefs.territory.models import Level

from . import updates

MOST_SEGMENTS = 50
RESERVED = ("new",)


@dataclass(frozen=True)
class Entry:
    """What is registered of a board besides its code and where it stands."""

    place: str
    begins_at: str
    ends_at: str
    unit: Unit
    set_up_on: date
    place_bo: str = ""
    begins_at_bo: str = ""
    ends_at_bo: str = ""
    latitude: float | None = None
    longitude: float | None = None
    length_m: int | None = None
    area_m2: int | None = None
    targets: str = ""
    targets_bo: str = ""


def set_up(
    *,
    code: str,
    segment: Segment,
    entry: Entry,
    by: Acting,
    segments: Iterable[Segment] = (),
    whole: bool = False,
    as_of: date | None = None,
    client_ref: uuid.UUID | None = None,
    demonstration: bool = False,
) -> Signboard:
    """Register a board. ``as_of`` is the day whose chiefs it names, today unless said otherwise.

    Raises NotPermitted for a post that does not keep the register there, Refused for a code that means another place, Mismatch
    when the reference was used for another board.
    """
    beside = [other for other in segments if other.pk != segment.pk]
    if (known := _known(client_ref, code, segment)) is not None:
        return known
    if not rules.keeps(by, segment.path, segment.jurisdiction_id):
        raise NotPermitted
    today = days.today()
    as_of = as_of or today
    _check(entry, segment, beside, today)
    if not entry.set_up_on <= as_of <= today:
        raise Refused(_("The names on a board are of a day between its setting up and today."))
    if code in RESERVED:
        raise Refused(_("This word stands in the addresses of the register already. Choose another code."))
    if Segment.objects.filter(code=code).exclude(pk=segment.pk).exists():
        raise Refused(_("The code %(code)s belongs to another segment: its board would lead there. Choose another code.") % {"code": code})
    board = Signboard(
        code=code,
        segment=segment,
        whole=whole,
        as_of=as_of,
        client_ref=client_ref or uuid.uuid4(),
        demonstration=demonstration,
        **_columns(entry),
    )
    facts = {"code": code, "segment": segment, "segments": beside, "whole": whole, "as_of": as_of, **_facts(entry)}
    try:
        with transaction.atomic():
            SignboardLifecycle.begin(board, by=by, act="set_up", facts=facts)
            board.segments.set(beside)
            updates.take_stock(board)
    except IntegrityError:
        if (known := _known(client_ref, code, segment)) is not None:  # sent twice at once: the other was faster
            return known
        if Signboard.objects.filter(code=code).exists():
            raise Refused(_("There is a board with the code %(code)s already.") % {"code": code}) from None
        raise
    return board


def _known(client_ref: uuid.UUID | None, code: str, segment: Segment) -> Signboard | None:
    known = Signboard.objects.filter(client_ref=client_ref).first() if client_ref is not None else None
    if known is not None and (known.code, known.segment_id) != (code, segment.pk):
        raise Mismatch
    return known


def change(
    board: Signboard,
    *,
    entry: Entry,
    by: Acting,
    expect: int,
    segments: Iterable[Segment] = (),
    whole: bool = False,
) -> Event | None:
    """Correct what is registered of a board; its code stays for ever, because it is printed. None when nothing differs."""
    beside = sorted((other for other in segments if other.pk != board.segment_id), key=lambda s: s.pk)
    with transaction.atomic():
        standing = _locked(board, expect)
        if not rules.keeps(by, standing.segment.path, standing.segment.jurisdiction_id):
            raise NotPermitted
        _check(entry, standing.segment, beside, days.today(), standing)
        fresh = {**_columns(entry), "whole": whole}
        before = {name: getattr(standing, name) for name in fresh}
        told = sorted(standing.segments.all(), key=lambda s: s.pk)
        changed = [name for name, value in fresh.items() if before[name] != value]
        if told != beside:
            changed.append("segments")
        if not changed:
            return None
        for name, value in fresh.items():
            setattr(standing, name, value)
        standing.save()
        standing.segments.set(beside)
        if {"whole", "segments"} & set(changed):
            updates.take_stock(standing)
        now = {**fresh, "segments": beside}
        was = {**before, "segments": told}
        facts = {"before": {n: _plain(was[n]) for n in changed}, "now": {n: _plain(now[n]) for n in changed}}
        event = Event.record(board.stream, "signboards.change", by, facts=facts)
    board.refresh_from_db()
    return event


def check(board: Signboard, *, seen_on: date, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Somebody stood before the board and found it in order; pictures were kept before."""
    with once.on(board, client_ref) as new:
        if not new:
            earlier = Event.objects.get(client_ref=client_ref)
            if (earlier.stream, earlier.act) != (board.stream, "signboards.check"):
                raise Mismatch
            return earlier
        standing = _locked(board, expect)
        if not rules.tends(by, standing.unit_id, standing.segment.path, standing.segment.jurisdiction_id):
            raise NotPermitted
        if standing.state == Signboard.State.GONE:
            raise Refused(_("This board is gone. Put it up again first."))
        if not standing.set_up_on <= seen_on <= days.today():
            raise Refused(_("The day must lie between the day on which the board was set up and today."))
        standing.checked_on = max(seen_on, standing.checked_on or seen_on)
        standing.save(update_fields=["checked_on"])
        facts = {"seen_on": seen_on.isoformat(), "note": plain(Words(note.strip()))}
        event = Event.record(board.stream, "signboards.check", by, facts=facts, client_ref=client_ref)
    board.refresh_from_db()
    return event


def report_damaged(board: Signboard, *, seen_on: date, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """It stands, but cannot be read, or not well."""
    return _seen("report_damaged", board, seen_on, note, by, expect, client_ref)


def repair(board: Signboard, *, seen_on: date, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """It can be read again."""
    return _seen("repair", board, seen_on, note, by, expect, client_ref)


def take_down(board: Signboard, *, seen_on: date, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """It does not stand any more; an update that was owed is owed no longer."""
    with transaction.atomic():
        event = _seen("take_down", board, seen_on, note, by, expect, client_ref)
        updates.drop(board, by=by)
    return event


def put_up_again(board: Signboard, *, seen_on: date, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """A new board under the old code, with the names of that day."""
    with once.on(board, client_ref) as new:
        event = _seen("put_up_again", board, seen_on, note, by, expect, client_ref)
        if new:
            board.as_of, board.settled = seen_on, None
            board.save(update_fields=["as_of", "settled"])
            updates.take_stock(board)
    return event


def _seen(move: str, board: Signboard, seen_on: date, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None) -> Event:
    return SignboardLifecycle.perform(move, board, by=by, expect=expect, client_ref=client_ref, seen_on=seen_on, note=Words(note.strip()))


def print_sheet(board: Signboard, *, size: str, script: str, by: Acting) -> Sheet:
    """A sheet of the board as it should be today, printed by the worker. The same content again is the same sheet.

    Raises NotPermitted for a post that does not look after the board, Refused while a required field is missing.
    """
    if not rules.tends(by, board.unit_id, board.segment.path, board.segment.jurisdiction_id):
        raise NotPermitted
    if size not in Sheet.Size.values or script not in Sheet.Script.values:
        raise Refused(_("Choose a size and the scripts of the sheet."))
    said = content.of(board, days.today())
    if lacking := said.missing():
        raise Refused(_("The rules want more on a board than is registered. Enter first: %(fields)s.") % {"fields": "、".join(lacking)})
    shown = sheets.context(said, size=size, script=script)
    if not shown["scale"]:
        raise Refused(_("So much text does not fit on one sheet. Shorten the targets or the places, or print one script only."))
    mark = said.fingerprint()
    with transaction.atomic():
        Signboard.objects.select_for_update(of=("self",)).get(pk=board.pk)  # two who ask at once get one sheet
        earlier = Sheet.objects.filter(board=board, size=size, script=script, paper__replaced_by=None).select_related("paper").first()
        if earlier is not None and earlier.content == mark:
            return earlier
        paper = papers.issue(
            kind=Paper.Kind.SIGNBOARD,
            title=_("Notice board %(code)s (%(size)s)") % {"code": board.code, "size": size},
            owner=board.stream,
            template=sheets.TEMPLATE,
            context=shown,
            issuer=board.unit.name,
            issuer_bo=board.unit.name_bo,
            by=by,
            public=True,
            replaces=earlier.paper if earlier else None,
        )
        facts = {"size": size, "script": script, "paper": paper.number, "content": mark}
        Event.record(board.stream, "signboards.print_sheet", by, facts=facts)
        return Sheet.objects.create(board=board, paper=paper, size=size, script=script, content=mark)


def _locked(board: Signboard, expect: int) -> Signboard:
    standing = Signboard.objects.select_for_update(of=("self",)).select_related(*reports.AROUND).get(pk=board.pk)
    if standing.version != expect:
        raise Stale(standing.version)
    return standing


def _check(entry: Entry, segment: Segment, beside: list[Segment], today: date, board: Signboard | None = None) -> None:
    if not segment.since <= today or (board is None and segment.until is not None and segment.until <= today):
        raise Refused(_("This segment is not in force today. Choose one that is."))
    if any(other.resource_id != segment.resource_id for other in beside):
        raise Refused(_("A board speaks for segments of one water. Choose segments of the same water."))
    if len(beside) > MOST_SEGMENTS:
        raise Refused(_("More than %(most)s segments: let the board speak for the whole water.") % {"most": MOST_SEGMENTS})
    if entry.set_up_on > today:
        raise Refused(_("A board is registered when it stands. The day lies in the future."))
    if board is not None and board.checked_on is not None and entry.set_up_on > board.checked_on:
        raise Refused(_("Somebody checked this board before that day. Correct the day on which it was set up."))
    if (entry.latitude is None) != (entry.longitude is None):
        raise Refused(_("A point needs latitude and longitude. Enter both, or none."))
    place = entry.unit.jurisdiction
    around = segment.path.startswith(place.path) if place.level in (Level.PREFECTURE, Level.COUNTY) else False
    if not around and place.pk not in _above(segment):
        raise Refused(_("The unit that keeps a board sits at its place or above. Choose such a unit."))


def _above(segment: Segment) -> list[int]:
    return [place.pk for place in posts.ancestors(segment.jurisdiction)]


def _columns(entry: Entry) -> dict[str, Any]:
    given = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
    return {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}


def _facts(entry: Entry) -> dict[str, Any]:
    return {name: _plain(value) for name, value in _columns(entry).items()}


def _plain(value: Any) -> Any:
    """As the ledger keeps it: words as commitments, and nothing that depends on how a float is written."""
    if isinstance(value, float):
        return str(value)
    if isinstance(value, str):
        return plain(Words(value))
    return plain(value)


def as_entry(board: Signboard) -> Entry:
    """What is registered of a board now."""
    return Entry(**{name: getattr(board, name) for name in Entry.__dataclass_fields__})
