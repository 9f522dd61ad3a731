"""A step that was sent twice, at once or again after a break of the network, is taken once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from .models import Event, Governed


@contextmanager
def on(record: Governed, client_ref: uuid.UUID | None) -> Iterator[bool]:
    """One transaction with the row locked; gives whether this step is new.

    Whoever sends the same again waits for the lock, and only then asks: asked before, both would be told that it is new.
    """
    with transaction.atomic():
        type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
        yield not taken(client_ref)


@contextmanager
def begin(client_ref: uuid.UUID | None) -> Iterator[None]:
    """One transaction for what begins a record: there is no row to lock yet, so the reference itself is held until the end.

    Look for the record that has this reference inside it. SQLite lets one transaction write at a time and needs no lock.
    """
    with transaction.atomic():
        if client_ref is not None and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(client_ref.bytes[:8], signed=True)])
        yield


def taken(client_ref: uuid.UUID | None) -> bool:
    """Whether a step with this reference was taken. Only inside a transaction that holds what it concerns is the answer lasting."""
    return client_ref is not None and Event.objects.filter(client_ref=client_ref).exists()
