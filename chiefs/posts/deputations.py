"""Standing in during absence: the deputy acts for the post, the term stays the holder's, and the ledger says who acted."""

from __future__ import annotations

import uuid
from datetime import date

from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Words

from . import deeds, rules
from .functions import WATCHING, Function
from .models import Deputation, Person, Post, Tenure

LEAST_WORDS = 2
MOST_DAYS = 366  # who is away for longer has a successor


def deputise(
    tenure: Tenure,
    *,
    person: Person | None = None,
    post: Post | None = None,
    since: date,
    until: date,
    reason: str,
    by: Acting,
    client_ref: uuid.UUID | None = None,
) -> Deputation:
    """Let a person, or whoever holds a post, act for the holder of a term from a day on, until (not including) another.

    Raises NotPermitted, Refused (two stand in at once, outside the term, the holder stands in for himself …), Mismatch.
    """
    facts = {"tenure": tenure, "person": person, "post": post, "since": since, "until": until, "reason": Words(reason.strip())}
    with deeds.written():
        held = deeds.lock(tenure.post, by)
        term = Tenure.objects.select_for_update(of=("self",)).get(pk=tenure.pk)
        if known := deeds.earlier(Deputation, client_ref, act="posts.deputise", by=by, facts=facts):
            return known
        if person is not None:
            deeds.lock_person(person)
        _check(term, held, person, post, since, until, reason, by)
        made = Deputation.objects.create(tenure=term, person=person, post=post, since=since, until=until, reason=reason.strip())
        deeds.done(made, act="posts.deputise", by=by, facts=facts, client_ref=client_ref)
    return made


def return_from(deputation: Deputation, *, day: date, by: Acting, client_ref: uuid.UUID | None = None) -> Deputation:
    """The holder is back before the day that was entered: from ``day`` on nobody stands in."""
    with deeds.written():
        deeds.lock(deputation.tenure.post, by)
        row = Deputation.objects.select_for_update(of=("self",)).get(pk=deputation.pk)
        facts = {"deputation": row, "day": day}
        if known := deeds.earlier(Deputation, client_ref, act="posts.return_from", by=by, facts=facts):
            return known
        if row.until is not None and row.until <= days.today():
            raise Refused(_("This deputation ended on %(day)s. The past is not edited.") % {"day": row.until})
        if not (row.since < day <= (row.until or day)) or day < days.today():
            raise Refused(_("Give a day from today on, after the first day and not after the last day entered."))
        row.until = day
        row.save(update_fields=["until"])
        deeds.done(row, act="posts.return_from", by=by, facts=facts, client_ref=client_ref)
    return row


def _fits(post: Post, held: Post) -> bool:
    """Rangers and supervisors stand in for their like; an office, for whatever it is asked to."""
    return bool(post.kind.functions) and (post.kind.role not in WATCHING or held.kind.role == post.kind.role)


def _check(term: Tenure, held: Post, person: Person | None, post: Post | None, since: date, until: date, reason: str, by: Acting) -> None:
    if (person is None) == (post is None):
        raise Refused(_("Name one who stands in: a person, or a post."))
    if len(reason.strip()) < LEAST_WORDS:
        raise Refused(_("Write why somebody stands in."))
    deeds.not_about_oneself(by, person)
    if post is not None and (by.post_id == post.pk or post.pk == held.pk):
        raise Refused(_("Nobody enters a deputation of the own post, and no post stands in for itself."))
    if person is not None and person.pk == term.person_id:
        raise Refused(_("The holder cannot stand in for the holder. Name somebody else."))
    if (post is not None and not _fits(post, held)) or held.kind.may(Function.SYSTEM):
        raise Refused(_("This post cannot stand in for another."))
    if since < days.today():
        raise Refused(_("Nobody stands in for days that have passed. Begin today or later."))
    if until <= since or (until - since).days > MOST_DAYS:
        raise Refused(_("A deputation has a first day and a later last day, at most a year apart. For longer, appoint a successor."))
    if not rules.inside(since, until, term.since, term.until):
        raise Refused(_("The days lie outside the term of the holder. Nobody stands in for somebody who does not hold the post."))
    if other := Deputation.objects.touching(since, until).filter(tenure=term).first():
        raise Refused(_("Somebody stands in from %(since)s to %(until)s already.") % {"since": other.since, "until": other.until})
