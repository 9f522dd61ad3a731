"""Complaints as the doors make them: through the real actions."""

from __future__ import annotations

import uuid
from typing import Any

from accountability.complaints import actions
from accountability.complaints.models import Channel, Complaint, PollutionKind, RefusalReason
from accountability.ledger.acting import Acting
from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_PUBLIC
from chiefs.resources.models import Segment
from chiefs.territory.models import Jurisdiction

from .posts import Chain, acting_for

WORDS = "河边有人倒垃圾，已经三天了"
CLEARED = "河边有垃圾，约三天"


def public() -> Acting:
    return posts.system(SYSTEM_PUBLIC)


def registered(
    place: Jurisdiction | None = None, segment: Segment | None = None, *, channel: str = "web", **given: Any
) -> tuple[Complaint, str]:
    """A complaint and its query code; needs an intake for the place (``chain()`` has one)."""
    place = place or (segment.jurisdiction if segment else None)
    if place is None:
        raise ValueError("Name a place or a segment.")
    facts: dict[str, Any] = {
        "channel": Channel.objects.get(code=channel),
        "text": WORDS,
        "kinds": list(PollutionKind.objects.filter(code="waste")),
        "place": place,
        "segment": segment,
        "language": "zh-hans",
        "by": public(),
        "client_ref": uuid.uuid4(),
    }
    return actions.register(**facts | given)


def accepted(world: Chain, **given: Any) -> Complaint:
    """A complaint about the chain's segment that its intake has accepted: there is a case."""
    complaint, _code = registered(segment=world.segment, **given)
    actions.accept(complaint, transfer_text=CLEARED, by=acting_for(world.intake), expect=complaint.version)
    return complaint


def replied(world: Chain, text: str = "垃圾已经清运，河岸已经恢复。", **given: Any) -> Complaint:
    complaint = accepted(world, **given)
    actions.reply(complaint, text=text, by=acting_for(world.intake), expect=complaint.version)
    return complaint


def reason(code: str = "clue_unclear") -> RefusalReason:
    return RefusalReason.objects.get(code=code)
