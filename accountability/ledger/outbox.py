"""Outward effects: written inside the transaction, carried out by the worker afterwards, at least once."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from accountability.kit.days import now

from .models import Outbox, canonical

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 8
LEASE = timedelta(minutes=5)
_handlers: dict[str, Callable[[dict[str, Any]], None]] = {}


def handler(topic: str) -> Callable[[Callable[[dict[str, Any]], None]], Callable[[dict[str, Any]], None]]:
    """Registers the one function that carries out a topic. It must bear being called twice."""

    def register(function: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        _handlers[topic] = function
        return function

    return register


def put(topic: str, key: str, **payload: Any) -> None:
    """Queue an effect; the same key a second time is the same effect and is not queued again."""
    Outbox.objects.get_or_create(key=f"{topic}:{key}", defaults={"topic": topic, "payload": canonical(payload)})


def _free() -> QuerySet[Outbox]:
    """What is due and nobody is carrying out. After so many attempts an item is parked until somebody looks at it."""
    moment = now()
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lt=moment)
    return Outbox.objects.filter(unclaimed, sent_at=None, due_at__lte=moment, attempts__lt=MOST_ATTEMPTS)


def parked() -> QuerySet[Outbox]:
    """Items that failed every time."""
    return Outbox.objects.filter(sent_at=None, attempts__gte=MOST_ATTEMPTS)


def send_waiting(most: int = 100) -> tuple[int, int]:
    """Carry out what is due; returns how many were sent and how many failed and were put back, later each time."""
    sent = failed = 0
    for pk in list(_free().order_by("due_at", "pk").values_list("pk", flat=True)[:most]):
        lease = now() + LEASE
        # The attempt counts when it begins: an item that kills its worker must not be tried for ever.
        if not _free().filter(pk=pk).update(claimed_until=lease, attempts=F("attempts") + 1):
            continue  # another worker has it
        item = Outbox.objects.get(pk=pk)
        try:
            _handlers[item.topic](json.loads(item.payload))
        except Exception as trouble:
            # The one place that catches everything: one broken item must not stop the others, and it stays on the list.
            log.exception("outbox item %s (%s) failed", item.pk, item.topic)
            later = now() + timedelta(seconds=30 * 2**item.attempts)
            outcome: dict[str, Any] = {"failure": f"{type(trouble).__name__}: {trouble}"[:2000], "due_at": later}
            failed += 1
        else:
            outcome = {"sent_at": now(), "failure": ""}
            sent += 1
        # Only while the claim is still ours: another worker may have taken over after the lease.
        Outbox.objects.filter(pk=pk, claimed_until=lease).update(claimed_until=None, **outcome)
    return sent, failed
