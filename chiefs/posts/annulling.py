"""A term that was entered for the wrong person is annulled, while nothing has come of it. The row stays, and holds on no day."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from accountability.ledger.registry import open_work

from . import actions_handover, deeds, reports
from .functions import Function
from .models import Post, Tenure

LEAST_WORDS = 2
#: Whoever did nothing in a post for longer has neglected it, and that is not wiped out: the term is ended instead.
WITHIN = timedelta(days=30)


def may_annul(by: Acting, post: Post) -> bool:
    """A chief office, for the posts that it fills."""
    return by.may(Function.CHIEF_OFFICE) and deeds.may_fill(by, post)


def open_to_it(post: Post) -> models.QuerySet[Tenure]:
    """The terms of a post that were entered lately enough."""
    rows = Tenure.objects.standing().filter(post=post, entered_on__gt=days.today() - WITHIN)
    return rows.select_related("person").order_by("since", "pk")


def annul(tenure: Tenure, *, reason: str, by: Acting, client_ref: uuid.UUID | None = None) -> Tenure:
    """Take back a term as if it had never been, for a reason that is kept with it.

    Raises NotPermitted, Refused (entered too long ago, the person acted in it, something stands on it, work lies open at the
    post), Mismatch. What was entered stands in the event.
    """
    with deeds.written():
        post = deeds.lock(tenure.post, by)
        held = Tenure.objects.select_for_update(of=("self",)).select_related("person").get(pk=tenure.pk)
        facts = {"tenure": held, "person": held.person, "post": post, "reason": Words(reason.strip())}
        if known := deeds.earlier(Tenure, client_ref, act="posts.annul", by=by, facts=facts):
            return known
        if not may_annul(by, post):
            raise NotPermitted
        _check(held, post, reason, by)
        held.until, held.annulled_on, held.annulled_for = held.since, days.today(), reason.strip()
        held.save(update_fields=["until", "annulled_on", "annulled_for"])
        deeds.done(held, act="posts.annul", by=by, facts=facts, client_ref=client_ref)
        actions_handover.look_again(post, by=by)
    return held


def _check(term: Tenure, post: Post, reason: str, by: Acting) -> None:
    if len(reason.strip()) < LEAST_WORDS:
        raise Refused(_("Write why the term is annulled: what was entered wrongly, and how you know."))
    deeds.not_about_oneself(by, term.person)
    if term.annulled_on is not None:
        raise Refused(_("This term is annulled already."))
    if term.entered_on <= days.today() - WITHIN:
        raise Refused(
            _("This term was entered on %(day)s. After %(days)s days it is ended and not annulled; then appoint the right person.")
            % {"day": term.entered_on, "days": WITHIN.days}
        )
    if acted := _acted(term):
        raise Refused(
            _("%(person)s acted in this post on %(day)s. What was done stands; end the term instead.")
            % {"person": term.person.name, "day": acted}
        )
    if stands := what_stands_on(term):
        raise Refused(
            _("Something stands on this term already: %(what)s. End the term instead; what is open is handed over there.")
            % {"what": "、".join(stands)}
        )
    if term.since <= days.today() and open_work.ask(post_id=post.pk):
        raise Refused(_("Work lies open at this post. End the term instead; what is open is handed over there."))


def _acted(term: Tenure) -> str:
    """The last day on which the person did something in the post since the term began; empty for none."""
    entries = reports.entries_of(term.person_id)
    acts = Event.objects.filter(post_id=term.post_id, person_id__in=entries, occurred_at__gte=days.start_of(term.since))
    last = (acts if term.until is None else acts.filter(occurred_at__lt=days.start_of(term.until))).order_by("-occurred_at").first()
    return days.day_of(last.occurred_at).isoformat() if last else ""


def what_stands_on(term: Tenure) -> list[str]:
    """What kinds of record point at a term, of whatever room: patrols, handovers, deputations, signatures, audits …"""
    found = []
    for relation in Tenure._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and relation.related_model is not Tenure:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: term})
            if rows.exists():
                found.append(str(relation.related_model._meta.verbose_name))
    return sorted(set(found))
