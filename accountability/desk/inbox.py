"""The officers' inbox: the open cases of the own unit, the legal date first, read off one index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accountability.cases.models import Case, CaseScope, Leg
from accountability.kit import days
from accountability.kit.pieces import pieces
from accountability.ledger.acting import Acting

PER_PAGE, PER_FILE = 50, 500
NEAR_DAYS = 3
MOST_COUNTED = 100  # "99+": a count that grows without end would make the page slower with every case

#: name of the tab: label
TABS = {
    "mine": _("To act on"),
    "in_work": Case.State.IN_WORK.label,
    "near": _("Due soon"),
    "late": _("Late"),
    "to_verify": Case.State.DONE.label,
    "watching": _("Watching"),
    "all": _("All open"),
}
COUNTED = tuple(tab for tab in TABS if tab != "all")


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


def is_place(after: str) -> bool:
    """Whether this is a place in the list, as the link to the next page says it: a day and a number."""
    due, _sep, pk = after.partition("_")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return False
    try:
        return date.fromisoformat(due).isoformat() == due
    except ValueError:
        return False


def _scopes(acting: Acting) -> QuerySet[CaseScope]:
    """The inbox of the own unit. Sealed cases and those about the unit or who leads it have no row there (cases.follow)."""
    return CaseScope.objects.filter(unit_id=acting.unit_id)


def _in_tab(rows: QuerySet[CaseScope], tab: str, today: date) -> QuerySet[CaseScope]:
    which = {
        "mine": Q(mine=True),
        "in_work": Q(state=Case.State.IN_WORK),
        "near": Q(due__gte=today, due__lte=today + timedelta(days=NEAR_DAYS)),
        "late": Q(due__lt=today),
        "to_verify": Q(mine=True, state=Case.State.DONE),
        "watching": Q(mine=False),
        "all": Q(),
    }[tab]
    return rows.filter(which)


def counts(acting: Acting, today: date) -> dict[str, str]:
    """How many cases lie in each tab, up to 99+. One statement each, none of which counts more than a hundred rows."""
    found = {}
    for tab in COUNTED:
        count = _in_tab(_scopes(acting), tab, today)[:MOST_COUNTED].count()
        found[tab] = str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
    return found


def listed(acting: Acting, tab: str, today: date) -> Iterator[Row]:
    """The whole tab in the same order, for a file. Two statements for each five hundred."""
    rows = _in_tab(_scopes(acting), tab, today).order_by("due", "case_id")
    scopes = rows.select_related("case__holder", "case__kind", "case__segment", "case__jurisdiction")
    for some in pieces(scopes.iterator(chunk_size=PER_FILE), PER_FILE):
        yield from _rows(some, today)


def _rows(scopes: list[CaseScope], today: date) -> list[Row]:
    """Lines of the inbox, with since when each case is held. One statement."""
    since = dict(
        Leg.objects.filter(case__in=[s.case_id for s in scopes], role=Leg.Role.LEAD, left_at=None).values_list("case", "received_at")
    )
    found = []
    for scope in scopes:
        held = days.day_of(since[scope.case_id]) if scope.case_id in since else None
        found.append(Row(scope.case, scope.due, scope.mine, held, (today - held).days if held else None))
    return found


def page(acting: Acting, tab: str, today: date, after: str = "") -> Inbox:
    """Fifty cases from a place in the list on; the legal date ascending, then the older case first. Two statements."""
    rows = _in_tab(_scopes(acting), tab, today).order_by("due", "case_id")
    due, _sep, pk = after.partition("_")  # its form was checked by the door
    if due and pk:
        rows = rows.filter(Q(due__gt=due) | Q(due=due, case_id__gt=int(pk)))
    scopes = list(rows.select_related("case__holder", "case__kind", "case__segment", "case__jurisdiction")[: PER_PAGE + 1])
    more, scopes = len(scopes) > PER_PAGE, scopes[:PER_PAGE]
    return Inbox(_rows(scopes, today), f"{scopes[-1].due}_{scopes[-1].case_id}" if more else "")
