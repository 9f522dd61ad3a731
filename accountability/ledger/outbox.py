"""Outward effects: written inside the transaction, carried out by the worker afterwards, at least once."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Q

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


def send_waiting(most: int = 100) -> tuple[int, int]:
    """Carry out what is due; returns how many were sent and how many failed and were put back, later each time."""
    sent = failed = 0
    for pk in list(Outbox.objects.filter(sent_at=None, due_at__lte=now(), attempts__lt=MOST_ATTEMPTS).order_by("due_at").values_list("pk", flat=True)[:most]):
        free = Outbox.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now()), pk=pk, sent_at=None)
        if not free.update(claimed_until=now() + LEASE):
            continue  # another worker has it
        item = Outbox.objects.get(pk=pk)
        try:
            _handlers[item.topic](json.loads(item.payload))
        except Exception as trouble:
            # The one place that catches everything: one broken item must not stop the others, and it stays on the list.
            log.exception("outbox item %s (%s) failed", item.pk, item.topic)
            item.attempts += 1
            item.failure = f"{type(trouble).__name__}: {trouble}"[:2000]
            item.due_at = now() + timedelta(seconds=30 * 2**item.attempts)
            failed += 1
        else:
            item.sent_at, item.failure = now(), ""
            sent += 1
        item.claimed_until = None
        item.save()
    return sent, failed
