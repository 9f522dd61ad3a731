"""What other rooms ask of resources: where one is found, which stretches are missing, what lies in a place, how it is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accountability.kit import days
from accountability.kit.names import begins, could_be_initials
from accountability.kit.textfold import fold
from accountability.ledger.acting import Acting, Reach
from accountability.ledger.models import Stream
from chiefs.territory import former
from chiefs.territory.models import Boundary, Jurisdiction, Level

from . import rules
from .models import Line, Resource, Segment, SegmentPlace, Spelling

FOUND_AT_MOST = 50


# -- finding -----------------------------------------------------------------------------------------------------------


def named(words: str, prefix: str = "") -> Q:
    """Resources that these words mean: part of a name, another name or the Tibetan name; first letters of the pinyin; the code.

    ``prefix``  the way to the resource from the table that is asked ("resource__"). No words mean every resource.
    """
    folded = fold(words)
    if not folded:
        return Q()
    spelt = Q(folded__contains=folded)
    if could_be_initials(folded):
        spelt |= begins(folded)
    found = Spelling.objects.filter(spelt).values("resource")
    meant = Q(**{f"{prefix}pk__in": found})
    return meant | Q(**{f"{prefix}national_code__iexact": folded}) if folded.isascii() else meant


def search(words: str, most: int = FOUND_AT_MOST) -> list[Resource]:
    """Resources found by a Chinese name, another name, pinyin initials or a Tibetan name, best known names first. Two queries."""
    if not fold(words):
        return []
    rows = Resource.objects.standing(days.today()).filter(named(words)).select_related("scheme").prefetch_related("aliases")
    return list(rows.order_by("name", "pk")[:most])


def called(words: str) -> list[Resource]:
    """Resources with exactly this name, other name, Tibetan name or national code; two at most, to see whether it is one."""
    exact = Spelling.objects.filter(folded=fold(words)).values("resource")
    rows = Resource.objects.filter(until=None).filter(Q(pk__in=exact) | Q(national_code=words.strip()))
    return list(rows.order_by("pk")[:2]) if words.strip() else []


def place_named(words: str, acting: Acting, on: date) -> Jurisdiction | None:
    """The one unit in the reach of a post that is meant by its code or by its name, with the unit above before it if need be.

    '513301201200', '雅拉乡', '雅拉乡 中谷村'. None when none or several are meant: names repeat.
    """
    *above, name = words.split() or [""]
    if not name:
        return None
    # One village of that name in the reach is meant whether or not its ending is written: 中谷村, 中谷村民委员会.
    rows = Jurisdiction.objects.in_force(on).filter(acting.reach.q("path", "pk"))
    for upper in above[-1:]:
        rows = rows.filter(parent__name__startswith=upper)
    for meant in (Q(code=name), Q(name=name), Q(name__startswith=name)):
        if found := list(rows.filter(meant).select_related("parent").order_by("pk")[:2]):
            return found[0] if len(found) == 1 else None
    return None


def place_on(place: Jurisdiction, on: date) -> bool:
    """Whether a unit stands on a day: what begins on a day lies in a unit of that day."""
    return place.since <= on and (place.until is None or place.until > on)


# -- who keeps what ------------------------------------------------------------------------------------------------------


def keeps_resource(by: Acting, resource: Resource) -> bool:
    """Whether a post keeps a resource (rules.keeps_resource)."""
    return rules.keeps_resource(by, list(resource.counties.values_list("path", "pk")))


def version_of(stream: str) -> int:
    """How many events a record has: what somebody saw, for records without a version of their own."""
    return Stream.objects.filter(key=stream).values_list("seq", flat=True).first() or 0


# -- stretches -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """A gap or an overlap in the chainage of one resource, with the segments beside it."""

    resource: Resource
    kind: str
    bank: str
    from_m: int
    to_m: int
    segments: tuple[Segment, ...]

    @property
    def jurisdictions(self) -> set[int]:
        """The units that it concerns: those of the segments beside it; none where a bank has no segment at all."""
        return {segment.jurisdiction_id for segment in self.segments}


def faults(on: date, within: Q | None = None) -> list[Fault]:
    """Every gap and overlap on a day, of all resources with chainage or of those in ``within``. Two queries, whatever the size."""
    chained = Segment.objects.in_force(on).filter(from_m__isnull=False)
    rows = chained if within is None else chained.filter(resource__in=Resource.objects.filter(within))
    segments = list(rows.select_related("jurisdiction").defer("geometry").order_by("resource", "from_m", "pk"))
    former.put_back(SegmentPlace, segments, on)
    waters = Resource.objects.defer("geometry").in_bulk({segment.resource_id for segment in segments})
    grouped: dict[int, list[Segment]] = {}
    for segment in segments:
        grouped.setdefault(segment.resource_id, []).append(segment)
    found = []
    for pk, own in grouped.items():
        by_key = {segment.pk: segment for segment in own}
        for flaw in rules.flaws([stretch(segment) for segment in own], waters[pk].drawn_m):
            beside = tuple(by_key[key] for key in flaw.beside)
            found.append(Fault(waters[pk], flaw.kind, flaw.bank, flaw.from_m, flaw.to_m, beside))
    return sorted(found, key=lambda fault: (fault.resource.name, fault.resource.pk, fault.from_m, fault.kind))


def unsegmented(reach: Reach, on: date) -> QuerySet[Any]:
    """Resources of which no segment stands on a day, once for each county that they are said to lie in: rows of resource, jurisdiction."""
    cut = Segment.objects.in_force(on).filter(resource=OuterRef("resource"))
    rows = Resource.counties.through._default_manager.filter(reach.q("jurisdiction__path", "jurisdiction_id"), ~Exists(cut))
    rows = rows.filter(Q(resource__until=None) | Q(resource__until__gt=on))
    around = rows.select_related("resource", "jurisdiction__parent").defer("resource__geometry")
    return around.order_by("jurisdiction__path", "resource__kind", "resource__name", "pk")


def faults_of(resource: Resource, on: date) -> list[Fault]:
    """The gaps and overlaps of one resource; nothing where no segment has chainage yet."""
    return faults(on, Q(pk=resource.pk))


def fault_counts(on: date) -> dict[int, Counter[str]]:
    """Jurisdiction id -> how many gaps and overlaps concern it: {4711: Counter(gap=2, overlap=1)}."""
    counts: dict[int, Counter[str]] = {}
    for fault in faults(on):
        for place in fault.jurisdictions:
            counts.setdefault(place, Counter())[fault.kind] += 1
    return counts


def stretch(segment: Segment) -> rules.Stretch:
    """A segment as far as chainage goes; the caller has seen that it has one."""
    return rules.Stretch(segment.pk, segment.bank, segment.from_m or 0, segment.to_m or 0)


def order_of(resource: Resource) -> int:
    """Tributary order: how many registered waters lie between a resource and the one that flows into none. A query for each step."""
    flows: dict[int, int | None] = {resource.pk: resource.flows_into_id}
    below = resource.flows_into_id
    while below is not None and below not in flows:
        flows[below] = Resource.objects.filter(pk=below).values_list("flows_into", flat=True).first()
        below = flows[below]
    return rules.order_of(resource.pk, flows)


def tributaries(resource: Resource) -> QuerySet[Resource]:
    """What flows into a resource, by name."""
    return Resource.objects.filter(flows_into=resource).defer("geometry").order_by("name", "pk")


# -- drawn ---------------------------------------------------------------------------------------------------------------


def coarse_lines(resources: Iterable[Resource]) -> dict[int, list[Any]]:
    """Resource id -> its coarse lines, for those that have no drawing of their own. One query."""
    found: dict[int, list[Any]] = {}
    for line in Line.objects.filter(resource__in=[r.pk for r in resources if not r.geometry]).order_by("pk"):
        found.setdefault(line.resource_id, []).append(line)
    return found


def outlines_of(counties: Iterable[int]) -> list[dict[str, Any]]:
    """The outlines of counties, to compare a drawing with."""
    return list(Boundary.objects.filter(jurisdiction__in=counties, jurisdiction__level=Level.COUNTY).values_list("geometry", flat=True))


def drawn_beside(resource: Resource, on: date) -> list[dict[str, Any]]:
    """Everything exact that is drawn of a resource: its own geometry and that of its segments. Coarse lines are not exact enough."""
    rows = Segment.objects.in_force(on).filter(resource=resource, geometry__isnull=False).values_list("geometry", flat=True)
    return [geometry for geometry in (resource.geometry, *rows) if geometry]


def segments_of(resource: Resource, on: date) -> QuerySet[Segment]:
    """The segments of a resource on a day, upstream first."""
    rows = Segment.objects.in_force(on).filter(resource=resource).select_related("jurisdiction__parent").defer("geometry")
    return rows.order_by(F("from_m").asc(nulls_last=True), "path", "code")


def drawn_segments(resource: Resource, on: date) -> QuerySet[Segment]:
    """The segments of a resource on a day that are drawn, with their geometry."""
    rows = Segment.objects.in_force(on).filter(resource=resource, geometry__isnull=False)
    return rows.select_related("resource", "jurisdiction").defer("resource__geometry").order_by("from_m", "code")
