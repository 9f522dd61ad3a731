"""Drafting a target agreement, offering it, amending it."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from accountability.papers.actions import take_number
from audits.indicators.models import Indicator
from chiefs.agreements import reports, rules
from chiefs.agreements.lifecycle import TargetLifecycle, check_evaluator, check_parties, check_period, may_draft
from chiefs.agreements.models import TargetAgreement, TargetItem
from chiefs.posts.models import Post, Unit

from . import telling

NUMBER_KIND = "M"
MOST_ITEMS = 60
MOST_WEIGHT = Decimal(1000)


def draft(
    *,
    kind: str,
    giver: Post,
    taker: Post,
    evaluator: Unit,
    since: date,
    until: date,
    by: Acting,
    clauses: str = "",
    reward: str = "",
    client_ref: uuid.UUID | None = None,
    demonstration: bool = False,
) -> TargetAgreement:
    """Begin an agreement between two posts; its targets are entered one by one, then it is offered for signature.

    The same ``client_ref`` gives the same draft. Raises NotPermitted outside the office's reach, Refused for parties or a
    period that cannot be.
    """
    place = taker.unit.jurisdiction
    if not may_draft(by, place.path, place.pk):
        raise NotPermitted
    client_ref = client_ref or uuid.uuid4()
    if known := TargetAgreement.objects.filter(client_ref=client_ref).first():
        return _the_same(known, giver, taker, since)
    check_parties(giver, taker)
    check_period(since, until)
    check_evaluator(taker, evaluator)
    agreement = TargetAgreement(
        client_ref=client_ref,
        kind=kind,
        giver=giver,
        taker=taker,
        evaluator=evaluator,
        office_id=by.unit_id,
        since=since,
        until=until,
        jurisdiction=place,
        path=place.path,
        clauses=clauses.strip(),
        reward=reward.strip(),
        drafted_at=days.now(),
        demonstration=demonstration,
    )
    facts = {"kind": kind, "giver": giver, "taker": taker, "evaluator": evaluator, "since": since, "until": until}
    facts |= {"clauses": Words(clauses.strip()), "reward": Words(reward.strip())}
    try:
        with transaction.atomic():
            agreement.number = take_number(NUMBER_KIND)
            TargetLifecycle.begin(agreement, by=by, act="draft", facts=facts)
    except IntegrityError:
        found = TargetAgreement.objects.filter(client_ref=client_ref).first()
        if found is None:
            raise
        return _the_same(found, giver, taker, since)
    return agreement


def _the_same(known: TargetAgreement, giver: Post, taker: Post, since: date) -> TargetAgreement:
    if (known.giver_id, known.taker_id, known.since) != (giver.pk, taker.pk, since):
        raise Mismatch
    return known


def reword(
    agreement: TargetAgreement,
    *,
    since: date,
    until: date,
    evaluator: Unit,
    clauses: str,
    reward: str,
    by: Acting,
    expect: int,
    giver: Post | None = None,
    taker: Post | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Change period, evaluator and clauses of a draft, and its parties where a giver or taker is named; those of an amendment stay."""
    return TargetLifecycle.perform(
        "reword",
        agreement,
        by=by,
        expect=expect,
        client_ref=client_ref,
        giver=giver or agreement.giver,
        taker=taker or agreement.taker,
        since=since,
        until=until,
        evaluator=evaluator,
        clauses=Words(clauses.strip()),
        reward=Words(reward.strip()),
    )


def put_item(
    agreement: TargetAgreement,
    *,
    text: str,
    target_text: str,
    direction: str,
    weight: Decimal,
    by: Acting,
    expect: int,
    place: int | None = None,
    indicator: Indicator | None = None,
    unit: str = "",
    baseline_text: str = "",
    additive: bool = False,
    parent: TargetItem | None = None,
    due: date | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Enter a target into a draft, or (with ``place``) change one. Words stay as they are; a number is read beside them."""
    text, target_text, baseline_text = text.strip(), target_text.strip(), baseline_text.strip()
    if not text and indicator is not None:
        text = indicator.name
    if not text or not target_text:
        raise Refused(_("Say what shall be reached, and which value or state: both are needed."))
    if not 0 <= weight <= MOST_WEIGHT:
        raise Refused(_("A weight lies between 0 and %(most)s.") % {"most": MOST_WEIGHT})
    target, baseline = rules.number(target_text), rules.number(baseline_text)
    if direction != TargetItem.Direction.TEXT and target is None:
        raise Refused(_("“%(text)s” is not a plain number. Write one, or choose “not a number” as the direction.") % {"text": target_text})
    if due is not None and not agreement.since < due <= agreement.until:
        raise Refused(_("The day by which it is to be reached must lie within the agreement."))
    _check_parent(agreement, parent, place)
    taken = max((item.place for item in agreement.items.all()), default=0)
    if place is None:
        if (earlier := _replayed(client_ref)) is not None:
            return earlier
        place = taken + 1
        if place > MOST_ITEMS:
            raise Refused(_("An agreement has at most %(most)s targets.") % {"most": MOST_ITEMS})
    elif not agreement.items.filter(place=place).exists():
        raise Refused(_("There is no such target in this draft."))
    values = {
        "text": text,
        "indicator": indicator,
        "unit": unit.strip(),
        "baseline_text": baseline_text,
        "baseline": baseline,
        "target_text": target_text,
        "target": target if direction != TargetItem.Direction.TEXT else None,
        "direction": direction,
        "weight": weight,
        "additive": additive,
        "parent": parent,
        "due": due,
    }
    told = {name: Words(value) if isinstance(value, str) and name != "direction" else value for name, value in values.items()}
    with transaction.atomic():
        event = TargetLifecycle.perform("put_item", agreement, by=by, expect=expect, client_ref=client_ref, place=place, values=told)
        if agreement.version == expect + 1:  # else this was sent before, and the draft went on since
            TargetItem.objects.update_or_create(agreement=agreement, place=place, defaults=values)
    return event


def _replayed(client_ref: uuid.UUID | None) -> Event | None:
    return Event.objects.filter(client_ref=client_ref, act="agreements.put_item").first() if client_ref else None


def _check_parent(agreement: TargetAgreement, parent: TargetItem | None, place: int | None) -> None:
    """A target breaks down one that the giver's own unit, or a place above, has taken on; never one that came of itself."""
    if parent is None:
        return
    own = agreement.items.filter(place=place).first() if place is not None else None
    kept = own is not None and own.parent_id == parent.pk
    if not kept and not reports.may_break_down(agreement).filter(pk=parent.pk).exists():
        raise Refused(_("Only a target that the giver has taken on, and that is in force, can be broken down here."))
    if own is not None and own.line in reports.lines_above(parent):
        raise Refused(_("A target cannot break down one that came of itself."))


def drop_item(agreement: TargetAgreement, *, place: int, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Take a target out of a draft."""
    with transaction.atomic():
        event = TargetLifecycle.perform("drop_item", agreement, by=by, expect=expect, client_ref=client_ref, place=place)
        if agreement.version == expect + 1:
            agreement.items.filter(place=place).delete()
    return event


def offer(
    agreement: TargetAgreement, *, sums_must_agree: bool = False, by: Acting, expect: int, client_ref: uuid.UUID | None = None
) -> Event:
    """Fix the text and ask both sides to sign. A breakdown that does not add up is shown, and refused only where the office asks."""
    with transaction.atomic():
        event = TargetLifecycle.perform("offer", agreement, by=by, expect=expect, client_ref=client_ref, sums_must_agree=sums_must_agree)
        if sums_must_agree:
            _check_sums(agreement)
        telling.asked(agreement)
    return event


def _check_sums(agreement: TargetAgreement) -> None:
    for parent in reports.broken_down_by(agreement):
        found = reports.sum_of(parent, instead=agreement)
        if found.agrees is False:
            raise Refused(
                _("“%(text)s” is to be %(stated)s, but the targets below add up to %(summed)s. Correct them, or offer without this check.")
                % {"text": parent.text, "stated": reports.plainly(found.stated), "summed": reports.plainly(found.summed)}
            )


def withdraw(agreement: TargetAgreement, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Take back a draft or an offer that not both sides have signed."""
    with transaction.atomic():
        offered = agreement.state != TargetAgreement.State.DRAFT
        event = TargetLifecycle.perform("withdraw", agreement, by=by, expect=expect, client_ref=client_ref, reason=Words(reason))
        if offered:
            telling.parties(agreement, "agreement-withdrawn")
    return event


def amend(agreement: TargetAgreement, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> TargetAgreement:
    """Begin the next edition with the same parties and targets. What is in force stays so until both sides have signed the new one."""
    with transaction.atomic():
        event = TargetLifecycle.perform("amend", agreement, by=by, expect=expect, client_ref=client_ref, reason=Words(reason))
        begun = uuid.uuid5(agreement.client_ref, f"amended {event.pk}")
        if known := TargetAgreement.objects.filter(client_ref=begun).first():
            return known
        last = TargetAgreement.objects.filter(number=agreement.number).order_by("-edition").values_list("edition", flat=True)[0]
        kept = ("number", "kind", "since", "until", "giver", "taker", "evaluator", "office", "jurisdiction", "path", "clauses", "reward")
        following = TargetAgreement(
            **{name: getattr(agreement, name) for name in kept},
            edition=last + 1,
            amends=agreement,
            client_ref=begun,
            drafted_at=days.now(),
            demonstration=agreement.demonstration,
        )
        facts = {"amends": agreement, "edition": following.edition, "reason": Words(reason)}
        TargetLifecycle.begin(following, by=by, act="draft", facts=facts)
        TargetItem.objects.bulk_create(_copies(agreement, following))
    return following


def _copies(earlier: TargetAgreement, later: TargetAgreement) -> list[TargetItem]:
    fields: list[Any] = [field for field in TargetItem._meta.concrete_fields if field.name not in ("id", "agreement")]
    return [
        TargetItem(agreement=later, **{field.attname: getattr(item, field.attname) for field in fields})
        for item in earlier.items.order_by("place")
    ]
