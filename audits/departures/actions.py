"""Every write about departure audits. The flow's lock is the outermost one, then the audit's row."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from guardian.shortcuts import assign_perm

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from accountability.notices import actions as notices
from accountability.notices import wording
from accountability.papers import actions as papers
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Account, Tenure, Unit

from . import desk, evidence, report, scoring
from .flows import DepartureFlow
from .lifecycle import AuditLifecycle
from .models import REVIEW, WORK, Audit, AuditGrant, EvidenceRow, Figure, ScoreLine

NUMBER_KIND = "A"
wording.register(
    "departures:detail",
    audit_commissioned=gettext_lazy("Audit %(number)s is commissioned. Form the team."),
    audit_withdrawn=gettext_lazy("The commission of audit %(number)s was withdrawn. No further step is needed."),
)


def commission(
    *,
    tenure: Tenure,
    kind: str,
    audit_unit: Unit,
    basis: str,
    by: Acting,
    client_ref: uuid.UUID | None = None,
    until: date | None = None,
    demonstration: bool = False,
) -> Audit:
    """The organisation department asks the audit bureau for the audit of one term.

    It covers the whole term, up to its end or, while it runs, up to and with the day of the commission. The same
    ``client_ref`` gives the same audit. Raises NotPermitted, or Refused when the term has not begun or is being audited already.
    """
    if not by.may(Function.ORGANISATION):
        raise NotPermitted
    client_ref = client_ref or uuid.uuid4()
    if known := Audit.objects.filter(client_ref=client_ref).first():
        return _the_same(known, tenure)
    tomorrow = days.today() + timedelta(days=1)
    end = min(tenure.until or tomorrow, tomorrow) if until is None else until
    if end <= tenure.since or (tenure.until and end > tenure.until):
        raise Refused(_("This term has no day that could be audited yet. It began on %(day)s.") % {"day": tenure.since})
    if tenure.post.unit_id in {audit_unit.pk, by.unit_id}:
        raise Refused(_("A unit does not audit or commission the audit of its own head."))
    _check_others(tenure, kind, end)
    if not basis.strip():
        raise Refused(_("Name the commission: its number or the plan that it stands in."))
    audit = Audit(
        client_ref=client_ref,
        kind=kind,
        person_id=tenure.person_id,
        post=tenure.post,
        tenure=tenure,
        since=tenure.since,
        until=end,
        basis=basis.strip(),
        commissioned_by_id=by.post_id,
        commissioned_at=days.now(),
        audit_unit=audit_unit,
        demonstration=demonstration,
    )
    facts = {
        "tenure": tenure,
        "person": tenure.person_id,
        "since": audit.since,
        "until": audit.until,
        "unit": audit_unit,
        "basis": Words(audit.basis),
    }
    try:
        with transaction.atomic():
            audit.number = papers.take_number(NUMBER_KIND)
            AuditLifecycle.begin(audit, by=by, act="commission", facts=facts)
            _tell_bureau(audit, "audit-commissioned")
    except IntegrityError:
        found = Audit.objects.filter(client_ref=client_ref).first()
        if found is None:
            _check_others(tenure, kind, end)  # somebody else commissioned it at the same moment
            raise
        return _the_same(found, tenure)
    return audit


def _check_others(tenure: Tenure, kind: str, end: date) -> None:
    """One audit of a kind at a time, one of a whole term ever; what was withdrawn does not count."""
    others = Audit.objects.filter(tenure=tenure, kind=kind).exclude(state=Audit.State.WITHDRAWN).order_by("-pk")
    under_way = others.exclude(state=Audit.State.ISSUED).first()
    if under_way is not None:
        raise Refused(_("This term is being audited already: %(number)s.") % {"number": under_way.number})
    done = others.filter(until__gte=end).first()
    if done is not None:
        raise Refused(_("These days were audited already, and the report is issued: %(number)s.") % {"number": done.number})
    if kind == Audit.Kind.DEPARTURE and tenure.until is None:
        raise Refused(_("This term has no end yet. Choose the mid-term audit, or have the end of the term entered first."))


def _the_same(known: Audit, tenure: Tenure) -> Audit:
    if known.tenure_id != tenure.pk:
        raise Mismatch
    return known


def _tell_bureau(audit: Audit, kind: str) -> None:
    notices.tell(
        posts.desks_of(audit.audit_unit_id, days.today(), Function.AUDIT),
        kind=kind,
        about=audit.stream,
        number=audit.number,
        params={},
        key=f"{audit.stream}:{kind}",
    )


def withdraw(audit: Audit, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Take the commission back: entered by mistake, or too little evidence to judge anybody by. Nothing collected is lost."""
    with transaction.atomic():
        event = AuditLifecycle.perform("withdraw", audit, by=by, expect=expect, client_ref=client_ref, reason=Words(reason))
        _tell_bureau(audit, "audit-withdrawn")
    return event


def form_team(
    audit: Audit, *, team: Sequence[Account], reviewer: Account, until: date, by: Acting, expect: int, client_ref: uuid.UUID | None = None
) -> Event:
    """Name who works on the dossier and who reviews it; their access is written through guardian and ends on a day."""
    with transaction.atomic():
        event = AuditLifecycle.perform(
            "form_team", audit, by=by, expect=expect, client_ref=client_ref, team=list(team), reviewer=reviewer, until=until
        )
        _grant(audit, team, reviewer, until)
    return event


def change_team(
    audit: Audit, *, team: Sequence[Account], reviewer: Account, until: date, by: Acting, expect: int, client_ref: uuid.UUID | None = None
) -> Event:
    """Replace team and reviewer, or give them more time. Whoever is not named again has no access from today; what they did stands."""
    with transaction.atomic():
        event = AuditLifecycle.perform(
            "change_team", audit, by=by, expect=expect, client_ref=client_ref, team=list(team), reviewer=reviewer, until=until
        )
        AuditGrant.objects.filter(content_object=audit, until__gt=days.today()).update(until=days.today())
        _grant(audit, team, reviewer, until)
    return event


def _grant(audit: Audit, team: Sequence[Account], reviewer: Account, until: date) -> None:
    for account, codename in [*((member, WORK) for member in team), (reviewer, REVIEW)]:
        assign_perm(codename, account, audit)
        AuditGrant.objects.filter(user=account, permission__codename=codename, content_object=audit).update(until=until)


def collect(audit: Audit, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Take the rows of exactly this term, freeze them with their hashes, and put their parts on the desk."""
    with transaction.atomic():
        event = AuditLifecycle.perform("collect", audit, by=by, expect=expect, client_ref=client_ref)
        if audit.process_id is None:
            EvidenceRow.objects.bulk_create(evidence.rows_of(audit), batch_size=500)
            audit.process_id = DepartureFlow.start.run().pk
            audit.save(update_fields=["process_id"])
    return event


def check(audit: Audit, *, part: str, remark: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Say that one part of the evidence was looked through. The flow's task is finished in the same transaction."""
    task = desk.open_task(audit, part) if part in desk.PARTS else None
    if task is None:
        earlier = Event.objects.filter(client_ref=client_ref, stream=audit.stream).first() if client_ref else None
        if earlier is None:
            raise Refused(_("This part is not open: it was looked through already, or the evidence is not collected yet."))
        return earlier
    with transaction.atomic(), task.activation() as activation:
        event = AuditLifecycle.perform("check", audit, by=by, expect=expect, client_ref=client_ref, part=part, remark=Words(remark))
        account = Account.objects.get(pk=by.account_id or 0)  # the gate has asked for a grant of this account
        activation.assign(account)
        activation.start(None)
        activation.execute()
    return event


def score(audit: Audit, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Compute score and grade from the frozen rows, and write every figure with the rows that it came from."""
    with transaction.atomic():
        found = scoring.reckon(audit)
        event = AuditLifecycle.perform(
            "score",
            audit,
            by=by,
            expect=expect,
            client_ref=client_ref,
            sheet=found.sheet,
            score=found.score.score,
            computed_grade=found.computed_grade,
            capped_grade=found.capped_grade,
            cap_basis=found.cap_basis,
        )
        if not audit.lines.exists():
            _write(audit, found)
    return event


def _write(audit: Audit, found: scoring.Scored) -> None:
    rows = {row.place: row for row in audit.evidence.all()}
    order = 0
    for item, outcome in found.outcomes:
        ScoreLine.objects.create(audit=audit, item=item, points=scoring.rules.points(item.most, outcome.share))
        for figure in outcome.figures:
            order += 1
            made = Figure.objects.create(
                audit=audit, item=item, code=figure.code, label=item.title, value=figure.value, unit=figure.unit, order=order
            )
            made.rows.set([rows[place] for place in figure.places])


def review(audit: Audit, *, opinion: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Another member's opinion on evidence and score."""
    return AuditLifecycle.perform("review", audit, by=by, expect=expect, client_ref=client_ref, opinion=Words(opinion))


def decide(audit: Audit, *, grade: str, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The bureau decides the grade, with a reason, whatever was computed."""
    return AuditLifecycle.perform("decide", audit, by=by, expect=expect, client_ref=client_ref, grade=grade, reason=Words(reason))


def issue(audit: Audit, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Issue the report: numbered, fixed as HTML, printed by the worker, verifiable by its code."""
    if altered := evidence.altered(audit):
        raise Refused(
            _("Row %(place)s of the evidence was altered after it was frozen. Have the ledger verified before you go on.")
            % {"place": altered[0].place}
        )
    if scoring.altered(audit):
        raise Refused(_("Score or figures are not what the frozen rows give. Have the ledger verified before you go on."))
    with transaction.atomic():
        audit.refresh_from_db()
        if client_ref and (earlier := Event.objects.filter(client_ref=client_ref).first()):
            return earlier
        paper = papers.issue(
            kind="audit_report",
            title=report.title(audit),
            owner=audit.stream,
            template="papers/audit_report.html",
            context=report.context(audit, settings.SITE_URL + reverse("departures:detail", args=[audit.number])),
            issuer=audit.audit_unit.name,
            issuer_bo=audit.audit_unit.name_bo,
            by=by,
        )
        return AuditLifecycle.perform("issue", audit, by=by, expect=expect, client_ref=client_ref, paper=paper)
