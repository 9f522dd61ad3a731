"""Bodies of the county: a committee, a leading group and a joint conference with the neighbour, their meetings and what they decided."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accountability.kit import days
from accountability.ledger.acting import Acting
from chiefs.bodies import reports
from chiefs.bodies.actions import bodies, meetings, resolutions
from chiefs.bodies.models import Attendance, Body, Meeting, Resolution
from chiefs.posts import reports as posts

from .stage import Stage, version_of
from .world import SOURCE

WORDS = "会议听取了情况，议定了下一步工作，见决议。（演示）"
CALLED_BEFORE, HELD_HOURS, NOTICE = timedelta(days=5), 4, timedelta(hours=9)


@dataclass(frozen=True)
class Task:
    """What a meeting decides: which one, words, unit, term in days; reported and confirmed after so many days, or not at all."""

    meeting: int
    text: str
    unit: str
    days: int
    reported: int = 0
    report: str = ""
    confirmed: int = 0
    post: str = ""  # one post of the unit, where it is nobody else's


@dataclass(frozen=True)
class Circle:
    """A body, who sits in it, and how its story goes. Meetings are counted in the order in which they are owed."""

    kind: str
    name: str
    name_bo: str
    every: str
    seats: tuple[tuple[str, str], ...]
    outsiders: tuple[tuple[str, str], ...]
    place: str
    agenda: tuple[str, ...]
    tasks: tuple[Task, ...]
    missed: tuple[int, ...] = ()
    after: int = 20  # days from the first of a period to the call
    founded: int = 365  # days before the story's end, or on its first day


CIRCLES = (
    Circle(
        Body.Kind.COMMITTEE,
        "康定市生态环境保护委员会（演示）",
        "དར་མདོ་གྲོང་ཁྱེར་སྐྱེ་ཁམས་ཁོར་ཡུག་སྲུང་སྐྱོབ་ཨུ་ཡོན་ལྷན་ཁང་།",
        "quarter",
        (
            ("river-county", "chair"),
            ("county-ecology-department", "secretary"),
            ("county-water-department", "member"),
            ("county-forestry-department", "member"),
            ("river-township", "member"),
        ),
        (("多吉丁（演示）", "邻州水利局（演示）"),),
        "市政府三楼会议室",
        ("听取雅拉河巡查情况", "审议入河排污口整治安排", "研究水源地保护"),
        (
            Task(1, "逐一排查雅拉河入河排污口，建立台账", "county-water", 60),
            Task(1, "清理雅拉乡河岸垃圾堆放点", "county-forestry", 60, 30, "已清理并恢复河岸", 34),
            Task(3, "完成雅拉沟水源地标志设置", "county-water", 200),
            Task(4, "编制冬季巡查安全方案", "county-forestry", 90),
        ),
        missed=(2,),
    ),
    Circle(
        Body.Kind.GROUP,
        "雅拉河综合治理领导小组（演示）",
        "ཡ་ལ་ཆུ་བོའི་ཕྱོགས་བསྡུས་བཅོས་སྐྱོང་འགོ་ཁྲིད་ཚན་ཆུང་།",
        "month",
        (
            ("river-county", "chair"),
            ("county-office-chief_office", "secretary"),
            ("river-township", "member"),
            ("county-water-department", "member"),
            ("county-ecology-department", "member"),
        ),
        (),
        "雅拉乡会议室",
        ("通报上月问题办理情况", "研究本月重点河段"),
        (
            Task(1, "核实雅拉河集镇排污口水量", "county-ecology", 40, 20, "已按月监测并报送数据", 25),
            Task(3, "拆除河道内废弃围栏", "county-water", 50, 20, "围栏已拆除，现场已清理"),
            Task(3, "清理新兴村段河面漂浮物", "", 60, post="river-yl-06"),
        ),
        missed=(2,),
        after=8,
        founded=140,
    ),
    Circle(
        Body.Kind.JOINT,
        "跨州界河湖联防联控联席会议（演示）",
        "ཁུལ་མཚམས་ཆུ་མཚོ་མཉམ་སྲུང་མཉམ་འགོག་མཉམ་ཚོགས།",
        "half_year",
        (
            ("county-office-chief_office", "chair"),
            ("county-water-department", "secretary"),
            ("county-ecology-department", "member"),
        ),
        (
            ("邓珠才让（演示）", "邻州河长制办公室（演示）"),
            ("桑吉草（演示）", "邻州生态环境局（演示）"),
        ),
        "康定市水利局二楼会议室",
        ("交换界河断面水质情况", "商定联合巡河安排", "约定应急联络方式"),
        (Task(1, "与邻州商定界河联合巡查路线，报州河长办备案", "county-water", 45),),
        after=15,
    ),
)


def plan(stage: Stage) -> None:
    """Set up in the story's course; the sweep runs on the first of each month, as it would every few hours."""
    for circle in CIRCLES:
        founded = max(stage.begin, stage.end - timedelta(days=circle.founded))
        stage.at(founded + timedelta(hours=9), lambda circle=circle: _set_up(stage, circle))
    day = days.day_of(stage.begin).replace(day=1)
    while day < stage.world.today:
        day = (day + timedelta(days=32)).replace(day=1)
        stage.at(days.start_of(day) + timedelta(hours=1), lambda: _month(stage))
    # The next meeting of the leading group stands called when the story ends.
    stage.at(days.start_of(stage.world.today - timedelta(days=2)) + timedelta(hours=11), lambda: _besides(stage))


def _office(stage: Stage) -> Acting:
    return stage.by(stage.world.posts["county-office-chief_office"])


def _set_up(stage: Stage, circle: Circle) -> None:
    world, by = stage.world, _office(stage)
    office = world.units["county-office"]
    names = {"kind": circle.kind, "name": circle.name, "name_bo": circle.name_bo}
    where = {"place": office.jurisdiction, "office": office, "basis": SOURCE, "since": days.today()}
    body = bodies.set_up(**names, **where, by=by, demonstration=True)
    for code, role in circle.seats:
        bodies.seat(body, post=world.posts[code], role=role, day=days.today(), by=by, expect=body.version)
    for person, organisation in circle.outsiders:
        bodies.seat(body, person=person, organisation=organisation, day=days.today(), by=by, expect=body.version)
    bodies.set_rhythm(body, every=circle.every, day=days.today(), by=by, expect=body.version, basis=SOURCE)


def _month(stage: Stage) -> None:
    meetings.keep_time()
    for circle in CIRCLES:
        owed = Meeting.objects.filter(body__name=circle.name)
        meeting, number = owed.filter(state=Meeting.State.PLANNED, period_since=days.today()).first(), owed.count()
        if meeting is not None and number not in circle.missed:
            moment = days.now() + timedelta(days=circle.after) + NOTICE
            stage.at(moment, lambda meeting=meeting, circle=circle, number=number: _call(stage, circle, meeting, number))


def _call(stage: Stage, circle: Circle, meeting: Meeting, number: int) -> None:
    when = days.now() + CALLED_BEFORE
    agenda = list(circle.agenda)
    meetings.call(meeting, planned_for=when, place_text=circle.place, agenda=agenda, by=_office(stage), expect=version_of(meeting))
    stage.at(when + timedelta(hours=HELD_HOURS), lambda: _hold(stage, circle, meeting, number))


def _besides(stage: Stage) -> None:
    """A meeting that nobody owes: called for next week because the season asks for it."""
    body = Body.objects.filter(name=CIRCLES[1].name).first()
    if body is None:
        return
    day = days.today() + timedelta(days=9)
    meeting = meetings.plan(body, due=day, by=_office(stage))
    told = {"place_text": CIRCLES[1].place, "agenda": ["研究岁末河道保洁和防火安排"]}
    when = days.start_of(day) + timedelta(hours=10)
    meetings.call(meeting, planned_for=when, by=_office(stage), expect=version_of(meeting), **told)


def _hold(stage: Stage, circle: Circle, meeting: Meeting, number: int) -> None:
    by, held_at = _office(stage), days.now() - timedelta(hours=HELD_HOURS)
    there = {m.pk: Attendance.Outcome.PRESENT.value for m in reports.seated(meeting.body, days.today())}
    there[max(there)] = Attendance.Outcome.EXCUSED.value
    meetings.hold(meeting, held_at=held_at, outcomes=there, by=by, expect=version_of(meeting))
    stage.counts["meetings held"] += 1
    for task in circle.tasks:
        if task.meeting == number:
            _decide(stage, meeting, task)
    meetings.keep_minutes(meeting, [_minutes(meeting)], form_ref=uuid.uuid5(meeting.client_ref, "minutes"), by=by)
    meetings.close(meeting, minutes=WORDS, by=by, expect=version_of(meeting))


def _decide(stage: Stage, meeting: Meeting, task: Task) -> None:
    post = posts.post(stage.world.posts[task.post].pk) if task.post else None
    unit, due = post.unit if post else stage.world.units[task.unit], days.today() + timedelta(days=task.days)
    made = resolutions.resolve(meeting, text=task.text, unit=unit, post=post, due=due, by=_office(stage))
    stage.counts["decisions"] += 1
    if task.reported:
        stage.at(days.now() + timedelta(days=task.reported), lambda: _report(stage, made, task))
    if task.confirmed:
        stage.at(days.now() + timedelta(days=task.confirmed), lambda: _confirm(stage, made))


def _report(stage: Stage, made: Resolution, task: Task) -> None:
    by = stage.by(stage.world.posts[f"{task.unit}-department"])
    resolutions.report_done(made, report=task.report, by=by, expect=version_of(made))


def _confirm(stage: Stage, made: Resolution) -> None:
    chair = stage.by(stage.world.posts["river-county"])
    resolutions.confirm(made, note="现场已看，属实", by=chair, expect=version_of(made))


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
