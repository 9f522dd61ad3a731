"""Two records of one person become one: an import and a hand that types make doubles. What was done is never written anew.

The one that goes on holds the terms, the deputations and the way in; the other keeps its name and says which one it is. Events and
signatures stay under the number under which they were made: who asks who did something asks for all of them (``reports.entries_of``).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused, Stale
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event

from . import deeds, persons, rules
from .models import Account, Activation, Deputation, Person, Post, Tenure

LEAST_WORDS = 2
FILLED = ("name_bo", "phone")  # what the one that goes on takes over where it has nothing


def merge(
    person: Person, *, into: Person, reason: str, login: str = "", by: Acting, expect: int, client_ref: uuid.UUID | None = None
) -> Person:
    """``person`` and ``into`` are the same: ``into`` goes on. ``login``: which way in goes on, where both records can sign in.

    Raises NotPermitted, Stale, Mismatch, and Refused with what is to be done first. Both rows are locked in the order of their
    ids, so two who join crosswise wait for each other.
    """
    said = {"into": into, "reason": Words(reason.strip()), "login": Words(login)}
    with deeds.written():
        pair = Person.everybody.select_for_update(of=("self",)).filter(pk__in=[person.pk, into.pk]).order_by("pk")
        rows = {row.pk: row for row in pair}
        own, other = rows[person.pk], rows[into.pk]
        if deeds.earlier(Person, client_ref, act="posts.merge_person", by=by, facts=said, only=tuple(said)):
            return other
        _check(own, other, reason, by, expect)
        _check_terms(own, other)
        closed = _ways_in(own, other, login, by)
        moved = _move(own, other)
        facts = said | {"person": own, "closed": closed} | moved
        Event.record(deeds.stream_of(other), "posts.take_up_person", by, facts=plain({"merged": own} | moved))
        deeds.done(own, act="posts.merge_person", by=by, facts=facts, client_ref=client_ref)
        _follow(own, other, by)
    return other


def _check(own: Person, other: Person, reason: str, by: Acting, expect: int) -> None:
    if not persons.may_correct(by, own):
        raise NotPermitted
    if own.pk == other.pk:
        raise Refused(_("This is the same record. Choose the other one."))
    for record in (own, other):
        if record.merged_into_id is not None:
            raise Refused(_("This record of %(person)s was joined to another one. Choose the one that goes on.") % {"person": record.name})
    if by.person_id == other.pk:
        raise Refused(_("Nobody joins a record to their own. Ask a colleague or the office of the level above."))
    if not persons.may_correct(by, other):
        raise Refused(_("The other record belongs to a post that you do not keep. Ask the office of the level above to join the two."))
    if own.revision != expect:
        raise Stale(own.revision)
    if own.demonstration != other.demonstration:
        raise Refused(_("An invented person of the demonstration and a real one are never the same."))
    if len(reason.strip()) < LEAST_WORDS:
        raise Refused(_("Write how you know that it is the same person."))


def _check_terms(own: Person, other: Person) -> None:
    """Nobody holds a post twice on one day, and nobody stands in for themselves."""
    if met := rules.clash(_terms(own), _terms(other)):
        raise Refused(
            _(
                "Both records hold the post %(post)s on the same days, one from %(own)s, the other from %(other)s. "
                "Annul or end one of the two terms first, on the page of the post."
            )
            % {"post": Post.objects.get(pk=met[0][0]).title, "own": met[0][1], "other": met[1][1]}
        )
    crosswise = Q(person=own, tenure__person=other) | Q(person=other, tenure__person=own)
    if row := Deputation.objects.touching(days.today(), None).filter(crosswise).select_related("tenure__post").first():
        raise Refused(
            _("One of the two stands in for the other as %(post)s until %(day)s. End the deputation first, on the page of the post.")
            % {"post": row.tenure.post.title, "day": row.until}
        )


def _terms(person: Person) -> list[tuple[int, date, date | None]]:
    return list(Tenure.objects.standing().filter(person=person).values_list("post", "since", "until"))


def logins(own: Person, other: Person) -> list[str]:
    """The login names between which is to be chosen: those with a password, where both records have one; else none."""
    return sorted(account.login for account in _with_passwords(own, other))


def _with_passwords(own: Person, other: Person) -> list[Account]:
    rows = [row for row in Account.objects.filter(person__in=[own, other], is_active=True) if row.has_usable_password()]
    return rows if {row.person_id for row in rows} == {own.pk, other.pk} else []


def _ways_in(own: Person, other: Person, login: str, by: Acting) -> list[Account]:
    """One way in goes on: that with a password, or of two the one that was chosen. The others are closed with their slips."""
    accounts = list(Account.objects.select_for_update(of=("self",)).filter(person__in=[own, other], is_active=True).order_by("pk"))
    if rival := _with_passwords(own, other):
        if login not in {row.login for row in rival}:
            raise Refused(
                _("Both records have signed in, as %(logins)s. Choose which login name goes on; the other one is closed.")
                % {"logins": "、".join(sorted(row.login for row in rival))}
            )
        kept = [row for row in rival if row.login == login]
    else:
        kept = [row for row in accounts if row.has_usable_password()] or [row for row in accounts if row.person_id == other.pk] or accounts
    closed = [row for row in accounts if row.pk != kept[0].pk]
    for account in closed:
        account.is_active = False
        account.save(update_fields=["is_active"])
        Event.record(deeds.stream_of(account), "posts.close_account", by, facts=plain({"person": own, "into": other}))
    Activation.objects.open().filter(account__in=closed).update(withdrawn_at=days.now())
    return closed


def _move(own: Person, other: Person) -> dict[str, list[int]]:
    """Everything that the record held is held by the other; the numbers of the rows, for the events."""
    rows = {"terms": Tenure.objects.filter(person=own), "deputations": Deputation.objects.filter(person=own)}
    moved = {name: sorted(found.values_list("pk", flat=True)) for name, found in rows.items()}
    moved["accounts"] = sorted(Account.objects.filter(person=own).values_list("pk", flat=True))
    for found in (*rows.values(), Account.objects.filter(person=own)):
        found.update(person=other)
    blank = {column: getattr(own, column) for column in FILLED if getattr(own, column) and not getattr(other, column)}
    for column, text in blank.items():
        setattr(other, column, text)
    other.revision += 1
    other.save(update_fields=[*blank, "revision"])
    own.merged_into = other
    own.revision += 1
    own.save(update_fields=["merged_into", "revision"])
    return moved


def _follow(own: Person, other: Person, by: Acting) -> None:
    """Records that were joined to this one before go on as the same: whoever holds an old address is led there in one step."""
    earlier: Sequence[Person] = Person.everybody.filter(merged_into=own).order_by("pk")
    for record in earlier:
        record.merged_into = other
        record.save(update_fields=["merged_into"])
        Event.record(deeds.stream_of(record), "posts.follow_person", by, facts=plain({"into": other}))
