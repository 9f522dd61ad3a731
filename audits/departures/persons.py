"""Whom an audit is about stays the same person when two records of that person become one."""

from __future__ import annotations

from typing import Any

from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event
from chiefs.posts.models import Person

from .models import Audit


def follow(record: Person, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of posts.merge_person: the audits go along with the terms that they are of."""
    for audit in Audit.objects.select_for_update(of=("self",)).filter(person=record).order_by("pk"):
        audit.person = facts["into"]
        audit.save(update_fields=["person"])
        told = plain({"person": facts["into"], "before": record})
        Event.record(audit.stream, "departures.follow_person", by, before=audit.state, after=audit.state, facts=told)
