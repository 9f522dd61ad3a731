"""A body after the divisions have changed: it stays with its place where one became one, else somebody decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from chiefs.bodies.models import Body
from chiefs.territory.models import Jurisdiction, Reorganisation

from . import bodies


def _standing(jurisdictions: Any) -> models.QuerySet[Body]:
    return Body.objects.standing().filter(jurisdiction__in=jurisdictions).order_by("pk")


def standing_on(*, jurisdictions: list[int], day: date) -> list[Body]:
    """Answer to the question of the same name: bodies of places that end."""
    return list(_standing(jurisdictions).select_related("jurisdiction"))


def move_body(body: Body, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same body, of what its place became. The caller has checked the change of divisions."""
    before, body.jurisdiction, body.path = body.jurisdiction_id, to, to.path
    body.save(update_fields=["jurisdiction", "path"])
    facts = plain({"before": before, "now": to.pk, "day": day})
    return Event.record(body.stream, "bodies.move_body", by, before=body.state, after=body.state, facts=facts)


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise: bodies go along where one place became one other; two committees do not become one by themselves."""
    places: dict[int, int] = facts["places"]
    goals = list(places.values())
    alone = {old: new for old, new in places.items() if goals.count(new) == 1}
    became = Jurisdiction.objects.in_bulk(set(alone.values()))
    for body in _standing(alone).select_for_update(of=("self",)):
        goal = became[alone[body.jurisdiction_id]]
        if goal.since == act.day:  # a place that was there before has bodies of its own
            move_body(body, to=goal, day=act.day, by=by)


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name, for bodies: one goes on at the new place, or is dissolved with the old one."""
    if not isinstance(record, Body):
        return []
    body = Body.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if to is None:
        bodies.end(body, day=day, reason=_("Dissolved with the change of divisions."), by=by, expect=body.version)
    else:
        move_body(body, to=to, day=day, by=by)
    return [True]
