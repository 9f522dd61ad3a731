"""The one record of what was done, its heads, what is to be sent, and what was refused."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from accountability.kit import days

from .acting import Acting

SUITE = "sha256-1"
_gate: ContextVar[bool] = ContextVar("gate", default=False)


@contextmanager
def gate_open() -> Iterator[None]:
    """Inside, governed rows may be written. Opened by Lifecycle and by the bench's generator, nowhere else."""
    token = _gate.set(True)
    try:
        yield
    finally:
        _gate.reset(token)


def canonical(payload: dict[str, Any]) -> str:
    """One text for one content: sorted keys, no spaces, no escapes. Raises TypeError for what is not plain."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


class Stream(models.Model):
    """The head of one record's chain; locked while an event is added, so writers queue per record only."""

    key = models.CharField(max_length=120, primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")


class Event(models.Model):
    """One change that happened, chained to the one before it in its stream. Never altered, never deleted.

    Plain values and no foreign keys: it must outlive accounts, posts and persons. Facts are ids, codes and dates;
    free text enters as a commitment (kit.sealing.commitment).
    """

    stream = models.CharField(max_length=120)
    seq = models.PositiveIntegerField()
    act = models.CharField(max_length=80)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField()
    post_title = models.CharField(max_length=200)
    unit_id = models.BigIntegerField()
    payload = models.TextField()
    client_ref = models.UUIDField(null=True, unique=True)
    suite = models.CharField(max_length=16, default=SUITE)
    prev = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_once_per_place")]
        indexes = [models.Index(fields=["post_id", "recorded_at"], name="event_by_post")]

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads(self.payload)

    def content(self) -> str:
        """The text that the hash covers: every column but the hash itself."""
        return canonical(
            {
                "suite": self.suite,
                "stream": self.stream,
                "seq": self.seq,
                "act": self.act,
                "before": self.before,
                "after": self.after,
                "occurred_at": self.occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
                "recorded_at": self.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
                "account": self.account_id,
                "person": self.person_id,
                "post": self.post_id,
                "post_title": self.post_title,
                "unit": self.unit_id,
                "payload": self.payload,
                "client_ref": str(self.client_ref or ""),
                "prev": self.prev,
            }
        )

    def reckoned_hash(self) -> str:
        return hashlib.sha256(b"\x00" + self.content().encode()).hexdigest()

    @classmethod
    def record(
        cls,
        stream: str,
        act: str,
        by: Acting,
        *,
        before: str = "",
        after: str = "",
        occurred_at: datetime | None = None,
        facts: dict[str, Any] | None = None,
        client_ref: uuid.UUID | None = None,
    ) -> Event:
        """Add one event to a stream. Must be called inside a transaction, after the record itself was locked.

        Raises RuntimeError outside a transaction: an event without its change, or a change without its event, is no record.
        """
        if not connection.in_atomic_block:
            raise RuntimeError("An event is recorded inside the transaction of its change.")
        heads = Stream.objects.select_for_update(of=("self",))
        if (head := heads.filter(key=stream).first()) is None:
            # Two writers may find none at once: the primary key lets one of them in and the other waits for it here.
            Stream.objects.get_or_create(key=stream)
            head = heads.get(key=stream)
        recorded_at = days.now()
        event = cls(
            stream=stream,
            seq=head.seq + 1,
            act=act,
            before=before,
            after=after,
            occurred_at=occurred_at or recorded_at,
            recorded_at=recorded_at,
            account_id=by.account_id,
            person_id=by.person_id,
            post_id=by.post_id,
            post_title=by.post_title,
            unit_id=by.unit_id,
            payload=canonical(facts or {}),
            client_ref=client_ref,
            prev=head.hash,
        )
        event.hash = event.reckoned_hash()
        event.save(force_insert=True)
        Stream.objects.filter(key=stream).update(seq=event.seq, hash=event.hash)
        return event


GATED = frozenset({"state", "version"})
OUTSIDE = "state and version change through a Lifecycle only."
KEPT = "A governed record is never deleted: its events would tell of nothing."


class GovernedQuerySet(models.QuerySet):
    """State and version change in the gate only, and nothing is deleted."""

    def update(self, **values: Any) -> int:
        if not _gate.get() and GATED & values.keys():
            raise RuntimeError(OUTSIDE)
        return super().update(**values)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        if not _gate.get():
            raise RuntimeError(f"{self.model._meta.label} begins through its Lifecycle.")
        return super().bulk_create(objs, *args, **kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise RuntimeError(KEPT)


class Governed(models.Model):
    """A record whose ``state`` and ``version`` only its Lifecycle may change."""

    state = models.CharField(max_length=40, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    objects = GovernedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def stream(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **kwargs: Any) -> Any:
        loaded: Any = super().from_db(db, field_names, values, **kwargs)
        loaded._remember(GATED)
        return loaded

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        self._remember(GATED if fields is None else GATED & set(fields))

    def _remember(self, names: Any) -> None:
        """What the database is known to hold; a deferred field is not known."""
        seen = self.__dict__.setdefault("_seen", {})
        seen.update({name: self.__dict__[name] for name in names if name in self.__dict__})

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not _gate.get():
            if self._state.adding:
                raise RuntimeError(f"{self._meta.label} begins through its Lifecycle.")
            seen = self.__dict__.get("_seen", {})
            if any(name in self.__dict__ and self.__dict__[name] != seen.get(name) for name in GATED):
                raise RuntimeError(OUTSIDE)
        super().save(*args, **kwargs)
        self._remember(GATED)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise RuntimeError(KEPT)


class Outbox(models.Model):
    """Something to be done outside this transaction: a message, a webhook, a PDF. A table is the queue."""

    topic = models.CharField(max_length=80)
    key = models.CharField(max_length=160, unique=True)
    payload = models.TextField()
    created_at = models.DateTimeField(default=days.now)
    due_at = models.DateTimeField(default=days.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        verbose_name = _("outgoing item")
        verbose_name_plural = _("outgoing items")
        indexes = [models.Index(fields=["due_at"], condition=models.Q(sent_at=None), name="outbox_waiting")]


class Refusal(models.Model):
    """A refused attempt; written outside the transaction that was rolled back."""

    at = models.DateTimeField(default=days.now)
    stream = models.CharField(max_length=120)
    act = models.CharField(max_length=80)
    code = models.CharField(max_length=20)
    account_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("refused attempt")
        verbose_name_plural = _("refused attempts")


class Mark(models.Model):
    """What this whole database is; 'demonstration' is set once and never taken off."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField(default=days.now)


class Schedule(models.Model):
    """When a sweep runs next. Several workers may look at it: the one whose conditional UPDATE changes the row runs it."""

    name = models.CharField(max_length=80, primary_key=True)
    next_run = models.DateTimeField(default=days.now)
    lease_until = models.DateTimeField(null=True)
    last_run = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
