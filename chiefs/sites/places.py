"""Where a site lies after the divisions have changed. A site stands where it stands: it moves with its place, it does not end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import capfirst

from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from chiefs.territory import moving
from chiefs.territory.models import Jurisdiction, Reorganisation
from chiefs.territory.standing import Way

from .models import Site


def _standing(jurisdictions: Any) -> models.QuerySet[Site]:
    return Site.objects.standing().filter(jurisdiction__in=jurisdictions).order_by("pk")


def standing_on(*, jurisdictions: list[int], day: date) -> list[Site]:
    """Answer to the question of the same name: sites that still lie in units which end."""
    return list(_standing(jurisdictions).select_related("jurisdiction"))


def move_site(site: Site, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same site, in the unit that its place became. The caller has checked the change of divisions."""
    return moving.move(site, to=to, day=day, by=by, act="sites.move_site", path=True)


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise and territory.settle: sites whose unit became exactly one unit go along."""
    moving.carry(_standing, move_site, change=act, places=facts["places"], by=by)


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name, for sites. A closed or abolished unit leaves them to the one that has its land."""
    if not isinstance(record, Site) or to is None:
        return []
    move_site(Site.objects.select_for_update(of=("self",)).get(pk=record.pk), to=to, day=day, by=by)
    return [True]


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``. The page of a site asks again who may see it."""
    return [
        (
            site,
            Way(
                kind=capfirst(str(Site._meta.verbose_name)),
                label=local(site),
                place=local(site.jurisdiction),
                page=reverse("sites:detail", args=[site.ref]),
            ),
        )
        for site in records
        if isinstance(site, Site)
    ]
