"""What is missing or doubled in the register: vacancies, idle chiefs, segments and places without whom they must have.

Every list is a queryset inside a reach, to be shown page by page; ``counts`` says how many lie at each place, in one statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accountability.ledger.acting import Reach
from chiefs.resources.models import GridCell, Segment, SegmentPlace
from chiefs.territory import former
from chiefs.territory.models import Jurisdiction

from .functions import ANSWERING, GENERAL, WATCHING
from .models import Charge, Handover, Post, Requirement, Tenure, UnitPlace, Watch

AT_POST = "unit__jurisdiction"
NOBODY = Q(pk__in=[])


def _inside(reach: Reach, at: str = "") -> Q:
    """``at``: the way to the jurisdiction; empty for a row that carries its own path."""
    return reach.q(path=f"{at}__path" if at else "path", jurisdiction=f"{at}_id" if at else "jurisdiction_id")


def _posts_in(reach: Reach, on: date) -> Q:
    """The posts whose unit stood in a reach on a day."""
    return former.lay_in(UnitPlace, on, reach, _inside(reach, AT_POST), "unit")


def _charges_in(reach: Reach, on: date) -> Q:
    """The charges whose segment lay in a reach on a day."""
    return former.lay_in(SegmentPlace, on, reach, _inside(reach, "segment__jurisdiction"), "segment")


def _held(on: date) -> Exists:
    return Exists(Tenure.objects.in_force(on).filter(post=OuterRef("pk")))


def vacancies(reach: Reach, on: date) -> QuerySet[Post]:
    """Chiefs', supervisors' and rangers' posts that are there and held by nobody."""
    rows = Post.objects.in_force(on).filter(_posts_in(reach, on), kind__role__in=[*GENERAL, *ANSWERING, *WATCHING])
    return rows.filter(~_held(on)).select_related("kind__scheme", "unit__jurisdiction").order_by("unit__jurisdiction__path", "pk")


def idle(reach: Reach, on: date) -> QuerySet[Post]:
    """Chiefs who answer for no segment, supervisors and rangers without a cell. General chiefs answer for their whole place."""
    charged = Exists(Charge.objects.in_force(on).filter(post=OuterRef("pk")))
    watching = Exists(Watch.objects.in_force(on).filter(post=OuterRef("pk")))
    rows = Post.objects.in_force(on).filter(_posts_in(reach, on))
    rows = rows.filter((Q(kind__role__in=ANSWERING) & ~charged) | (Q(kind__role__in=WATCHING) & ~watching))
    return rows.select_related("kind__scheme", "unit__jurisdiction").order_by("unit__jurisdiction__path", "pk")


def requirements(on: date) -> list[Requirement]:
    """The rows in force on a day, the narrowest place first."""
    rows = Requirement.objects.in_force(on).select_related("scheme", "jurisdiction")
    return sorted(rows, key=lambda row: (-len(row.jurisdiction.path) if row.jurisdiction else 0, -row.since.toordinal(), -row.pk))


def _lacking(row: Requirement, on: date) -> Q:
    """Segments that have nobody as the row wants it. A vacant post still counts as there: vacancies are a list of their own."""
    if row.role in WATCHING:
        watches = Watch.objects.in_force(on).filter(cell__segments=OuterRef("pk"), post__kind__role=row.role)
        return ~Q(Exists(watches.filter(cell__in=GridCell.objects.in_force(on))))
    roles = ANSWERING if row.role in ANSWERING else (row.role,)
    charges = Charge.objects.in_force(on).filter(segment=OuterRef("pk"), post__kind__role__in=roles)
    return ~Q(Exists(charges.filter(post__kind__level=row.level) if row.level else charges))


def _under(row: Requirement, on: date) -> Q:
    if row.jurisdiction is None:
        return Q()
    place = row.jurisdiction
    reach = Reach(jurisdictions=frozenset([place.pk])) if place.special else Reach(paths=(place.path,))
    return former.lay_in(SegmentPlace, on, reach, reach.q())


def segments_without(
    reach: Reach, on: date, role: str = "", level: str = "", rows: Sequence[Requirement] | None = None
) -> QuerySet[Segment]:
    """Segments without somebody whom they must have (of one role or level, where these are given), by the rules in force on the day.

    ``rows``: what ``requirements(on)`` gave, where several lists are asked for.
    """
    missing, settled = NOBODY, {}
    for row in rows if rows is not None else requirements(on):
        if row.scheme_id is None or (role and not _meant(row.role, role)) or (level and row.level != level):
            continue
        key = (row.scheme_id, row.resource_kind, "chief" if row.role in ANSWERING else row.role, row.level)
        about = Q(resource__scheme=row.scheme_id) & (Q(resource__kind=row.resource_kind) if row.resource_kind else Q())
        here = about & _under(row, on) & ~settled.get(key, NOBODY)
        if row.required:
            missing |= here & _lacking(row, on)
        settled[key] = settled.get(key, NOBODY) | (about & _under(row, on))
    inside = former.lay_in(SegmentPlace, on, reach, _inside(reach))
    found = Segment.objects.in_force(on).filter(inside).filter(missing)
    return found.select_related("resource__scheme", "jurisdiction").order_by("path", "code")


def _meant(row_role: str, role: str) -> bool:
    return row_role in ANSWERING if role in ANSWERING else row_role == role


def places_without(reach: Reach, on: date, role: str, rows: Sequence[Requirement] | None = None) -> QuerySet[Jurisdiction]:
    """Places of the levels that must have a head of this role (first general chief, general chief) and have no such post. The heads
    of one scheme (总林长) do not stand for those of all."""
    wanted, settled = NOBODY, {}
    for row in rows if rows is not None else requirements(on):
        if row.scheme_id is not None or row.role != role:
            continue
        about = Q(level=row.level) & (_place_under(row) if row.jurisdiction else Q())
        if row.required:
            wanted |= about & ~settled.get(row.level, NOBODY)
        settled[row.level] = settled.get(row.level, NOBODY) | about
    here, there = Q(unit__jurisdiction=OuterRef("pk")), Q(jurisdiction=OuterRef(OuterRef("pk")))
    posts = Post.objects.in_force(on).filter(former.lay(UnitPlace, on, here, there, "unit"), kind__role=role, kind__scheme=None)
    inside = reach.q(path="path", jurisdiction="pk")
    found = Jurisdiction.objects.in_force(on).filter(inside, special=False).filter(wanted)
    return found.filter(~Exists(posts)).order_by("path", "pk")


def _place_under(row: Requirement) -> Q:
    return Reach(paths=(row.jurisdiction.path,)).q(jurisdiction="pk") if row.jurisdiction else Q()


def doubled(reach: Reach, on: date) -> QuerySet[Charge]:
    """Charges beside which another post of the same role and level answers for the same segment. Two chiefs on one river are
    lawful (some great rivers have two); the list is there to be looked at, not to be emptied."""
    other = Charge.objects.in_force(on).filter(
        segment=OuterRef("segment"), post__kind__role=OuterRef("post__kind__role"), post__kind__level=OuterRef("post__kind__level")
    )
    rows = Charge.objects.in_force(on).filter(_charges_in(reach, on))
    alike = rows.order_by().values("segment", "post__kind__role", "post__kind__level").annotate(posts=Count("post", distinct=True))
    several = alike.filter(posts__gt=1).values("segment")  # counted once for all; the rest is asked of these few alone
    rows = rows.filter(Exists(other.exclude(post=OuterRef("post"))), segment__in=several)
    return rows.select_related("post__kind", "post__unit", "segment__jurisdiction").order_by("segment__path", "segment", "pk")


def misplaced(reach: Reach, on: date) -> QuerySet[Charge]:
    """Charges of posts that are no more, or for segments that are no more: left behind by a change that nobody followed up."""
    rows = Charge.objects.in_force(on).filter(_charges_in(reach, on))
    gone = Q(post__until__lte=on) | Q(segment__until__lte=on) | Q(post__unit__until__lte=on)
    return rows.filter(gone).select_related("post__unit", "segment__jurisdiction").order_by("segment__path", "pk")


def counts(rows: QuerySet, at: str) -> dict[int, int]:
    """How many of a list lie at each place: jurisdiction id -> number, in one statement. ``at``: the way to the place
    (``unit__jurisdiction`` for posts, ``jurisdiction`` for segments, ``segment__jurisdiction`` for charges, ``pk`` for places)."""
    grouped = rows.order_by().select_related(None).values(place=F(at)).annotate(number=Count("pk"))
    return {row["place"]: row["number"] for row in grouped}


def unfinished_handovers(reach: Reach) -> QuerySet[Handover]:
    """Handovers that somebody still has to finish, the oldest first."""
    rows = Handover.objects.open().filter(_inside(reach, "post__unit__jurisdiction"))
    return rows.select_related("post__unit__jurisdiction", "tenure__person", "covered_by__person").order_by("opened_at", "pk")
