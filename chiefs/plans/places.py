"""Whose plan a river plan is after the divisions have changed: all its editions go along, so that the chief and the government of the
unit that stands now review, approve and find it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from chiefs.territory import moving
from chiefs.territory.models import Jurisdiction, Reorganisation
from chiefs.territory.standing import Way

from .models import RiverPlan

S = RiverPlan.State


def _editions(jurisdictions: Any) -> models.QuerySet[RiverPlan]:
    return RiverPlan.objects.filter(jurisdiction__in=jurisdictions).order_by("pk")


def standing_on(*, jurisdictions: list[int], day: date) -> list[RiverPlan]:
    """Answer to the question of the same name: plans of units which end, on their way or in force."""
    rows = _editions(jurisdictions).filter(state__in=[S.DRAFT, S.REVIEWED, S.APPROVED], until__gt=max(day, days.today()))
    return list(rows.select_related("jurisdiction", "resource", "segment"))


def move_plan(plan: RiverPlan, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """An edition, with the unit that its place became. The caller has checked the change of divisions."""
    return moving.move(plan, to=to, day=day, by=by, act="plans.move_plan")


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise and territory.settle: plans go along where one place became one other; two do not become one."""
    moving.carry(_editions, move_plan, change=act, places=facts["places"], by=by, only_alone=True)


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name: a plan goes on with one of the new units, or holds no longer than its unit stood."""
    if not isinstance(record, RiverPlan):
        return []
    same = {"resource": record.resource_id, "segment": record.segment_id}
    editions = list(_editions([record.jurisdiction_id]).filter(**same).select_for_update(of=("self",)))
    if to is None:
        held = next(edition for edition in editions if edition.pk == record.pk)
        held.until = max(day, days.today(), held.since + timedelta(days=1))
        held.save(update_fields=["until"])
        facts = plain({"until": held.until, "day": day})
        Event.record(held.stream, "plans.end_with_unit", by, before=held.state, after=held.state, facts=facts)
        return [True]
    if RiverPlan.objects.filter(jurisdiction=to, **same).exists():
        raise Refused(
            _("%(place)s has a plan of this water already. Let one of the two end, and enter the next edition there.") % {"place": to}
        )
    for edition in editions:
        move_plan(edition, to=to, day=day, by=by)
    return [True]


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``."""
    return [(plan, _way(plan)) for plan in records if isinstance(plan, RiverPlan)]


def _way(plan: RiverPlan) -> Way:
    return Way(
        kind=capfirst(str(RiverPlan._meta.verbose_name)),
        label=f"{local(plan.segment or plan.resource)} ({plan.number})",
        place=local(plan.jurisdiction),
        ends=_("The plan holds no longer"),
        page=reverse("plans:detail", args=[plan.number]),
    )
