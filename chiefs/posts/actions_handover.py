"""Every write of a handover: opened by the end of a term, listed again as work comes and goes, taken over by name, finished."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from accountability.kit import days
from accountability.ledger import once
from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event

from . import handovers, reports
from .functions import SYSTEM_CLOCK
from .lifecycle import HandoverLifecycle
from .models import Handover, HandoverItem, Post, Tenure

MOST_AT_ONCE = 500


def begin(tenure: Tenure, *, by: Acting) -> Handover:
    """Open the handover of a term that ends: what lies open is listed, and where nobody follows, who receives answers meanwhile."""
    with transaction.atomic():
        known = Handover.objects.select_for_update(of=("self",)).filter(tenure=tenure).first()
        if known is None:
            post = reports.post(tenure.post_id)
            handover = Handover(tenure=tenure, post=post, opened_at=days.now())
            facts = {"tenure": tenure, "post": post, "until": tenure.until}
            HandoverLifecycle.begin(handover, by=by, act="begin_handover", facts=facts)
            known = handover
        _list(known)
        _cover(known, by)
    return known


def _list(handover: Handover) -> None:
    """Write down what lies open now; what is closed by now needs nobody any more, and what was opened again does."""
    now = handovers.still_open(handover)
    rows = handover.items.all()
    rows.filter(settled_at=None).exclude(stream__in=now).update(settled_at=days.now())
    rows.filter(stream__in=now).update(settled_at=None)
    listed = set(rows.values_list("stream", flat=True))
    HandoverItem.objects.bulk_create(
        HandoverItem(handover=handover, stream=stream, label=label) for stream, label in now.items() if stream not in listed
    )


def _cover(handover: Handover, by: Acting) -> None:
    """The rule names somebody where nobody follows (Zhejiang rule, art. 11); another is named by ``cover``."""
    if handovers.is_covered(handover):
        return
    found = [taker for taker in handovers.takers(handover) if taker.deputation is None and taker.tenure.since <= days.today()]
    named = found[0].tenure if found else None
    if handover.covered_by != named:
        handover.covered_by = named
        handover.save(update_fields=["covered_by"])
        Event.record(handover.stream, "posts.cover_by_rule", by, facts=plain({"covered_by": named}))


def look_again(post: Post, *, by: Acting) -> None:
    """A term is annulled: what it would have taken over has nobody any more, so the last handover of the post names somebody again."""
    last = Handover.objects.filter(post=post).order_by("-tenure__until", "-pk").values_list("pk", flat=True).first()
    if last is not None:
        _look(last, by)


def _look(pk: int, by: Acting) -> None:
    with transaction.atomic():
        locked = Handover.objects.select_for_update(of=("self",)).select_related("tenure", "post__unit__jurisdiction").get(pk=pk)
        if locked.state == Handover.State.OPEN:
            _list(locked)
        _cover(locked, by)


def take_over(
    handover: Handover, *, streams: Sequence[str], taker: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None
) -> Event:
    """Somebody answers for these matters by name from now on. ``taker``: the key of one of ``handovers.takers``."""
    with transaction.atomic():
        locked = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
        known = once.taken(client_ref)
        if not known:
            _list(locked)
        event = HandoverLifecycle.perform(
            "take_over", handover, by=by, expect=expect, client_ref=client_ref, streams=sorted(streams), taker=taker
        )
        if not known:
            found = event.facts["found"]
            handover.items.filter(stream__in=streams).update(taker_id=found["term"], deputation_id=found["deputation"], taken_at=days.now())
    return event


def cover(handover: Handover, *, taker: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Name who answers for whatever comes up while nobody holds the post."""
    return HandoverLifecycle.perform("cover", handover, by=by, expect=expect, client_ref=client_ref, taker=taker)


def finish(handover: Handover, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Everything has somebody. Refused while anything that lies open, listed or not, has nobody."""
    with transaction.atomic():
        locked = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
        if locked.state == Handover.State.OPEN:
            _list(locked)
        return HandoverLifecycle.perform("finish", handover, by=by, expect=expect, client_ref=client_ref)


def look_after() -> None:
    """Sweep: terms that ended by themselves get their handover; open ones are listed again, and nothing stays without a holder."""
    today, clock = days.today(), reports.system(SYSTEM_CLOCK)
    # Terms that were over before anybody entered them left nothing open here.
    ended = Tenure.objects.standing().filter(until__lte=today, entered_on__lt=F("until"), handover=None).order_by("until", "pk")
    for tenure in ended.select_related("post")[:MOST_AT_ONCE]:
        begin(tenure, by=clock)
    left = Handover.objects.exclude(covered_by=None).filter(covered_by__until__lte=today, post__in=handovers.vacant(today))
    for pk in set(Handover.objects.open().values_list("pk", flat=True)) | set(left.values_list("pk", flat=True)):
        _look(pk, clock)
