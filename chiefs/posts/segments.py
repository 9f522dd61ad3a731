"""What posts have to do with a segment that ends: whoever answers for it, and goes on answering for its parts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from chiefs.resources.models import Segment

from .models import Charge


def standing_on_segment(*, segment: Segment, day: date) -> list[Charge]:
    """Answer to the question of the same name: charges that bind on the day or later."""
    return list(Charge.objects.touching(day, None).filter(segment=segment).select_related("post"))


def divide_segment(*, segment: Segment, parts: list[Segment], day: date, by: Acting, **about: Any) -> list[bool]:
    """Answer to the question of the same name: each charge ends with the segment and goes on, as long as it was to last, for each part."""
    charges = list(Charge.objects.select_for_update(of=("self",)).touching(day, None).filter(segment=segment).order_by("pk"))
    for charge in charges:
        if charge.since >= day:
            raise Refused(
                _("Somebody begins to answer for this segment on %(day)s or later. Divide it on that day.") % {"day": charge.since}
            )
        until, charge.until = charge.until, day
        charge.save(update_fields=["until"])
        made = Charge.objects.bulk_create(Charge(post_id=charge.post_id, segment=part, since=day, until=until) for part in parts)
        facts = plain({"day": day, "parts": [c.pk for c in made], "segments": parts})
        Event.record(f"{charge._meta.label_lower}:{charge.pk}", "posts.divide_charge", by, facts=facts)
    return [True]
