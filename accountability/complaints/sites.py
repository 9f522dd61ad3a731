"""The regulated site that a complaint reports: named by the intake. It is what was reported, never who reported it."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from chiefs.sites import naming
from chiefs.sites import reports as sites
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


def about_site(*, site_id: int, acting: Acting | None) -> list[sites.Mention]:
    """Answer to the question of the same name: the newest complaints about a site that this post has, without a word of theirs."""
    rows = Complaint.objects.visible_to(acting).filter(site_id=site_id).prefetch_related("kinds")
    return [
        sites.Mention(
            _("Complaint"),
            complaint.number,
            "、".join(local(kind) for kind in complaint.kinds.all()),
            str(complaint.get_state_display()),
            days.day_of(complaint.filed_at),
            reverse("complaints:detail", args=[complaint.number]),
        )
        for complaint in rows.order_by("-filed_at", "-pk")[: sites.MOST_MENTIONED]
    ]


def follow(site: Site, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of sites.merge: complaints about the entry that was given up report the one that goes on."""
    naming.follow(Complaint.objects.all(), site=site, into=facts["into"], act="complaints.follow_site", by=by)
