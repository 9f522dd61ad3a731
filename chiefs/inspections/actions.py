"""Every write about inspections. A visit and what it does to the case are one transaction, the case locked first."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accountability.cases import actions as cases
from accountability.cases import reports as case_reports
from accountability.cases.models import Case
from accountability.clocks import reports as clocks
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from accountability.notices import actions as notices
from accountability.notices import wording
from accountability.papers.actions import take_number
from chiefs.posts import reports as posts

from .lifecycle import InspectionLifecycle
from .models import Inspection

NUMBER_KIND = "J"
wording.register(
    "inspections:detail", inspection_asked=_("Case %(case)s is reported done. Go and look: inspection %(number)s, due %(due)s.")
)


def ask(case: Case, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of cases.report_done: another unit is asked to go and look."""
    unit = case_reports.verifier(case)
    if unit is None:
        raise Refused(str(_("No other unit can verify this case yet. Ask the chief office of the level above to set one up.")))
    due, _term = clocks.due("inspection.visit", days.today(), jurisdiction=case.jurisdiction)
    inspection = Inspection(number=take_number(NUMBER_KIND), case=case, unit=unit, asked_at=event.occurred_at, due=due)
    InspectionLifecycle.begin(inspection, by=by, act="ask", facts={"case": case, "unit": unit, "due": due})
    notices.tell(
        posts.desks_of(unit.pk, days.today()),
        kind="inspection-asked",
        about=inspection.stream,
        number=inspection.number,
        params={"case": case.number, "due": due.isoformat()},
        key=f"{inspection.stream}:asked",
    )


def _answer(
    move: str, inspection: Inspection, report: str, visited_at: datetime, by: Acting, expect: int, client_ref: uuid.UUID | None
) -> Event:
    """Both records in one transaction; the lower room's row is locked first, as everywhere."""
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=inspection.case_id)
        event = InspectionLifecycle.perform(
            move, inspection, by=by, expect=expect, client_ref=client_ref, report=Words(report), visited_at=visited_at
        )
        if inspection.version != expect + 1 or event.before != Inspection.State.ASKED:
            return event
        own = uuid.uuid5(inspection.client_ref, move)
        if not Event.objects.filter(client_ref=own).exists():
            step = cases.confirm if move == "confirm" else cases.return_to_work
            step(case, note=report, by=by, expect=case.version, client_ref=own)
    return event


def confirm(
    inspection: Inspection, *, report: str, visited_at: datetime, by: Acting, expect: int, client_ref: uuid.UUID | None = None
) -> Event:
    """Seen: it is done. The case is verified."""
    return _answer("confirm", inspection, report, visited_at, by, expect, client_ref)


def send_back(
    inspection: Inspection, *, report: str, visited_at: datetime, by: Acting, expect: int, client_ref: uuid.UUID | None = None
) -> Event:
    """Seen: it is not done. The case goes back to work."""
    return _answer("send_back", inspection, report, visited_at, by, expect, client_ref)
