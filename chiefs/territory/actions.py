"""Every write about the tables of rules and names that the prefecture keeps: the row and its event are one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accountability.kit import codes, days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from accountability.ledger.registry import resettle

from . import reports, rules
from .lifecycle import OFFICE, ReorganisationLifecycle, keeps_divisions
from .models import Boundary, DatedRule, Jurisdiction, Reorganisation, Succession
from .standing import key_of

KEEPER = "administrator"  # of posts.functions, which stands above this room


def fact(value: Any) -> Any:
    """A column as the ledger keeps it: a commitment for free text, and nothing that depends on how a float is written."""
    return str(value) if isinstance(value, float) else plain(value)


def columns(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The named columns of a row as facts; many-to-many fields are none."""
    concrete = {field.name: field for field in row._meta.concrete_fields}
    return {name: fact(getattr(row, concrete[name].attname)) for name in names if name in concrete}


def check(row: DatedRule, stored: DatedRule | None, changed: Iterable[str]) -> None:
    """Raises Refused when a rule would be rewritten: once begun only its end may be set, and only for days to come."""
    today = days.today()
    if stored is not None and rules.has_ended(stored.until, today):
        raise Refused(_("This rule has ended. What was judged by it must stay explainable; add a new row instead."))
    if stored is not None and rules.has_begun(stored.since, today):
        if set(changed) - {"until"}:
            raise Refused(_("This rule has begun and is not rewritten. Set the day on which it ends and add a new row."))
    elif not rules.may_begin(row.since, today):
        raise Refused(_("A new rule begins today at the earliest; past days were judged by the rules of their time."))
    if not rules.may_end(row.since, row.until, today):
        raise Refused(_("A rule ends after its first day, and not on a day that has passed."))


def keep(row: models.Model, *, changed: Iterable[str], by: Acting, save: Callable[[], None] | None = None) -> Event:
    """Save a row of a rule table and record which columns changed, as ``<room>.rule`` in the row's own chain.

    ``save`` does the writing where the caller has its own way. Raises NotPermitted for a post that is not an administrator's,
    Refused when a dated rule would be rewritten.
    """
    if not by.may(KEEPER):
        raise NotPermitted
    changed = list(changed)
    with transaction.atomic():
        stored: Any = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk) if row.pk else None
        if isinstance(row, DatedRule):
            check(row, stored, changed)
        before = columns(stored, changed) if stored is not None else {}
        (save or row.save)()
        facts = {"before": before, "now": columns(row, changed)}
        return Event.record(f"{row._meta.label_lower}:{row.pk}", f"{row._meta.app_label}.rule", by, facts=facts)


@dataclass(frozen=True)
class Beginning:
    """A unit that begins by a change: its names, its code (12 digits, or empty), and what it is (镇, 乡, 街道, 村委会 …)."""

    name: str
    kind: str = ""
    code: str = ""
    name_bo: str = ""


def reorganise(
    *,
    kind: str,
    ending: Sequence[Jurisdiction],
    beginning: Sequence[Beginning] = (),
    into: Jurisdiction | None = None,
    day: date,
    basis: str,
    by: Acting,
    client_ref: uuid.UUID | None = None,
) -> Reorganisation:
    """End units on a day and begin what they became; ``into`` is a unit that is there already and takes them up.

    What lies below the old units follows to the sole new one, under its old name and code. Rooms above carry along what has
    one possible place (joins of ``territory.reorganise``); the rest is settled one by one before the change can be finished.
    Raises NotPermitted outside the own reach, Refused with what is wrong about the change.
    """
    if client_ref is not None and (earlier := Reorganisation.objects.filter(client_ref=client_ref).first()):
        if (earlier.kind, earlier.day, earlier.basis) != (kind, day, basis):
            raise Mismatch
        return earlier
    with transaction.atomic():
        held = Jurisdiction.objects.select_for_update(of=("self",)).filter(pk__in=[unit.pk for unit in ending])
        old = list(held.select_related("parent").order_by("pk"))
        _check(kind, old, beginning, into, day, by)
        within = old[0].parent
        act = Reorganisation(kind=kind, within=within, day=day, basis=basis, client_ref=client_ref or uuid.uuid4())
        held.update(until=day)
        new = [into] if into is not None else [_begin(made, old[0], within, day, basis) for made in beginning]
        if into is None and len(old) == len(new) == 1:
            Boundary.objects.filter(jurisdiction=old[0]).update(jurisdiction=new[0])  # the same land under another name
        goals: list[Jurisdiction | None] = [*new] or [None]
        rows = [(unit, goal) for unit in old for goal in goals]
        if len(new) == 1:
            rows += _follow(old, new[0], day, basis, by)
        places = {unit.pk: goal.pk for unit, goal in rows if goal is not None and len(new) == 1}
        facts = {"day": day, "basis": Words(basis), "ending": old, "beginning": new, "places": places}
        ReorganisationLifecycle.begin(act, by=by, act="reorganise", facts=facts)
        _write_successions(act, rows)
    return act


def settle(act: Reorganisation, *records: models.Model, to: Jurisdiction | None, by: Acting, client_ref: uuid.UUID | None = None) -> Event:
    """Move what stands on old units to what they became, or end it (``to`` None): all of the records or none.

    Raises NotPermitted, NoTransition when the change is finished, Refused when a record has gone on or cannot end yet.
    """
    with transaction.atomic():
        locked = Reorganisation.objects.select_for_update(of=("self",)).select_related("within").get(pk=act.pk)
        if client_ref is not None and (earlier := Event.objects.filter(client_ref=client_ref).first()):
            told = {name: earlier.facts.get(name) for name in ("records", "to")}
            mine = (earlier.stream, earlier.act, earlier.post_id) == (locked.stream, "territory.settle", by.post_id)
            if not mine or told != plain({"records": list(records), "to": to}):
                raise Mismatch
            return earlier
        if not keeps_divisions(ReorganisationLifecycle(locked), by):
            raise NotPermitted
        if locked.state != Reorganisation.State.RECORDED:
            raise NoTransition(str(locked.get_state_display()))
        if to is not None and to not in reports.goals_of(locked):
            raise Refused(_("Choose one of the units that began by this change."))
        standing = {key_of(record) for record in reports.left_behind(locked)}  # a unit and its name are two rows of the list
        if gone := next((record for record in records if key_of(record) not in standing), None):
            raise Refused(_("%(record)s does not stand on the old units any more. Look at the list again.") % {"record": gone})
        places: dict[int, int] = {}
        for unit in records:
            if isinstance(unit, Jurisdiction):
                places |= _settle_place(locked, unit, to, by)
        facts: dict[str, Any] = {"records": list(records), "to": to, "day": locked.day, "places": places}
        event = ReorganisationLifecycle.perform("settle", act, by=by, expect=locked.version, client_ref=client_ref, **facts)
        for record in records:
            if not isinstance(record, Jurisdiction) and True not in resettle.ask(record=record, to=to, day=locked.day, by=by):
                raise Refused(_("%(record)s cannot be settled in this way. Open its own page.") % {"record": record})
    return event


def _settle_place(act: Reorganisation, unit: Jurisdiction, to: Jurisdiction | None, by: Acting) -> dict[int, int]:
    """A unit below one that was split or abolished goes on below what that became, or ends: old unit -> what it goes on as, with
    all units below it."""
    held = Jurisdiction.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if to is not None and held.parent is not None and to.level != held.parent.level:
        names = {"unit": held.name, "to": to.name}
        raise Refused(_("%(unit)s cannot lie directly under %(to)s. Enter first what takes up its land.") % names)
    if held.since >= act.day:
        if to is None:
            raise Refused(_("%(unit)s began on %(day)s, after this change. It cannot end by it.") % {"unit": held.name, "day": held.since})
        _put_under(held, to, by)
        return {}
    if to is None:
        Jurisdiction.objects.filter(pk=held.pk).update(until=act.day)
        rows: list[tuple[Jurisdiction, Jurisdiction | None]] = [(held, None)]
    else:
        rows = _go_on([held], {held.parent_id or 0: to}, act.day, act.basis, by)
    _write_successions(act, rows)
    return {old.pk: new.pk for old, new in rows if new is not None}


def finish(act: Reorganisation, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Nothing stands on the old units any more."""
    return ReorganisationLifecycle.perform("finish", act, by=by, expect=expect, client_ref=client_ref)


def _check(kind: str, old: list[Jurisdiction], beginning: Sequence[Beginning], into: Jurisdiction | None, day: date, by: Acting) -> None:
    if not by.may(OFFICE) or not all(unit.parent_id and by.reach.holds(unit.parent.path, unit.parent_id) for unit in old):  # type: ignore[union-attr]
        raise NotPermitted
    if not old or not rules.fits(kind, len(old), len(beginning), absorbed=into is not None):
        raise Refused(_("So many units do not fit this kind of change. A merger has one new unit, a split at least two."))
    if not rules.may_happen(day, days.today()):
        raise Refused(_("The day lies more than a year away. Compare the document."))
    if len({(unit.level, unit.parent_id) for unit in old}) != 1 or any(unit.special for unit in old):
        raise Refused(_("The units of one change stand side by side, under the same unit above. Special units are not changed here."))
    if gone := next((unit for unit in old if unit.until is not None or unit.since >= day), None):
        raise Refused(_("%(unit)s does not stand on the day before the change, or has ended already.") % {"unit": gone.name})
    if into is not None and (into in old or into.until is not None or (into.level, into.parent_id) != (old[0].level, old[0].parent_id)):
        raise Refused(_("Choose a unit beside the old ones that goes on."))
    if kind == Reorganisation.Kind.CODED and beginning[0].code in ("", old[0].code):
        raise Refused(_("Write the code that the unit is given; it has another one, or none."))
    for made in beginning:
        _check_code(made, old, day)
    if len({made.name for made in beginning}) < len(beginning):
        raise Refused(_("Two of the new units have the same name."))


def _check_code(made: Beginning, old: list[Jurisdiction], day: date) -> None:
    if not made.code:
        return
    above = old[0].parent.path if old[0].parent else ""
    if len(made.code) != 12 or not (made.code.isascii() and made.code.isdigit()) or not made.code.startswith(above):
        raise Refused(_("A division code has 12 digits and begins with %(path)s here: %(code)s") % {"path": above, "code": made.code})
    if significant_zeros(made.code, old[0].level):
        raise Refused(_("The digits behind those of the level are noughts: %(code)s") % {"code": made.code})
    ending = {unit.pk for unit in old}
    if Jurisdiction.objects.touching(day, None).filter(code=made.code).exclude(pk__in=ending).exists():
        raise Refused(_("The code %(code)s belongs to another unit on that day.") % {"code": made.code})


def significant_zeros(code: str, level: str) -> bool:
    """Whether something stands behind the digits that name a unit of the level, where only noughts may stand."""
    return bool(code[codes.LEVEL_DIGITS[level] :].strip("0"))


def _begin(made: Beginning, like: Jurisdiction, within: Jurisdiction | None, day: date, basis: str) -> Jurisdiction:
    return Jurisdiction.objects.create(
        code=made.code or None,
        name=made.name,
        name_bo=made.name_bo,
        level=like.level,
        kind=made.kind or like.kind,
        parent=within,
        path=codes.significant(made.code, like.level) if made.code else (within.path if within else ""),
        source=basis[:120],
        since=day,
    )


def _write_successions(act: Reorganisation, rows: Iterable[tuple[Jurisdiction, Jurisdiction | None]]) -> None:
    Succession.objects.bulk_create(
        Succession(predecessor=old, successor=new, day=act.day, day_certain=True, kind=act.kind, basis=act.basis, act=act)
        for old, new in rows
    )


def _put_under(unit: Jurisdiction, to: Jurisdiction, by: Acting) -> None:
    """A unit that began with a change, or after it, below one that was no more: only that is put right."""
    unit.parent = to
    unit.save(update_fields=["parent"])
    Event.record(f"{unit._meta.label_lower}:{unit.pk}", "territory.put_under", by, facts=plain({"parent": to}))


def _follow(old: list[Jurisdiction], to: Jurisdiction, day: date, basis: str, by: Acting) -> list[tuple[Jurisdiction, Jurisdiction | None]]:
    """What lies below the old units goes on below the new one."""
    return _go_on(_below(unit.pk for unit in old), {unit.pk: to for unit in old}, day, basis, by)


def _below(units: Iterable[int]) -> list[Jurisdiction]:
    return list(Jurisdiction.objects.select_for_update(of=("self",)).filter(parent__in=list(units), until=None).order_by("pk"))


def _go_on(
    units: list[Jurisdiction], above: dict[int, Jurisdiction], day: date, basis: str, by: Acting
) -> list[tuple[Jurisdiction, Jurisdiction | None]]:
    """Units go on under their old names and codes below other units (old parent -> new one): rows of their own from the day on,
    level by level down to the villages."""
    rows: list[tuple[Jurisdiction, Jurisdiction | None]] = []
    while units:
        for unit in (unit for unit in units if unit.since >= day):
            _put_under(unit, above[unit.parent_id or 0], by)
        units = [unit for unit in units if unit.since < day]
        Jurisdiction.objects.filter(pk__in=[unit.pk for unit in units]).update(until=day)
        fresh = [
            Jurisdiction(
                code=unit.code,
                name=unit.name,
                name_bo=unit.name_bo,
                level=unit.level,
                kind=unit.kind,
                parent=above[unit.parent_id or 0],
                path=unit.path if unit.code else above[unit.parent_id or 0].path,
                special=unit.special,
                source=basis[:120],
                since=day,
            )
            for unit in units
        ]
        Jurisdiction.objects.bulk_create(fresh)
        rows += zip(units, fresh, strict=True)
        above = {unit.pk: made for unit, made in zip(units, fresh, strict=True)}
        units = _below(above)
    return rows
