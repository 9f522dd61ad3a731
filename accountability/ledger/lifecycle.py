"""The one gate through which every record changes its state."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import IntegrityError, connection, models, transaction
from django.utils.functional import Promise
from viewflow import fsm

from accountability.kit.sealing import commitment

from .acting import Acting
from .errors import GateError, Mismatch, NotPermitted, NoTransition, Refused, Stale
from .models import Event, Governed, Refusal, canonical, gate_open
from .registry import joined

FOUND = "found"
FREE_TEXT = 64  # a hash; a longer string, or one that is not a code, enters the ledger as a commitment


class RecordState(fsm.State):
    """Keeps the state in ``flow.record.state`` (viewflow would keep it beside the record)."""

    def get(self, instance: Any) -> Any:
        return instance.record.state

    def set(self, instance: Any, value: Any) -> None:
        instance.record.state = value


@dataclass(frozen=True)
class Move:
    """A change that a post may make now: its name in code and its label for the button."""

    name: str
    label: str


class Words(str):
    """What a person typed. It always enters the ledger as a commitment: a bare telephone number would look like a code."""


def plain(value: Any) -> Any:
    """A fact as the ledger keeps it: ids, codes and dates; free text as a commitment."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, models.Model):
        return {value._meta.label_lower: value.pk}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, set | frozenset | models.QuerySet):
        # A set has no order of its own; the same facts must give the same text when they are sent again.
        return sorted((plain(v) for v in value), key=lambda fact: canonical({"fact": fact}))
    if isinstance(value, str | Promise):
        text = str(value)
        if not isinstance(value, Words) and text.isascii() and len(text) <= FREE_TEXT and " " not in text:
            return text
        return {"commitment": commitment(text)}
    raise TypeError(f"A fact must be plain, not {type(value).__name__}.")


@contextmanager
def unchanged_on_failure(record: Any) -> Iterator[None]:
    """A record in memory never shows (nor saves later) a change that the database rolled back."""
    values, state, done = dict(record.__dict__), copy.copy(record._state), False
    state.fields_cache = dict(record._state.fields_cache)
    values["_seen"] = dict(values.get("_seen", {}))
    try:
        yield
        done = True
    finally:
        if not done:
            record.__dict__.clear()
            record.__dict__.update(values, _state=state)


class Lifecycle:
    """Which changes of a record are lawful. Subclasses declare; this class locks, asks, changes and records."""

    name: ClassVar[str]  # 'cases': moves are known to joins as 'cases.sign_off'
    state: ClassVar[Any]

    def __init__(self, record: Any) -> None:
        self.record = record
        self.found: dict[str, Any] = {}  # what the move worked out by itself (the post above, say): recorded, not compared

    @classmethod
    def begin(
        cls, record: Governed, *, by: Acting, act: str = "begin", occurred_at: datetime | None = None, facts: dict[str, Any] | None = None
    ) -> Event:
        """Save a new record with its first state and first event. The caller has checked who may begin one.

        Who begins with a ``client_ref`` looks for an existing record first (an offline replay is not an error).
        """
        facts = facts or {}
        act = f"{cls.name}.{act}"
        with unchanged_on_failure(record), transaction.atomic():
            with gate_open():
                record.save(force_insert=True)
            event = Event.record(record.stream, act, by, after=record.state, occurred_at=occurred_at, facts=plain(facts))
            for action in joined(act):
                action(record, event=event, by=by, facts=facts)
        return event

    @classmethod
    def perform(
        cls,
        move: str,
        record: Any,
        *,
        by: Acting,
        expect: int,
        occurred_at: datetime | None = None,
        client_ref: uuid.UUID | None = None,
        **facts: Any,
    ) -> Event:
        """Lock, compare, ask, change, save, record and tell the rooms that joined: all of it or none of it.

        ``expect`` is the version that the person saw; a lock alone lets the second one act on what they never saw.
        A repeated ``client_ref`` gives the first answer again. Raises NoTransition, NotPermitted, Refused, Stale, Mismatch.
        """
        outermost = not connection.in_atomic_block
        try:
            with transaction.atomic():
                return cls._perform(move, record, by, expect, occurred_at, client_ref, facts)
        except GateError as refusal:
            if refusal.attempt is None:
                refusal.attempt = {
                    "stream": record.stream,
                    "act": f"{cls.name}.{move}",
                    "code": refusal.code,
                    "account_id": by.account_id,
                    "post_id": by.post_id,
                }
            if outermost:
                log_refusal(refusal)
            raise

    @classmethod
    def _perform(
        cls,
        move: str,
        record: Any,
        by: Acting,
        expect: int,
        occurred_at: datetime | None,
        client_ref: uuid.UUID | None,
        facts: dict[str, Any],
    ) -> Event:
        record.refresh_from_db(from_queryset=type(record)._base_manager.select_for_update(of=("self",)))
        act, told = f"{cls.name}.{move}", plain(facts)
        if client_ref is not None and (earlier := Event.objects.filter(client_ref=client_ref).first()):
            given = {name: fact for name, fact in earlier.facts.items() if name != FOUND}
            same = (earlier.stream, earlier.act, earlier.post_id, earlier.account_id, canonical(given))
            if same != (record.stream, act, by.post_id, by.account_id, canonical(told)):
                raise Mismatch
            return earlier
        if record.version != expect:
            raise Stale(record.version)
        with unchanged_on_failure(record):
            return cls._change(move, record, by, occurred_at, client_ref, facts, told)

    @classmethod
    def _change(
        cls,
        move: str,
        record: Any,
        by: Acting,
        occurred_at: datetime | None,
        client_ref: uuid.UUID | None,
        facts: dict[str, Any],
        told: dict[str, Any],
    ) -> Event:
        flow, act = cls(record), f"{cls.name}.{move}"
        change, before = getattr(flow, move), record.state
        if not change.can_proceed(check_conditions=False):
            raise NoTransition(str(record.get_state_display()))
        if not change.has_perm(by):  # the decorator only declares the permission; this line asks it
            raise NotPermitted
        try:
            change(by=by, **facts)
        except fsm.TransitionConditionsUnmet as unmet:
            raise Refused(str(unmet.unmet_message)) from None
        if flow.found:
            told = {**told, FOUND: plain(flow.found)}
        record.version += 1
        with gate_open():  # outside the gate, save() and update() refuse state and version
            record.save()
        try:
            event = Event.record(
                record.stream, act, by, before=before, after=record.state, occurred_at=occurred_at, facts=told, client_ref=client_ref
            )
        except IntegrityError as taken:
            if client_ref is None:
                raise
            raise Mismatch from taken  # the same client_ref on another record, in another transaction
        for action in joined(act):
            action(record, event=event, by=by, facts=facts)
        return event

    @classmethod
    def available(cls, record: Any, by: Acting) -> list[Move]:
        """The moves that the gate would let this post make now, in order of declaration."""
        flow = cls(record)
        found = []
        for name in cls.moves():
            change = getattr(flow, name)
            if change.can_proceed() and change.has_perm(by):
                found.append(Move(name, str(change.label)))
        return found

    @classmethod
    def label_of(cls, move: str) -> str:
        """What a move is called, in the reader's language. Raises KeyError for a move that is not declared."""
        if move not in cls.moves():
            raise KeyError(move)
        return str(next(iter(getattr(cls, move).get_transitions())).label)

    @classmethod
    def moves(cls) -> list[str]:
        """Names of all declared moves, in order of declaration."""
        return [name for name, value in vars(cls).items() if isinstance(value, fsm.base.TransitionDescriptor)]


def log_refusal(refusal: GateError) -> None:
    """Write a refused attempt once. Called by the gate, or by the door when the gate ran inside an outer transaction."""
    if refusal.attempt:
        Refusal.objects.create(**refusal.attempt)
        refusal.attempt = {}
