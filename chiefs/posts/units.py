"""A unit moves or ends when the divisions change; its posts go with it. Called by the change alone, inside its transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from accountability.ledger.registry import open_work
from chiefs.territory.models import Jurisdiction, Reorganisation

from .models import Charge, Post, Superior, Tenure, Unit


def _standing(jurisdictions: Iterable[int]) -> models.QuerySet[Unit]:
    return Unit.objects.filter(jurisdiction__in=jurisdictions, until=None).order_by("code")


def standing_on(*, jurisdictions: list[int], day: date) -> list[Unit]:
    """Answer to the question of the same name: units that still stand at places which end."""
    return list(_standing(jurisdictions).select_related("jurisdiction"))


def move_unit(unit: Unit, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same unit, at what its place became: posts, terms and what they hold stay as they are."""
    before, unit.jurisdiction = unit.jurisdiction_id, to
    unit.save(update_fields=["jurisdiction"])
    return Event.record(_stream(unit), "posts.move_unit", by, facts=plain({"before": before, "now": to.pk, "day": day}))


def end_unit(unit: Unit, *, day: date, by: Acting) -> Event:
    """Close a unit with its posts. Raises Refused while one of them is held, answers for a segment or has work open."""
    posts = list(Post.objects.select_for_update(of=("self",)).filter(unit=unit, until=None).order_by("pk"))
    if Tenure.objects.filter(post__in=posts).touching(day, None).exists():
        raise Refused(_("Somebody holds a post of %(unit)s. End the terms first; what is open is handed over there.") % {"unit": unit.name})
    if Charge.objects.filter(post__in=posts).touching(day, None).exists():
        raise Refused(_("Posts of %(unit)s still answer for segments. Give them to other posts first.") % {"unit": unit.name})
    if any(open_work.ask(post_id=post.pk) for post in posts) or open_work.ask(unit_id=unit.pk):
        raise Refused(_("%(unit)s still has open work. Hand it over first.") % {"unit": unit.name})
    Post.objects.filter(pk__in=[post.pk for post in posts], since__lt=day).update(until=day)
    Superior.objects.filter(models.Q(unit=unit) | models.Q(superior=unit), until=None, since__lt=day).update(until=day)
    unit.until = day
    unit.save(update_fields=["until"])
    return Event.record(_stream(unit), "posts.end_unit", by, facts=plain({"day": day, "posts": posts}))


def _stream(unit: Unit) -> str:
    return f"{unit._meta.label_lower}:{unit.pk}"


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise: units go along where one place became one other. Two governments do not become one by themselves."""
    places: dict[int, int] = facts["places"]
    goals = list(places.values())
    alone = {old: new for old, new in places.items() if goals.count(new) == 1}
    became = Jurisdiction.objects.in_bulk(set(alone.values()))
    for unit in _standing(alone).select_for_update(of=("self",)):
        goal = became[alone[unit.jurisdiction_id]]
        if goal.since == act.day:  # a place that was there before has units of its own
            move_unit(unit, to=goal, day=act.day, by=by)


def resettle(*, record: models.Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name, for units."""
    if not isinstance(record, Unit):
        return []
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if to is None:
        end_unit(unit, day=day, by=by)
    else:
        move_unit(unit, to=to, day=day, by=by)
    return [True]
