"""Is the ledger still what was written, and do the records stand where it says?

Events are read once, in order of stream and sequence, so memory stays flat however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction
from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, Substr

from .models import Event, Governed, Stream


@dataclass(frozen=True)
class Fault:
    """The first event at which a stream is not what was written, and why."""

    stream: str
    seq: int
    reason: str

    def __str__(self) -> str:
        return f"{self.stream} event {self.seq}: {self.reason}"


def first_fault(stream: str | None = None) -> tuple[Fault | None, int]:
    """The first bad event (or None) and the number of events read. May run while others write."""
    events, heads = Event.objects.order_by("stream", "seq"), Stream.objects.order_by("key")
    if stream:
        events, heads = events.filter(stream=stream), heads.filter(key=stream)
    if orphan := events.filter(~Exists(Stream.objects.filter(key=OuterRef("stream")))).first():
        return Fault(orphan.stream, orphan.seq, "the stream has no head"), 0
    reading = _Reading()
    for fault in reading.faults(events, heads):
        # An event may have been added between the two reads. Look again with the head locked: nobody can add one now.
        with transaction.atomic():
            head = Stream.objects.filter(key=fault.stream)
            list(head.select_for_update(of=("self",)))
            if again := next(_Reading().faults(Event.objects.filter(stream=fault.stream).order_by("seq"), head), None):
                return again, reading.count
    return None, reading.count


class _Reading:
    """Events and stream heads side by side, both in order; ``count`` events so far."""

    def __init__(self) -> None:
        self.count = 0

    def faults(self, events: QuerySet[Event], heads: QuerySet[Stream]) -> Iterator[Fault]:
        """The first fault of every stream that has one."""
        coming = events.iterator(chunk_size=2000)
        event = next(coming, None)
        for head in heads.iterator(chunk_size=2000):
            seq, last, fault = 0, "", None
            while event is not None and event.stream == head.key:
                self.count += 1
                fault = fault or self.fault(event, seq, last)
                seq, last = event.seq, event.hash
                event = next(coming, None)
            if fault is None and head.seq > seq:
                fault = Fault(head.key, seq + 1, "the last events are missing")
            if fault is None and (head.seq, head.hash) != (seq, last):
                fault = Fault(head.key, seq, "the head of the stream was altered")
            if fault:
                yield fault

    @staticmethod
    def fault(event: Event, seq: int, last: str) -> Fault | None:
        if event.seq != seq + 1:
            return Fault(event.stream, seq + 1, "the event is missing")
        if event.prev != last:
            return Fault(event.stream, event.seq, "it does not follow the event before it")
        if event.hash != event.reckoned_hash():
            return Fault(event.stream, event.seq, "its content was altered")
        return None


def governed() -> list[type[Governed]]:
    """Every table whose records change through the gate."""
    return [model for model in apps.get_models() if issubclass(model, Governed)]


def strays(model: type[Governed]) -> Iterator[Fault]:
    """Records that do not stand where their last event left them, and streams whose record is gone."""
    label = model._meta.label_lower
    told = Event.objects.filter(stream=OuterRef("own_stream")).exclude(after="").order_by("-seq")
    rows = model._base_manager.annotate(own_stream=Concat(Value(f"{label}:"), Cast("pk", CharField())))
    rows = rows.annotate(told=Subquery(told.values("after")[:1]), told_at=Subquery(told.values("seq")[:1]))
    astray = rows.filter(~Q(told=F("state")) | Q(told=None))
    for row in astray.order_by("pk").values("own_stream", "told", "told_at", "state").iterator(chunk_size=2000):
        yield Fault(row["own_stream"], row["told_at"] or 0, f"the record is “{row['state']}”, its last event left it “{row['told'] or ''}”")
    streams = Stream.objects.filter(key__startswith=f"{label}:").annotate(own=Cast(Substr("key", len(label) + 2), BigIntegerField()))
    for lost in streams.filter(~Exists(model._base_manager.filter(pk=OuterRef("own")))).order_by("key").iterator(chunk_size=2000):
        yield Fault(lost.key, lost.seq, "the record is gone")
