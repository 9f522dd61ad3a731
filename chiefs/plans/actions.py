"""Every write about river plans: drafting, the five lists, review and approval, and what is reported on the tasks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accountability.kit import days
from accountability.ledger import once
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from accountability.papers import actions as papers
from accountability.papers.models import Paper
from chiefs.posts.models import Post, Unit
from chiefs.posts.rules import keeps_register
from chiefs.resources.models import Resource, Segment
from chiefs.territory.models import Jurisdiction, Level

from . import printing, reports, rules
from .lifecycle import RiverPlanLifecycle
from .models import PlanItem, Progress, RiverPlan

NUMBER_KIND = "G"  # 规
K = PlanItem.Kind
S = RiverPlan.State
MOST_LINES = 300
COPIED = ("text", "text_bo", "figure", "post_id", "unit_id", "due", "order")


@dataclass(frozen=True)
class Line:
    """What stands in one line of a list; who and by when only in the list of responsibilities."""

    text: str
    text_bo: str = ""
    figure: str = ""
    post: Post | None = None
    unit: Unit | None = None
    due: date | None = None


def draft(
    *,
    resource: Resource,
    segment: Segment | None,
    jurisdiction: Jurisdiction,
    since: date,
    situation: str,
    by: Acting,
    until: date | None = None,
    term_basis: str = "",
    client_ref: uuid.UUID | None = None,
    demonstration: bool = False,
) -> RiverPlan:
    """Begin the first edition of a plan. Its last day follows from the level of the highest chief; another needs its document.

    Raises NotPermitted for a post that does not keep the register there, Refused while nobody answers for the water or when there
    is a plan already, Mismatch when the reference was used for another water.
    """
    with once.begin(client_ref):
        if client_ref is not None and (known := RiverPlan.objects.filter(client_ref=client_ref).first()):
            if (known.resource_id, known.segment_id) != (resource.pk, segment.pk if segment else None):
                raise Mismatch
            return known
        if not keeps_register(by, jurisdiction.path, jurisdiction.pk):
            raise NotPermitted
        if not _concerns(resource, segment, jurisdiction):
            raise Refused(
                _("This water has no segment in force there. Choose the place whose government approves the plan, or another water.")
            )
        standing = RiverPlan.objects.filter(resource=resource, segment=segment, jurisdiction=jurisdiction).exclude(state=S.DROPPED)
        if there := standing.order_by("edition").last():
            raise Refused(
                _("There is a plan for this water already: %(number)s. Open it, and begin its next edition there.") % {"number": there}
            )
        plan = RiverPlan(
            resource=resource,
            segment=segment,
            jurisdiction=jurisdiction,
            situation=situation.strip(),
            unit_id=by.unit_id,
            since=since,
            client_ref=client_ref or uuid.uuid4(),
            demonstration=demonstration,
            **_term(resource, segment, jurisdiction, since, until, term_basis),
        )
        return _begin(plan, by)


def _begin(plan: RiverPlan, by: Acting) -> RiverPlan:
    facts = {
        "resource": plan.resource,
        "segment": plan.segment,
        "place": plan.jurisdiction,
        "edition": plan.edition,
        "since": plan.since,
        "until": plan.until,
        "rule": plan.rule_id,
        "situation": Words(plan.situation),
    }
    try:
        with transaction.atomic():
            plan.number = papers.take_number(NUMBER_KIND)
            RiverPlanLifecycle.begin(plan, by=by, act="draft", facts=facts)
    except IntegrityError:
        others = RiverPlan.objects.filter(resource=plan.resource, segment=plan.segment, jurisdiction=plan.jurisdiction)
        begun = others.filter(state__in=[S.DRAFT, S.REVIEWED]).first()
        raise Refused(_("A plan for this water is on its way already: %(number)s. Open that one.") % {"number": begun or "…"}) from None
    return plan


def _concerns(resource: Resource, segment: Segment | None, place: Jurisdiction) -> bool:
    rows = Segment.objects.in_force(days.today()).filter(resource=resource)
    if segment is not None:
        rows = rows.filter(pk=segment.pk)
    if place.level in (Level.PREFECTURE, Level.COUNTY) and not place.special:
        return any(path.startswith(place.path) for path in rows.values_list("path", flat=True))
    return rows.filter(jurisdiction__in=[place.pk, *place.children.values_list("pk", flat=True)]).exists()


def _term(resource: Resource, segment: Segment | None, place: Jurisdiction, since: date, until: date | None, basis: str) -> dict[str, Any]:
    """The last day by the rule, or by a document that says another."""
    level = reports.highest_level(resource, segment, place, max(since, days.today()))
    if level is None:
        raise Refused(_("Nobody answers for this water there yet, so that its plan has no term. Name a chief first."))
    row = reports.term(level, since, place)
    if until is None and row is None:
        raise Refused(_("No rule says for how long a plan holds. Enter its last day and the document that says so."))
    if until is not None and not basis.strip():
        raise Refused(_("Name the document that gives the plan another term than the rule."))
    if until is None and row is not None:
        until = rules.years_after(since, row.years)
        basis = ""
    if until is None or until <= since:
        raise Refused(_("The plan ends after its first day. Correct the days."))
    return {"until": until, "term_basis": basis.strip(), "highest_level": level, "rule": row}


def rewrite(
    plan: RiverPlan,
    *,
    situation: str,
    since: date,
    by: Acting,
    expect: int,
    until: date | None = None,
    term_basis: str = "",
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Write the situation and the days of a draft anew."""
    found = _term(plan.resource, plan.segment, plan.jurisdiction, since, until, term_basis)
    outside = plan.items.filter(Q(due__lt=since) | Q(due__gte=found["until"]), withdrawn=False).count()
    if outside:
        raise Refused(
            ngettext(
                "%(count)s line is to be done on a day outside this term. Change its day first.",
                "%(count)s lines are to be done on days outside this term. Change their days first.",
                outside,
            )
            % {"count": outside}
        )
    values = {
        "situation": Words(situation.strip()),
        "since": since,
        "until": found["until"],
        "term_basis": Words(found["term_basis"]),
        "highest_level": found["highest_level"],
        "rule_id": found["rule"].pk if found["rule"] else None,
    }
    return RiverPlanLifecycle.perform("write", plan, by=by, expect=expect, client_ref=client_ref, part="plan", values=values)


def add_line(
    plan: RiverPlan, *, kind: str, line: Line, by: Acting, expect: int, above: PlanItem | None = None, client_ref: uuid.UUID | None = None
) -> PlanItem:
    """Add a line to one of the five lists of a draft, under the line of the list before it that it answers to."""
    with once.on(plan, client_ref) as new:
        _check(plan, kind, above, line)
        values = _told(line)
        RiverPlanLifecycle.perform(
            "write", plan, by=by, expect=expect, client_ref=client_ref, part=kind, item=above.pk if above else None, values=values
        )
        if not new:  # sent twice: the line is there
            return PlanItem.objects.filter(plan=plan, kind=kind, above=above, text=line.text.strip()).latest("pk")
        order = PlanItem.objects.filter(plan=plan, kind=kind).count()
        if order >= MOST_LINES:
            raise Refused(_("A list has at most %(most)s lines.") % {"most": MOST_LINES})
        return PlanItem.objects.create(plan=plan, kind=kind, above=above, order=order, **_columns(line))


def change_line(item: PlanItem, *, line: Line, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Write a line of a draft anew; where it hangs stays."""
    plan = item.plan
    with transaction.atomic():
        _check(plan, item.kind, item.above, line)
        event = RiverPlanLifecycle.perform(
            "write", plan, by=by, expect=expect, client_ref=client_ref, part=item.kind, item=item.pk, values=_told(line)
        )
        for name, value in _columns(line).items():
            setattr(item, name, value)
        item.save()
    return event


def take_out(item: PlanItem, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Take a line out of a draft with everything that answers to it."""
    plan = item.plan
    with transaction.atomic():
        event = RiverPlanLifecycle.perform(
            "write", plan, by=by, expect=expect, client_ref=client_ref, part=item.kind, item=item.pk, values={"withdrawn": True}
        )
        frontier = [item.pk]
        while frontier:
            PlanItem.objects.filter(pk__in=frontier).update(withdrawn=True)
            frontier = list(PlanItem.objects.filter(above__in=frontier, withdrawn=False).values_list("pk", flat=True))
    return event


def _check(plan: RiverPlan, kind: str, above: PlanItem | None, line: Line) -> None:
    if kind not in K.values:
        raise Refused(_("There is no such list."))
    wanted = rules.above(kind)
    fits = (
        above is None if wanted is None else above is not None and above.kind == wanted and above.plan_id == plan.pk and not above.withdrawn
    )
    if not fits:
        raise Refused(_("Choose the line of the list before to which this one answers."))
    if not line.text.strip():
        raise Refused(_("Write what the line says."))
    who = [line.post, line.unit]
    if kind == K.RESPONSIBILITY and (sum(w is not None for w in who) != 1 or line.due is None):
        raise Refused(_("Say who is responsible, a post or a unit, and by when."))
    if kind != K.RESPONSIBILITY and (any(who) or line.due):
        raise Refused(_("Who and by when is said in the list of responsibilities."))
    if line.due is not None and not plan.since <= line.due < plan.until:
        raise Refused(
            _("What is to be done is done within the term of the plan, %(since)s to %(until)s.")
            % {"since": plan.since, "until": plan.until - timedelta(days=1)}
        )


def _columns(line: Line) -> dict[str, Any]:
    return {
        "text": line.text.strip(),
        "text_bo": line.text_bo.strip(),
        "figure": line.figure.strip(),
        "post": line.post,
        "unit": line.unit,
        "due": line.due,
    }


def _told(line: Line) -> dict[str, Any]:
    return {name: Words(value) if isinstance(value, str) else value for name, value in _columns(line).items()}


def review(plan: RiverPlan, *, opinion: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The chief of the water has read the plan and stands for it."""
    return RiverPlanLifecycle.perform("review", plan, by=by, expect=expect, client_ref=client_ref, opinion=Words(opinion.strip()))


def ask_change(plan: RiverPlan, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The chief of the water wants the draft changed before standing for it."""
    return RiverPlanLifecycle.perform("ask_change", plan, by=by, expect=expect, client_ref=client_ref, reason=Words(reason.strip()))


def drop(plan: RiverPlan, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The office gives a draft up; another may be begun for the water, or the next edition of the plan that it was to replace."""
    facts: dict[str, Any] = {"reason": Words(reason.strip()), "replaces": plan.replaces}
    return RiverPlanLifecycle.perform("drop", plan, by=by, expect=expect, client_ref=client_ref, **facts)


def send_back(plan: RiverPlan, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The government wants it changed first; the office goes on with the draft."""
    return RiverPlanLifecycle.perform("send_back", plan, by=by, expect=expect, client_ref=client_ref, reason=Words(reason.strip()))


def approve(plan: RiverPlan, *, basis: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The government approves the plan: it is printed, and the edition before it is replaced."""
    with once.on(plan, client_ref) as new:
        earlier = RiverPlan.objects.select_for_update(of=("self",)).filter(pk=plan.replaces_id).first() if plan.replaces_id else None
        if earlier is not None and earlier.state == RiverPlan.State.APPROVED and new:
            RiverPlanLifecycle.perform("replace", earlier, by=by, expect=earlier.version, successor=plan, day=max(plan.since, days.today()))
        event = RiverPlanLifecycle.perform("approve", plan, by=by, expect=expect, client_ref=client_ref, basis=Words(basis.strip()))
        if new:
            _issue(plan, by)
    return event


def _issue(plan: RiverPlan, by: Acting) -> Paper:
    unit = Unit.objects.get(pk=by.unit_id)
    return papers.issue(
        kind=Paper.Kind.RIVER_PLAN,
        title=printing.title(plan),
        owner=plan.stream,
        template=printing.TEMPLATE,
        context=printing.context(plan),
        issuer=unit.name,
        issuer_bo=unit.name_bo,
        by=by,
        public=True,
    )


def revise(plan: RiverPlan, *, since: date, by: Acting, client_ref: uuid.UUID | None = None) -> RiverPlan:
    """Begin the next edition of an approved plan as a draft with the same lines."""
    with once.begin(client_ref):
        if client_ref is not None and (known := RiverPlan.objects.filter(client_ref=client_ref).first()):
            if known.replaces_id != plan.pk:
                raise Mismatch
            return known
        if not keeps_register(by, plan.jurisdiction.path, plan.jurisdiction_id):
            raise NotPermitted
        if plan.state != RiverPlan.State.APPROVED:
            raise NoTransition(str(plan.get_state_display()))
        if since <= plan.since:
            raise Refused(_("The next edition begins after the first day of this one."))
        following = RiverPlan(
            resource=plan.resource,
            segment=plan.segment,
            jurisdiction=plan.jurisdiction,
            edition=plan.edition + 1,
            replaces=plan,
            situation=plan.situation,
            unit_id=by.unit_id,
            since=since,
            client_ref=client_ref or uuid.uuid4(),
            demonstration=plan.demonstration,
            **_term(plan.resource, plan.segment, plan.jurisdiction, since, None, ""),
        )
        _begin(following, by)
        _copy(plan, following)
        return following


def _copy(plan: RiverPlan, to: RiverPlan) -> None:
    """The lines list by list, so that each finds what it answers to; days outside the new term move to its last day."""
    became: dict[int | None, PlanItem | None] = {None: None}
    lines = reports.items(plan)
    for kind in rules.LISTS:
        for item in (line for line in lines if line.kind == kind):
            values = {name: getattr(item, name) for name in COPIED}
            if values["due"] is not None:
                values["due"] = min(max(values["due"], to.since), to.until - timedelta(days=1))
            became[item.pk] = PlanItem.objects.create(plan=to, kind=kind, above=became[item.above_id], **values)


def report_progress(task: PlanItem, *, day: date, percent: int, text: str, by: Acting, client_ref: uuid.UUID | None = None) -> Progress:
    """Say how far a task has come. A row is added; the last one counts, also when it says less than the one before.

    Raises NotPermitted for a post that is not responsible for the task, NoTransition for a plan that is not approved.
    """
    with once.begin(client_ref):
        if client_ref is not None and (known := Progress.objects.filter(client_ref=client_ref).first()):
            if (known.task_id, known.percent) != (task.pk, percent):
                raise Mismatch
            return known
        return _report(task, day=day, percent=percent, text=text, by=by, client_ref=client_ref or uuid.uuid4())


def _report(task: PlanItem, *, day: date, percent: int, text: str, by: Acting, client_ref: uuid.UUID) -> Progress:
    if not may_report(task, by):
        raise NotPermitted
    plan = task.plan
    if not plan.runs(days.today()):
        raise NoTransition(str(plan.get_state_display()))
    if task.kind != K.TASK or task.withdrawn:
        raise Refused(_("Progress is reported on tasks."))
    if not plan.since <= day <= days.today():
        raise Refused(_("The day lies within the term of the plan, and not in the future."))
    if not 0 <= percent <= 100:
        raise Refused(_("A task is done between 0 and 100 per cent."))
    if len(text.strip()) < 2:
        raise Refused(_("Write what was done."))
    RiverPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    row = Progress.objects.create(task=task, day=day, percent=percent, text=text.strip(), post_id=by.post_id, client_ref=client_ref)
    facts = {"task": task.pk, "day": day.isoformat(), "percent": percent, "text": plain(Words(text.strip()))}
    Event.record(plan.stream, "plans.report_progress", by, facts=facts, client_ref=client_ref)
    return row


def may_report(task: PlanItem, by: Acting) -> bool:
    """Who is named as responsible for the task, by post or by unit; and whoever keeps the plan."""
    place = task.plan.jurisdiction
    return keeps_register(by, place.path, place.pk) or rules.names(reports.responsible(task), by.post_id, by.unit_id)
