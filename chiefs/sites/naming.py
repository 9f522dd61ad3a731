"""A record of a room above (a case, a complaint) is about a regulated site: it is named, and follows when two entries become one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import models, transaction

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused, Stale
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event, Governed

from . import reports, rules
from .models import Site


def name(
    record: Any,
    *,
    site: Site | None,
    act: str,
    may: Callable[[], bool],
    elsewhere: str,
    by: Acting,
    expect: int,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Say which site a record is about, or none; what stood there before is in the event. The record is locked and re-read.

    ``may``        asked of the locked record
    ``elsewhere``  the sentence that refuses a site of another county
    Raises NotPermitted, Stale, Mismatch when the same form named another, and Refused.
    """
    with transaction.atomic():
        named = reports.held(site) if site else None  # locked before the record: lower rooms first
        record.refresh_from_db(from_queryset=type(record)._base_manager.select_for_update(of=("self",)))
        facts = plain({"site": named, "before": record.site_id})
        if client_ref is not None and (earlier := Event.objects.filter(client_ref=client_ref).first()):
            if (earlier.stream, earlier.act, earlier.facts.get("site")) != (record.stream, act, facts["site"]):
                raise Mismatch
            return earlier
        if not may():
            raise NotPermitted
        if record.version != expect:
            raise Stale(record.version)
        if named is not None and not named.path.startswith(rules.county_of(record.path)):
            raise Refused(elsewhere)
        return _tell(record, named, act, facts, by, client_ref)


def follow(rows: models.QuerySet[Any], *, site: Site, into: Site, act: str, by: Acting) -> None:
    """Records about the entry that was given up are about the one that goes on."""
    for record in rows.select_for_update(of=("self",)).filter(site=site).order_by("pk"):
        _tell(record, into, act, plain({"site": into, "before": site.pk}), by)


def _tell(record: Governed | Any, site: Site | None, act: str, facts: dict[str, Any], by: Acting, ref: uuid.UUID | None = None) -> Event:
    record.site = site
    record.save(update_fields=["site"])
    return Event.record(record.stream, act, by, before=record.state, after=record.state, facts=facts, client_ref=ref)
