"""Where a site lies after the divisions have changed. A site stands where it stands: it moves with its place, it does not end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from chiefs.territory.models import Jurisdiction, Reorganisation

from .models import Site


def _standing(jurisdictions: Any) -> models.QuerySet[Site]:
    return Site.objects.standing().filter(jurisdiction__in=jurisdictions).order_by("pk")


def standing_on(*, jurisdictions: list[int], day: date) -> list[Site]:
    """Answer to the question of the same name: sites that still lie in units which end."""
    return list(_standing(jurisdictions).select_related("jurisdiction"))


def move_site(site: Site, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same site, in the unit that its place became. The caller has checked the change of divisions."""
    before, site.jurisdiction, site.path = site.jurisdiction_id, to, to.path
    site.save(update_fields=["jurisdiction", "path"])
    facts = plain({"before": before, "now": to.pk, "day": day})
    return Event.record(site.stream, "sites.move_site", by, before=site.state, after=site.state, facts=facts)


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise: sites whose unit became exactly one unit go along."""
    places: dict[int, int] = facts["places"]
    units = Jurisdiction.objects.in_bulk(set(places.values()))
    for site in _standing(places).select_for_update(of=("self",)):
        move_site(site, to=units[places[site.jurisdiction_id]], day=act.day, by=by)


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name, for sites. A closed or abolished unit leaves them to the one that has its land."""
    if not isinstance(record, Site) or to is None:
        return []
    move_site(Site.objects.select_for_update(of=("self",)).get(pk=record.pk), to=to, day=day, by=by)
    return [True]
