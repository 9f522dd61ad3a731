"""The regulated site that a complaint reports: named by the intake. It is what was reported, never who reported it."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from chiefs.sites import naming
from chiefs.sites.models import Site

from .models import Complaint

NAMED = "complaints.name_site"


def name_site(complaint: Complaint, *, site: Site | None, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Say which regulated site was reported, or none; a case opened afterwards is about it.

    Raises NotPermitted for a post other than the intake that has the complaint, Stale, and Refused for a site of another county.
    """

    def may() -> bool:
        return Complaint.objects.visible_to(by).filter(pk=complaint.pk).exists()

    elsewhere = _("This site lies in another county. Choose one of the county of the complaint.")
    return naming.name(complaint, site=site, act=NAMED, may=may, elsewhere=elsewhere, by=by, expect=expect, client_ref=client_ref)


def follow(site: Site, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of sites.merge: complaints about the entry that was given up report the one that goes on."""
    naming.follow(Complaint.objects.all(), site=site, into=facts["into"], act="complaints.follow_site", by=by)
