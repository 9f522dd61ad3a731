"""What a meeting decided, as tasks: given to a unit with a term, reported done, confirmed by another unit or sent back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from accountability.notices import actions as notices
from accountability.notices import wording
from accountability.papers.actions import take_number
from chiefs.bodies import reports
from chiefs.bodies.lifecycle import ResolutionLifecycle, check_term, check_unit, keeps, said
from chiefs.bodies.models import Meeting, Resolution
from chiefs.posts import reports as posts
from chiefs.posts.models import Post, Unit

NUMBER_KIND = "Y"  # 决议
MOST_DECISIONS = 60
RESULT = "result"
wording.register(
    "bodies:resolution",
    resolution_given=gettext_lazy("%(body)s has decided what your unit carries out by %(due)s: resolution %(number)s."),
    resolution_done=gettext_lazy("%(unit)s reports resolution %(number)s done. Confirm it or send it back."),
    resolution_returned=gettext_lazy("Resolution %(number)s was sent back; it is due on %(due)s."),
    resolution_confirmed=gettext_lazy("Resolution %(number)s is confirmed."),
)


def _tell(resolution: Resolution, to: Iterable[Post], kind: str, key: str) -> None:
    told = {"body": resolution.meeting.body.name, "unit": resolution.unit.name, "due": resolution.due.isoformat()}
    notices.tell(to, kind=kind, about=resolution.stream, number=resolution.number, params=told, key=f"{resolution.stream}:{key}")


def _carrying_out(resolution: Resolution) -> list[Post]:
    """The post named, else the desks of the unit."""
    return [resolution.post] if resolution.post else posts.desks_of(resolution.unit_id, days.today())


def resolve(
    meeting: Meeting,
    *,
    text: str,
    unit: Unit,
    due: date,
    by: Acting,
    post: Post | None = None,
    client_ref: uuid.UUID | None = None,
) -> Resolution:
    """Write down a decision of a meeting that was held. The same ``client_ref`` gives the same resolution.

    Raises NotPermitted, NoTransition once the meeting is closed, Refused with what is wrong.
    """
    client_ref = client_ref or uuid.uuid4()
    words = said(text, _("Write what was decided."))
    if known := Resolution.objects.filter(client_ref=client_ref).first():
        return _the_same(known, meeting, words)
    try:
        with transaction.atomic():
            locked = Meeting.objects.select_for_update(of=("self",)).select_related("body").get(pk=meeting.pk)
            _may_decide(locked, by, unit, post, due)
            resolution = Resolution(
                client_ref=client_ref, number=take_number(NUMBER_KIND), meeting=locked, text=words, unit=unit, post=post, due=due
            )
            facts = {"meeting": locked, "text": Words(words), "unit": unit, "post": post, "due": due}
            ResolutionLifecycle.begin(resolution, by=by, act="resolve", facts=facts)
            _tell(resolution, _carrying_out(resolution), "resolution-given", "given")
    except IntegrityError:  # sent twice at once: the other was faster
        known = Resolution.objects.filter(client_ref=client_ref).first()
        if known is None:
            raise
        return _the_same(known, meeting, words)
    return resolution


def _the_same(known: Resolution, meeting: Meeting, words: str) -> Resolution:
    if (known.meeting_id, known.text) != (meeting.pk, words):
        raise Mismatch
    return known


def _may_decide(meeting: Meeting, by: Acting, unit: Unit, post: Post | None, due: date) -> None:
    if not keeps(meeting.body, by):
        raise NotPermitted
    if meeting.state != Meeting.State.HELD:
        raise NoTransition(str(meeting.get_state_display()))
    if meeting.resolutions.count() >= MOST_DECISIONS:
        raise Refused(_("A meeting has at most %(most)s decisions with a term.") % {"most": MOST_DECISIONS})
    check_unit(unit, post)
    check_term(due)
    if not reports.can_be_confirmed(meeting.body, unit.pk, days.today()):
        raise Refused(_("Nobody of another unit could confirm it. Enter a chair or a secretary of another unit first."))


def keep_results(resolution: Resolution, files: Iterable[UploadedFile], *, form_ref: uuid.UUID, by: Acting) -> None:
    """Keep what shows that it is done, once for each sending of the form. Raises NotPermitted for another unit."""
    if by.unit_id != resolution.unit_id or resolution.state != Resolution.State.OPEN:
        raise NotPermitted
    for file in files:
        evidence.keep_upload(file, form_ref=form_ref, owner=resolution.stream, role=RESULT, by=by)


def _move(move: str, resolution: Resolution, told: tuple[str, Iterable[Post]] | None, **facts: Any) -> Event:
    """Through the gate; whoever waits for it is told once for each time that it happens."""
    with transaction.atomic():
        before = Resolution.objects.select_for_update(of=("self",)).values_list("version", flat=True).get(pk=resolution.pk)
        event = ResolutionLifecycle.perform(move, resolution, **facts)
        if told is not None and resolution.version != before:
            kind, to = told
            _tell(resolution, to, kind, f"{move}-{resolution.version}")
    return event


def report_done(resolution: Resolution, *, report: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """The unit says that it is done; the keeping office, the chair or a secretary looks at it."""
    body = resolution.meeting.body
    confirming = posts.in_order(sorted(reports.confirming_posts(body, days.today())))
    to = [post for post in [*posts.desks_of(body.office_id, days.today()), *confirming] if post.unit_id != resolution.unit_id]
    return _move("report_done", resolution, ("resolution-done", to), by=by, expect=expect, client_ref=client_ref, report=Words(report))


def confirm(resolution: Resolution, *, by: Acting, expect: int, note: str = "", client_ref: uuid.UUID | None = None) -> Event:
    """Another unit says that it is done."""
    told = ("resolution-confirmed", _carrying_out(resolution))
    return _move("confirm", resolution, told, by=by, expect=expect, client_ref=client_ref, note=Words(note))


def send_back(resolution: Resolution, *, note: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """It is not done: what is missing stands in the note."""
    told = ("resolution-returned", _carrying_out(resolution))
    return _move("send_back", resolution, told, by=by, expect=expect, client_ref=client_ref, note=Words(note))


def pass_on(
    resolution: Resolution,
    *,
    unit: Unit,
    reason: str,
    by: Acting,
    expect: int,
    post: Post | None = None,
    client_ref: uuid.UUID | None = None,
) -> Event:
    """Another unit carries it out, by the same term."""
    told = ("resolution-given", [post] if post else posts.desks_of(unit.pk, days.today()))
    return _move("pass_on", resolution, told, by=by, expect=expect, client_ref=client_ref, unit=unit, post=post, reason=Words(reason))


def set_term(resolution: Resolution, *, due: date, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Another term, with its reason; the one before stays in the ledger."""
    told = ("resolution-given", _carrying_out(resolution))
    return _move("set_term", resolution, told, by=by, expect=expect, client_ref=client_ref, due=due, reason=Words(reason))
