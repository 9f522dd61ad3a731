"""Every write about complaints: taking one in, deciding, answering, rating, and what the citizen adds later."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accountability.cases import actions as cases
from accountability.cases.models import Case, ProblemKind
from accountability.clocks import reports as clocks
from accountability.evidence.models import Evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import FOUND, Words
from accountability.ledger.models import Event
from accountability.papers.actions import take_number
from chiefs.posts.functions import Function
from chiefs.posts.models import Post
from chiefs.resources.models import Scheme, Segment
from chiefs.signboards.models import Signboard
from chiefs.territory.models import Jurisdiction

from . import additions, intakes, rules, telling
from .lifecycle import ComplaintLifecycle
from .models import Channel, ClearedPhoto, Complaint, Informant, PollutionKind, RefusalReason

NUMBER_KIND = "T"
IDENTITY = ("name", "phone", "address")


def register(
    *,
    channel: Channel,
    text: str,
    kinds: Iterable[PollutionKind],
    place: Jurisdiction,
    segment: Segment | None,
    language: str,
    by: Acting,
    client_ref: uuid.UUID,
    informant: Mapping[str, str] | None = None,
    place_text: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    subject_post: Post | None = None,
    taken_by: Post | None = None,
    suspect: bool = False,
    signboard: Signboard | None = None,
    demonstration: bool = False,
    occurred_at: datetime | None = None,
) -> tuple[Complaint, str]:
    """Take a complaint in and give its receipt: number and query code.

    The same ``client_ref`` gives the same receipt again. Raises Mismatch when it comes with other words, Refused when nobody
    takes complaints in for the place, NotPermitted when a post other than an intake takes one down.
    ``informant`` may hold name, phone and address; nothing given means anonymous.
    """
    identity = {field: (informant or {}).get(field, "").strip() for field in IDENTITY}
    chosen = sorted(kinds, key=lambda kind: kind.pk)
    said = (text.strip(), place.pk, segment.pk if segment else None, [kind.pk for kind in chosen], identity)
    if not by.may(Function.SYSTEM) and not (by.may(Function.INTAKE) and channel.by_clerk):
        raise NotPermitted
    try:
        if known := Complaint.objects.filter(client_ref=client_ref).first():
            return _the_same(known, said)
        with transaction.atomic():
            complaint = _begin(
                Complaint(
                    client_ref=client_ref,
                    channel=channel,
                    filed_at=occurred_at or days.now(),
                    language=language,
                    jurisdiction=place,
                    segment=segment,
                    path=place.path,
                    latitude=latitude,
                    longitude=longitude,
                    anonymous=not any(identity.values()),
                    suspect=suspect,
                    signboard=signboard,
                    subject_post=subject_post,
                    taken_by=taken_by,
                    demonstration=demonstration,
                ),
                words=text.strip(),
                place_text=place_text.strip(),
                kinds=chosen,
                identity=identity,
                by=by,
            )
    except IntegrityError:  # the same form sent twice at once: the other request was faster
        known = Complaint.objects.filter(client_ref=client_ref).first()
        if known is None:
            raise
        return _the_same(known, said)
    return complaint, rules.query_code(client_ref)


@dataclass(frozen=True)
class Filed:
    """A complaint as it was taken in, and a sentence for each photo that could not be kept."""

    complaint: Complaint
    code: str
    sentences: list[str]


def file(*, photos: Sequence[UploadedFile], by: Acting, text: str, **report: Any) -> Filed:
    """Take a complaint in together with its photos. A bad photo never takes the words with it.

    Where the photos stand for the words, at least one must be kept: else nothing is, and Refused says why.
    """
    with transaction.atomic():
        complaint, code = register(text=text, by=by, **report)
        kept = additions.keep_photos(complaint, photos, by=by)
        if len(text.strip()) < rules.LEAST_TEXT and not kept.pictures:
            raise Refused(" ".join([*kept.sentences, _("Write at least five signs, or add another photo.")]))
    return Filed(complaint, code, kept.sentences)


def _begin(
    complaint: Complaint, *, words: str, place_text: str, kinds: Sequence[PollutionKind], identity: Mapping[str, str], by: Acting
) -> Complaint:
    filed_on = days.day_of(complaint.filed_at)
    unit = intakes.intake_for(complaint.jurisdiction, filed_on, subject=complaint.subject_post)
    if unit is None:
        raise Refused(_("No office takes complaints in for this place yet. Call 12345; they take it down at once."))
    complaint.intake_unit = unit
    complaint.accept_due, _term = clocks.due(
        "complaint.accept", filed_on, channel=complaint.channel.code, jurisdiction=complaint.jurisdiction
    )
    complaint.text, complaint.place_text = words, place_text
    complaint.number = take_number(NUMBER_KIND)
    complaint.code_fingerprint = rules.code_fingerprint(complaint.number, rules.query_code(complaint.client_ref))
    event = ComplaintLifecycle.begin(
        complaint,
        by=by,
        act="register",
        occurred_at=complaint.filed_at,
        facts={
            "channel": complaint.channel.code,
            "kinds": [kind.code for kind in kinds],
            "place": complaint.jurisdiction,
            "segment": complaint.segment,
            "intake": unit,
            "anonymous": complaint.anonymous,
            "text": Words(words),
        },
    )
    complaint.kinds.set(kinds)
    if not complaint.anonymous:
        informant = Informant(complaint=complaint)
        informant.seal(**identity)
        informant.save()
    telling.step(complaint, "received", event, unit=unit, due=complaint.accept_due)
    telling.to_intake(complaint, "complaint-received", key="received")
    return complaint


def _the_same(known: Complaint, said: tuple[object, ...]) -> tuple[Complaint, str]:
    """The first receipt again, if the words are the first ones."""
    informant = Informant.objects.filter(complaint=known).first()
    identity = informant.open() if informant else dict.fromkeys(IDENTITY, "")
    kinds = list(known.kinds.order_by("pk").values_list("pk", flat=True))
    if said != (known.text, known.jurisdiction_id, known.segment_id, kinds, identity):
        raise Mismatch
    return known, rules.query_code(known.client_ref)


def accept(
    complaint: Complaint,
    *,
    transfer_text: str,
    by: Acting,
    expect: int,
    kind: ProblemKind | None = None,
    title: str = "",
    scheme: Scheme | None = None,
    subject_post: Post | None = None,
    cleared: Iterable[Evidence] = (),
    occurred_at: datetime | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Take the complaint on as a new case; its term for the answer runs from now.

    ``transfer_text`` is what handlers read: cleared of whoever reported it. ``cleared`` photos may be seen by them.
    """
    subject_post = subject_post or complaint.subject_post
    with transaction.atomic():
        standing = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
        # Who comes second finds the case of the first; the gate then says Stale, or the first answer again.
        case = (
            standing.case
            if standing.version != expect
            else _open_case(complaint, text=transfer_text, kind=kind, title=title, scheme=scheme, subject_post=subject_post, by=by)
        )
        event = ComplaintLifecycle.perform(
            "accept",
            complaint,
            by=by,
            expect=expect,
            occurred_at=occurred_at,
            client_ref=client_ref,
            case=case,
            transfer_text=Words(transfer_text.strip()),
            subject_post=subject_post,
        )
        _taken_on(complaint, event, cleared, by)
    return event


def _open_case(
    complaint: Complaint, *, text: str, kind: ProblemKind | None, title: str, scheme: Scheme | None, subject_post: Post | None, by: Acting
) -> Case:
    kinds = list(complaint.kinds.select_related("problem_kind"))
    segment = complaint.segment
    return cases.open_case(
        origin=Case.Origin.COMPLAINT,
        kind=kind or kinds[0].problem_kind,
        title=title.strip() or telling.title_of(complaint, kinds),
        text=text.strip(),
        place=complaint.jurisdiction,
        segment=segment,
        scheme=scheme or (segment.resource.scheme if segment else Scheme.objects.earliest("pk")),
        occurred_at=complaint.filed_at,
        by=by,
        subject_post=subject_post,
        site=complaint.site,
        signboard=complaint.signboard,
        client_ref=uuid.uuid5(complaint.client_ref, "case"),
        demonstration=complaint.demonstration,
    )


def join_case(
    complaint: Complaint,
    *,
    case: Case,
    transfer_text: str,
    by: Acting,
    expect: int,
    cleared: Iterable[Evidence] = (),
    occurred_at: datetime | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Take the complaint on as the same matter as an open case. It keeps its own clock, reply and rating."""
    if not Case.objects.visible_to(by).filter(pk=case.pk).exists():
        raise Refused(_("There is no such case among those that you may see."))
    with transaction.atomic():
        event = ComplaintLifecycle.perform(
            "join_case",
            complaint,
            by=by,
            expect=expect,
            occurred_at=occurred_at,
            client_ref=client_ref,
            case=case,
            transfer_text=Words(transfer_text.strip()),
        )
        _taken_on(complaint, event, cleared, by)
    return event


def _taken_on(complaint: Complaint, event: Event, cleared: Iterable[Evidence], by: Acting) -> None:
    kind = "joined" if complaint.joined else "accepted"
    telling.step(complaint, kind, event, holder=complaint.case.holder if complaint.case else None, due=complaint.due)
    _keep_cleared(complaint, cleared, by)


def _keep_cleared(complaint: Complaint, photos: Iterable[Evidence], by: Acting) -> None:
    for photo in photos:
        if photo.owner != complaint.stream:
            raise Refused(_("One of these photos does not belong to this complaint."))
        ClearedPhoto.objects.get_or_create(evidence=photo, defaults={"complaint": complaint, "post_id": by.post_id})


def clear_photos(
    complaint: Complaint, *, photos: Sequence[Evidence], by: Acting, expect: int, client_ref: uuid.UUID | None = None
) -> Event:
    """Let the handlers of the case see these photos, which came after acceptance or were not cleared then."""
    with transaction.atomic():
        event = ComplaintLifecycle.perform(
            "clear_photos", complaint, by=by, expect=expect, client_ref=client_ref, photos=sorted(photos, key=lambda p: p.pk)
        )
        _keep_cleared(complaint, photos, by)
    return event


def refuse(
    complaint: Complaint,
    *,
    reason: RefusalReason | None,
    note: str,
    by: Acting,
    expect: int,
    occurred_at: datetime | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Decide not to accept, with the legal reason and what it means here; the citizen reads both, and what to do instead."""
    with transaction.atomic():
        event = ComplaintLifecycle.perform(
            "refuse",
            complaint,
            by=by,
            expect=expect,
            occurred_at=occurred_at,
            client_ref=client_ref,
            reason=reason,
            note=Words(note.strip()),
        )
        telling.step(complaint, "refused", event, unit=complaint.intake_unit)
    return event


def reply(
    complaint: Complaint,
    *,
    text: str,
    by: Acting,
    expect: int,
    occurred_at: datetime | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Answer the citizen. Each complaint has its own reply, also where many are one case."""
    with transaction.atomic():
        event = ComplaintLifecycle.perform(
            "reply", complaint, by=by, expect=expect, occurred_at=occurred_at, client_ref=client_ref, text=Words(text.strip())
        )
        telling.step(complaint, "replied", event, unit=complaint.intake_unit, reply=complaint.reply)
    return event


def rate(
    complaint: Complaint,
    *,
    satisfaction: str,
    reason: str,
    by: Acting,
    expect: int,
    occurred_at: datetime | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """The citizen's word on the reply. Who is dissatisfied is owed another answer; the second time by the intake above."""
    with transaction.atomic():
        event = ComplaintLifecycle.perform(
            "rate",
            complaint,
            by=by,
            expect=expect,
            occurred_at=occurred_at,
            client_ref=client_ref,
            satisfaction=satisfaction,
            reason=Words(reason.strip()),
        )
        if complaint.satisfaction == Complaint.Satisfaction.DISSATISFIED:
            telling.step(complaint, "dissatisfied", event, unit=complaint.intake_unit, due=complaint.due)
            kind = "complaint-dissatisfied-again" if FOUND in event.facts else "complaint-dissatisfied"
            telling.to_intake(complaint, kind, key=f"dissatisfied-{complaint.times_dissatisfied}")
        else:
            telling.step(complaint, "rated", event, satisfaction=complaint.satisfaction)
    return event


def pass_on(complaint: Complaint, *, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Give a complaint to the intake above: it is about the own unit or who leads it, or too grave for the own level."""
    with transaction.atomic():
        event = ComplaintLifecycle.perform("pass_on", complaint, by=by, expect=expect, client_ref=client_ref, note=Words(note.strip()))
        telling.step(complaint, "passed_on", event, unit=complaint.intake_unit, due=complaint.accept_due)
        telling.to_intake(complaint, "complaint-received", key=f"passed-on-{event.pk}")
    return event


def close(complaint: Complaint, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Put an answered complaint away; the citizen may still rate the reply."""
    with transaction.atomic():
        event = ComplaintLifecycle.perform("close", complaint, by=by, expect=expect, client_ref=client_ref)
        telling.step(complaint, "closed", event)
    return event


def unseal(complaint: Complaint, *, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> dict[str, str]:
    """Name, phone and address in clear, for this once; that it was done, by which post and why, stays in the ledger."""
    if client_ref is not None and Event.objects.filter(client_ref=client_ref).exists():
        raise Refused(_("This was shown already, once. Ask again with the reason if you need it again; that is recorded too."))
    with transaction.atomic():
        event = ComplaintLifecycle.perform("unseal", complaint, by=by, expect=expect, client_ref=client_ref, reason=Words(reason.strip()))
        telling.step(complaint, "unsealed", event, unit=complaint.intake_unit)
    return complaint.informant.open()
