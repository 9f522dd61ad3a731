"""Choosing a place and a day: the same two questions above every list of the register."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accountability.kit import days
from chiefs.territory.models import Jurisdiction, Level

MOST_WORDS = 80


@dataclass(frozen=True)
class Asked:
    """What a list was asked for. ``fault`` is a sentence when a part of it could not be read; the list then shows today."""

    on: date
    words: str = ""
    within: Jurisdiction | None = None
    chain: list[Jurisdiction] = field(default_factory=list)
    below: list[Jurisdiction] = field(default_factory=list)
    fault: str = ""

    @property
    def past(self) -> bool:
        return self.on != days.today()

    def query(self, **other: str) -> str:
        """The rest of a query string for the ways to other pages, beginning with '&'."""
        told = {"q": self.words, "place": self.within.key if self.within else "", **other}
        if self.past:
            told["on"] = self.on.isoformat()
        told = {name: value for name, value in told.items() if value}
        return f"&{urlencode(told)}" if told else ""


def directly_below(rows: Any, within: Jurisdiction | None) -> Any:
    """The places that may be chosen next, all of one level: of the prefecture its counties with the special units that report like
    one, of a county its townships."""
    if within is None or within.level == Level.PREFECTURE:
        found = rows.filter(level=Level.COUNTY)
    else:
        found = rows.filter(parent=within, special=False).exclude(level=Level.VILLAGE)
    return found.order_by("special", F("code").asc(nulls_last=True), "pk")


def asked(request: HttpRequest) -> Asked:
    """The day (``on``), the place (``place``, the ``Jurisdiction.key`` of one of that day) and the words (``q``). Three queries at most."""
    words = request.GET.get("q", "").strip()[:MOST_WORDS]
    on, fault = days.today(), ""
    if told := request.GET.get("on", "").strip():
        try:
            on = date.fromisoformat(told)
        except ValueError:
            fault = _("Write the day as year-month-day, e.g. 2026-05-06.")
    rows = Jurisdiction.objects.in_force(on)
    within = None
    if key := request.GET.get("place", "").strip()[:MOST_WORDS]:
        within = rows.keyed(key).select_related("parent__parent__parent").first()
        if within is None:
            fault = _("There was no division with the code %(code)s on that day.") % {"code": key}
    chain: list[Jurisdiction] = []
    place = within
    while place is not None:
        chain.insert(0, place)
        place = place.parent
    below = list(directly_below(rows, within))
    return Asked(on, words, within, chain, below, fault)
