"""Signing by both sides, each by their own account, and a successor who signs on with what is open."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from accountability.papers import actions as papers
from chiefs.agreements import paper, reports
from chiefs.agreements.lifecycle import TargetLifecycle, side_of
from chiefs.agreements.models import Side, Signature, TargetAgreement
from chiefs.posts.models import Person, Post, Tenure
from chiefs.posts.reports import entries_of

from . import telling

S = TargetAgreement.State


def _keep(agreement: TargetAgreement, event: Event, by: Acting, side: str, *, takes_over: bool, balance: str = "") -> None:
    """The record of a signature, once per event. The gate has asked for an account and a person."""
    post = Post.objects.select_related("unit").get(pk=by.post_id)
    person = Person.objects.get(pk=by.person_id or 0)
    Signature.objects.get_or_create(
        event_id=event.pk,
        defaults={
            "agreement": agreement,
            "side": side,
            "offer": agreement.offers,
            "takes_over": takes_over,
            "post": post,
            "post_title": post.title,
            "unit_name": post.unit.name,
            "person": person,
            "person_name": person.name,
            "account_id": by.account_id or 0,
            "sha256": agreement.sha256,
            "balance": balance,
            "at": event.occurred_at,
        },
    )


def sign(agreement: TargetAgreement, *, document: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Sign the offered text (``document`` is the hash of what was read). The second signature puts it in force and issues the paper.

    An amendment that gets its second signature replaces the edition that it amends in the same moment.
    """
    with transaction.atomic():
        locked = TargetAgreement.objects.select_for_update(of=("self",))
        earlier = locked.get(pk=agreement.amends_id) if agreement.amends_id else None
        agreement.refresh_from_db(from_queryset=locked)
        completes = agreement.state == S.HALF and agreement.version == expect
        if completes and earlier is not None and earlier.state == S.SIGNED and side_of(agreement, by):
            TargetLifecycle.perform("supersede", earlier, by=by, expect=earlier.version, amendment=agreement)
        event = TargetLifecycle.perform("sign", agreement, by=by, expect=expect, client_ref=client_ref, document=document)
        _keep(agreement, event, by, side_of(agreement, by), takes_over=False)
        if event.after == S.SIGNED and agreement.paper_id is None:
            issue(agreement, by=by)
            telling.in_force(agreement)
    return event


def issue(agreement: TargetAgreement, *, by: Acting) -> None:
    """Issue the paper with the records of all signatures so far; a later one replaces an earlier one.

    In the site's language, whichever the last signer reads.
    """
    with translation.override(settings.LANGUAGE_CODE):
        title = paper.title(agreement)
    agreement.paper = papers.issue(
        kind="target_agreement",
        title=title,
        owner=agreement.stream,
        template="papers/target_agreement.html",
        context=paper.context(agreement),
        issuer=agreement.giver.unit.name,
        issuer_bo=agreement.giver.unit.name_bo,
        by=by,
        replaces=agreement.paper,
    )
    agreement.save(update_fields=["paper"])


def sign_on(agreement: TargetAgreement, *, document: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Whoever follows in the taking post signs on with the open balance of the day. The first signature stays."""
    with transaction.atomic():
        balance = reports.balance_text(agreement, days.today())
        event = TargetLifecycle.perform(
            "sign_on", agreement, by=by, expect=expect, client_ref=client_ref, document=document, balance=Words(balance)
        )
        known = Signature.objects.filter(event_id=event.pk).exists()
        _keep(agreement, event, by, Side.TAKER, takes_over=True, balance=balance)
        if not known:
            issue(agreement, by=by)
    return event


def send_back(agreement: TargetAgreement, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """A side does not sign this text: it goes back to the office as a draft, and signatures under it do not count."""
    with transaction.atomic():
        event = TargetLifecycle.perform("send_back", agreement, by=by, expect=expect, client_ref=client_ref, reason=Words(reason))
        telling.returned(agreement)
    return event


def tell_successors() -> int:
    """From time to time: who took over a post with an agreement in force is asked to sign on. Returns how many are awaited.

    Bears being run twice: a notice is told once per agreement and person.
    """
    awaited = 0
    running = TargetAgreement.objects.unsettled().select_related("taker__unit", "giver__unit").order_by("pk")
    for agreement in running.iterator(chunk_size=500):
        holder = Tenure.objects.in_force(days.today()).filter(single_post=agreement.taker_id).first()
        if holder is None or agreement.signatures.filter(side=Side.TAKER, person__in=entries_of(holder.person_id)).exists():
            continue
        with transaction.atomic():
            telling.successor(agreement, holder.person_id)
        awaited += 1
    return awaited
