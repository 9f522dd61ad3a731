"""What other rooms and pages ask about sites: which one is meant, which may be the same, what points at one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Prefetch, Q, QuerySet, When
from django.db.models.functions import Substr

from accountability.kit.codes import after
from accountability.ledger.acting import Acting
from chiefs.resources.models import Segment

from . import rules
from .models import Site, SiteName

MOST_FOUND = 20
MOST_MENTIONED = 50
MOST_BESIDE = 20


@dataclass(frozen=True)
class Mention:
    """Something of another room that is about a site, as its page lists it; ``address`` is where it is read."""

    what: str
    number: str
    title: str
    state: str
    day: date
    address: str


def search(text: str, path: str, *, but: Site | None = None) -> list[Site]:
    """Sites of the county around a path that are called so, at most twenty, those in operation first. For a choice on a form."""
    if not text.strip():
        return []
    rows = Site.objects.standing().within(rules.county_of(path)).called(text)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return list(rows.select_related("jurisdiction").order_by("-state", "name", "pk")[:MOST_FOUND])


def beside(segment: Segment) -> list[Site]:
    """Sites in operation that a walker of a segment may meet: those that drain to it first, then those of its place. Twenty at most."""
    rows = Site.objects.operating().filter(Q(segment=segment) | Q(jurisdiction=segment.jurisdiction_id))
    drains = Case(When(segment=segment, then=0), default=1)
    return list(rows.select_related("jurisdiction").order_by(drains, "name", "pk")[:MOST_BESIDE])


def held(site: Site) -> Site:
    """The site that goes on for this one, its row locked until the transaction ends: nobody merges it away meanwhile."""
    locked = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if locked.merged_into_id is None:
        return locked
    return Site.objects.select_for_update(of=("self",)).get(pk=locked.merged_into_id)


def same_names(acting: Acting) -> QuerySet:
    """Names that several sites of one county bear (and no two credit codes speak against), as rows of county, folded, sites."""
    rows = SiteName.objects.filter(site__in=Site.objects.visible_to(acting).standing())
    coded = Count("site__credit_code", distinct=True, filter=~Q(site__credit_code=""))
    return (
        rows.annotate(county=Substr("site__path", 1, rules.COUNTY_DIGITS))
        .values("county", "folded")
        .annotate(sites=Count("site", distinct=True), codes=coded)
        .filter(sites__gt=1, codes__lt=2)
        .order_by("county", "folded")
    )


def sharing(rows: Iterable[dict[str, str]]) -> list[tuple[str, list[Site]]]:
    """For each of these names the sites that bear it, in the order of their entry. One query, and one for the names."""
    wanted = [(row["county"], row["folded"]) for row in rows]
    which = Q(pk__in=[])
    for county, folded in wanted:
        which |= Q(path__gte=county, path__lt=after(county), names__folded=folded)
    sites = Site.objects.standing().filter(which).distinct().select_related("jurisdiction__parent").order_by("pk")
    found = list(sites.prefetch_related(Prefetch("names", queryset=SiteName.objects.order_by("pk"))))
    return [
        (folded, [site for site in found if rules.county_of(site.path) == county and folded in {n.folded for n in site.names.all()}])
        for county, folded in wanted
    ]


def known(county: str) -> rules.Known:
    """The sites of a county, to match the rows of a list against (``rules.Known.match``). Two queries."""
    rows = Site.objects.standing().within(county).prefetch_related("names").order_by("pk")
    return rules.Known.of(
        rules.Entry.of(site.pk, code=site.credit_code, county=rules.county_of(site.path), names=[n.name for n in site.names.all()])
        for site in rows
    )
