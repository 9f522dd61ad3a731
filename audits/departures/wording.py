"""The frozen rows of evidence in the reader's language: what each fact is called, how it reads, and whether the row met what is asked."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.cases.models import Severity

from .models import EvidenceRow

#: fact: what it is called; a fact that stands in no line is of use to the machine alone
FACTS: dict[str, Promise] = {
    "number": gettext_lazy("Number"),
    "title": gettext_lazy("Title"),
    "segment": gettext_lazy("Segment"),
    "indicator": gettext_lazy("Indicator"),
    "period": gettext_lazy("Period"),
    "day": gettext_lazy("Day"),
    "arrived_on": gettext_lazy("Received"),
    "walked_m": gettext_lazy("Walked (m)"),
    "valid": gettext_lazy("Patrol counts"),
    "findings": gettext_lazy("Findings"),
    "wanted": gettext_lazy("Patrols asked for"),
    "done": gettext_lazy("Patrols made that count"),
    "met": gettext_lazy("Met"),
    "severity": gettext_lazy("Severity"),
    "happened_on": gettext_lazy("Happened on"),
    "received_on": gettext_lazy("Reached the post on"),
    "left_on": gettext_lazy("Left the post on"),
    "days_held": gettext_lazy("Days held"),
    "due": gettext_lazy("Legal date"),
    "done_on": gettext_lazy("Reported done on"),
    "signed_off_on": gettext_lazy("Signed off on"),
    "late": gettext_lazy("Late"),
    "times_returned": gettext_lazy("Times sent back"),
    "times_reopened": gettext_lazy("Times reopened"),
    "replied_on": gettext_lazy("Answered on"),
    "satisfied": gettext_lazy("The citizen is satisfied"),
    "value": gettext_lazy("Value"),
    "text": gettext_lazy("In words"),
    "target": gettext_lazy("Target"),
    "binding": gettext_lazy("Binding indicator"),
    "source": gettext_lazy("Source"),
}
#: fact that says whether a row met what is asked, and whether it does so by being true
OUTCOMES = {
    "obligations": ("met", True),
    "patrols": ("valid", True),
    "cases": ("late", False),
    "complaints": ("late", False),
    "indicators": ("met", True),
}


def span(since: date, until: date | None) -> str:
    """A half-open period as people write it, both ends included; "…" while it runs."""
    return f"{since} – {until - timedelta(days=1) if until else '…'}"


def _told(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "severity":
        return str(Severity(value).label)
    if name == "days_held":
        return f"{value:.1f}"
    return str(value)


def facts(row: EvidenceRow) -> list[tuple[str, str]]:
    """What the row says, in the order of FACTS; what is not known is left out."""
    given: dict[str, Any] = json.loads(row.facts)
    if given.get("since") and given.get("until"):
        given["period"] = span(date.fromisoformat(given["since"]), date.fromisoformat(given["until"]))
    return [(str(label), _told(name, given[name])) for name, label in FACTS.items() if given.get(name) not in (None, "")]


def outcome(row: EvidenceRow) -> str:
    """Whether the row met what is asked, in one word; empty where that cannot be said."""
    name, good = OUTCOMES[row.block]
    value = json.loads(row.facts).get(name)
    if value is None:
        return ""
    return _("met") if value is good else _("not met")
