"""Regulated sites as the real action enters them."""

from __future__ import annotations

import itertools
from typing import Any

from chiefs.sites import actions, rules
from chiefs.sites.models import Site

from .posts import Chain, acting_for

_serial = itertools.count(1)


def credit_code() -> str:
    """A code with the right check sign that belongs to nobody: registered at division 000000."""
    first = f"92000000{next(_serial):09d}"
    return first + rules.check_sign(first)


def site(world: Chain, **facts: Any) -> Site:
    """A site in the village of the chain, entered by its county's chief office."""
    given: dict[str, Any] = {
        "kind": Site.Kind.ENTERPRISE,
        "name": f"试验砂石厂{next(_serial)}",
        "place": world.place,
        "by": acting_for(world.office),
    }
    return actions.register(**given | facts)
