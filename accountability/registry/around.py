"""Where a page begins that is about the own register only: at the place of whoever reads it."""

from __future__ import annotations

from dataclasses import replace

from accountability.ledger.acting import Acting
from accountability.public.places import Asked, directly_below
from chiefs.territory.models import Jurisdiction


def at_home(ask: Asked, acting: Acting) -> Asked:
    """The same question about the place of the reader's post, where no place was asked for. Two queries."""
    if ask.within is not None:
        return ask
    rows = Jurisdiction.objects.in_force(ask.on)
    home = rows.filter(pk=acting.jurisdiction_id).select_related("parent__parent__parent").first()
    if home is None:  # it did not stand on that day: the whole reach is shown
        return ask
    chain: list[Jurisdiction] = []
    place: Jurisdiction | None = home
    while place is not None:
        chain.insert(0, place)
        place = place.parent
    return replace(ask, within=home, chain=chain, below=list(directly_below(rows, home)))
