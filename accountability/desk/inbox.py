"""The officers' inbox: the open cases of the own unit, the legal date first, read off one index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accountability.cases.models import Case, CaseScope, Leg
from accountability.kit import days
from accountability.ledger.acting import Acting

PER_PAGE = 50
NEAR_DAYS = 3
MOST_COUNTED = 100  # "99+": a count that grows without end would make the page slower with every case

#: name of the tab: label
TABS = {
    "mine": _("To act on"),
    "near": _("Due soon"),
    "late": _("Late"),
    "watching": _("Watching"),
    "all": _("All open"),
}


@dataclass(frozen=True)
class Row:
    """One line of the inbox."""

    case: Case
    due: date
    mine: bool
    held_since: date | None
    held_days: int | None


@dataclass(frozen=True)
class Inbox:
    """One page of a tab; ``after`` is where the next one begins, empty at the end."""

    rows: list[Row]
    after: str


def _scopes(acting: Acting) -> QuerySet[CaseScope]:
    """Rows of the own unit that the post may see; whoever is complained of has none."""
    return CaseScope.objects.filter(unit_id=acting.unit_id).exclude(case__label="sealed")


def _in_tab(rows: QuerySet[CaseScope], tab: str, today: date) -> QuerySet[CaseScope]:
    which = {
        "mine": Q(mine=True),
        "near": Q(due__gte=today, due__lte=today + timedelta(days=NEAR_DAYS)),
        "late": Q(due__lt=today),
        "watching": Q(mine=False),
        "all": Q(),
    }[tab]
    return rows.filter(which)


def counts(acting: Acting, today: date) -> dict[str, str]:
    """How many cases lie in each tab, up to 99+. One statement each, none of which reads more than a hundred rows."""
    found = {}
    for tab in ("mine", "near", "late", "watching"):
        count = _in_tab(CaseScope.objects.filter(unit_id=acting.unit_id), tab, today)[:MOST_COUNTED].count()
        found[tab] = str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
    return found


def page(acting: Acting, tab: str, today: date, after: str = "", number: str = "") -> Inbox:
    """Fifty cases from a place in the list on; the legal date ascending, then the older case first. Two statements."""
    rows = _in_tab(_scopes(acting), tab, today).order_by("due", "case_id")
    if number:
        rows = rows.filter(case__number=number.strip().upper())
    due, _sep, pk = after.partition("_")
    if due and pk:
        rows = rows.filter(Q(due__gt=due) | Q(due=due, case_id__gt=int(pk)))
    scopes = list(rows.select_related("case__holder", "case__kind", "case__segment", "case__jurisdiction")[: PER_PAGE + 1])
    more, scopes = len(scopes) > PER_PAGE, scopes[:PER_PAGE]
    since = dict(
        Leg.objects.filter(case__in=[s.case_id for s in scopes], role=Leg.Role.LEAD, left_at=None).values_list("case", "received_at")
    )
    found = []
    for scope in scopes:
        held = days.day_of(since[scope.case_id]) if scope.case_id in since else None
        found.append(Row(scope.case, scope.due, scope.mine, held, (today - held).days if held else None))
    return Inbox(found, f"{scopes[-1].due}_{scopes[-1].case_id}" if more else "")
