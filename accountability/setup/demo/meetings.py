"""The county's committee: a meeting every quarter, the second one missed; of the first one's two decisions one is late."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accountability.kit import days
from chiefs.bodies import reports
from chiefs.bodies.actions import bodies, meetings, resolutions
from chiefs.bodies.models import Attendance, Body, Meeting

from .stage import Stage, version_of
from .world import SOURCE

NAME, NAME_BO = "康定市生态环境保护委员会（演示）", "དར་མདོ་གྲོང་ཁྱེར་སྐྱེ་ཁམས་ཁོར་ཡུག་སྲུང་སྐྱོབ་ཨུ་ཡོན་ལྷན་ཁང་།"
MISSED = 2  # the second meeting that was owed
SEATS = [
    ("river-county", "chair"),
    ("county-ecology-department", "secretary"),
    ("county-water-department", "member"),
    ("county-forestry-department", "member"),
    ("river-township", "member"),
]
AGENDA = ["听取雅拉河巡查情况", "审议入河排污口整治安排", "研究水源地保护"]


def plan(stage: Stage) -> None:
    """Set up on the first day; the sweep runs on the first of each month, as it would every few hours."""
    first = days.day_of(stage.begin)
    stage.at(stage.begin + timedelta(hours=9), lambda: _set_up(stage))
    day = first.replace(day=1)
    while day < stage.world.today:
        day = (day + timedelta(days=32)).replace(day=1)
        stage.at(days.start_of(day) + timedelta(hours=1), lambda: _month(stage))


def _set_up(stage: Stage) -> None:
    world, by = stage.world, stage.by(stage.world.posts["county-office-chief_office"])
    office = world.units["county-office"]
    body = bodies.set_up(
        kind=Body.Kind.COMMITTEE,
        name=NAME,
        name_bo=NAME_BO,
        place=office.jurisdiction,
        office=office,
        basis=SOURCE,
        since=days.today(),
        by=by,
        demonstration=True,
    )
    for code, role in SEATS:
        bodies.seat(body, post=world.posts[code], role=role, day=days.today(), by=by, expect=body.version)
    bodies.seat(body, person="多吉丁（演示）", organisation="邻州水利局（演示）", day=days.today(), by=by, expect=body.version)
    bodies.set_rhythm(body, every="quarter", day=days.today(), by=by, expect=body.version, basis=SOURCE)


def _month(stage: Stage) -> None:
    meetings.keep_time()
    meeting = Meeting.objects.filter(body__name=NAME, state=Meeting.State.PLANNED, period_since=days.today()).first()
    number = Meeting.objects.filter(body__name=NAME).count()
    if meeting is not None and number != MISSED:
        stage.at(days.now() + timedelta(days=20, hours=9), lambda: _call(stage, meeting, number))


def _call(stage: Stage, meeting: Meeting, number: int) -> None:
    by, when = stage.by(stage.world.posts["county-office-chief_office"]), days.now() + timedelta(days=5)
    meetings.call(meeting, planned_for=when, place_text="市政府三楼会议室", agenda=AGENDA, by=by, expect=version_of(meeting))
    stage.at(when + timedelta(hours=4), lambda: _hold(stage, meeting, number))


def _hold(stage: Stage, meeting: Meeting, number: int) -> None:
    by, held_at = stage.by(stage.world.posts["county-office-chief_office"]), days.now() - timedelta(hours=4)
    there = {m.pk: Attendance.Outcome.PRESENT.value for m in reports.seated(meeting.body, days.today())}
    there[max(there)] = Attendance.Outcome.EXCUSED.value
    meetings.hold(meeting, held_at=held_at, outcomes=there, by=by, expect=version_of(meeting))
    stage.counts["meetings held"] += 1
    _decide(stage, meeting, number)
    meetings.keep_minutes(meeting, [_minutes(meeting)], form_ref=uuid.uuid5(meeting.client_ref, "minutes"), by=by)
    words = "会议听取了巡查情况，议定了下一步工作，见决议。（演示）"
    meetings.close(meeting, minutes=words, by=by, expect=version_of(meeting))


def _decide(stage: Stage, meeting: Meeting, number: int) -> None:
    world, by = stage.world, stage.by(stage.world.posts["county-office-chief_office"])
    due, later = days.today() + timedelta(days=60), days.today() + timedelta(days=200)
    if number > MISSED:
        resolutions.resolve(meeting, text="完成雅拉沟水源地标志设置", unit=world.units["county-water"], due=later, by=by)
        return
    resolutions.resolve(meeting, text="逐一排查雅拉河入河排污口，建立台账", unit=world.units["county-water"], due=due, by=by)
    task = resolutions.resolve(meeting, text="清理雅拉乡河岸垃圾堆放点", unit=world.units["county-forestry"], due=due, by=by)

    def report() -> None:
        doer = stage.by(world.posts["county-forestry-department"])
        resolutions.report_done(task, report="已清理并恢复河岸", by=doer, expect=version_of(task))

    def confirm() -> None:
        secretary = stage.by(world.posts["county-ecology-department"])
        resolutions.confirm(task, note="现场已看，属实", by=secretary, expect=version_of(task))

    stage.at(days.now() + timedelta(days=30), report)
    stage.at(days.now() + timedelta(days=34), confirm)


def _minutes(meeting: Meeting) -> SimpleUploadedFile:
    """A drawn page: no photograph of anything real."""
    page = Image.new("RGB", (620, 877), (252, 252, 248))
    pen = ImageDraw.Draw(page)
    pen.text((60, 60), f"DEMONSTRATION - MINUTES {meeting.number}", fill=(20, 20, 20), font_size=22)
    for line in range(24):
        pen.line([(60, 140 + 28 * line), (560 - 90 * (line % 5 == 4), 140 + 28 * line)], fill=(90, 90, 90), width=3)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80)
    return SimpleUploadedFile("minutes.jpg", out.getvalue(), "image/jpeg")
