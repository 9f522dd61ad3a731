"""Progress in the middle of the year, settlement at its end."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from chiefs.agreements import rules
from chiefs.agreements.lifecycle import TargetLifecycle
from chiefs.agreements.models import Progress, Settlement, SettlementGrade, SettlementLine, SettlementRule, TargetAgreement, TargetItem
from chiefs.posts.models import Post
from chiefs.territory.reports import rule_for

from . import telling

Outcome = SettlementLine.Outcome


@dataclass(frozen=True)
class Achieved:
    """What an evaluator says of one target: the value as written, and a word where no number can decide."""

    text: str = ""
    outcome: str = ""


def report_progress(
    agreement: TargetAgreement,
    *,
    place: int,
    as_of: date,
    text: str,
    note: str = "",
    by: Acting,
    expect: int,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """How far a target is on a day. Rows are only added: the latest day counts, and of one day the later entry."""
    item = agreement.items.filter(place=place).first()
    if item is None:
        raise Refused(_("There is no such target in this agreement."))
    with transaction.atomic():
        event = TargetLifecycle.perform(
            "report_progress",
            agreement,
            by=by,
            expect=expect,
            client_ref=client_ref,
            place=place,
            as_of=as_of,
            text=Words(text.strip()),
            note=Words(note.strip()),
        )
        Progress.objects.get_or_create(
            event_id=event.pk,
            defaults={
                "agreement": agreement,
                "item": item,
                "as_of": as_of,
                "text": text.strip(),
                "value": rules.number(text) if item.direction != TargetItem.Direction.TEXT else None,
                "note": note.strip(),
                "post_title": Post.objects.get(pk=by.post_id).title,
                "recorded_at": days.now(),
            },
        )
    return event


@dataclass(frozen=True)
class _Line:
    item: TargetItem
    text: str
    achieved: Decimal | None
    outcome: str
    share: Fraction | None


def _line(item: TargetItem, said: Achieved, rule: SettlementRule) -> _Line:
    """What one target came to: the numbers decide where they can, the evaluator's word where they cannot."""
    text = said.text.strip()
    achieved = rules.number(text) if item.direction != TargetItem.Direction.TEXT else None
    gone = rules.share(direction=item.direction, baseline=item.baseline, target=item.target, achieved=achieved)
    if gone is not None:
        outcome = rules.outcome(gone)
        if said.outcome not in ("", outcome):
            raise Refused(
                _("Target %(place)s: by its numbers it is “%(outcome)s”. Correct the value, or leave the outcome to the numbers.")
                % {"place": item.place, "outcome": Outcome(outcome).label}
            )
        return _Line(item, text, achieved, outcome, gone)
    if said.outcome == Outcome.NOT_ASSESSED or not (text or said.outcome):
        return _Line(item, text, achieved, Outcome.NOT_ASSESSED, None)
    if said.outcome not in (Outcome.MET, Outcome.PARTLY, Outcome.NOT_MET):
        raise Refused(_("Target %(place)s: no number can decide it. Choose whether it is met.") % {"place": item.place})
    if not text:
        raise Refused(_("Target %(place)s: say what was achieved.") % {"place": item.place})
    return _Line(item, text, achieved, said.outcome, rules.share_of(said.outcome, rule.partly))


def settle(
    agreement: TargetAgreement,
    *,
    results: Mapping[int, Achieved],
    reward: str,
    by: Acting,
    expect: int,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Settle at the end: every target of a yearly agreement, the ones of the last year of an agreement for a term.

    ``results`` by the place of the target. What nobody says anything of is not assessed and left out of the score.
    """
    since, items = closing(agreement)
    return _settle("settle", agreement, items, since, agreement.until, results, reward, by, expect, client_ref, final=True)


def closing(agreement: TargetAgreement) -> tuple[date, list[TargetItem]]:
    """From which day on the closing settlement counts, and the targets that it is about: what no settled year has covered."""
    since = agreement.since
    if agreement.kind == TargetAgreement.Kind.TERM and (last := agreement.settled().order_by("-until").first()):
        since = last.until
    return since, [item for item in agreement.items.all() if item.due is None or item.due > since]


def settle_year(
    agreement: TargetAgreement,
    *,
    year: int,
    results: Mapping[int, Achieved],
    reward: str,
    by: Acting,
    expect: int,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Settle one year of an agreement for a term: the targets that were due in it."""
    part = rules.year_of(agreement.since, agreement.until, year)
    if part is None or part[1] == agreement.until:
        raise Refused(_("Choose a year of this agreement before its last one; the last one closes the agreement."))
    since, until = part
    items = due_in(agreement, since, until)
    if not items:
        raise Refused(_("No target was to be reached in this year."))
    return _settle("settle_year", agreement, items, since, until, results, reward, by, expect, client_ref, final=False)


def due_in(agreement: TargetAgreement, since: date, until: date) -> list[TargetItem]:
    """The targets to be reached within [since, until]; one without a day is due at the end of the agreement."""
    return [item for item in agreement.items.all() if since < (item.due or agreement.until) <= until]


def _settle(
    move: str,
    agreement: TargetAgreement,
    items: list[TargetItem],
    since: date,
    until: date,
    results: Mapping[int, Achieved],
    reward: str,
    by: Acting,
    expect: int,
    client_ref: uuid.UUID | None,
    *,
    final: bool,
) -> Event:
    rule = rule_for(SettlementRule.objects.all(), days.today(), agreement.jurisdiction)
    if rule is None:
        raise Refused(_("No rule of settlement is in force. The administrator enters one."))
    if set(results) - {item.place for item in items}:
        raise Refused(_("There is no such target in this agreement."))
    lines = [_line(item, results.get(item.place, Achieved()), rule) for item in items]
    exact = rules.score((line.item.weight, line.share) for line in lines)
    if exact is None:
        raise Refused(_("Enter what was achieved for at least one target with a weight."))
    grade = rules.grade(exact, rule.limits, SettlementGrade.UNQUALIFIED)
    facts: dict[str, Any] = {
        "since": since,
        "until": until,
        "rule": rule.pk,
        "score": rules.written(exact),
        "grade": str(grade),
        "reward": Words(reward.strip()),
        "lines": {line.item.place: {"text": Words(line.text), "outcome": str(line.outcome)} for line in lines},
    }
    with transaction.atomic():
        event = TargetLifecycle.perform(move, agreement, by=by, expect=expect, client_ref=client_ref, **facts)
        settlement, new = Settlement.objects.get_or_create(
            agreement=agreement,
            since=since,
            defaults={
                "until": until,
                "final": final,
                "rule": rule,
                "score": facts["score"],
                "grade": grade,
                "reward": reward.strip(),
                "unit_id": by.unit_id,
                "at": event.occurred_at,
            },
        )
        if new:
            SettlementLine.objects.bulk_create(
                SettlementLine(
                    settlement=settlement,
                    item=line.item,
                    achieved_text=line.text,
                    achieved=line.achieved,
                    outcome=line.outcome,
                    share=None if line.share is None else rules.written(line.share),
                )
                for line in lines
            )
            telling.parties(agreement, "agreement-settled", since.isoformat())
    return event


def end(agreement: TargetAgreement, *, day: date, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """End an agreement before its time: a post is abolished, a unit merged."""
    with transaction.atomic():
        event = TargetLifecycle.perform("end", agreement, by=by, expect=expect, client_ref=client_ref, day=day, reason=Words(reason))
        telling.parties(agreement, "agreement-ended")
    return event
