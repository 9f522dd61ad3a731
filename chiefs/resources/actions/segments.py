"""Segments: added, cut from the line of their resource, divided, named, ended. The past is not edited: a row ends, others begin."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accountability.kit.names import initials
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from accountability.ledger.registry import divide_segment, standing_on_segment
from chiefs.resources import reports, rules
from chiefs.resources.models import Resource, Segment
from chiefs.territory.models import Jurisdiction

from .writing import before, changes, check_day, check_keeps, check_stood, hold_schemes, lock, made_by, told

MOST_LETTERS = 8
LEAST_DIGITS = 2
MOST_TOLD = 5
BRACKETS = re.compile(r"[（(].*?[）)]")


@dataclass(frozen=True)
class Piece:
    """What a part of a line becomes: where it lies and what it is called (empty: after resource and place)."""

    jurisdiction: Jurisdiction
    name: str = ""
    name_bo: str = ""


def add(
    resource: Resource,
    *,
    piece: Piece,
    day: date,
    by: Acting,
    bank: str = Segment.Bank.BOTH,
    from_m: int | None = None,
    to_m: int | None = None,
    geometry: dict[str, Any] | None = None,
    demonstration: bool = False,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> Segment:
    """One segment of a resource from a day on, with or without chainage; its geometry is cut from the line when there is one.

    Its path is that of the place on that day. Raises NotPermitted outside the reach, Refused for a day on which the place did not
    stand, for a chainage that lies outside the line, and for one that another segment of the same bank has.
    """
    with transaction.atomic():
        if earlier := before(client_ref, "add_segment", by):
            return made_by(earlier, Segment)  # type: ignore[no-any-return]
        hold_schemes()
        lock(resource, expect=expect)
        check_keeps(rules.keeps(by, piece.jurisdiction.path, piece.jurisdiction.pk))
        check_day(day, piece.jurisdiction)
        if (from_m is None) != (to_m is None):
            raise Refused(_("Give the chainage of both ends, or of none."))
        if from_m is not None and to_m is not None:
            _check_free(resource, bank, from_m, to_m, day)
            if geometry is None and (line := whole_line(resource)):
                geometry = drawn(line, (from_m, to_m))[0]
        shape = _Shape(resource, None, 0, day, bank, demonstration)
        return _make(shape, piece, from_m, to_m, geometry, by, client_ref)


def cut_line(
    resource: Resource,
    *,
    at_m: Sequence[int],
    pieces: Sequence[Piece],
    day: date,
    by: Acting,
    bank: str = Segment.Bank.BOTH,
    demonstration: bool = False,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> list[Segment]:
    """Cut the drawn line of a resource at chainages: one segment for each part, upstream first, nothing between them.

    Raises NotPermitted when a part lies outside the reach, Refused without a line, for cuts that do not rise inside it, for a
    number of places that does not fit, and while a segment of the same bank has chainage on it.
    """
    with transaction.atomic():
        if earlier := before(client_ref, "cut", by):
            return list(Segment.objects.filter(pk__in=earlier.facts["segments"]).order_by("from_m"))
        hold_schemes()
        lock(resource, expect=expect)
        check_keeps(all(rules.keeps(by, piece.jurisdiction.path, piece.jurisdiction.pk) for piece in pieces))
        check_day(day, *(piece.jurisdiction for piece in pieces))
        line = whole_line(resource)
        if line is None:
            raise Refused(_("The line of this resource is not drawn in one piece yet. Upload it first."))
        whole = round(rules.length_m(line))
        _check_free(resource, bank, 0, whole, day)
        made = _cut(_Shape(resource, line, 0, day, bank, demonstration), (0, whole), at_m, pieces, by)
        told(resource, "cut", by, {"segments": [s.pk for s in made], "at_m": list(at_m), "bank": bank, "day": day}, client_ref)
    return made


def divide(
    segment: Segment,
    *,
    at_m: Sequence[int],
    pieces: Sequence[Piece],
    day: date,
    by: Acting,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> list[Segment]:
    """Cut a segment in force into several from a day on: it ends, its parts begin, and whoever answered for it answers for each.

    Rooms above carry along what stands on it (question ``divide_segment``). Raises as ``cut_line`` does, and Refused when
    something still stands on the old segment afterwards.
    """
    with transaction.atomic():
        if earlier := before(client_ref, "divide", by):
            return list(Segment.objects.filter(pk__in=earlier.facts["segments"]).order_by("from_m"))
        hold_schemes()
        lock(segment.resource)
        lock(segment, expect=expect)
        check_keeps(all(rules.keeps(by, p.path, p.pk) for p in (segment.jurisdiction, *(piece.jurisdiction for piece in pieces))))
        check_day(day, *(piece.jurisdiction for piece in pieces))
        if segment.from_m is None or segment.to_m is None:
            raise Refused(_("This segment has no chainage, so it cannot be cut. End it and add its parts."))
        _close(segment, day)
        line, offset = _line_of(segment)
        ends = (segment.from_m, segment.to_m)
        shape = _Shape(segment.resource, line, offset, day, segment.bank, segment.demonstration)
        made = _cut(shape, ends, at_m, pieces, by)
        facts = {"segments": [s.pk for s in made], "at_m": list(at_m), "day": day}
        event = told(segment, "divide", by, facts, client_ref)
        divide_segment.ask(segment=segment, parts=made, day=day, by=by, event=event)
        _check_nothing_stands(segment, day)
    return made


def rename_segment(
    segment: Segment, *, name: str, name_bo: str, by: Acting, expect: int | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """What a segment is called; its code, which stands on the boards, never changes."""
    with transaction.atomic():
        if earlier := before(client_ref, "rename_segment", by):
            return earlier
        lock(segment, expect=expect)
        check_keeps(rules.keeps(by, segment.path, segment.jurisdiction_id))
        facts = changes(segment, {"name": name, "name_bo": name_bo})
        segment.save(update_fields=["name", "name_bo", "initials"])
        return told(segment, "rename_segment", by, facts, client_ref)


def correct(
    segment: Segment,
    *,
    jurisdiction: Jurisdiction,
    bank: str,
    from_m: int | None,
    to_m: int | None,
    by: Acting,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Unit, bank and chainage as they should have been entered. Code, days and charges stay; the line is cut anew where there is one.

    Raises NotPermitted outside the reach, Refused for a chainage that another segment has, and for another unit while something
    stands on the segment: whoever answers for it answers for the unit that was entered.
    """
    with transaction.atomic():
        if earlier := before(client_ref, "correct_segment", by):
            return earlier
        hold_schemes()
        lock(segment.resource)
        lock(segment, expect=expect)
        check_keeps(rules.keeps(by, segment.path, segment.jurisdiction_id) and rules.keeps(by, jurisdiction.path, jurisdiction.pk))
        if segment.until is not None:
            raise Refused(_("This segment has ended already, on %(day)s.") % {"day": segment.until})
        if (from_m is None) != (to_m is None):
            raise Refused(_("Give the chainage of both ends, or of none."))
        if jurisdiction.pk != segment.jurisdiction_id:
            check_stood(segment.since, jurisdiction)
            _check_nothing_stands(segment, segment.since)
        shape = segment.geometry
        if from_m is not None and to_m is not None:
            _check_free(segment.resource, bank, from_m, to_m, segment.since, but=segment)
            if (from_m, to_m) != (segment.from_m, segment.to_m) and (line := whole_line(segment.resource)):
                shape = drawn(line, (from_m, to_m))[0]
        wanted = {"jurisdiction": jurisdiction, "bank": bank, "from_m": from_m, "to_m": to_m}
        facts = changes(segment, wanted)
        segment.path, segment.geometry = jurisdiction.path, shape
        segment.save(update_fields=[*wanted, "path", "geometry"])
        return told(segment, "correct_segment", by, facts, client_ref)


def end(segment: Segment, *, day: date, by: Acting, expect: int | None = None, client_ref: uuid.UUID | None = None) -> Event:
    """A segment ends with the day before ``day``. Raises Refused while anybody answers for it or work on it is open."""
    with transaction.atomic():
        if earlier := before(client_ref, "end_segment", by):
            return earlier
        lock(segment, expect=expect)
        check_keeps(rules.keeps(by, segment.path, segment.jurisdiction_id))
        check_day(day)
        _close(segment, day)
        _check_nothing_stands(segment, day)
        return told(segment, "end_segment", by, {"day": day}, client_ref)


def _close(segment: Segment, day: date) -> None:
    if segment.until is not None:
        raise Refused(_("This segment has ended already, on %(day)s.") % {"day": segment.until})
    if day <= segment.since:
        raise Refused(_("The segment began on %(day)s; it can end on a later day only.") % {"day": segment.since})
    segment.until = day
    segment.save(update_fields=["until"])


def _check_nothing_stands(segment: Segment, day: date) -> None:
    left = standing_on_segment.ask(segment=segment, day=day)
    if left:
        raise Refused(
            _("%(count)s records still stand on this segment: %(first)s. Give them to another one or end them first.")
            % {"count": len(left), "first": "、".join(str(record) for record in left[:MOST_TOLD])}
        )


@dataclass(frozen=True)
class _Shape:
    """What the parts of one cut have in common; ``offset`` is the chainage of the line's first point."""

    resource: Resource
    line: list[Any] | None
    offset: int
    day: date
    bank: str
    demonstration: bool


def _cut(shape: _Shape, ends: tuple[int, int], at_m: Sequence[int], pieces: Sequence[Piece], by: Acting) -> list[Segment]:
    """The parts between two chainages."""
    edges = [ends[0], *at_m, ends[1]]
    if len(at_m) > rules.MOST_CUTS:
        raise Refused(_("At most %(most)s cuts at once. Cut the rest afterwards.") % {"most": rules.MOST_CUTS})
    if any(low >= high for low, high in itertools.pairwise(edges)):
        raise Refused(_("The cuts must rise and lie between %(from_m)s m and %(to_m)s m.") % {"from_m": ends[0], "to_m": ends[1]})
    if len(pieces) != len(edges) - 1:
        raise Refused(_("%(cuts)s cuts make %(parts)s parts: name a place for each.") % {"cuts": len(at_m), "parts": len(edges) - 1})
    geometries = drawn(shape.line, [edge - shape.offset for edge in edges]) if shape.line else [None] * len(pieces)
    return [
        _make(shape, piece, low, high, geometry, by, None)
        for piece, geometry, (low, high) in zip(pieces, geometries, itertools.pairwise(edges), strict=True)
    ]


def drawn(line: list[Any], edges: Sequence[int]) -> list[dict[str, Any]]:
    """The parts of a line as geometries. Raises Refused for a chainage behind its end."""
    try:
        parts = rules.parts(line, edges)
    except ValueError as wrong:
        whole = round(rules.length_m(line))
        raise Refused(_("The line is %(whole)s m long; the chainage lies outside it.") % {"whole": whole}) from wrong
    return [{"type": "LineString", "coordinates": [list(point) for point in part]} for part in parts]


def _line_of(segment: Segment) -> tuple[list[Any] | None, int]:
    """The line to cut a segment from and the chainage of its first point: its own where it is drawn as long as it is said to be."""
    if segment.geometry and segment.geometry["type"] == "LineString" and segment.from_m is not None and segment.to_m is not None:
        own = rules.points_of(segment.geometry)[0]
        if abs(rules.length_m(own) - (segment.to_m - segment.from_m)) <= rules.SLACK_M:
            return own, segment.from_m
    return whole_line(segment.resource), 0


def whole_line(resource: Resource) -> list[Any] | None:
    """The one line of a resource; None when it is not drawn, or drawn in several pieces or as an area."""
    geometry = resource.geometry
    return rules.points_of(geometry)[0] if geometry and geometry["type"] == "LineString" else None


def _check_free(resource: Resource, bank: str, from_m: int, to_m: int, day: date, but: Segment | None = None) -> None:
    """Raises Refused when a segment (another than ``but``) has a metre of this bank from the day on."""
    if from_m >= to_m:
        raise Refused(_("The chainage rises from the upper to the lower end."))
    rows = Segment.objects.touching(day, None).filter(resource=resource, from_m__isnull=False).defer("geometry")
    own = {segment.pk: segment for segment in rows if but is None or segment.pk != but.pk}
    if taken := rules.clash(bank, from_m, to_m, [reports.stretch(segment) for segment in own.values()]):
        raise Refused(
            _("%(name)s has this chainage on the same bank: %(from_m)s m to %(to_m)s m. End or divide it first.")
            % {"name": own[taken.key].name, "from_m": taken.from_m, "to_m": taken.to_m}
        )


def _make(
    shape: _Shape,
    piece: Piece,
    from_m: int | None,
    to_m: int | None,
    geometry: dict[str, Any] | None,
    by: Acting,
    client_ref: uuid.UUID | None,
) -> Segment:
    words = {"resource": shape.resource.name, "place": piece.jurisdiction.name}
    with translation.override("zh-hans"):  # the language of record, whoever enters it
        name = piece.name or _("%(resource)s, %(place)s stretch") % words
    made = Segment.objects.create(
        resource=shape.resource,
        jurisdiction=piece.jurisdiction,
        path=piece.jurisdiction.path,
        code=next_code(shape.resource),
        name=name[:120],
        name_bo=piece.name_bo,
        bank=shape.bank,
        from_m=from_m,
        to_m=to_m,
        since=shape.day,
        geometry=geometry,
        demonstration=shape.demonstration,
    )
    facts = {
        "resource": shape.resource,
        "jurisdiction": piece.jurisdiction,
        "code": made.code,
        "name": Words(name),
        "bank": shape.bank,
        "from_m": from_m,
        "to_m": to_m,
        "day": shape.day,
    }
    told(made, "add_segment", by, facts, client_ref)
    return made


def next_code(resource: Resource) -> str:
    """The next free code for a board: the initials of the resource and a number, e.g. ZDH-07.

    Two resources may have the same initials: the caller holds the schemes (``hold_schemes``) until the segment stands.
    """
    plain = BRACKETS.sub("", resource.name)
    letters = re.sub(r"[^A-Z]", "", initials(plain).upper())[:MOST_LETTERS] or "S"
    taken = Segment.objects.filter(code__gte=f"{letters}-", code__lt=f"{letters}.").values_list("code", flat=True)
    numbers = [int(found[1]) for code in taken if (found := re.fullmatch(rf"{letters}-(\d{{1,6}})", code))]
    return f"{letters}-{max(numbers, default=0) + 1:0{LEAST_DIGITS}d}"
