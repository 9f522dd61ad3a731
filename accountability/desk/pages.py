"""What the case page shows, collected from every room below."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.translation import gettext as _

from accountability.cases import reports as cases
from accountability.cases.lifecycle import BY_INSPECTION, CaseLifecycle
from accountability.cases.models import Case, Extension, Leg
from accountability.cases.sites import may_name
from accountability.cases.ways import LEG_POST
from accountability.complaints.models import ClearedPhoto, Complaint
from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from chiefs.inspections.models import Inspection
from chiefs.patrols.models import Finding
from chiefs.posts.functions import Function
from chiefs.posts.reports import posts_over
from chiefs.territory.models import Level

#: The step that brings the case on stands first (and is the prominent button); what sends it back or puts it off stands last.
ORDER = ("sign_off", "decide_extension", "hand_over", "report_done", "report_up", "hand_down", "ask_extension", "send_back", "reopen")
LATE_ARRIVAL = timedelta(minutes=10)  # from then on the time of arrival is shown beside the time at which it happened


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
    named = {"open": _("Opened"), "name_site": _("Regulated site named"), "follow_site": _("Regulated site merged")}
    return named[move] if move in named else CaseLifecycle.label_of(move)


def _answer(legs: list[Leg], at: datetime) -> str:
    """What was reported done at a moment: the answer of whoever held the case then."""
    held = (leg for leg in legs if leg.role == Leg.Role.LEAD and leg.received_at <= at and (leg.left_at is None or at <= leg.left_at))
    return next((leg.answer for leg in held if leg.answer), "")


def _words(event: Event, legs: list[Leg], extensions: list[Extension]) -> str:
    """The words that belong to an event; the ledger itself keeps only their commitment."""
    if event.act == "cases.report_done":
        return _answer(legs, event.occurred_at)
    if event.act == "cases.ask_extension":
        return next(
            (_("%(days)s days: %(why)s") % {"days": e.days, "why": e.reason} for e in extensions if e.asked_at == event.occurred_at), ""
        )
    if event.act == "cases.decide_extension":
        return next((e.decision for e in extensions if e.decided_at == event.occurred_at and e.decision), "")
    leg = next((leg for leg in legs if (leg.how, leg.received_at) == (event.act, event.occurred_at)), None)
    if leg is None:
        return ""
    if leg.role == Leg.Role.ASSIST:  # the remark of whoever signed off
        return leg.note
    to = _("To: %(post)s") % {"post": local(leg.post, "title")}
    return f"{to}\n{leg.note}" if leg.note else to


def _line(event: Event, legs: list[Leg], extensions: list[Extension]) -> Line:
    words = _words(event, legs, extensions)
    if event.act != "cases.open" and event.recorded_at - event.occurred_at > LATE_ARRIVAL:
        came = _("Arrived here on %(moment)s.") % {"moment": event.recorded_at.astimezone(days.SHANGHAI).strftime("%Y-%m-%d %H:%M")}
        words = f"{words}\n{came}" if words else came
    return Line(event.occurred_at, label_of(event.act), event.post_title, words)


def timeline(events: list[Event], legs: list[Leg], extensions: list[Extension]) -> list[Line]:
    """Everything that happened, newest first: what, when, by which post as it was called then, in which words."""
    by_role = sorted(legs, key=lambda leg: leg.role != Leg.Role.LEAD)  # of one move the holder's leg says where it went
    return [_line(event, by_role, extensions) for event in reversed(events)]


def pictures(case: Case, findings: list[Finding], inspections: list[Inspection], complaints: list[Complaint]) -> dict[str, list[Evidence]]:
    """Photos by where they belong: found, before, after, seen on a visit. One query."""
    found = [f"{finding._meta.label_lower}:{finding.pk}" for finding in findings]
    visits = [inspection.stream for inspection in inspections]
    owners = Q(owner__in=[case.stream, *found, *visits])
    if complaints:
        owners |= Q(pk__in=ClearedPhoto.objects.filter(complaint__in=complaints).values("evidence"))
    by_role: dict[str, list[Evidence]] = defaultdict(list)
    for photo in Evidence.objects.filter(owners).order_by("pk"):
        own = photo.role if photo.owner == case.stream else ""
        by_role[own or ("visit" if photo.owner in visits else "found")].append(photo)
    return {role: by_role[role] for role in ("found", "before", "after", "visit") if by_role[role]}


def complaints_of(case: Case, acting: Acting) -> list[Complaint]:
    """The complaints that were joined, but none about the own unit or about who leads it."""
    rows = case.complaints.defer("text_sealed", "place_text_sealed").select_related("channel").order_by("filed_at", "pk")
    return list(rows.filter(Q(subject_post=None) | ~Q(subject_post__in=posts_over(acting.unit_id, days.today()))))


def case_context(case: Case, acting: Acting) -> dict[str, Any]:
    """All that the template needs. The legs and extensions that the lifecycle asks for are those of the page."""
    events = cases.history(case)
    happened = {event.act for event in events}
    extensions_asked = Extension.objects.select_related("asked_by", "decided_by").order_by("asked_at")
    visits_asked = Inspection.objects.filter(case=case).select_related("unit").order_by("pk")
    prefetch_related_objects(
        [case],
        Prefetch("legs", Leg.objects.select_related(*LEG_POST).order_by("received_at", "pk")),
        # What never happened need not be looked for.
        Prefetch("extensions", extensions_asked if "cases.ask_extension" in happened else extensions_asked.none()),
    )
    legs, extensions = list(case.legs.all()), list(case.extensions.all())
    inspections = list(visits_asked if "cases.report_done" in happened else ())
    findings = list(Finding.objects.filter(case=case).select_related("patrol", "kind"))
    complaints = complaints_of(case, acting)
    moves = sorted((m for m in CaseLifecycle.available(case, acting) if m.name not in BY_INSPECTION), key=lambda m: ORDER.index(m.name))
    task = next((i for i in inspections if i.state == Inspection.State.ASKED and i.unit_id == acting.unit_id), None)
    held = cases.days_held(case)
    level = dict(Level.choices)
    return {
        "case": case,
        "moves": moves,
        "may_name_site": may_name(case, acting),
        "task": task,
        "rows": [
            (_("Number"), case.number),
            (_("Kind of problem"), local(case.kind)),
            (_("Severity"), case.get_severity_display()),
            (_("Place"), " · ".join(local(p) for p in (case.jurisdiction.parent, case.jurisdiction) if p)),
            (_("Segment"), local(case.segment) if case.segment else ""),
            *([(_("Notice board"), f"{case.signboard.code} · {local(case.signboard, 'place')}")] if case.signboard else []),
            (_("Origin"), case.get_origin_display()),
            (_("Confidentiality"), case.get_label_display()),
            (_("Last held by") if case.state == Case.State.SIGNED_OFF else _("Held by"), local(case.holder, "title")),
            (_("Days held"), held),
            (_("Assisting"), "、".join(local(leg.post, "title") for leg in legs if leg.role == Leg.Role.ASSIST and leg.left_at is None)),
            (_("What was done"), case.measure),
        ],
        "held": [(level.get(h.level, h.level), h.days) for h in cases.days_per_level(case)],
        "findings": findings,
        "complaints": complaints,
        "own_complaints": {c.pk for c in complaints if acting.may(Function.INTAKE) and c.intake_unit_id == acting.unit_id},
        "inspections": inspections,
        "extensions": extensions,
        "photos": pictures(case, findings, inspections, complaints),
        "timeline": timeline(events, legs, extensions),
        "closed": case.state == Case.State.SIGNED_OFF,
    }
