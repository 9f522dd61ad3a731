"""Geometry from a file: handed in and looked at, taken over into its record, or dropped. The file is kept as it came."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.kit.geo import from_gcj
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, Refused
from accountability.ledger.models import Event
from chiefs.resources import geofiles, owners, reports, rules
from chiefs.resources.lifecycle import DrawingLifecycle
from chiefs.resources.models import Drawing, Resource, Segment

from .writing import check_keeps, lock, stream_of, told

ROLE = "geometry"


def hand_in(record: Any, *, file: UploadedFile, declared: str, by: Acting, client_ref: uuid.UUID) -> Drawing:
    """Read a file for a record, keep it, and compare it with what is drawn already; nothing is changed yet.

    Raises NotPermitted for whoever does not keep the record, kit.parsing.Unreadable for a file that cannot be used, Refused for
    one that cannot be kept.
    """
    owner = owners.OWNERS[owners.kind_of(stream_of(record))]
    check_keeps(owner.keeps(by, record))
    if file.size is not None and file.size > geofiles.MOST_BYTES:
        raise Refused(_("The file is larger than 10 MB. Export only this one water or plot, with fewer points."))
    data = b"".join(file.chunks())
    found = geofiles.read(data, wants=owner.wants(record))
    if earlier := Drawing.objects.filter(client_ref=client_ref).first():
        if (earlier.owner, earlier.geometry) != (stream_of(record), found.geometry):
            raise Mismatch
        return earlier
    extent = rules.extent(found.geometry)
    compared = compare(record, found.geometry)
    drawing = Drawing(
        client_ref=client_ref,
        owner=stream_of(record),
        unit_id=by.unit_id,
        form=found.form,
        declared=declared,
        proposed=compared.proposed if compared else "",
        geometry=found.geometry,
        points=extent.points,
        length_m=extent.length_m,
        area_m2=extent.area_m2,
        west=extent.west,
        south=extent.south,
        east=extent.east,
        north=extent.north,
    )
    with transaction.atomic():
        facts = {"owner": drawing.owner, "form": found.form, "declared": declared, "proposed": drawing.proposed, "points": extent.points}
        DrawingLifecycle.begin(drawing, by=by, act="hand_in", facts=facts)
        evidence.keep_upload(file, form_ref=client_ref, owner=drawing.stream, role=ROLE, by=by)
    return drawing


def compare(record: Any, geometry: dict[str, Any]) -> rules.Compared | None:
    """A drawing against what is registered: exact lines first; where there are none, the outline of the county that it must lie in."""
    owner = owners.OWNERS[owners.kind_of(stream_of(record))]
    compared = rules.compare(geometry, owner.beside(record, days.today()))
    return compared or rules.inside(geometry, reports.outlines_of(owner.counties(record)))


def take(drawing: Drawing, *, crs: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Take a drawing over: turned to WGS-84 if it was in GCJ-02, it becomes the geometry of its record.

    Raises NotPermitted for whoever does not keep the record (any more), and what the gate raises.
    """
    with transaction.atomic():
        record = owners.row_of(drawing.owner)
        lock(record)
        check_keeps(owners.OWNERS[owners.kind_of(drawing.owner)].keeps(by, record))
        event = DrawingLifecycle.perform("take", drawing, by=by, expect=expect, client_ref=client_ref, crs=crs)
        if drawing.version != expect + 1 or event.before != Drawing.State.PROPOSED or event.after != Drawing.State.TAKEN:
            return event
        if not Event.objects.filter(client_ref=(own := uuid.uuid5(drawing.client_ref, "draw"))).exists():
            _draw(record, drawing, by, own)
    return event


def drop(drawing: Drawing, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Leave the record as it is. The file stays where it is kept."""
    return DrawingLifecycle.perform("drop", drawing, by=by, expect=expect, client_ref=client_ref)


def _draw(record: Any, drawing: Drawing, by: Acting, client_ref: uuid.UUID) -> None:
    turned = drawing.source_crs == Drawing.Crs.GCJ02
    record.geometry = rules.moved(drawing.geometry, from_gcj) if turned else drawing.geometry
    columns = ["geometry"]
    extent = rules.extent(record.geometry)
    if isinstance(record, Resource):
        record.drawn_m = extent.length_m if record.geometry["type"] == "LineString" else None
        columns.append("drawn_m")
    if isinstance(record, Segment):
        columns.append("path")
    record.save(update_fields=columns)
    facts = {"drawing": drawing, "crs": drawing.source_crs, "points": extent.points, "length_m": extent.length_m, "area_m2": extent.area_m2}
    told(record, "draw", by, facts, client_ref)
