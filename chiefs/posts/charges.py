"""What a post answers for: segments by charges, cells of the grid by watches. The past is not edited: a row ends, the next begins."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Words
from chiefs.resources.models import GridCell, Segment

from . import deeds, reports, rules
from .functions import Function, Role
from .models import Charge, Post, Watch

WATCHERS = (Role.SUPERVISOR, Role.RANGER, Role.DESK)


def give_charge(
    post: Post,
    segment: Segment,
    *,
    since: date,
    until: date | None = None,
    basis: str = "",
    by: Acting,
    client_ref: uuid.UUID | None = None,
) -> Charge:
    """Let a chief's post answer for a segment from a day on. Two chiefs may answer for one segment; one post only once at a time."""
    facts = {"post": post, "segment": segment, "since": since, "until": until, "basis": Words(basis.strip())}
    with deeds.written():
        held = deeds.lock(post, by)
        if known := deeds.earlier(Charge, client_ref, act="posts.give_charge", by=by, facts=facts):
            return known
        if not held.kind.may(Function.CHIEF):
            raise Refused(_("Only a chief's post answers for a segment. Rangers and supervisors are given cells of the grid."))
        scheme = held.kind.scheme_id
        if scheme is not None and scheme != segment.resource.scheme_id:
            raise Refused(_("This post belongs to another scheme than the segment. Choose a segment of its own scheme."))
        _check_place(held, segment.path, segment.jurisdiction_id)
        _check_days(held, segment.since, segment.until, since, until)
        if other := Charge.objects.touching(since, until).filter(post=held, segment=segment).first():
            raise Refused(_("The post answers for this segment already, from %(day)s on.") % {"day": other.since})
        charge = Charge.objects.create(post=held, segment=segment, since=since, until=until, basis=basis.strip())
        deeds.done(charge, act="posts.give_charge", by=by, facts=facts, client_ref=client_ref)
    return charge


def end_charge(charge: Charge, *, day: date, reason: str = "", by: Acting, client_ref: uuid.UUID | None = None) -> Charge:
    """The post answers for the segment until (not including) a day."""
    return _end(charge, "posts.end_charge", day, reason, by, client_ref)


def give_watch(
    post: Post,
    cell: GridCell,
    *,
    since: date,
    until: date | None = None,
    basis: str = "",
    by: Acting,
    client_ref: uuid.UUID | None = None,
) -> Watch:
    """Let a ranger, a supervisor or a township's desk work in a cell of the grid."""
    facts = {"post": post, "cell": cell, "since": since, "until": until, "basis": Words(basis.strip())}
    with deeds.written():
        held = deeds.lock(post, by)
        if known := deeds.earlier(Watch, client_ref, act="posts.give_watch", by=by, facts=facts):
            return known
        if held.kind.role not in WATCHERS:
            raise Refused(_("Cells of the grid are given to rangers, supervisors and desks. A chief answers for segments."))
        _check_place(held, cell.jurisdiction.path, cell.jurisdiction_id)
        _check_days(held, cell.since, cell.until, since, until)
        if other := Watch.objects.touching(since, until).filter(post=held, cell=cell).first():
            raise Refused(_("The post works in this cell already, from %(day)s on.") % {"day": other.since})
        watch = Watch.objects.create(post=held, cell=cell, since=since, until=until, basis=basis.strip())
        deeds.done(watch, act="posts.give_watch", by=by, facts=facts, client_ref=client_ref)
    return watch


def end_watch(watch: Watch, *, day: date, reason: str = "", by: Acting, client_ref: uuid.UUID | None = None) -> Watch:
    """The post works in the cell until (not including) a day."""
    return _end(watch, "posts.end_watch", day, reason, by, client_ref)


def _end(row: Any, act: str, day: date, reason: str, by: Acting, client_ref: uuid.UUID | None) -> Any:
    with deeds.written():
        deeds.lock(row.post, by)
        held = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
        facts = {"row": held, "day": day, "reason": Words(reason.strip())}
        if known := deeds.earlier(type(row), client_ref, act=act, by=by, facts=facts):
            return known
        if held.until is not None and held.until <= days.today():
            raise Refused(_("This ended on %(day)s. The past is not edited.") % {"day": held.until})
        if day <= held.since or (held.until is not None and day > held.until):
            raise Refused(_("It ends after its first day, %(day)s, and is not lengthened.") % {"day": held.since})
        if day < days.today():
            # Patrols, cases and boards of those days name this post.
            raise Refused(_("It ends today at the earliest: what happened on earlier days stays with this post."))
        if not rules.not_too_far(day, days.today()):
            raise Refused(_("The day lies more than a year ahead. Compare the document."))
        held.until = day
        held.save(update_fields=["until"])
        deeds.done(held, act=act, by=by, facts=facts, client_ref=client_ref)
    return held


def _check_place(post: Post, path: str, jurisdiction_id: int) -> None:
    if not reports.reach_of(post.unit.jurisdiction).holds(path, jurisdiction_id):
        raise Refused(_("This lies outside the place of the post. Choose what lies within it."))


def _check_days(post: Post, there_since: date, there_until: date | None, since: date, until: date | None) -> None:
    if until is not None and until <= since:
        raise Refused(_("The last day lies after the first."))
    if not rules.not_too_far(since, days.today()):
        raise Refused(_("The day lies more than a year ahead. Compare the document."))
    if since < max(post.since, there_since):
        raise Refused(_("It begins on %(day)s at the earliest: both must be there.") % {"day": max(post.since, there_since)})
    ends = min((day for day in (post.until, there_until) if day is not None), default=None)
    if ends is not None and (until is None or until > ends):
        raise Refused(_("The post or what it answers for ends on %(day)s. Give an end that is not later.") % {"day": ends})
