"""The regulated site that a problem seen on a patrol comes from; it follows when an entry is merged."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from chiefs.sites import reports as sites
from chiefs.sites.models import Site

from .models import Finding, Patrol


def follow(site: Site, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of sites.merge: findings about the entry that was given up are about the one that goes on, told in their patrol's chain."""
    rows = Finding.objects.select_for_update(of=("self",)).filter(site=site).select_related("patrol").order_by("pk")
    for finding in rows:
        finding.site = facts["into"]
        finding.save(update_fields=["site"])
        patrol = finding.patrol
        told = plain({"finding": finding.pk, "site": finding.site, "before": site.pk})
        Event.record(patrol.stream, "patrols.follow_site", by, before=patrol.state, after=patrol.state, facts=told)


def about_site(*, site_id: int, acting: Acting | None) -> list[sites.Mention]:
    """Answer to the question of the same name: the newest findings about a site on patrols that this post may see."""
    rows = Finding.objects.filter(site_id=site_id, patrol__in=Patrol.objects.visible_to(acting)).select_related("patrol", "kind", "case")
    return [
        sites.Mention(
            _("Finding of a patrol"),
            finding.patrol.number,
            local(finding.kind),
            _("Solved on the spot") if finding.solved_on_site else str(finding.case.get_state_display()) if finding.case else "",
            days.day_of(finding.found_at),
            reverse("patrols:detail", args=[finding.patrol.number]),
        )
        for finding in rows.order_by("-found_at", "-pk")[: sites.MOST_MENTIONED]
    ]
