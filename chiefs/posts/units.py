"""Units are founded, led and closed; when the divisions change they move or end, and their posts go with them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from accountability.ledger.registry import open_work
from chiefs.territory import moving
from chiefs.territory.models import Jurisdiction, Reorganisation

from . import deeds, rules
from .defaults import HOUSE
from .models import Charge, NamedUnit, Post, Superior, Tenure, Unit, UnitPlace


def _standing(jurisdictions: Iterable[int]) -> models.QuerySet[Unit]:
    return Unit.objects.filter(jurisdiction__in=jurisdictions, until=None).order_by("code")


def standing_on(*, jurisdictions: list[int], day: date) -> list[Unit]:
    """Answer to the question of the same name: units that still stand at places which end."""
    return list(_standing(jurisdictions).select_related("jurisdiction"))


def move_unit(unit: Unit, *, to: Jurisdiction, day: date, by: Acting) -> Event:
    """The same unit, at what its place became: posts, terms and what they hold stay as they are."""
    return moving.move(unit, to=to, day=day, by=by, act="posts.move_unit", kept=UnitPlace)


def found_unit(
    *,
    code: str,
    name: str,
    name_bo: str = "",
    kind: str,
    phone: str = "",
    jurisdiction: Jurisdiction,
    since: date,
    superior: Unit | None = None,
    by: Acting,
    client_ref: uuid.UUID | None = None,
) -> Unit:
    """Enter an organisation at a place, with the unit that leads it. Raises NotPermitted outside the own register, Refused, Mismatch."""
    facts = {"code": code, "name": Words(name.strip()), "kind": kind, "place": jurisdiction, "since": since, "superior": superior}
    with deeds.written():
        house = hold_house()
        if known := deeds.earlier(Unit, client_ref, act="posts.found_unit", by=by, facts=facts):
            return known
        if kind not in rules.FOUNDED:
            raise Refused(_("Choose one of the kinds of unit shown."))
        if not rules.founds(by, kind, jurisdiction.path, jurisdiction.pk):
            raise NotPermitted
        if Unit.objects.filter(code=code).exists():
            raise Refused(_("The code %(code)s belongs to another unit. Choose another code.") % {"code": code})
        if not rules.inside(since, None, jurisdiction.since, jurisdiction.until):
            raise Refused(
                _("The unit must stand within the days of its place, which is there from %(day)s on.") % {"day": jurisdiction.since}
            )
        unit = Unit.objects.create(
            code=code, name=name.strip(), name_bo=name_bo.strip(), kind=kind, phone=phone.strip(), jurisdiction=jurisdiction, since=since
        )
        if superior is not None:
            _lead(unit, superior, since, Superior.Kind.LEAD, house)
        deeds.done(unit, act="posts.found_unit", by=by, facts=facts, client_ref=client_ref)
    return unit


def describe_unit(unit: Unit, *, name_bo: str, phone: str, by: Acting, client_ref: uuid.UUID | None = None) -> Unit:
    """Write how a unit is called in Tibetan and under which number its duty is reached. Raises NotPermitted outside the own register."""
    facts = {"name_bo": Words(name_bo.strip()), "phone": phone.strip()}
    with deeds.written():
        held = Unit.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=unit.pk)
        if known := deeds.earlier(Unit, client_ref, act="posts.describe_unit", by=by, facts=facts):
            return known
        if held.kind == Unit.Kind.SYSTEM or not rules.keeps_register(by, held.jurisdiction.path, held.jurisdiction_id):
            raise NotPermitted
        held.name_bo, held.phone = name_bo.strip(), phone.strip()
        held.save(update_fields=["name_bo", "phone"])
        deeds.done(held, act="posts.describe_unit", by=by, facts=facts, client_ref=client_ref)
    return held


def close_unit(unit: Unit, *, day: date, by: Acting, client_ref: uuid.UUID | None = None) -> Unit:
    """Close a unit with its posts from a day on, when nobody holds one and nothing lies open. Raises NotPermitted, Refused."""
    facts = {"unit": unit, "day": day}
    with deeds.written():
        held = Unit.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=unit.pk)
        if known := deeds.earlier(Unit, client_ref, act="posts.close_unit", by=by, facts=facts):
            return known
        check_office(held, by)
        if held.until is not None:
            raise Refused(_("This unit is closed from %(day)s on.") % {"day": held.until})
        if day <= held.since or day < days.today() or not rules.not_too_far(day, days.today()):
            raise Refused(_("A unit closes on a day from today on, at most a year ahead."))
        end_unit(held, day=day, by=by)
        deeds.done(held, act="posts.close_unit", by=by, facts=facts, client_ref=client_ref)
    return held


def set_superior(
    unit: Unit, *, superior: Unit, since: date, kind: str = Superior.Kind.LEAD, by: Acting, client_ref: uuid.UUID | None = None
) -> Superior:
    """Say who leads a unit (or is informed about it) from a day on; who led it before ends on that day, and so does the same superior's
    being informed: who leads need not be told.

    A chief office only: who stands above decides who may see what. Raises NotPermitted, Refused (a circle, a day that has
    passed), Mismatch.
    """
    facts = {"unit": unit, "superior": superior, "since": since, "kind": kind}
    with deeds.written():
        house = hold_house()
        held = Unit.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=unit.pk)
        if known := deeds.earlier(Superior, client_ref, act="posts.set_superior", by=by, facts=facts, only=tuple(facts)):
            return known
        check_office(held, by)
        if since < days.today() or not rules.not_too_far(since, days.today()):
            raise Refused(_("A change of superior begins today or later, at most a year ahead: past days had theirs."))
        row, closed = _lead(held, superior, since, kind, house)
        deeds.done(row, act="posts.set_superior", by=by, facts=facts | {"closed": closed}, client_ref=client_ref)
    return row


def hold_house() -> Unit:
    """The house's own unit, locked: changes of who leads whom wait in line, or two at once could close a circle that neither sees."""
    return Unit.objects.select_for_update(of=("self",)).get(code=HOUSE)


def check_office(unit: Unit, by: Acting) -> None:
    place = unit.jurisdiction
    if unit.kind == Unit.Kind.SYSTEM or not rules.orders_units(by, place.path, place.pk):
        raise NotPermitted


def _lead(unit: Unit, superior: Unit, since: date, kind: str, house: Unit) -> tuple[Superior, list[dict[str, Any]]]:
    """One more row, and which rows end by it, with the end that they had before; the caller holds ``house`` locked."""
    closed: list[dict[str, Any]] = []
    if superior.kind == Unit.Kind.SYSTEM or not rules.inside(since, None, superior.since, superior.until):
        raise Refused(_("The superior unit must stand on these days."))
    rows = Superior.objects.touching(since, None)
    if kind == Superior.Kind.LEAD:
        pairs = rows.filter(kind=kind).exclude(unit=unit).values_list("unit", "superior")
        if rules.circle(unit.pk, superior.pk, rules.uppers(pairs)):
            raise Refused(
                _("%(superior)s stands under %(unit)s, directly or over others. No unit stands above itself.")
                % {"superior": superior.name, "unit": unit.name}
            )
        if to_come := rows.filter(unit=unit, kind=kind, since__gte=since).first():
            raise Refused(_("Another superior is entered from %(day)s on. Choose a later day.") % {"day": to_come.since})
        informed = models.Q(kind=Superior.Kind.INFORMED, superior=superior, since__lt=since)
        for row in rows.filter(models.Q(kind=kind) | informed, unit=unit).order_by("pk"):
            closed.append({"row": row.pk, "until": row.until})
            row.until = since
            row.save(update_fields=["until"])
    if other := rows.filter(unit=unit, superior=superior).exclude(until=since).first():
        raise Refused(_("This unit stands there already, from %(day)s on.") % {"day": other.since})
    return Superior.objects.create(unit=unit, superior=superior, kind=kind, since=since), closed


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
    if not isinstance(record, Unit) or isinstance(record, NamedUnit):
        return []
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if to is None:
        end_unit(unit, day=day, by=by)
    else:
        move_unit(unit, to=to, day=day, by=by)
    return [True]
