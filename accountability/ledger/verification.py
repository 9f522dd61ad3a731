"""Is the ledger still what was written? Reads every event once, in order of stream and sequence."""

from __future__ import annotations

from dataclasses import dataclass

from .models import Event, Stream


@dataclass(frozen=True)
class Fault:
    """The first event at which a stream is not what was written, and why."""

    stream: str
    seq: int
    reason: str

    def __str__(self) -> str:
        return f"{self.stream} event {self.seq}: {self.reason}"


def first_fault(stream: str | None = None) -> tuple[Fault | None, int]:
    """The first bad event (or None) and the number of events read."""
    events, heads = Event.objects.order_by("stream", "seq"), Stream.objects.order_by("key")
    if stream:
        events, heads = events.filter(stream=stream), heads.filter(key=stream)
    ends: dict[str, tuple[int, str]] = {}
    count = 0
    for event in events.iterator(chunk_size=2000):
        count += 1
        seq, last = ends.get(event.stream, (0, ""))
        if event.seq != seq + 1:
            return Fault(event.stream, seq + 1, "the event is missing"), count
        if event.prev != last:
            return Fault(event.stream, event.seq, "it does not follow the event before it"), count
        if event.hash != event.reckoned_hash():
            return Fault(event.stream, event.seq, "its content was altered"), count
        ends[event.stream] = (event.seq, event.hash)
    for head in heads.iterator(chunk_size=2000):
        if head.seq and (head.seq, head.hash) != ends.pop(head.key, (0, "")):
            return Fault(head.key, head.seq, "the last events are missing or the head was altered"), count
    for key, (seq, _hash) in ends.items():
        return Fault(key, seq, "the stream has no head"), count
    return None, count
