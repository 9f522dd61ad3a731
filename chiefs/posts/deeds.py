"""What every action of the register does at its end: one event, told to the rooms that joined; and the same form twice is once."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import plain
from accountability.ledger.models import Event, canonical
from accountability.ledger.registry import joined

from . import rules
from .models import Person, Post

M = TypeVar("M", bound=models.Model)
CLASHES = ("no_overlap", "no_dated_cycle", "_once", "client_ref")  # as the guards and constraints of this room are called


def stream_of(record: models.Model) -> str:
    return f"{record._meta.label_lower}:{record.pk}"


def done(record: models.Model, *, act: str, by: Acting, facts: dict[str, Any], client_ref: uuid.UUID | None = None) -> Event:
    """Record what was done in the record's own chain and run the joins of rooms above, inside the caller's transaction."""
    event = Event.record(stream_of(record), act, by, facts=plain(facts), client_ref=client_ref)
    for action in joined(act):
        action(record, event=event, by=by, facts=facts)
    return event


def earlier(
    kind: type[M], client_ref: uuid.UUID | None, *, act: str, by: Acting, facts: dict[str, Any], only: Collection[str] | None = None
) -> M | None:
    """The record that the same form made before; None for a new one. Raises Mismatch when the content is another.

    Ask it after the rows were locked: of two at once the second then sees what the first has done. ``only``: the facts that the
    form itself says, where the event also holds what stood there before.
    """
    if client_ref is None or (event := Event.objects.filter(client_ref=client_ref).first()) is None:
        return None
    said = event.facts if only is None else {name: event.facts.get(name) for name in only}
    same = (event.act, event.post_id, event.account_id, canonical(said))
    room, _separator, pk = event.stream.rpartition(":")
    if room != kind._meta.label_lower or same != (act, by.post_id, by.account_id, canonical(plain(facts))):
        raise Mismatch
    return kind._default_manager.get(pk=int(pk))


def made_by(kind: type[M], client_ref: uuid.UUID) -> int | None:
    """The id of the record that a form has made already, for a form that comes a second time."""
    event = Event.objects.filter(client_ref=client_ref).first()
    room, _separator, pk = event.stream.rpartition(":") if event else ("", "", "")
    return int(pk) if room == kind._meta.label_lower else None


@contextmanager
def written() -> Iterator[None]:
    """One transaction. What the database itself refuses (two at once, from two sides) becomes a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        if not any(name in str(clash) for name in CLASHES):
            raise
        raise Refused(
            _("This meets with another entry for the same days that was made at this moment. Reload the page and look.")
        ) from clash


def may_fill(by: Acting, post: Post) -> bool:
    """Whether ``by`` enters terms, charges and deputies of the post; needs ``kind`` and ``unit__jurisdiction``."""
    place = post.unit.jurisdiction
    return rules.fills(
        by,
        functions=post.kind.functions,
        role=post.kind.role,
        level=post.kind.level or place.level,
        path=place.path,
        jurisdiction_id=place.pk,
    )


def lock(post: Post, by: Acting) -> Post:
    """The post, locked: whatever is entered about its terms and charges waits in line. Raises NotPermitted."""
    held = Post.objects.select_for_update(of=("self",)).select_related("kind__scheme", "unit__jurisdiction").get(pk=post.pk)
    if not may_fill(by, held):
        raise NotPermitted
    return held


def lock_person(person: Person) -> Person:
    """A person, locked: whoever joins two records waits in line. Raises Refused for a record that was joined to another."""
    held = Person.everybody.select_for_update(of=("self",)).get(pk=person.pk)
    if held.merged_into_id is not None:
        raise Refused(_("This record of %(person)s was joined to another one. Choose the one that goes on.") % {"person": held.name})
    return held


def not_about_oneself(by: Acting, person: Person | None) -> None:
    """Nobody enters what they themselves hold. Raises Refused."""
    if person is not None and by.person_id == person.pk:
        raise Refused(_("Nobody enters a term or a deputation of their own. Ask a colleague or the office of the level above."))
