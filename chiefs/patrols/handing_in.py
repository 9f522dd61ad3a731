"""For which of a person's posts a walk is handed in: the one that answered for the segment on the day of the walk.

A telephone that was lost and found again, or had no signal for weeks, sends what it kept: by then its owner may act for another
post, stand in for nobody any more, or hold no post at all. The past stays with who held it, so the walk is still theirs to send.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accountability.kit import days
from accountability.ledger.acting import Acting
from chiefs.posts import beats
from chiefs.posts.models import Account
from chiefs.resources.models import Segment

from .models import Patrol

MOST_STINTS, MOST_SEGMENTS, MOST_PATROLS = 12, 60, 5  # shown on the page of earlier posts


@dataclass(frozen=True)
class Sending:
    """One stint for which the walk may be handed in, and who acts in it."""

    stint: beats.Stint
    by: Acting


@dataclass(frozen=True)
class Ground:
    """One stint with the segments that its post answered for in it, and the patrols that have arrived from it."""

    stint: beats.Stint
    segments: Sequence[Segment]
    patrols: Sequence[Patrol]


def sendings(account: Account, acting: Acting | None, segment: Segment) -> list[Sending]:
    """The stints of the account's person on this segment: of the post that is acted for first, then the running ones, then the latest."""
    today, own = days.today(), acting.post_id if acting else None
    found = beats.stints_on(account.person_id or 0, segment)
    found.sort(key=lambda stint: (stint.post.pk != own, not stint.holds(today)))
    return [
        Sending(stint, acting if acting and stint.post.pk == own and stint.holds(today) else beats.acting_in(stint, account, today))
        for stint in found
    ]


def fitting(found: Sequence[Sending], span: tuple[datetime, datetime] | None) -> Sending:
    """The one that held on the day of the walk; where none did, the first, and the action says why it is refused."""
    on = days.day_of(span[0]) if span else days.today()
    return next((sending for sending in found if sending.stint.holds(on)), found[0])


def grounds(person_id: int, acting: Acting | None) -> list[Ground]:
    """What somebody walked in posts for which they do not act now, the latest first."""
    others = [stint for stint in beats.stints(person_id) if acting is None or stint.post.pk != acting.post_id]
    found = []
    for stint in others[:MOST_STINTS]:
        patrols = Patrol.objects.filter(tenure=stint.tenure).select_related("segment").order_by("-started_at")
        if stint.deputy:
            patrols = patrols.filter(started_at__gte=days.start_of(stint.since))
        found.append(Ground(stint, beats.segments_in(stint)[:MOST_SEGMENTS], patrols[:MOST_PATROLS]))
    return found
