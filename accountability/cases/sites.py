"""The regulated site that a case is about: named by whoever has the case in hand, and following when an entry is merged."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused, Stale
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from chiefs.posts.functions import Function
from chiefs.sites import reports as sites
from chiefs.sites import rules
from chiefs.sites.models import Site

from .lifecycle import CaseLifecycle, is_subject
from .models import Case, Leg

NAMED = "cases.name_site"


def may_name(case: Case, by: Acting) -> bool:
    """The holder and who assists; an intake or chief office that may see it. Never whoever is complained of."""
    if is_subject(CaseLifecycle(case), by):
        return False
    if by.post_id == case.holder_id or by.may(Function.CHIEF_OFFICE, Function.INTAKE):
        return True
    return any(leg.post_id == by.post_id and leg.role == Leg.Role.ASSIST and leg.left_at is None for leg in case.legs.all())


def name_site(case: Case, *, site: Site | None, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Say which regulated site a case is about, or that it is about none. What stood there before is in the event.

    Raises NotPermitted, Stale, and Refused for a site of another county.
    """
    with transaction.atomic():
        named = sites.held(site) if site else None  # locked before the case: lower rooms first
        case.refresh_from_db(from_queryset=Case._base_manager.select_for_update(of=("self",)))
        facts = plain({"site": named, "before": case.site_id})
        if client_ref is not None and (earlier := Event.objects.filter(client_ref=client_ref).first()):
            if (earlier.stream, earlier.act, earlier.facts.get("site")) != (case.stream, NAMED, facts["site"]):
                raise Mismatch
            return earlier
        if not Case.objects.visible_to(by).filter(pk=case.pk).exists() or not may_name(case, by):
            raise NotPermitted
        if case.version != expect:
            raise Stale(case.version)
        if named is not None and not named.path.startswith(rules.county_of(case.path)):
            raise Refused(_("This site lies in another county. Choose one of the county of the case."))
        case.site = named
        case.save(update_fields=["site"])
        return Event.record(case.stream, NAMED, by, before=case.state, after=case.state, facts=facts, client_ref=client_ref)


def follow(site: Site, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of sites.merge: cases about the entry that was given up are about the one that goes on."""
    into: Site = facts["into"]
    for case in Case.objects.select_for_update(of=("self",)).filter(site=site).order_by("pk"):
        case.site = into
        case.save(update_fields=["site"])
        told = plain({"site": into, "before": site.pk})
        Event.record(case.stream, "cases.follow_site", by, before=case.state, after=case.state, facts=told)


def about_site(*, site_id: int, acting: Acting | None) -> list[sites.Mention]:
    """Answer to the question of the same name: the newest cases about a site that this post may see."""
    rows = Case.objects.visible_to(acting).filter(site_id=site_id).order_by("-opened_at", "-pk")[: sites.MOST_MENTIONED]
    return [
        sites.Mention(case.number, case.title, str(case.get_state_display()), days.day_of(case.opened_at), f"/desk/cases/{case.number}/")
        for case in rows
    ]
