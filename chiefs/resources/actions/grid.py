"""Grid cells: where rangers walk and a township supervises; which segments lie in one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from chiefs.resources import rules
from chiefs.resources.models import GridCell, Segment
from chiefs.territory.models import Jurisdiction

from .writing import before, changes, check_day, check_keeps, lock, made_by, told

MOST_SEGMENTS = 60
CODE = re.compile(r"[0-9A-Za-z_-]{2,20}")


def add_cell(
    *,
    code: str,
    name: str,
    jurisdiction: Jurisdiction,
    day: date,
    by: Acting,
    name_bo: str = "",
    for_rangers: bool = True,
    for_supervision: bool = True,
    segments: Sequence[Segment] = (),
    demonstration: bool = False,
    client_ref: uuid.UUID | None = None,
) -> GridCell:
    """A cell from a day on. Raises NotPermitted outside the reach, Refused for a code that is taken and for segments elsewhere."""
    with transaction.atomic():
        if earlier := before(client_ref, "add_cell", by):
            return made_by(earlier, GridCell)  # type: ignore[no-any-return]
        check_keeps(rules.keeps_grid(by, jurisdiction.path, jurisdiction.pk))
        check_day(day, jurisdiction)
        if not CODE.fullmatch(code):
            raise Refused(_("A code has 2 to 20 letters, digits and hyphens: %(code)s") % {"code": code})
        if GridCell.objects.filter(code=code).exists():
            raise Refused(_("The code %(code)s belongs to another cell.") % {"code": code})
        _check_use(for_rangers, for_supervision)
        cell = GridCell.objects.create(
            code=code,
            name=name,
            name_bo=name_bo,
            jurisdiction=jurisdiction,
            since=day,
            for_rangers=for_rangers,
            for_supervision=for_supervision,
            demonstration=demonstration,
        )
        _put(cell, segments)
        facts = {"code": code, "name": Words(name), "jurisdiction": jurisdiction, "day": day, "segments": list(segments)}
        told(cell, "add_cell", by, facts | {"for_rangers": for_rangers, "for_supervision": for_supervision}, client_ref)
    return cell


def change_cell(
    cell: GridCell,
    *,
    name: str,
    name_bo: str,
    for_rangers: bool,
    for_supervision: bool,
    segments: Sequence[Segment],
    by: Acting,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Its names, what it is for, and exactly these segments."""
    with transaction.atomic():
        if earlier := before(client_ref, "change_cell", by):
            return earlier
        lock(cell, expect=expect)
        check_keeps(rules.keeps_grid(by, cell.jurisdiction.path, cell.jurisdiction_id))
        _check_use(for_rangers, for_supervision)
        values = {"name": name, "name_bo": name_bo, "for_rangers": for_rangers, "for_supervision": for_supervision}
        facts = changes(cell, values)
        cell.save(update_fields=list(values))
        _put(cell, segments)
        return told(cell, "change_cell", by, facts | {"segments": list(segments)}, client_ref)


def end_cell(cell: GridCell, *, day: date, by: Acting, expect: int | None = None, client_ref: uuid.UUID | None = None) -> Event:
    """The cell ends with the day before ``day``."""
    with transaction.atomic():
        if earlier := before(client_ref, "end_cell", by):
            return earlier
        lock(cell, expect=expect)
        check_keeps(rules.keeps_grid(by, cell.jurisdiction.path, cell.jurisdiction_id))
        check_day(day)
        if cell.until is not None or day <= cell.since:
            raise Refused(_("The cell began on %(day)s and ends once, on a later day.") % {"day": cell.since})
        cell.until = day
        cell.save(update_fields=["until"])
        return told(cell, "end_cell", by, {"day": day}, client_ref)


def _check_use(for_rangers: bool, for_supervision: bool) -> None:
    if not (for_rangers or for_supervision):
        raise Refused(_("A cell is for rangers, for environmental supervision, or for both."))


def _put(cell: GridCell, segments: Sequence[Segment]) -> None:
    """A segment lies in a cell of its own village, of the township above it, or of a village beside it under the same township."""
    if len(segments) > MOST_SEGMENTS:
        raise Refused(_("At most %(most)s segments lie in one cell. Cut it into two.") % {"most": MOST_SEGMENTS})
    near = {cell.jurisdiction_id, cell.jurisdiction.parent_id}
    for segment in segments:
        if not near & {segment.jurisdiction_id, segment.jurisdiction.parent_id}:
            raise Refused(_("%(segment)s lies in another township than the cell.") % {"segment": segment.name})
    cell.segments.set(segments)
