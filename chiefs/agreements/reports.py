"""What other rooms, and the pages, read about agreements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accountability.kit.days import day_of
from accountability.ledger.acting import Acting
from accountability.ledger.models import canonical
from audits.indicators.rules import mostly_in
from chiefs.posts.functions import Function
from chiefs.posts.models import PostKind, Tenure, Unit
from chiefs.posts.reports import entries_of
from chiefs.territory.models import Jurisdiction, Level
from chiefs.territory.reports import narrowest

from . import rules
from .models import ExpiryRule, Progress, Settlement, Side, TargetAgreement, TargetItem, VillageAgreement

S = TargetAgreement.State
MOST_ABOVE = 12  # levels of a breakdown; four levels with a department between each would be eight


def plainly(value: Decimal | None) -> str:
    """A number without the zeros behind it; empty for none."""
    return "" if value is None else f"{value.normalize():f}"


# -- breakdown ---------------------------------------------------------------------------------------------------------


def _counted() -> Q:
    """Agreements whose targets count below another: in force or settled, or the first edition on its way there."""
    on_the_way = Q(agreement__state__in=[S.DRAFT, S.OFFERED, S.HALF], agreement__amends=None)
    return Q(agreement__state__in=[S.SIGNED, S.SETTLED]) | on_the_way


def parts_of(lines: list[UUID], *, instead: TargetAgreement | None = None) -> dict[UUID, list[TargetItem]]:
    """The targets that break down these lines, whichever edition of the upper agreement they were pointed at. One query.

    instead   an edition that is counted in place of what is in force under its number
    """
    counted = _counted()
    if instead is not None:
        counted = (counted & ~Q(agreement__number=instead.number)) | Q(agreement=instead)
    found: dict[UUID, list[TargetItem]] = defaultdict(list)
    rows = TargetItem.objects.filter(counted, parent__line__in=lines)
    for item in rows.select_related("parent", "agreement__taker__unit", "agreement__jurisdiction").order_by("agreement__path", "pk"):
        found[item.parent.line].append(item)  # type: ignore[union-attr]
    return found


def _sum(item: TargetItem, parts: list[TargetItem]) -> rules.Sum:
    below = [rules.Part(part.target, part.unit) for part in parts]
    return rules.breakdown(stated=item.target, unit=item.unit, additive=item.additive, parts=below)


def sum_of(item: TargetItem, *, instead: TargetAgreement | None = None) -> rules.Sum:
    """What a target states beside what the targets below add up to."""
    return _sum(item, parts_of([item.line], instead=instead)[item.line])


def broken_down_by(agreement: TargetAgreement) -> list[TargetItem]:
    """The upper targets that the targets of an agreement break down, each once."""
    return list(TargetItem.objects.filter(parts__agreement=agreement).order_by("pk").distinct())


def breakdown(agreement: TargetAgreement) -> list[tuple[TargetItem, rules.Sum, list[TargetItem]]]:
    """Every target of an agreement with its sum and its parts below. Two queries."""
    items = list(agreement.items.select_related("indicator", "parent__agreement"))
    parts = parts_of([item.line for item in items])
    return [(item, _sum(item, parts.get(item.line, [])), parts.get(item.line, [])) for item in items]


def may_break_down(agreement: TargetAgreement) -> QuerySet[TargetItem]:
    """Targets in force that the giver's unit has taken on, or its place's government or party committee, for days of this agreement."""
    giver = agreement.giver.unit
    heads = Q(agreement__taker__unit__kind__in=[Unit.Kind.GOVERNMENT, Unit.Kind.PARTY], agreement__jurisdiction=giver.jurisdiction_id)
    taken = Q(agreement__taker__unit=giver) | heads
    rows = TargetItem.objects.filter(taken, agreement__state=S.SIGNED)
    shared = rows.filter(agreement__since__lt=agreement.until, agreement__until__gt=agreement.since)
    return shared.exclude(agreement__number=agreement.number).select_related("agreement__taker").order_by("agreement__path", "place")


def lines_above(item: TargetItem) -> set[UUID]:
    """The line of a target and those that it came of, upwards."""
    found, step = {item.line}, item
    for _step in range(MOST_ABOVE):
        if step.parent is None or step.parent.line in found:
            break
        step = step.parent
        found.add(step.line)
    return found


# -- progress and balance ----------------------------------------------------------------------------------------------


def latest(agreement: TargetAgreement, until: date | None = None) -> dict[UUID, Progress]:
    """The last progress of each target (by its line, which stays through amendments), before a day if one is given. One query."""
    rows = Progress.objects.filter(agreement__number=agreement.number, agreement__edition__lte=agreement.edition)
    if until is not None:
        rows = rows.filter(as_of__lt=until)
    return {row.item.line: row for row in rows.select_related("item").order_by("as_of", "pk")}


def balance(agreement: TargetAgreement, on: date) -> list[dict[str, Any]]:
    """What is open of every target on a day: its last reported value, and what is still to be reached."""
    known = latest(agreement)
    found = []
    for item in agreement.items.all():
        row = known.get(item.line)
        open_ = rules.remaining(
            direction=item.direction, baseline=item.baseline, target=item.target, reached=row.value if row is not None else None
        )
        found.append(
            {
                "place": item.place,
                "line": str(item.line),
                "text": item.text,
                "target": item.target_text,
                "reached": row.text if row is not None else item.baseline_text,
                "as_of": row.as_of.isoformat() if row is not None else None,
                "open": plainly(open_) if open_ is not None else None,
                "unit": item.unit,
            }
        )
    return found


def balance_text(agreement: TargetAgreement, on: date) -> str:
    """The balance as a successor signs on to it: canonical, with its day."""
    return canonical({"day": on.isoformat(), "items": balance(agreement, on)})


def binding(acting: Acting, on: date) -> tuple[list[TargetAgreement], list[VillageAgreement]]:
    """What binds a post or waits for its signature: target agreements, and the village agreements of its holder. Two queries."""
    own = Q(pk__in=TargetAgreement.objects.awaiting(acting.post_id).values("pk")) | Q(taker=acting.post_id, state=S.SIGNED)
    targets = TargetAgreement.objects.visible_to(acting).filter(own).select_related("giver__unit").order_by("until", "pk")
    mine = VillageAgreement.objects.filter(post=acting.post_id, person=acting.person_id, until__gt=on)
    villages = mine.filter(state__in=[VillageAgreement.State.PREPARED, VillageAgreement.State.IN_FORCE]).order_by("since", "pk")
    return list(targets), list(villages)


# -- what a term answered for ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owed:
    """One target that a person had signed for in a term, how far it was at the end of the term, and what it was settled at."""

    stream: str
    number: str
    edition: int
    since: date
    until: date
    signed_on: date
    place: int
    text: str
    indicator: str
    baseline: str
    target: str
    unit: str
    direction: str
    weight: Decimal
    reached: str  # the last value that was reported in the term
    reached_on: date | None
    achieved: str  # the value of the settlement; empty while there is none
    outcome: str
    score: Decimal | None  # of the whole settlement
    grade: str


def of_tenure(tenure: Tenure, since: date, until: date) -> list[Owed]:
    """The targets that the holder of a term signed for, first or as successor, in the editions in force within [since, until).

    Progress counts up to the end of the term. A settlement counts for the term that holds most of the settled days, whenever
    it was made: a year is settled only after its end.
    """
    rows = TargetAgreement.objects.filter(
        signatures__side=Side.TAKER,
        signatures__person__in=entries_of(tenure.person_id),
        signatures__post=tenure.post_id,
        since__lt=until,
        until__gt=since,
    ).exclude(state__in=[S.DRAFT, S.OFFERED, S.HALF, S.WITHDRAWN])
    newest: dict[str, TargetAgreement] = {}
    for agreement in rows.distinct().order_by("number", "edition"):
        signed = _signed_on(agreement, tenure)
        if signed is not None and signed < until and not (agreement.ended_on and agreement.ended_on <= since):
            newest[agreement.number] = agreement
    return [row for agreement in newest.values() for row in _owed(agreement, tenure, since, until)]


def _signed_on(agreement: TargetAgreement, tenure: Tenure) -> date | None:
    rows = agreement.signatures.filter(side=Side.TAKER, person__in=entries_of(tenure.person_id), post=tenure.post_id).filter(
        Q(takes_over=True) | Q(offer=agreement.offers)
    )
    first = rows.order_by("at").first()
    return day_of(first.at) if first is not None else None


def _owed(agreement: TargetAgreement, tenure: Tenure, since: date, until: date) -> list[Owed]:
    signed = _signed_on(agreement, tenure)
    progress = latest(agreement, until)
    settled: dict[UUID, tuple[Settlement, Any]] = {}
    for settlement in agreement.settled().prefetch_related("lines__item"):
        if mostly_in(settlement.since, settlement.until, since, until):
            settled |= {line.item.line: (settlement, line) for line in settlement.lines.all()}
    found = []
    for item in agreement.items.select_related("indicator"):
        row = progress.get(item.line)
        settlement, line = settled.get(item.line, (None, None))
        found.append(
            Owed(
                stream=agreement.stream,
                number=agreement.number,
                edition=agreement.edition,
                since=agreement.since,
                until=agreement.until,
                signed_on=signed or agreement.since,
                place=item.place,
                text=item.text,
                indicator=item.indicator.name if item.indicator is not None else "",
                baseline=item.baseline_text,
                target=item.target_text,
                unit=item.unit,
                direction=item.direction,
                weight=item.weight,
                reached=row.text if row is not None else "",
                reached_on=row.as_of if row is not None else None,
                achieved=line.achieved_text if line is not None else "",
                outcome=line.outcome if line is not None else "",
                score=settlement.score if settlement is not None else None,
                grade=settlement.grade if settlement is not None else "",
            )
        )
    return found


# -- village agreements ------------------------------------------------------------------------------------------------


def township_of(place: Jurisdiction, on: date) -> Unit | None:
    """The government of the township that a village belongs to."""
    return Unit.objects.in_force(on).filter(jurisdiction=place.parent_id, kind=Unit.Kind.GOVERNMENT).order_by("pk").first()


def is_renewed(agreement: VillageAgreement) -> bool:
    """Whether the post's next agreement is signed already."""
    return VillageAgreement.objects.filter(
        post=agreement.post_id, state=VillageAgreement.State.IN_FORCE, since__gte=agreement.until
    ).exists()


def still_holds(agreement: VillageAgreement, on: date) -> bool:
    """Whether who signed it holds the post on a day."""
    return Tenure.objects.in_force(on).filter(post=agreement.post_id, person=agreement.person_id).exists()


def of_former_chiefs(acting: Acting, on: date) -> QuerySet[VillageAgreement]:
    """Agreements that were signed by somebody who no longer holds the post, the latest first."""
    holds = Tenure.objects.in_force(on).filter(post=OuterRef("post"), person=OuterRef("person"))
    rows = VillageAgreement.objects.visible_to(acting).exclude(signed_on=None).filter(~Exists(holds))
    return rows.select_related("person", "post", "jurisdiction__parent").order_by("-until", "-pk")


def chief_kinds() -> list[int]:
    """The kinds of post that village chiefs hold."""
    return [kind.pk for kind in PostKind.objects.filter(level=Level.VILLAGE) if kind.may(Function.CHIEF)]


def days_ahead(place: Jurisdiction | None, on: date) -> int:
    """How many days before its end an agreement counts as expiring here."""
    rule = narrowest(list(ExpiryRule.objects.in_force(on)), place)
    return rule.days_ahead if rule is not None else 0


def village_chiefs(acting: Acting, on: date) -> QuerySet[Tenure]:
    """The terms of village chiefs that a post may see with their agreements: its reach, or its own; with ``until_`` and ``last`` of the
    agreement that holds and of the last one signed."""
    rows = Tenure.objects.in_force(on).filter(post__kind__in=chief_kinds())
    if acting.may(Function.CHIEF_OFFICE, Function.RECEIVER) or (acting.may(Function.CHIEF) and acting.level != Level.VILLAGE):
        rows = rows.filter(acting.reach.q("post__unit__jurisdiction__path", "post__unit__jurisdiction_id"))
    else:
        rows = rows.filter(post=acting.post_id, person=acting.person_id)
    own = VillageAgreement.objects.filter(post=OuterRef("post"), person=OuterRef("person"))
    signed = own.filter(state__in=[VillageAgreement.State.IN_FORCE, VillageAgreement.State.CLOSED])
    valid = signed.filter(since__lte=on, until__gt=on)
    return rows.annotate(
        holds=Exists(valid),
        holds_until=Subquery(valid.order_by("-until").values("until")[:1]),
        ever=Exists(signed),
        last_number=Subquery(own.exclude(state=VillageAgreement.State.DROPPED).order_by("-since", "-pk").values("number")[:1]),
        last_until=Subquery(signed.order_by("-until").values("until")[:1]),
    ).select_related("person", "post__unit__jurisdiction__parent")
