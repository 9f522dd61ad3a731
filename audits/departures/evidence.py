"""Collecting the evidence of exactly one term: rows of patrols, cases, complaints and indicators, each as plain facts."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from accountability.cases import reports as cases
from accountability.complaints import reports as complaints
from accountability.complaints.models import Complaint
from accountability.ledger.models import canonical
from audits.indicators import reports as indicators
from chiefs.patrols import reports as patrols

from . import wording
from .models import Audit, EvidenceRow

RULE = "duties.patrolobligation"
GOOD = {Complaint.Satisfaction.SATISFIED, Complaint.Satisfaction.MOSTLY}


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else str(value) if hasattr(value, "as_tuple") else value
        for name, value in facts.items()
    }


def rows_of(audit: Audit) -> list[EvidenceRow]:
    """The rows of the term, in a fixed order, not saved. First day in, ``until`` out: the predecessor's and successor's stay out."""
    found = [*_patrols(audit), *_cases(audit), *_indicators(audit)]
    for place, row in enumerate(found, 1):
        row.place = place
        row.sha256 = digest(row)
    return found


def digest(row: EvidenceRow) -> str:
    """The hash of what a row says; the same facts give the same hash on any day."""
    content = canonical({"block": row.block, "stream": row.stream, "day": row.day.isoformat(), "label": row.label, "facts": row.facts})
    return hashlib.sha256(b"\x02" + content.encode()).hexdigest()


def altered(audit: Audit) -> list[EvidenceRow]:
    """Frozen rows whose content no longer gives their hash; empty is right."""
    return [row for row in audit.evidence.all() if digest(row) != row.sha256]


def _row(audit: Audit, block: str, stream: str, day: date, label: str, facts: dict[str, Any]) -> EvidenceRow:
    return EvidenceRow(audit=audit, block=block, stream=stream, day=day, label=label[:200], facts=canonical(_plain(facts)))


def _patrols(audit: Audit) -> list[EvidenceRow]:
    walked = patrols.of_tenure(audit.tenure, audit.since, audit.until)
    asked = patrols.asked_of(audit.post, audit.since, audit.until)
    owed = [
        _row(
            audit,
            "obligations",
            f"duties.patrolobligation:{a.rule_id}",
            a.since,
            f"{a.segment} {wording.span(a.since, a.until)}",
            asdict(a),
        )
        for a in asked
    ]
    return owed + [_row(audit, "patrols", w.stream, w.day, f"{w.number} {w.segment}", asdict(w)) for w in walked]


def _cases(audit: Audit) -> list[EvidenceRow]:
    handled = cases.of_post(audit.post_id, audit.since, audit.until)
    rows = [
        _row(audit, "cases", h.stream, h.received_on, f"{h.number} {h.title}", {**asdict(h), "returned": h.times_returned > 0})
        for h in handled
    ]
    for a in complaints.answered([h.case_id for h in handled], audit.since, audit.until):
        rows.append(_row(audit, "complaints", a.stream, a.accepted_on, a.number, _complaint(a, audit.until)))
    return rows


def _complaint(answered: complaints.Answered, end: date) -> dict[str, Any]:
    """Late, and satisfied, as far as that could be said at the end of the term; nothing of who complained."""
    replied, due = answered.replied_on, answered.due
    known = replied or end
    return {
        "number": answered.number,
        "due": due,
        "replied_on": replied,
        "late": known > due if replied or known > due else None,
        "satisfied": answered.satisfaction in GOOD if answered.satisfaction else None,
    }


def _indicators(audit: Audit) -> list[EvidenceRow]:
    seen = indicators.observations(audit.post.unit.jurisdiction, audit.since, audit.until)
    return [
        _row(audit, "indicators", o.stream, o.until - timedelta(days=1), f"{o.indicator} {wording.span(o.since, o.until)}", asdict(o))
        for o in seen
        if o.binding
    ]
