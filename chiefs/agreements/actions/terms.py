"""A village agreement ends with the term of who signed it: the successor has promised nothing yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from chiefs.agreements.lifecycle import VillageLifecycle
from chiefs.agreements.models import VillageAgreement
from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_CLOCK
from chiefs.posts.models import Tenure

from . import telling

BINDING = (VillageAgreement.State.IN_FORCE, VillageAgreement.State.CLOSED)


def follow_term(record: Tenure, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of posts.end_term and posts.annul: what the holder signed for the post holds until the day before the term's end."""
    day = facts.get("day", days.today())  # an annulled term has no end of its own
    rows = VillageAgreement.objects.filter(post=record.post_id, person=record.person_id, until__gt=day)
    for agreement in rows.order_by("pk"):
        _end(agreement, day, by)


def end_with_terms() -> int:
    """From time to time: terms that ran out by themselves take their agreements along. Returns how many ended; bears being run twice."""
    today, clock = days.today(), posts.system(SYSTEM_CLOCK)
    holds = Tenure.objects.touching(today, None).filter(post=OuterRef("post"), person=OuterRef("person"))
    rows = VillageAgreement.objects.filter(~Exists(holds), state__in=[*BINDING, VillageAgreement.State.PREPARED], until__gt=today)
    ended = 0
    for agreement in rows.order_by("pk"):
        own = Tenure.objects.standing().filter(post=agreement.post_id, person=agreement.person_id).order_by("-until").first()
        ended += _end(agreement, own.until if own and own.until else today, clock)
    return ended


def _end(agreement: VillageAgreement, day: date, by: Acting) -> bool:
    """End it on a day, or let it fall where it would only begin then; nothing while the same person goes on in the post."""
    with transaction.atomic():
        locked = VillageAgreement.objects.select_for_update(of=("self",)).select_related("post__kind", "post__unit__jurisdiction")
        held = locked.get(pk=agreement.pk)
        if held.until <= day or Tenure.objects.touching(day, None).filter(post=held.post_id, person=held.person_id).exists():
            return False
        if held.state == VillageAgreement.State.PREPARED and day > days.today():
            return False  # it may still be signed for the days until then
        signed = held.state in BINDING
        if not signed and held.state != VillageAgreement.State.PREPARED:
            return False
        reason = Words(_("The term of the village chief ended."))
        if signed and held.since < day:
            VillageLifecycle.perform("end_with_term", held, by=by, expect=held.version, day=day, reason=reason)
            telling.village(held, [held.post], "village-agreement-closed", f"term-{day}", last=held.last_day.isoformat())
        else:
            VillageLifecycle.perform("fall_away", held, by=by, expect=held.version, reason=reason)
    return True
