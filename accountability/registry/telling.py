"""Who is told that a handover lies open: the post whose term ended, and whoever is named while nobody follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from accountability.ledger.acting import Acting
from accountability.ledger.models import Event
from accountability.notices import actions as notices
from accountability.notices import wording
from chiefs.posts import handovers
from chiefs.posts.models import Handover

wording.register(
    "terms:handover",
    handover_open=gettext_lazy("The term in the post “%(post)s” ends on %(last)s. Take over by name what lies open there."),
)


def handover_begun(handover: Handover, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of the act that opens a handover. Where nothing lies open nobody is told."""
    if handover.tenure.until is None or not handovers.still_open(handover):
        return
    nearest = [taker.tenure.post for taker in handovers.takers(handover)[:1]]
    notices.tell(
        [handover.post, *nearest],
        kind="handover-open",
        about=handover.stream,
        number=str(handover.client_ref),
        params={"post": handover.post.title, "last": (handover.tenure.until - timedelta(days=1)).isoformat()},
        key=f"{handover.stream}:open",
    )
