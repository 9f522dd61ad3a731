"""Who keeps the register where. Pure."""

from __future__ import annotations

from accountability.ledger.acting import Acting
from chiefs.territory.models import Level

from .functions import Function


def keeps(by: Acting) -> bool:
    """Whether a post keeps some part of the register; where is said by ``keeps_register``."""
    return by.may(Function.CHIEF_OFFICE) or (by.may(Function.RECEIVER) and by.level == Level.TOWNSHIP)


def keeps_register(by: Acting, path: str, jurisdiction_id: int | None) -> bool:
    """Whether a post enters and changes what is registered at a place.

    A chief office does so in its whole reach; a township's government desk for the township and its villages, because there
    is no chief office below the county.
    """
    return keeps(by) and by.reach.holds(path, jurisdiction_id)
