"""Red-line plots, the markers around them and each check of one, and the projects inside that should not be there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accountability.evidence import actions as evidence
from accountability.evidence import reports as kept
from accountability.kit import days
from accountability.kit.geo import in_china
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from chiefs.resources import rules
from chiefs.resources.lifecycle import ProjectLifecycle
from chiefs.resources.models import LegacyProject, Marker, RedLineEdition, RedLinePlot
from chiefs.territory.models import Jurisdiction

from .writing import before, changes, check_day, check_keeps, lock, made_by, stream_of, told

CODE = re.compile(r"[0-9A-Za-z_-]{1,30}")
PHOTO = "photo"
SAID = ("type", "purpose", "area_m2", "act")  # by an act: kept when a newer one says something else


def enter_plot(
    *,
    code: str,
    name: str,
    jurisdiction: Jurisdiction,
    type: str,
    purpose: str,
    area_m2: int,
    act: str,
    day: date,
    by: Acting,
    name_bo: str = "",
    demonstration: bool = False,
    client_ref: uuid.UUID | None = None,
) -> RedLinePlot:
    """Enter a plot of the red line as an act has drawn it, in force from a day on. Its outline comes as a drawing."""
    with transaction.atomic():
        if earlier := before(client_ref, "enter_plot", by):
            return made_by(earlier, RedLinePlot)  # type: ignore[no-any-return]
        check_keeps(rules.keeps(by, jurisdiction.path, jurisdiction.pk))
        if not jurisdiction.since <= day <= days.today():
            raise Refused(
                _("The act came into force on a day on which %(place)s stood, today at the latest.") % {"place": jurisdiction.name}
            )
        if not CODE.fullmatch(code):
            raise Refused(_("A code has at most 30 letters, digits and hyphens: %(code)s") % {"code": code})
        if RedLinePlot.objects.filter(code=code).exists():
            raise Refused(_("The code %(code)s belongs to another plot.") % {"code": code})
        plot = RedLinePlot.objects.create(
            code=code,
            name=name,
            name_bo=name_bo,
            jurisdiction=jurisdiction,
            type=type,
            purpose=purpose,
            area_m2=area_m2,
            act=act,
            since=day,
            demonstration=demonstration,
        )
        facts = {"code": code, "name": Words(name), "jurisdiction": jurisdiction, "type": type, "purpose": purpose, "area_m2": area_m2}
        told(plot, "enter_plot", by, facts | {"act": Words(act), "day": day}, client_ref)
    return plot


def rename_plot(
    plot: RedLinePlot, *, name: str, name_bo: str, by: Acting, expect: int | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """Change what a plot is called; what the act says of it stays."""
    with transaction.atomic():
        if earlier := before(client_ref, "rename_plot", by):
            return earlier
        _hold(plot, by, expect)
        facts = changes(plot, {"name": name, "name_bo": name_bo})
        plot.save(update_fields=["name", "name_bo"])
        return told(plot, "rename_plot", by, facts, client_ref)


def change_plot(
    plot: RedLinePlot,
    *,
    type: str,
    purpose: str,
    area_m2: int,
    act: str,
    day: date,
    by: Acting,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """A newer act says something else of a plot from a day on; what the act before said is kept for its days.

    Raises Refused for a day that is not later than the act in force, or that is still to come, and when nothing differs.
    """
    with transaction.atomic():
        if earlier := before(client_ref, "change_plot", by):
            return earlier
        _hold(plot, by, expect)
        last = plot.editions.order_by("-until").first()
        since = last.until if last is not None and last.until is not None else plot.since
        if not since < day <= days.today():
            raise Refused(
                _("The act in force holds since %(day)s. A newer one holds from a later day, today at the latest.") % {"day": since}
            )
        old = RedLineEdition(plot=plot, since=since, until=day, **{name: getattr(plot, name) for name in SAID})
        facts = changes(plot, {"type": type, "purpose": purpose, "area_m2": area_m2, "act": act})
        if not facts:
            raise Refused(_("Nothing differs from the act in force. Enter what the newer act says."))
        old.save(force_insert=True)
        plot.save(update_fields=list(SAID))
        return told(plot, "change_plot", by, facts | {"day": day, "edition": old.pk}, client_ref)


def end_plot(
    plot: RedLinePlot, *, day: date, reason: str, by: Acting, expect: int | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """A plot is inside the red line no longer, from a day on; its markers stand no longer either. Everything is kept for the past.

    What was found inside stays on its own list until somebody says that it is gone.
    """
    with transaction.atomic():
        if earlier := before(client_ref, "end_plot", by):
            return earlier
        _hold(plot, by, expect)
        last = plot.editions.order_by("-until").first()
        _check_end(day, last.until if last is not None and last.until is not None else plot.since)
        markers = list(Marker.objects.select_for_update(of=("self",)).filter(plot=plot, until=None).order_by("pk"))
        for marker in markers:
            _end_marker(marker, day, reason, by)
        plot.until, plot.ended_by = day, _reason(reason)
        plot.save(update_fields=["until", "ended_by"])
        return told(plot, "end_plot", by, {"day": day, "reason": Words(reason), "markers": markers}, client_ref)


def _hold(plot: RedLinePlot, by: Acting, expect: int | None) -> None:
    """Lock a plot that goes on. Raises Stale, NotPermitted, Refused when it has ended."""
    lock(plot, expect=expect)
    check_keeps(rules.keeps(by, plot.jurisdiction.path, plot.jurisdiction_id))
    if plot.until is not None:
        raise Refused(_("This plot ends on %(day)s and is not changed any more.") % {"day": plot.until})


def _check_end(day: date, since: date) -> None:
    check_day(day)
    if day <= since:
        raise Refused(_("It ends on a day after %(day)s, when what stands here began.") % {"day": since})


def _reason(reason: str) -> str:
    if len(reason.strip()) < 2:
        raise Refused(_("Write why it ends: the act, or what was seen."))
    return reason.strip()


def place_marker(
    plot: RedLinePlot,
    *,
    number: str,
    longitude: float,
    latitude: float,
    day: date,
    by: Acting,
    place: str = "",
    demonstration: bool = False,
    client_ref: uuid.UUID | None = None,
) -> Marker:
    """A marker stands from a day on; WGS-84 degrees."""
    with transaction.atomic():
        if earlier := before(client_ref, "place_marker", by):
            return made_by(earlier, Marker)  # type: ignore[no-any-return]
        _hold(plot, by, None)
        check_day(day)
        if not in_china(longitude, latitude):
            raise Refused(_("This place does not lie in China. Longitude comes first, in degrees."))
        if not CODE.fullmatch(number) or len(number) > 20:
            raise Refused(_("A number has at most 20 letters, digits and hyphens: %(code)s") % {"code": number})
        if Marker.objects.filter(plot=plot, number=number).exists():
            raise Refused(_("Marker %(number)s of this plot is in the register already.") % {"number": number})
        marker = Marker.objects.create(
            plot=plot, number=number, place=place, longitude=longitude, latitude=latitude, since=day, demonstration=demonstration
        )
        facts = {"plot": plot, "number": number, "longitude": str(longitude), "latitude": str(latitude), "day": day}
        told(marker, "place_marker", by, facts, client_ref)
    return marker


def change_marker(
    marker: Marker,
    *,
    longitude: float,
    latitude: float,
    place: str,
    day: date,
    by: Acting,
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """A marker stands elsewhere since a day, or was measured better; where it stood before is in the event. WGS-84 degrees."""
    with transaction.atomic():
        if earlier := before(client_ref, "change_marker", by):
            return earlier
        _hold_marker(marker, by, expect)
        if not marker.since <= day <= days.today():
            raise Refused(_("The day lies between %(day)s, when the marker was set up, and today.") % {"day": marker.since})
        if not in_china(longitude, latitude):
            raise Refused(_("This place does not lie in China. Longitude comes first, in degrees."))
        stood = {"longitude": str(marker.longitude), "latitude": str(marker.latitude)}
        facts = changes(marker, {"longitude": longitude, "latitude": latitude, "place": place})
        marker.save(update_fields=["longitude", "latitude", "place"])
        return told(marker, "change_marker", by, facts | {"day": day, "before": stood}, client_ref)


def end_marker(
    marker: Marker, *, day: date, reason: str, by: Acting, expect: int | None = None, client_ref: uuid.UUID | None = None
) -> Event:
    """A marker stands no longer, from a day on. It is kept, with its checks, for the past."""
    with transaction.atomic():
        if earlier := before(client_ref, "end_marker", by):
            return earlier
        _hold_marker(marker, by, expect)
        return _end_marker(marker, day, reason, by, client_ref)


def _hold_marker(marker: Marker, by: Acting, expect: int | None) -> None:
    lock(marker, expect=expect)
    place = marker.plot.jurisdiction
    check_keeps(rules.keeps(by, place.path, place.pk))
    if marker.until is not None:
        raise Refused(_("This marker ends on %(day)s and is not changed any more.") % {"day": marker.until})


def _end_marker(marker: Marker, day: date, reason: str, by: Acting, client_ref: uuid.UUID | None = None) -> Event:
    _check_end(day, max(marker.since, marker.checked_on or marker.since))
    marker.until, marker.ended_by = day, _reason(reason)
    marker.save(update_fields=["until", "ended_by"])
    return told(marker, "end_marker", by, {"day": day, "reason": Words(reason)}, client_ref)


def check_marker(
    marker: Marker,
    *,
    day: date,
    finding: str,
    by: Acting,
    remark: str = "",
    photos: Sequence[UploadedFile] = (),
    expect: int | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Somebody was there on a day and saw how the marker stands. An older check that arrives late is recorded and changes nothing else."""
    ref = client_ref or uuid.uuid4()
    with transaction.atomic():
        if earlier := before(ref, "check_marker", by):
            return earlier
        lock(marker, expect=expect)
        place = marker.plot.jurisdiction
        check_keeps(rules.checks_markers(by, place.path, place.pk))
        if not marker.since <= day <= days.today() or (marker.until is not None and day >= marker.until):
            raise Refused(_("The check lies between %(day)s, when the marker was set up, and today.") % {"day": marker.since})
        if marker.checked_on is None or day >= marker.checked_on:
            marker.checked_on, marker.finding, marker.remark = day, finding, remark
            marker.checker_id, marker.checker_title = by.post_id, by.post_title
            marker.save(update_fields=["checked_on", "finding", "remark", "checker_id", "checker_title"])
        for photo in photos:
            evidence.keep_upload(photo, form_ref=ref, owner=stream_of(marker), role=PHOTO, by=by)
        facts = {"day": day, "finding": finding, "remark": Words(remark), "photos": _photographed(marker, by)}
        return told(marker, "check_marker", by, facts, ref)


def _photographed(marker: Marker, by: Acting) -> int:
    """How many photos came with a check: those that the post sent since the last thing that is told of the marker."""
    last = Event.objects.filter(stream=stream_of(marker)).order_by("-pk").values_list("recorded_at", flat=True).first()
    rows = kept.of(stream_of(marker)).filter(role=PHOTO, post_id=by.post_id)
    return (rows.filter(received_at__gte=last) if last else rows).count()


def find_project(
    plot: RedLinePlot,
    *,
    name: str,
    nature: str,
    kind: str,
    unit_in_charge: str,
    by: Acting,
    since_year: int | None = None,
    name_bo: str = "",
    note: str = "",
    demonstration: bool = False,
    client_ref: uuid.UUID | None = None,
) -> LegacyProject:
    """Enter what was found inside a plot, and who is in charge of it."""
    place = plot.jurisdiction
    if not rules.keeps(by, place.path, place.pk):
        raise NotPermitted
    ref = client_ref or uuid.uuid4()
    if earlier := LegacyProject.objects.filter(client_ref=ref).first():
        return earlier
    if since_year is not None and since_year > days.today().year:
        raise Refused(_("It cannot be there since a year to come."))
    project = LegacyProject(
        plot=plot,
        name=name,
        name_bo=name_bo,
        nature=nature,
        kind=kind,
        since_year=since_year,
        unit_in_charge=unit_in_charge,
        note=note,
        demonstration=demonstration,
        client_ref=ref,
    )
    facts = {"plot": plot, "name": Words(name), "nature": nature, "kind": kind, "unit_in_charge": Words(unit_in_charge)}
    ProjectLifecycle.begin(project, by=by, act="find", facts=facts | {"since_year": since_year})
    return project


def rectify_project(
    project: LegacyProject, *, due: date, by: Acting, expect: int, note: str = "", client_ref: uuid.UUID | None = None
) -> Event:
    """Its rectification begins, with a day by which it ends."""
    return ProjectLifecycle.perform("rectify", project, by=by, expect=expect, client_ref=client_ref, due=due, note=Words(note))


def project_gone(
    project: LegacyProject, *, gone_on: date, by: Acting, expect: int, note: str = "", client_ref: uuid.UUID | None = None
) -> Event:
    """Somebody saw that it is gone."""
    return ProjectLifecycle.perform("gone", project, by=by, expect=expect, client_ref=client_ref, gone_on=gone_on, note=Words(note))


def project_back(project: LegacyProject, *, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """It is there again."""
    return ProjectLifecycle.perform("back", project, by=by, expect=expect, client_ref=client_ref, note=Words(note))
