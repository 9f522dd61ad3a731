"""Every write about the tables of rules and names that the prefecture keeps: the row and its event are one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event

from . import rules
from .models import DatedRule

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
