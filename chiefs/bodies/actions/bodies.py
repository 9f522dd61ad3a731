"""Setting up a body, its members and its rhythm, and dissolving it. The dated rows are one transaction with the move."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accountability.kit import days
from accountability.ledger import once
from accountability.ledger.acting import Acting
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.lifecycle import Words
from accountability.ledger.models import Event
from chiefs.bodies.lifecycle import BodyLifecycle, check
from chiefs.bodies.models import Body, Meeting, Member, Rhythm
from chiefs.posts.models import Post, Unit
from chiefs.posts.rules import keeps_register
from chiefs.territory.models import Jurisdiction

from . import meetings


def set_up(
    *,
    kind: str,
    name: str,
    place: Jurisdiction,
    office: Unit,
    basis: str,
    since: date,
    by: Acting,
    name_bo: str = "",
    client_ref: uuid.UUID | None = None,
    demonstration: bool = False,
) -> Body:
    """Enter a body. The same ``client_ref`` gives the same body.

    Raises NotPermitted for a post that does not keep the register at the place, Refused with what is wrong.
    """
    if not keeps_register(by, place.path, place.pk):
        raise NotPermitted
    client_ref = client_ref or uuid.uuid4()
    if known := Body.objects.filter(client_ref=client_ref).first():
        return _the_same(known, name, place)
    body = Body(
        client_ref=client_ref,
        kind=kind,
        name=name.strip(),
        name_bo=name_bo.strip(),
        jurisdiction=place,
        path=place.path,
        office=office,
        basis=basis.strip(),
        since=since,
        demonstration=demonstration,
    )
    check(body)
    if since > days.today():
        raise Refused(_("A body is entered when it has been set up. Compare the day."))
    facts = {"kind": kind, "name": Words(body.name), "place": place, "office": office, "basis": Words(body.basis), "since": since}
    try:
        BodyLifecycle.begin(body, by=by, act="set_up", facts=facts)
    except IntegrityError:  # sent twice at once: the other was faster
        known = Body.objects.filter(client_ref=client_ref).first()
        if known is None:
            raise
        return _the_same(known, name, place)
    return body


def _the_same(known: Body, name: str, place: Jurisdiction) -> Body:
    if (known.name, known.jurisdiction_id) != (name.strip(), place.pk):
        raise Mismatch
    return known


def change(body: Body, *, by: Acting, expect: int, client_ref: uuid.UUID | None = None, **values: Any) -> Event:
    """Correct what the register says of a body (names of ``lifecycle.CHANGEABLE``)."""
    told = {name: Words(value.strip()) if name != "kind" and isinstance(value, str) else value for name, value in values.items()}
    return BodyLifecycle.perform("change", body, by=by, expect=expect, client_ref=client_ref, values=told)


def seat(
    body: Body,
    *,
    day: date,
    by: Acting,
    expect: int,
    role: str = Member.Role.MEMBER,
    post: Post | None = None,
    person: str = "",
    organisation: str = "",
    client_ref: uuid.UUID | None = None,
) -> Event:
    """A post (whoever holds it), or somebody from outside by name, belongs to the body from a day on."""
    facts: dict[str, Any] = {
        "post": post,
        "person": Words(person.strip()),
        "organisation": Words(organisation.strip()),
        "role": role,
        "day": day,
    }
    with once.on(body, client_ref) as new:
        event = BodyLifecycle.perform("seat", body, by=by, expect=expect, client_ref=client_ref, **facts)
        if new:
            outside = {} if post else {"name": person.strip(), "organisation": organisation.strip()}
            Member.objects.create(body=body, post=post, role=role, since=day, **outside)
    return event


def release(body: Body, *, member: Member, day: date, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """A seat ends on a day; what was attended stays."""
    with once.on(body, client_ref) as new:
        event = BodyLifecycle.perform("release", body, by=by, expect=expect, client_ref=client_ref, member=member, day=day)
        if new:
            Member.objects.filter(pk=member.pk, until=None).update(until=day)
    return event


def set_rhythm(
    body: Body, *, every: str, day: date, by: Acting, expect: int, basis: str = "", client_ref: uuid.UUID | None = None
) -> Event:
    """How often the body meets from a day on. Meetings that were planned for days behind it are no longer owed."""
    with once.on(body, client_ref) as new:
        event = BodyLifecycle.perform(
            "set_rhythm", body, by=by, expect=expect, client_ref=client_ref, every=every, day=day, basis=Words(basis.strip())
        )
        if new:
            body.rhythms.filter(until=None).update(until=day)
            Rhythm.objects.create(body=body, every=every, since=day, basis=basis.strip())
            _release(Meeting.objects.open().filter(body=body, period_until__gt=day), by)
    return event


def end(body: Body, *, day: date, reason: str, by: Acting, expect: int, client_ref: uuid.UUID | None = None) -> Event:
    """Dissolve a body. What it decided is still owed; what it had still to hold is not."""
    with once.on(body, client_ref) as new:
        event = BodyLifecycle.perform("end", body, by=by, expect=expect, client_ref=client_ref, day=day, reason=Words(reason))
        if new:
            body.members.filter(until=None, since__lt=day).update(until=day)
            body.rhythms.filter(until=None, since__lt=day).update(until=day)
            _release(Meeting.objects.open().filter(body=body, due__gte=day), by)
    return event


def _release(rows: Any, by: Acting) -> None:
    for meeting in rows.select_related("body").order_by("pk"):
        meetings.release(meeting, by=by)
