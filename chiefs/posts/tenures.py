"""Terms of office: appointed, succeeded, ended. Past terms are never edited; what was wrong is put right by a new act."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event

from . import actions_handover, deeds, reports, rules
from .models import Person, Post, Tenure

LEAST_WORDS = 2  # a basis of one sign is none


def appoint(
    post: Post,
    *,
    person: Person,
    since: date,
    until: date | None = None,
    basis: str,
    appointed_on: date | None = None,
    by: Acting,
    client_ref: uuid.UUID | None = None,
) -> Tenure:
    """Begin a term of office by the document that appoints.

    The same ``client_ref`` gives the same term. Raises NotPermitted, Refused (the post is not there on these days, is held by
    another, the term begins before its document, a contract without an end …), Mismatch.
    """
    facts = {"person": person, "post": post, "since": since, "until": until, "basis": Words(basis.strip()), "appointed_on": appointed_on}
    with deeds.written():
        held = deeds.lock(post, by)
        if known := deeds.earlier(Tenure, client_ref, act="posts.appoint", by=by, facts=facts):
            return known
        deeds.not_about_oneself(by, person)
        deeds.lock_person(person)
        _check(held, person, since, until, basis, appointed_on)
        tenure = Tenure.objects.create(person=person, post=held, since=since, until=until, basis=basis.strip(), appointed_on=appointed_on)
        deeds.done(tenure, act="posts.appoint", by=by, facts=facts, client_ref=client_ref)
    return tenure


def succeed(
    former: Tenure,
    *,
    person: Person,
    day: date,
    until: date | None = None,
    basis: str,
    appointed_on: date | None = None,
    by: Acting,
    client_ref: uuid.UUID | None = None,
) -> Tenure:
    """End one term and begin the next on the same day; the handover of what lies open is opened between the two."""
    with deeds.written():
        deeds.lock(former.post, by)
        tenure = Tenure.objects.select_for_update(of=("self",)).select_related("post__kind").get(pk=former.pk)
        facts = {
            "former": former,
            "person": person,
            "day": day,
            "until": until,
            "basis": Words(basis.strip()),
            "appointed_on": appointed_on,
        }
        if known := deeds.earlier(Tenure, client_ref, act="posts.succeed", by=by, facts=facts):
            return known
        if person.pk == tenure.person_id:
            raise Refused(_("The person holds this post already. End the term, or name a successor."))
        _end(tenure, day, basis, by, client_ref and uuid.uuid5(client_ref, "end"))
        after = appoint(tenure.post, person=person, since=day, until=until, basis=basis, appointed_on=appointed_on, by=by)
        deeds.done(after, act="posts.succeed", by=by, facts=facts, client_ref=client_ref)
        actions_handover.begin(tenure, by=by)
    return after


def end_term(tenure: Tenure, *, day: date, reason: str, by: Acting, client_ref: uuid.UUID | None = None) -> Tenure:
    """The term ends: ``day`` is the first that it no longer covers. What lies open at the post is listed to be handed over."""
    with deeds.written():
        deeds.lock(tenure.post, by)
        held = Tenure.objects.select_for_update(of=("self",)).select_related("post__kind").get(pk=tenure.pk)
        if known := deeds.earlier(Tenure, client_ref, act="posts.end_term", by=by, facts=_end_facts(held, day, reason)):
            return known
        _end(held, day, reason, by, client_ref)
        actions_handover.begin(held, by=by)
    return held


def _end_facts(tenure: Tenure, day: date, reason: str) -> dict[str, Any]:
    return {"tenure": tenure, "day": day, "reason": Words(reason.strip())}


def _end(tenure: Tenure, day: date, reason: str, by: Acting, client_ref: uuid.UUID | None) -> Event:
    """Write the end of a locked term. A deputation that reaches beyond it ends with it: nobody stands in for who is not there."""
    if len(reason.strip()) < LEAST_WORDS:
        raise Refused(_("Write by which document or why the term ends."))
    if tenure.until is not None and tenure.until <= days.today():
        raise Refused(
            _("This term ended on %(day)s. Past terms are not edited; enter what is missing as a new term.") % {"day": tenure.until}
        )
    if day <= tenure.since:
        raise Refused(_("A term ends after its first day, %(day)s. A successor may begin on the day after it.") % {"day": tenure.since})
    if tenure.until is not None and day > tenure.until:
        raise Refused(_("This term ends on %(day)s. It is not lengthened; begin another term on that day.") % {"day": tenure.until})
    if not rules.not_too_far(day, days.today()):
        raise Refused(_("The day lies more than a year ahead. Compare the document."))
    if acted := _acted_after(tenure, day):
        raise Refused(
            _("%(person)s acted in this post on %(day)s. The term cannot end before that.") % {"person": tenure.person.name, "day": acted}
        )
    tenure.until = day
    tenure.save(update_fields=["until"])
    return deeds.done(tenure, act="posts.end_term", by=by, facts=_end_facts(tenure, day, reason), client_ref=client_ref)


def _acted_after(tenure: Tenure, day: date) -> date | None:
    """The last day before today on which the holder did something in this post that the term would no longer cover.

    What was done this morning does not keep the term from ending today: then the successor has the day.
    """
    acts = Event.objects.filter(
        post_id=tenure.post_id, person_id__in=reports.entries_of(tenure.person_id), recorded_at__gte=days.start_of(day)
    )
    last = acts.filter(occurred_at__gte=days.start_of(day), occurred_at__lt=days.start_of(days.today())).order_by("-occurred_at").first()
    return days.day_of(last.occurred_at) if last else None


def _check(post: Post, person: Person, since: date, until: date | None, basis: str, appointed_on: date | None) -> None:
    today = days.today()
    if len(basis.strip()) < LEAST_WORDS:
        raise Refused(_("Name the document that appoints: its number or its title."))
    if not rules.not_too_far(since, today):
        raise Refused(_("The day lies more than a year ahead. Compare the document."))
    if until is not None and until <= since:
        raise Refused(_("A term ends after its first day."))
    if appointed_on is not None and since < appointed_on:
        raise Refused(
            _("The term would begin before the document of %(day)s that appoints. Correct one of the two days.") % {"day": appointed_on}
        )
    if not rules.contract_fits(since, until, post.kind.longest_months):
        raise Refused(
            _("This post is held under contract: give the last day, at most %(months)s months after the first.")
            % {"months": post.kind.longest_months}
        )
    if not rules.inside(since, until, max(post.since, post.unit.since), None) or (post.until is not None and since >= post.until):
        raise Refused(
            _("The post is there from %(day)s on, as long as its unit stands. No term lies outside these days.") % {"day": post.since}
        )
    if (ends := _closes(post)) is not None and (until is None or until > ends):
        raise Refused(_("The post or its unit closes on %(day)s. Give an end of the term that is not later.") % {"day": ends})
    there = Tenure.objects.touching(since, until).filter(post=post).select_related("person")
    if again := there.filter(person=person).first():
        raise Refused(
            _("%(person)s holds this post already on days of that term (from %(day)s).") % {"person": person.name, "day": again.since}
        )
    if post.kind.single and (other := there.order_by("since").first()):
        raise Refused(
            _("%(person)s holds this post from %(day)s. End that term first, or name the successor there.")
            % {"person": other.person.name, "day": other.since}
        )


def _closes(post: Post) -> date | None:
    """The day on which the post or its unit closes, the earlier; None while both go on."""
    return min((day for day in (post.until, post.unit.until) if day is not None), default=None)


def register_person(
    *, name: str, name_bo: str = "", phone: str = "", by: Acting, demonstration: bool = False, client_ref: uuid.UUID | None = None
) -> Person:
    """Enter somebody who holds no post yet. Call it inside the transaction of the appointment; the same form gives the same person."""
    facts = {"name": Words(name.strip())}
    with transaction.atomic():
        if known := deeds.earlier(Person, client_ref, act="posts.register_person", by=by, facts=facts):
            return known
        person = Person(name=name.strip(), name_bo=name_bo.strip(), phone=phone.strip(), demonstration=demonstration)
        person.save()
        deeds.done(person, act="posts.register_person", by=by, facts=facts, client_ref=client_ref)
    return person
