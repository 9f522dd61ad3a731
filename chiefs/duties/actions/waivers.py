"""Every write about waivers of patrols: one post on one segment, or everybody in a place."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger import once
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from chiefs.duties.choices import GIVEN
from chiefs.duties.lifecycle import WaiverLifecycle, lets_off, words
from chiefs.duties.models import Waiver
from chiefs.posts.models import Post
from chiefs.resources.models import Scheme, Segment
from chiefs.territory.models import Jurisdiction

LONGEST = timedelta(days=370)
FARTHEST_BACK = timedelta(days=370)  # what lies farther back has been assessed


def grant(
    *,
    since: date,
    until: date,
    reason: str,
    note: str,
    by: Acting,
    post: Post | None = None,
    segment: Segment | None = None,
    jurisdiction: Jurisdiction | None = None,
    scheme: Scheme | None = None,
    client_ref: uuid.UUID | None = None,
    demonstration: bool = False,
) -> Waiver:
    """Let patrols off in [since, until): of a post on a segment, or of all in a place (of one scheme, where it is named).

    Raises NotPermitted for who does not keep the register there or would let off the own post, Refused with the reason else.
    """
    told = {"post": post, "segment": segment, "jurisdiction": jurisdiction, "scheme": scheme, "since": since, "until": until}
    with once.begin(client_ref):
        if client_ref is not None and (known := Waiver.objects.filter(client_ref=client_ref).first()):
            if any(getattr(known, name) != value for name, value in told.items()):
                raise Mismatch
            return known
        return _grant(told, reason, note, by, client_ref or uuid.uuid4(), demonstration)


def _grant(told: dict[str, Any], reason: str, note: str, by: Acting, client_ref: uuid.UUID, demonstration: bool) -> Waiver:
    post, jurisdiction, since, until = told["post"], told["jurisdiction"], told["since"], told["until"]
    waiver = Waiver(
        **told,
        client_ref=client_ref,
        path=(jurisdiction or post.unit.jurisdiction).path,
        reason=reason,
        note=words(note),
        granted_at=days.now(),
        granted_by_id=by.unit_id,
        demonstration=demonstration,
    )
    if not lets_off(WaiverLifecycle(waiver), by):
        raise NotPermitted
    if reason not in GIVEN:
        raise Refused(_("Choose winter, disaster or vacancy as the reason."))
    if until <= since or until - since > LONGEST:
        raise Refused(_("A waiver lasts between a day and a year. Correct the days."))
    if since < days.today() - FARTHEST_BACK:
        raise Refused(_("A waiver begins a year ago at the earliest: what lies farther back has been assessed."))
    WaiverLifecycle.begin(waiver, by=by, act="grant", facts=told | {"reason": reason, "note": Words(note)})
    return waiver


def lift(waiver: Waiver, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Take a waiver back that was a mistake; the periods are owed as if it had not been granted."""
    return WaiverLifecycle.perform("lift", waiver, by=by, expect=expect, client_ref=client_ref, reason=Words(reason))
