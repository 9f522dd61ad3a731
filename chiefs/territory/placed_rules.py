"""What the rules of one unit become when the unit ends. A rule that has begun is not rewritten: it is closed, and where it goes on, the
next row says so for the unit that followed. The numbers stay; new ones are the administrator's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import CharField, Model, Q, Value
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event

from . import moving, rules
from .models import DatedRule, Jurisdiction, Reorganisation
from .standing import Way


def tables() -> list[type[DatedRule]]:
    """Every table of rules in the house."""
    return [model for model in apps.get_models() if issubclass(model, DatedRule)]


def _standing(jurisdictions: Iterable[int], from_: date) -> Iterator[Any]:
    """Query sets of the rules of these units that hold on the day or later, one for each table that has any. One query finds which."""
    wanted = Q(until=None) | Q(until__gt=from_)
    asked = [
        table._default_manager.filter(wanted, jurisdiction__in=jurisdictions)
        .order_by()
        .annotate(table=Value(table._meta.label, CharField()))
        .values_list("table", "pk")
        for table in tables()
    ]
    found: dict[str, list[int]] = {}
    for label, pk in asked[0].union(*asked[1:], all=True):
        found.setdefault(label, []).append(pk)
    for label, keys in sorted(found.items()):
        yield apps.get_model(label)._default_manager.filter(pk__in=keys).select_related("jurisdiction").order_by("pk")


def standing_on(*, jurisdictions: list[int], day: date) -> list[DatedRule]:
    """Answer to the question of the same name: rules of units which end that would still hold; what has been closed is decided."""
    now = max(day, days.today())
    return [row for rows in _standing(jurisdictions, now) for row in rows]


def carry(act: Reorganisation, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of territory.reorganise and territory.settle: the rules of a unit that became one other go on with it.

    Only where that one began with the change and nothing else became it: nothing has been judged there yet, and two rules do not
    become one by themselves.
    """
    goals = moving.alone(facts["places"], act)
    for rows in _standing(goals, max(act.day, days.today())) if goals else ():
        for row in rows.select_for_update(of=("self",)):
            go_on(row, to=goals[row.jurisdiction_id], since=act.day, day=act.day, by=by)


def go_on(row: DatedRule, *, to: Jurisdiction, since: date, day: date, by: Acting) -> DatedRule:
    """The rule holds for ``to`` from ``since`` on; the row of the old unit is closed with the change, today at the earliest, since
    days that have passed were judged by it. A row that has not begun is put to the new unit as it is."""
    ends = max(day, days.today())
    if row.since >= ends:
        made, row.jurisdiction = row, to
        row.save(update_fields=["jurisdiction"])
    else:
        made = _copy(row, jurisdiction=to, since=max(since, row.since))
        row.until = ends
        row.save(update_fields=["until"])
    facts = plain({"to": to, "as": made.pk, "since": made.since, "until": row.until, "day": day})
    for told in {row.pk: row, made.pk: made}.values():
        Event.record(f"{told._meta.label_lower}:{told.pk}", f"{told._meta.app_label}.rule_goes_on", by, facts=facts)
    return made


def _copy(row: Any, **changed: Any) -> Any:
    """A row like this one, with copies of the rows that make it up."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    made = type(row)(**values)
    for name, value in changed.items():
        setattr(made, name, value)
    made.save(force_insert=True)
    for part in getattr(row, "parts", ()):
        above = row._meta.get_field(part).field.name
        for below in getattr(row, part).order_by("pk"):
            _copy(below, **{above: made})
    return made


def resettle(*, record: Model, to: Jurisdiction | None, day: date, by: Acting) -> list[bool]:
    """Answer to the question of the same name: a rule goes on for what the unit became, or ends, both today at the earliest."""
    if not isinstance(record, DatedRule):
        return []
    row = type(record)._default_manager.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=record.pk)
    ends = max(day, days.today())
    if to is not None:
        if row.jurisdiction is not None and to.level != row.jurisdiction.level:
            raise Refused(_("A rule of one unit does not become one of the unit above. Let it end; the rule of the unit above holds."))
        go_on(row, to=to, since=ends, day=day, by=by)
        return [True]
    if row.since >= ends:
        raise Refused(_("This rule has not begun. Let it go on for one of the new units, or ask the administrator to change it."))
    row.until = ends
    row.save(update_fields=["until"])
    Event.record(f"{row._meta.label_lower}:{row.pk}", f"{row._meta.app_label}.rule_ends", by, facts=plain({"until": ends, "day": day}))
    return [True]


def ways(*, records: Sequence[Any], acting: Acting) -> list[tuple[Any, Way]]:
    """Answer to the question ``settling``."""
    today = days.today()
    return [(row, _way(row, today)) for row in records if isinstance(row, DatedRule)]


def _way(row: DatedRule, today: date) -> Way:
    return Way(
        kind=capfirst(str(row._meta.verbose_name)),
        label=f"{row} ({row.basis})",
        place=local(row.jurisdiction),
        ends=_("What holds around it holds here too") if rules.has_begun(row.since, today) else "",
        hint=_("Where the new unit has a rule of its own for the same, let this one end."),
    )
