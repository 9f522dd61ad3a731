"""The regulated site that a case is about: named by whoever has the case in hand, and following when an entry is merged."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from chiefs.posts.functions import Function
from chiefs.sites import naming
from chiefs.sites import reports as sites
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

    def may() -> bool:
        return Case.objects.visible_to(by).filter(pk=case.pk).exists() and may_name(case, by)

    elsewhere = _("This site lies in another county. Choose one of the county of the case.")
    return naming.name(case, site=site, act=NAMED, may=may, elsewhere=elsewhere, by=by, expect=expect, client_ref=client_ref)


def follow(site: Site, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of sites.merge: cases about the entry that was given up are about the one that goes on."""
    naming.follow(Case.objects.all(), site=site, into=facts["into"], act="cases.follow_site", by=by)


def about_site(*, site_id: int, acting: Acting | None) -> list[sites.Mention]:
    """Answer to the question of the same name: the newest cases about a site that this post may see."""
    rows = Case.objects.visible_to(acting).filter(site_id=site_id).order_by("-opened_at", "-pk")[: sites.MOST_MENTIONED]
    return [
        sites.Mention(
            _("Case"), case.number, case.title, str(case.get_state_display()), days.day_of(case.opened_at), f"/desk/cases/{case.number}/"
        )
        for case in rows
    ]
