"""A body after the divisions have changed: it stays with its place where one became one, else somebody decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from chiefs.bodies.models import Body
from chiefs.territory import moving
from chiefs.territory.models import Jurisdiction, Reorganisation

from . import bodies


def _standing(jurisdictions: Any) -> models.QuerySet[Body]:
    return Body.objects.standing().filter(jurisdiction__in=jurisdictions).order_by("pk")


def standing_on(*, jurisdictions: list[int], day: date) -> list[Body]:
    """Answer to the question of the same name: bodies of places that end."""
    return list(_standing(jurisdictions).select_related("jurisdiction"))


def move_body(body: Body, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same body, of what its place became. The caller has checked the change of divisions."""
    return moving.move(body, to=to, day=day, by=by, act="bodies.move_body", path=True)


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise and territory.settle: bodies go along where one place became one other."""
    moving.carry(_standing, move_body, change=act, places=facts["places"], by=by, only_alone=True)


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
