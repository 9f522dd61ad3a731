"""Village agreements: prepared, signed on paper, renewed, ended; and the warning before they end."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused, Stale
from accountability.ledger.lifecycle import Words, plain
from accountability.ledger.models import Event
from accountability.notices import wording
from accountability.papers.actions import take_number
from chiefs.agreements import document, reports, rules
from chiefs.agreements.lifecycle import VillageLifecycle, check_period
from chiefs.agreements.models import ExpiryRule, VillageAgreement
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Person, Post
from chiefs.posts.rules import keeps_register
from chiefs.territory.models import Jurisdiction, Level
from chiefs.territory.reports import narrowest

from . import telling

NUMBER_KIND = "V"
MOST_TEXT = 4000
wording.register(
    "agreements:village",
    village_agreement_in_force=gettext_lazy("Your agreement %(number)s with the township is signed. It holds until %(last)s."),
    village_agreement_expiring=gettext_lazy("Village agreement %(number)s ends on %(last)s. Renew it before that day."),
    village_agreement_closed=gettext_lazy("Village agreement %(number)s was ended early; its last day is %(last)s."),
)


def prepare(
    *,
    post: Post,
    since: date,
    until: date,
    duties: str,
    funding: str,
    liability: str,
    by: Acting,
    amount: Decimal | None = None,
    renews: VillageAgreement | None = None,
    client_ref: uuid.UUID | None = None,
    demonstration: bool = False,
) -> VillageAgreement:
    """Write down what a village chief and the township agree; it binds when both have signed the paper.

    The person is whoever holds the post now. The same ``client_ref`` gives the same agreement. Raises NotPermitted outside
    the own places, Refused for a post that is not a village chief's or is vacant, and for empty words.
    """
    place = post.unit.jurisdiction
    if not keeps_register(by, place.path, place.pk):
        raise NotPermitted
    client_ref = client_ref or uuid.uuid4()
    if known := VillageAgreement.objects.filter(client_ref=client_ref).first():
        return _the_same(known, post, since)
    if post.kind.level != Level.VILLAGE or not post.kind.may(Function.CHIEF):
        raise Refused(_("Village agreements are made with village chiefs. Choose a village chief's post."))
    holder = posts.term_of(post, days.today())
    if holder is None:
        raise Refused(_("Nobody holds this post. Enter who was appointed first."))
    if holder.person_id == by.person_id:
        raise Refused(_("Nobody prepares their own agreement. Another person at the desk does it."))
    check_period(since, until)
    township = reports.township_of(place, days.today())
    if township is None:
        raise Refused(_("The township has no government unit in the register. Enter it first."))
    words = {"duties": duties.strip(), "funding": funding.strip(), "liability": liability.strip()}
    if not all(words.values()) or any(len(text) > MOST_TEXT for text in words.values()):
        raise Refused(_("Write duties, funding and liability; each of them at most %(most)s signs.") % {"most": MOST_TEXT})
    agreement = VillageAgreement(
        client_ref=client_ref,
        unit=township,
        post=post,
        person_id=holder.person_id,
        jurisdiction=place,
        path=place.path,
        since=since,
        until=until,
        amount=amount,
        renews=renews,
        prepared_at=days.now(),
        demonstration=demonstration,
        **words,
    )
    facts: dict[str, Any] = {name: Words(text) for name, text in words.items()}
    facts |= {"post": post, "person": holder.person_id, "since": since, "until": until, "amount": amount, "renews": renews}
    try:
        with transaction.atomic():
            agreement.number = take_number(NUMBER_KIND)
            VillageLifecycle.begin(agreement, by=by, act="prepare", facts=facts)
    except IntegrityError:
        found = VillageAgreement.objects.filter(client_ref=client_ref).first()
        if found is None:
            raise
        return _the_same(found, post, since)
    return agreement


def _the_same(known: VillageAgreement, post: Post, since: date) -> VillageAgreement:
    if (known.post_id, known.since) != (post.pk, since):
        raise Mismatch
    return known


def keep_scans(agreement: VillageAgreement, files: Sequence[UploadedFile], *, form_ref: uuid.UUID, by: Acting) -> None:
    """Keep photos of the signed page, once per form; they are kept also when the rest of the form has to be corrected."""
    for file in files:
        evidence.keep_upload(file, form_ref=form_ref, owner=agreement.stream, role=document.SCAN, by=by)


def sign_village(agreement: VillageAgreement, *, signed_on: date, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Both parties have signed the paper, and its photo is kept: it binds from its first day.

    Another person's agreement for the same post ends the day before. Raises Refused when one of the same person still holds.
    """
    with transaction.atomic():
        Post.objects.select_for_update(of=("self",)).get(pk=agreement.post_id)  # two for one post: the second sees the first
        agreement.refresh_from_db(from_queryset=VillageAgreement.objects.select_for_update(of=("self",)))
        if agreement.state == VillageAgreement.State.PREPARED and agreement.version == expect:
            _make_room(agreement, by)
        event = VillageLifecycle.perform("sign", agreement, by=by, expect=expect, client_ref=client_ref, signed_on=signed_on)
        if agreement.version == expect + 1:
            telling.village(agreement, [agreement.post], "village-agreement-in-force", "signed", last=agreement.last_day.isoformat())
    return event


def _make_room(agreement: VillageAgreement, by: Acting) -> None:
    """End what a predecessor signed for the same post; what the same person signed must not overlap."""
    rows = VillageAgreement.objects.select_for_update(of=("self",)).filter(
        binding_post=agreement.post_id, since__lt=agreement.until, until__gt=agreement.since
    )
    for other in rows.order_by("pk"):
        holds = other.state == VillageAgreement.State.IN_FORCE  # one that was ended early cannot be ended once more
        if not holds or other.person_id == agreement.person_id or other.since >= agreement.since:
            raise Refused(
                _("Agreement %(number)s binds this post until %(last)s. Let the new one begin after it, or end that one early first.")
                % {"number": other.number, "last": other.last_day}
            )
        reason = Words(_("The post has another holder."))
        VillageLifecycle.perform("close", other, by=by, expect=other.version, day=agreement.since, reason=reason)


def renew(agreement: VillageAgreement, *, until: date, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> VillageAgreement:
    """Prepare the next one with the same words, beginning where this one ends (or today, when it has ended)."""
    client_ref = client_ref or uuid.uuid4()
    with transaction.atomic():
        locked = VillageAgreement.objects.select_for_update(of=("self",)).select_related("post__kind", "post__unit__jurisdiction", "person")
        found = locked.get(pk=agreement.pk)
        if known := VillageAgreement.objects.filter(client_ref=client_ref).first():
            return known
        if found.version != expect:
            raise Stale(found.version)
        waiting = found.renewals.filter(state=VillageAgreement.State.PREPARED).exclude(client_ref=client_ref).first()
        if waiting is not None:
            raise Refused(_("The renewal is prepared already: %(number)s.") % {"number": waiting.number})
        if found.state not in (VillageAgreement.State.IN_FORCE, VillageAgreement.State.CLOSED):
            raise Refused(_("Only an agreement that was signed can be renewed."))
        if not reports.still_holds(found, days.today()):
            raise Refused(
                _("%(person)s no longer holds this post. Prepare an agreement with whoever holds it now.") % {"person": found.person.name}
            )
        return prepare(
            post=found.post,
            since=max(found.until, days.today()),
            until=until,
            duties=found.duties,
            funding=found.funding,
            liability=found.liability,
            amount=found.amount,
            renews=found,
            by=by,
            client_ref=client_ref,
            demonstration=found.demonstration,
        )


def close(agreement: VillageAgreement, *, day: date, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """End an agreement before its term; ``day`` is the first day that it no longer covers."""
    with transaction.atomic():
        event = VillageLifecycle.perform("close", agreement, by=by, expect=expect, client_ref=client_ref, day=day, reason=Words(reason))
        telling.village(agreement, [agreement.post], "village-agreement-closed", "closed", last=agreement.last_day.isoformat())
    return event


def drop(agreement: VillageAgreement, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """It was prepared and not concluded."""
    return VillageLifecycle.perform("drop", agreement, by=by, expect=expect, client_ref=client_ref, reason=Words(reason))


def warn_expiring() -> int:
    """From time to time: the township's desk and the chief are told of agreements that end within the days of the rule.

    Bears being run twice, and late: each agreement is told of once per end. Returns how many end soon. One that is renewed
    already needs no warning.
    """
    today = days.today()
    rows = list(ExpiryRule.objects.in_force(today))
    furthest = max((row.days_ahead for row in rows), default=0)
    signed = VillageAgreement.objects.filter(state=VillageAgreement.State.IN_FORCE, since__lte=today)
    ending = signed.filter(until__gt=today, until__lte=today + timedelta(days=furthest))
    found = 0
    for agreement in ending.select_related("post", "unit", "jurisdiction__parent__parent__parent").order_by("until", "pk"):
        if not is_due(rows, agreement.jurisdiction, agreement.until, today) or reports.is_renewed(agreement):
            continue
        to = [*posts.desks_of(agreement.unit_id, today, Function.RECEIVER), agreement.post]
        with transaction.atomic():
            telling.village(agreement, to, "village-agreement-expiring", agreement.until.isoformat(), last=agreement.last_day.isoformat())
        found += 1
    return found


def is_due(rows: Sequence[ExpiryRule], place: Jurisdiction, until: date, today: date) -> bool:
    """Whether the rule of the place asks for a warning now."""
    rule = narrowest(list(rows), place)
    return rule is not None and rules.is_expiring(until, today, rule.days_ahead)


def follow_person(record: Person, *, event: Event, by: Acting, facts: dict[str, Any]) -> None:
    """Join of posts.merge_person: two records are one person, and the agreements bind the one that goes on.

    Signatures of target agreements are never altered; they are read for all records of a person (``posts.reports.entries_of``).
    """
    for agreement in VillageAgreement.objects.select_for_update(of=("self",)).filter(person=record).order_by("pk"):
        agreement.person = facts["into"]
        agreement.save(update_fields=["person"])
        told = plain({"person": facts["into"], "before": record})
        Event.record(agreement.stream, "village_agreements.follow_person", by, before=agreement.state, after=agreement.state, facts=told)
