"""The record of a person: what was written wrongly is put right. Terms are not touched by it, and the way in stays as it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused, Stale
from accountability.ledger.lifecycle import Words

from . import deeds, rules
from .models import Person, Post, Tenure

CORRECTED = ("name", "name_bo", "phone")


def corrected_by(by: Acting, people: Iterable[Person]) -> set[int]:
    """Those of the persons whose record a post puts right: it keeps every post that they hold now or soon, or the last one they held.

    Nobody corrects themselves: whose name stands under what was done is not for the doer to say. One query.
    """
    today = days.today()
    rows = Tenure.objects.filter(person__in=[person.pk for person in people]).select_related("post__kind", "post__unit__jurisdiction")
    running: dict[int, list[Post]] = {}
    last: dict[int, list[Post]] = {}
    for term in rows.order_by("since", "pk"):
        last[term.person_id] = [term.post]
        if term.annulled_on is None and (term.until is None or term.until > today):
            running.setdefault(term.person_id, []).append(term.post)
    asked = last | running
    return {pk for pk, posts in asked.items() if pk != by.person_id and all(_keeps(by, post) for post in posts)}


def _keeps(by: Acting, post: Post) -> bool:
    place = post.unit.jurisdiction
    return deeds.may_fill(by, post) or rules.writes_of(by, functions=post.kind.functions, path=place.path, jurisdiction_id=place.pk)


def may_correct(by: Acting, person: Person) -> bool:
    return bool(corrected_by(by, [person]))


def last_post(person: Person) -> Post | None:
    term = Tenure.objects.standing().filter(person=person).select_related("post").order_by("-since").first()
    return term.post if term else None


def correct_person(
    person: Person, *, name: str, name_bo: str = "", phone: str = "", by: Acting, expect: int, client_ref: uuid.UUID | None = None
) -> Person:
    """Put right how somebody is called and under which number they are reached; what stood there before is in the event.

    The login name is not touched, also where it was made of the number that was wrong: a slip that was handed out, and a
    password that somebody knows, go on. Raises NotPermitted, Stale, Refused, Mismatch.
    """
    after = {"name": name.strip(), "name_bo": name_bo.strip(), "phone": phone.strip()}
    with deeds.written():
        held = deeds.lock_person(person)
        if known := deeds.earlier(Person, client_ref, act="posts.correct_person", by=by, facts=_after(after), only=("after",)):
            return known
        if not may_correct(by, held):
            raise NotPermitted
        if held.revision != expect:
            raise Stale(held.revision)
        before = {column: getattr(held, column) for column in CORRECTED}
        if not after["name"]:
            raise Refused(_("Write the name of the person."))
        if after == before:
            raise Refused(_("All of this stands there already. Change what is wrong, or go back."))
        for column, value in after.items():
            setattr(held, column, value)
        held.revision += 1
        held.save(update_fields=[*CORRECTED, "initials", "revision"])
        facts = {"person": held, "before": _words(before)} | _after(after)
        deeds.done(held, act="posts.correct_person", by=by, facts=facts, client_ref=client_ref)
    return held


def _after(columns: dict[str, str]) -> dict[str, Any]:
    return {"after": _words(columns)}


def _words(columns: dict[str, str]) -> dict[str, Any]:
    """As the ledger keeps names and numbers of people: as commitments, which show that a text is the one without telling it."""
    return {column: Words(text) for column, text in columns.items()}
