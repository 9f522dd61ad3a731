"""The file of a water (一河一档): what is registered about it in all rooms, put together when it is opened and typed nowhere twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.cases.models import Case
from accountability.kit import days
from accountability.kit.templatetags.kit import local
from accountability.ledger.acting import Acting
from accountability.ledger.doors import acting_required
from audits.indicators.models import Observation
from chiefs.patrols.models import Patrol
from chiefs.plans import reports as plans
from chiefs.plans.models import READERS, RiverPlan
from chiefs.posts import reports as posts
from chiefs.posts.models import Charge, Tenure
from chiefs.resources.models import Resource, Segment
from chiefs.signboards.models import BoardUpdate, Signboard
from chiefs.territory.models import UPWARDS, Level

MOST_SEGMENTS = 200
MOST_OBSERVATIONS = 12
LOOKED_BACK = timedelta(days=3 * 366)  # older figures say nothing of how the water is


@dataclass(frozen=True)
class Stretch:
    """One segment with who answers for it today, the highest level first."""

    segment: Segment
    chiefs: Sequence[tuple[Any, list[Any]]]


def stretches(resource: Resource, on: date) -> list[Stretch]:
    """The segments in force with their chiefs. Three queries."""
    rows = Segment.objects.in_force(on).filter(resource=resource).select_related("jurisdiction__parent").order_by("path", "code")
    segments = list(rows[:MOST_SEGMENTS])
    charges: dict[int, list[Any]] = {}
    found = Charge.objects.in_force(on).filter(segment__in=segments).select_related("post__kind")
    for charge in found:
        charges.setdefault(charge.segment_id, []).append(charge.post)
    held: dict[int, list[Any]] = {}
    seats = {post.pk for posts in charges.values() for post in posts}
    for tenure in Tenure.objects.in_force(on).filter(post__in=seats).select_related("person").order_by("since", "pk"):
        held.setdefault(tenure.post_id, []).append(tenure.person)
    return [
        Stretch(
            segment,
            [(post, held.get(post.pk, [])) for post in sorted(charges.get(segment.pk, []), key=lambda p: -UPWARDS.index(p.kind.level))],
        )
        for segment in segments
    ]


def base(resource: Resource) -> list[tuple[str, Any]]:
    """What does not change from month to month."""
    into = local(resource.flows_into) if resource.flows_into else resource.flows_into_name
    return [
        (_("Scheme"), local(resource.scheme)),
        (_("Kind"), resource.get_kind_display()),
        (_("Other names"), "、".join(resource.aliases.order_by("name").values_list("name", flat=True))),
        (_("National code"), resource.national_code),
        (_("Flows into"), into),
        (_("Length"), _("%(metres)s m") % {"metres": resource.length_m} if resource.length_m else ""),
        (_("Area"), _("%(area)s m²") % {"area": resource.area_m2} if resource.area_m2 else ""),
        (_("Elevation"), _("%(metres)s m") % {"metres": resource.elevation_m} if resource.elevation_m else ""),
        (_("Counties"), "、".join(local(county) for county in resource.counties.order_by("code"))),
        (_("Source"), resource.source),
    ]


def counts(resource: Resource, acting: Acting, on: date) -> list[tuple[str, Any]]:
    """What changes from day to day, as numbers, of what the post may see."""
    boards = Signboard.objects.visible_to(acting).filter(segment__resource=resource)
    standing = boards.aggregate(
        all=Count("pk", filter=~Q(state=Signboard.State.GONE)), damaged=Count("pk", filter=Q(state=Signboard.State.DAMAGED))
    )
    owed = BoardUpdate.objects.open().filter(board__in=boards.values("pk"))
    walked = Patrol.objects.visible_to(acting).filter(segment__resource=resource).aggregate(last=Max("started_at"))["last"]
    return [
        (_("Notice boards"), standing["all"]),
        (_("Of these damaged"), standing["damaged"]),
        (_("Boards to be brought up to date"), owed.count()),
        (_("Of these late"), owed.filter(due__lt=on).count()),
        (_("Open cases"), Case.objects.visible_to(acting).open().filter(segment__resource=resource).count()),
        (_("Last patrol"), days.day_of(walked).isoformat() if walked else ""),
    ]


def observed(found: Sequence[Stretch], on: date) -> list[Observation]:
    """The newest figures for the counties through which the water flows, one of each indicator and county."""
    counties = {place.pk for stretch in found for place in posts.ancestors(stretch.segment.jurisdiction) if place.level == Level.COUNTY}
    rows = Observation.objects.filter(jurisdiction__in=counties, corrected_by=None, until__gt=on - LOOKED_BACK)
    newest: dict[tuple[int, int], Observation] = {}
    for row in rows.select_related("indicator", "jurisdiction").order_by("until", "since"):
        newest[row.indicator_id, row.jurisdiction_id] = row
    return sorted(newest.values(), key=lambda row: (row.until, -row.indicator.no), reverse=True)[:MOST_OBSERVATIONS]


@require_safe
@acting_required(*READERS)
def water_file(request: HttpRequest, code: str) -> HttpResponse:
    """The file of the water to which a segment belongs, for whoever has one of its segments in reach."""
    acting, today = request.acting, days.today()  # type: ignore[attr-defined]
    rows = Segment.objects.filter(acting.reach.q()).select_related("resource__scheme", "resource__flows_into")
    segment = get_object_or_404(rows, code=code)
    resource = segment.resource
    found = stretches(resource, today)
    drafted = (
        RiverPlan.objects.visible_to(acting).exclude(state=RiverPlan.State.REPLACED).filter(pk__in=plans.of_water(resource).values("pk"))
    )
    own = list(drafted.select_related("segment", "jurisdiction").order_by("state", "until"))
    percents = plans.percents(plan.pk for plan in own)
    context = {
        "resource": resource,
        "segment": segment,
        "base": base(resource),
        "counts": counts(resource, acting, today),
        "stretches": found,
        "boards": Signboard.objects.visible_to(acting).standing().filter(segment__resource=resource).order_by("code")[:MOST_SEGMENTS],
        "plans": [(plan, percents[plan.pk]) for plan in own],
        "observed": observed(found, today),
        "today": today,
    }
    return render(request, "registry/water_file.html", context)
