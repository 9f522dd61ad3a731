"""What other rooms read about complaints: by receipt, by case, by desk."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from accountability.cases.models import Case
from accountability.clocks import reports as clocks
from accountability.evidence.models import Evidence
from accountability.kit import days, sealing
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Refused
from accountability.ledger.models import Event
from chiefs.posts.reports import posts_over

from . import guesses, rules
from .models import ClearedPhoto, Complaint

STREAM = "complaints.complaint:"
NOBODY = "0" * 64  # compared with when there is no such number, so that both answers take the same steps


class Wait(Refused):
    """Too many wrong guesses; even the right one is not answered now."""

    code, http_status = "wait", 429


def find(number: str, code: str, guesser: str) -> Complaint:
    """The complaint that number and query code open.

    ``guesser`` is the network address of whoever asks; only a keyed hash of it is kept, and for a day.
    After five wrong guesses at one number, or from one guesser, the answer is to wait, also for the right code.
    Raises Wait, or Refused with the same sentence and after the same steps for a wrong number and for a wrong code.
    """
    number, now = rules.tidy_number(number), days.now()
    keys = [
        sealing.fingerprint(number, "complaints.guess.number"),
        sealing.fingerprint(f"{days.day_of(now)} {rules.neighbourhood(guesser)}", "complaints.guess.guesser"),
    ]
    if not guesses.book(keys):
        raise Wait(_("Too many wrong codes. Wait a quarter of an hour, then try again with the code from your receipt."))
    row = Complaint.objects.filter(number=number).values("pk", "code_fingerprint").first()
    kept = row["code_fingerprint"] if row else NOBODY
    if not hmac.compare_digest(kept, rules.code_fingerprint(number, code)) or row is None:
        raise Refused(_("Number and code do not belong together. Compare every sign with your receipt."))
    guesses.give_back(*keys)
    return Complaint.objects.select_related("refusal", "case", "intake_unit", "channel", "jurisdiction", "segment").get(pk=row["pk"])


def of_case(case: Case) -> list[Complaint]:
    """The complaints of a case with the photos that its handlers may see. Show ``transfer_text``, never ``text``."""
    cleared = Prefetch("cleared_photos", queryset=ClearedPhoto.objects.select_related("evidence").order_by("pk"))
    return list(case.complaints.select_related("channel").prefetch_related("kinds", cleared).order_by("filed_at", "pk"))


def waiting(acting: Acting) -> Any:
    """Complaints that the acting intake must accept or refuse, the most urgent first."""
    return Complaint.objects.visible_to(acting).waiting().select_related("channel", "jurisdiction", "segment").order_by("accept_due", "pk")


def unanswered(acting: Acting) -> Any:
    """Accepted complaints to which the acting intake owes a reply, the most urgent first."""
    rows = Complaint.objects.visible_to(acting).unanswered()
    return rows.select_related("channel", "jurisdiction", "segment", "case").order_by("due", "pk")


def open_work(*, post_id: int | None = None, unit_id: int | None = None, jurisdiction_id: int | None = None, **_about: Any) -> list[Any]:
    """Open complaints of an intake unit or of a place; a post holds none, its unit does."""
    rows = Complaint.objects.open()
    if unit_id is not None:
        return list(rows.filter(intake_unit_id=unit_id).order_by("pk"))
    if jurisdiction_id is not None:
        return list(rows.filter(jurisdiction_id=jurisdiction_id).order_by("pk"))
    return []


def may_open_evidence(*, evidence: Evidence, acting: Acting | None, **_about: Any) -> list[bool]:
    """The intake that took the complaint sees its photos; handlers of the case see those that the intake has cleared."""
    if acting is None or not evidence.owner.startswith(STREAM):
        return []
    pk = evidence.owner.removeprefix(STREAM)
    if not pk.isdigit():
        return []
    if Complaint.objects.visible_to(acting).filter(pk=int(pk)).exists():
        return [True]
    about_them = Q(complaint__subject_post__in=posts_over(acting.unit_id, days.today()))
    if acting.person_id is not None:
        about_them |= Q(complaint__subject_post__tenures__person=acting.person_id)
    photos = ClearedPhoto.objects.filter(evidence=evidence, complaint_id=int(pk))
    cleared = photos.exclude(about_them).values_list("complaint__case_id", flat=True).first()
    return [True] if cleared and Case.objects.visible_to(acting).filter(pk=cleared).exists() else []


@dataclass(frozen=True)
class Answered:
    """How a complaint stood at a moment: its first answer against the legal date of that answer, and the citizen's last word on it."""

    stream: str
    number: str
    accepted_on: date
    due: date
    replied_on: date | None
    satisfaction: str


def answered(case_ids: Iterable[int], since: date, until: date) -> list[Answered]:
    """Complaints of these cases that were accepted in [since, until), as they stood at its end: what a departure audit counts.

    Read from the ledger: a reply or a rating of later days, and the new date that a review sets, change nothing of an earlier term.
    """
    end = days.start_of(until)
    rows = Complaint.objects.filter(case__in=list(case_ids), accepted_at__gte=days.start_of(since), accepted_at__lt=end)
    found = list(rows.defer("text_sealed").select_related("channel", "jurisdiction__parent__parent").order_by("accepted_at", "pk"))
    replied: dict[str, date] = {}
    said: dict[str, str] = {}
    acts = Event.objects.filter(stream__in=[c.stream for c in found], act__in=["complaints.reply", "complaints.rate"], occurred_at__lt=end)
    for event in acts.order_by("stream", "seq"):
        if event.act == "complaints.reply":
            replied.setdefault(event.stream, days.day_of(event.occurred_at))
        else:
            said[event.stream] = str(event.facts.get("satisfaction", ""))
    return [_answered(complaint, replied.get(complaint.stream), said.get(complaint.stream, "")) for complaint in found]


def _answered(complaint: Complaint, replied_on: date | None, satisfaction: str) -> Answered:
    accepted = days.day_of(complaint.accepted_at)
    due, _term = clocks.due("complaint.close", accepted, channel=complaint.channel.code, jurisdiction=complaint.jurisdiction)
    return Answered(complaint.stream, complaint.number, accepted, due, replied_on, satisfaction)
