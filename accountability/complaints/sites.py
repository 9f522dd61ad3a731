"""The regulated site that a complaint reports: named by the intake. It is what was reported, never who reported it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused, Stale
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from chiefs.sites import reports as sites
from chiefs.sites import rules
from chiefs.sites.models import Site

from .models import Complaint

NAMED = "complaints.name_site"


def name_site(complaint: Complaint, *, site: Site | None, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Say which regulated site was reported, or none; a case opened afterwards is about it.

    Raises NotPermitted for a post other than the intake that has the complaint, Stale, and Refused for a site of another county.
    """
    with transaction.atomic():
        named = sites.held(site) if site else None
        complaint.refresh_from_db(from_queryset=Complaint._base_manager.select_for_update(of=("self",)))
        facts = plain({"site": named, "before": complaint.site_id})
        if client_ref is not None and (earlier := Event.objects.filter(client_ref=client_ref).first()):
            if (earlier.stream, earlier.act, earlier.facts.get("site")) != (complaint.stream, NAMED, facts["site"]):
                raise Mismatch
            return earlier
        if not Complaint.objects.visible_to(by).filter(pk=complaint.pk).exists():
            raise NotPermitted
        if complaint.version != expect:
            raise Stale(complaint.version)
        if named is not None and not named.path.startswith(rules.county_of(complaint.path)):
            raise Refused(_("This site lies in another county. Choose one of the county of the complaint."))
        complaint.site = named
        complaint.save(update_fields=["site"])
        state = complaint.state
        return Event.record(complaint.stream, NAMED, by, before=state, after=state, facts=facts, client_ref=client_ref)


def follow(site: Site, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of sites.merge: complaints about the entry that was given up report the one that goes on."""
    into: Site = facts["into"]
    for complaint in Complaint.objects.select_for_update(of=("self",)).filter(site=site).order_by("pk"):
        complaint.site = into
        complaint.save(update_fields=["site"])
        told = plain({"site": into, "before": site.pk})
        Event.record(complaint.stream, "complaints.follow_site", by, before=complaint.state, after=complaint.state, facts=told)
