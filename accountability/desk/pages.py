"""What the case page shows, collected from every room below."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accountability.cases import reports as cases
from accountability.cases.lifecycle import BY_INSPECTION, CaseLifecycle
from accountability.cases.models import Case, Extension, Leg
from accountability.complaints.models import ClearedPhoto
from accountability.evidence.models import Evidence
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from chiefs.inspections.models import Inspection
from chiefs.patrols.models import Finding
from chiefs.posts.functions import Function
from chiefs.territory.models import Level


@dataclass(frozen=True)
class Line:
    """One line of the timeline."""

    at: datetime
    title: str
    who: str
    text: str


def label_of(act: str) -> str:
    """What an event of a case is called."""
    move = act.removeprefix("cases.")
    return _("Opened") if move == "open" else CaseLifecycle.label_of(move)


def _words(event: Event, legs: dict[tuple[str, datetime], Leg], extensions: list[Extension], case: Case) -> str:
    """The words that belong to an event; the ledger itself keeps only their commitment."""
    if event.act == "cases.ask_extension":
        return next(
            (_("%(days)s days: %(why)s") % {"days": e.days, "why": e.reason} for e in extensions if e.asked_at == event.occurred_at), ""
        )
    if event.act == "cases.decide_extension":
        return next((e.decision for e in extensions if e.decided_at == event.occurred_at), "")
    leg = legs.get((event.act, event.occurred_at))
    if leg is None:
        return ""
    to = _("To: %(post)s") % {"post": local(leg.post, "title")}
    return f"{to}\n{leg.note}" if leg.note else to


def timeline(case: Case, events: list[Event], legs: list[Leg], extensions: list[Extension]) -> list[Line]:
    """Everything that happened, newest first: what, when, who, in which words."""
    held = {(leg.how, leg.received_at): leg for leg in legs if leg.role == Leg.Role.LEAD}
    return [Line(e.occurred_at, label_of(e.act), e.post_title, _words(e, held, extensions, case)) for e in reversed(events)]


def pictures(case: Case, findings: list[Finding]) -> dict[str, list[Evidence]]:
    """Photos by where they belong: found, before, after. One query."""
    owners = [case.stream, *(f"{f._meta.label_lower}:{f.pk}" for f in findings)]
    cleared = ClearedPhoto.objects.filter(complaint__case=case).values("evidence")
    by_role: dict[str, list[Evidence]] = defaultdict(list)
    for photo in (Evidence.objects.filter(owner__in=owners) | Evidence.objects.filter(pk__in=cleared)).order_by("pk"):
        by_role[photo.role if photo.owner == case.stream else "found"].append(photo)
    return {role: by_role[role] for role in ("found", "before", "after") if by_role[role]}


def case_context(case: Case, acting: Acting) -> dict[str, Any]:
    """All that the template needs."""
    events = cases.history(case)
    legs = list(case.legs.select_related("post").order_by("received_at", "pk"))
    extensions = list(case.extensions.select_related("asked_by", "decided_by").order_by("asked_at"))
    findings = list(Finding.objects.filter(case=case).select_related("patrol", "kind"))
    inspections = list(Inspection.objects.filter(case=case).select_related("unit").order_by("pk"))
    complaints = list(case.complaints.select_related("channel").order_by("filed_at", "pk"))
    moves = [m for m in CaseLifecycle.available(case, acting) if m.name not in BY_INSPECTION]
    task = next((i for i in inspections if i.state == Inspection.State.ASKED and i.unit_id == acting.unit_id), None)
    level = dict(Level.choices)
    return {
        "case": case,
        "moves": moves,
        "task": task,
        "rows": [
            (_("Number"), case.number),
            (_("Kind of problem"), local(case.kind)),
            (_("Severity"), case.get_severity_display()),
            (_("Place"), " · ".join(local(p) for p in (case.jurisdiction.parent, case.jurisdiction) if p)),
            (_("Segment"), local(case.segment) if case.segment else ""),
            (_("Origin"), case.get_origin_display()),
            (_("Confidentiality"), case.get_label_display()),
            (_("Held by"), local(case.holder, "title")),
            (_("Assisting"), "、".join(local(leg.post, "title") for leg in legs if leg.role == Leg.Role.ASSIST and leg.left_at is None)),
            (_("What was done"), case.measure),
        ],
        "held": [(level.get(h.level, h.level), h.days) for h in cases.days_per_level(case)],
        "findings": findings,
        "complaints": complaints,
        "may_open_complaints": acting.may(Function.INTAKE),
        "inspections": inspections,
        "extensions": extensions,
        "photos": pictures(case, findings),
        "timeline": timeline(case, events, legs, extensions),
        "closed": case.state == Case.State.SIGNED_OFF,
    }
