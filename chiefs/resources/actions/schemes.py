"""A chief scheme is changed by an administrator; the rooms above follow in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.models import Event
from accountability.ledger.registry import joined
from chiefs.resources import schemes
from chiefs.resources.models import Resource, Scheme
from chiefs.territory import actions as rule_tables

from .writing import hold_schemes


def check_scheme(scheme: Scheme, others: Iterable[Scheme]) -> None:
    """Raises Refused for levels that are none, and for a kind of resource that another scheme takes up."""
    if not scheme.levels or list(schemes.levels_of(scheme.levels)) != scheme.levels:
        raise Refused(_("A scheme has chiefs at one level or several: prefecture, county, township, village."))
    kinds = dict(Resource.Kind.choices)
    if [kind for kind in schemes.kinds_of(scheme.resource_kinds) if kind in kinds] != scheme.resource_kinds:
        raise Refused(_("Choose kinds of resource among those shown, each once."))
    taken = schemes.by_kind((other, other.resource_kinds) for other in others if other.pk != scheme.pk)
    if twice := [kind for kind in scheme.resource_kinds if kind in taken]:
        raise Refused(
            _("“%(kind)s” belongs to %(scheme)s. Take it away there first: a resource has one scheme.")
            % {"kind": kinds[twice[0]], "scheme": taken[twice[0]].name}
        )


def keep_scheme(scheme: Scheme, *, changed: Iterable[str], by: Acting) -> Event:
    """Save a scheme; its kinds of post and what it asks for follow (joins of ``resources.keep_scheme``). Raises NotPermitted, Refused."""
    with transaction.atomic():
        check_scheme(scheme, hold_schemes())
        event = rule_tables.keep(scheme, changed=changed, by=by)
        for action in joined("resources.keep_scheme"):
            action(scheme, event=event, by=by, facts={"changed": list(changed)})
    return event
