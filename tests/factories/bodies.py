"""A body with its members, and its meetings, as the real actions make them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accountability.kit import days
from chiefs.bodies import reports
from chiefs.bodies.actions import bodies, meetings, resolutions
from chiefs.bodies.models import Body, Meeting, Resolution

from .evidence import photo
from .posts import Chain, acting_for


def body(world: Chain, *, rhythm: str = "", **facts: Any) -> Body:
    """The county's committee: its river chief presides, the water bureau keeps the minutes, the ecology branch belongs to it."""
    by = acting_for(world.office)
    given: dict[str, Any] = {
        "kind": Body.Kind.COMMITTEE,
        "name": "试验生态环境保护委员会",
        "place": world.county.unit.jurisdiction,
        "office": world.office.unit,
        "basis": "试验文件〔2026〕1号",
        "since": date(2020, 1, 1),
        "by": by,
    }
    made = bodies.set_up(**given | facts)
    for post, role in ((world.county, "chair"), (world.water, "secretary"), (world.branch, "member")):
        bodies.seat(made, post=post, role=role, day=made.since, by=by, expect=made.version)
    if rhythm:
        bodies.set_rhythm(made, every=rhythm, day=made.since, by=by, expect=made.version)
    return made


def planned(world: Chain, of: Body | None = None, due: date | None = None) -> Meeting:
    return meetings.plan(of or body(world), due=due or days.today() + timedelta(days=10), by=acting_for(world.office))


def called(world: Chain, of: Body | None = None, at: datetime | None = None) -> Meeting:
    made = planned(world, of)
    when = at or days.now() + timedelta(days=1)
    meetings.call(made, planned_for=when, place_text="三楼会议室", agenda=["听取汇报"], by=acting_for(world.office), expect=made.version)
    return made


def held(world: Chain, of: Body | None = None, **outcomes: str) -> Meeting:
    """Held just now; everybody came but for whom something else is said."""
    made, now = called(world, of), days.now()
    everybody = {member.pk: "present" for member in reports.seated(made.body, days.day_of(now))}
    meetings.hold(made, held_at=now, outcomes=everybody, by=acting_for(world.office), expect=made.version)
    return made


def minutes(name: str = "minutes.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo(), "image/jpeg")


def resolution(world: Chain, meeting: Meeting | None = None, **facts: Any) -> Resolution:
    """The ecology branch is to look at every outfall."""
    given: dict[str, Any] = {
        "text": "全面排查入河排污口",
        "unit": world.branch.unit,
        "due": days.today() + timedelta(days=30),
        "by": acting_for(world.office),
    }
    return resolutions.resolve(meeting or held(world), **given | facts)
