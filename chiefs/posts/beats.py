"""What a post goes to look at (segments by charges, those of its cells by watches), and in which of their terms somebody walked there.

A walk belongs to its day, however late it arrives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet

from accountability.ledger.acting import Acting, Reach
from chiefs.resources.models import GridCell, Segment

from . import reports, rules
from .functions import WALKING
from .models import Account, Charge, Deputation, Post, Tenure, Watch


@dataclass(frozen=True)
class Stint:
    """The days on which a person acted in a post: of a term of their own, or of a holder for whom they stood in."""

    tenure: Tenure
    since: date
    until: date | None
    deputy: bool = False

    @property
    def post(self) -> Post:
        return self.tenure.post

    @property
    def last_day(self) -> date | None:
        return self.until - timedelta(days=1) if self.until else None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


def goes_to(post: Post, segment: Segment, on: date) -> bool:
    """Whether a post answered for a segment on a day, or worked in a cell of the grid in which it lies."""
    charged = Charge.objects.in_force(on).filter(post=post, segment=segment)
    return charged.exists() or Watch.objects.in_force(on).filter(post=post, cell__segments=segment).exists()


def cells_of(post_id: int, on: date) -> list[GridCell]:
    """The cells of the grid in which a post works on a day, each with ``segments_there``. Two queries."""
    there = Segment.objects.in_force(on).select_related("resource__scheme", "jurisdiction__parent").order_by("code")
    cells = GridCell.objects.in_force(on).filter(pk__in=Watch.objects.in_force(on).filter(post=post_id).values("cell"))
    return list(cells.order_by("code").prefetch_related(Prefetch("segments", there, to_attr="segments_there")))


def stints(person_id: int) -> list[Stint]:
    """All stints of a person in posts that walk, running or over, the latest first. Two queries."""
    own = list(reports.terms_of_person(person_id).standing())
    found = [Stint(term, term.since, term.until) for term in own]
    around = ("tenure__post__kind__scheme", "tenure__post__unit__jurisdiction")
    rows = Deputation.objects.filter(Q(person=person_id) | Q(post__in={term.post_id for term in own})).select_related(*around)
    for row in rows:
        seats = [term for term in own if term.post_id == row.post_id]
        if row.post_id is None or any(rules.share_a_day(row.since, row.until, term.since, term.until) for term in seats):
            found.append(Stint(row.tenure, row.since, row.until, deputy=True))
    walking = [stint for stint in found if not set(WALKING).isdisjoint(stint.post.kind.functions)]
    return sorted(walking, key=lambda stint: (stint.since, stint.tenure.pk), reverse=True)


def stints_on(person_id: int, segment: Segment) -> list[Stint]:
    """Those on some day of which the segment was ground of the post. Four queries."""
    every = stints(person_id)
    days = ground_of({stint.tenure.post_id for stint in every}, segment)
    return [
        stint
        for stint in every
        if any(post == stint.tenure.post_id and rules.share_a_day(stint.since, stint.until, *period) for post, *period in days)
    ]


def ground_of(post_ids: Iterable[int], segment: Segment) -> list[tuple[int, date, date | None]]:
    """(post, first day, first day no longer) of every period in which the segment was ground of one of the posts. Two queries."""
    wanted = list(post_ids)
    charged = Charge.objects.filter(post__in=wanted, segment=segment)
    watched = Watch.objects.filter(post__in=wanted, cell__segments=segment)
    return [row for rows in (charged, watched) for row in rows.values_list("post", "since", "until")]


def ground_on(post_ids: Iterable[int], on: date) -> list[tuple[int, Segment]]:
    """(post, segment) of everything drawn that is ground of the posts on a day, each pair once. Three queries."""
    wanted = list(post_ids)
    drawn = Segment.objects.in_force(on).exclude(geometry=None)
    charged = Charge.objects.in_force(on).filter(post__in=wanted, segment__in=drawn).order_by("pk").values_list("post", "segment")
    watched = Watch.objects.in_force(on).filter(post__in=wanted, cell__segments__in=drawn).order_by("pk")
    pairs = dict.fromkeys([*charged, *watched.values_list("post", "cell__segments")])
    around = Segment.objects.select_related("resource", "jurisdiction__parent__parent__parent")
    segments = around.in_bulk({segment for _post, segment in pairs}) if pairs else {}
    return [(post, segments[segment]) for post, segment in pairs if segment in segments]


def acting_in(stint: Stint, account: Account, on: date) -> Acting:
    """The plain values of who hands in what happened in a stint. Of one that is over nothing else opens: no reach, no other function."""
    acting = reports.acting(account, stint.post, account.person_id, deputy=stint.deputy)
    if stint.holds(on):
        return acting
    return replace(acting, reach=Reach(), functions=acting.functions & {function.value for function in WALKING})


def segments_in(stint: Stint) -> QuerySet[Segment]:
    """The ground of a stint: what its post answered for, or what lay in its cells, on some day of it."""
    charges = Charge.objects.touching(stint.since, stint.until).filter(post=stint.post)
    watches = Watch.objects.touching(stint.since, stint.until).filter(post=stint.post)
    ground = Q(pk__in=charges.values("segment")) | Q(cells__in=watches.values("cell"))
    return Segment.objects.filter(ground).distinct().select_related("jurisdiction").order_by("code")
