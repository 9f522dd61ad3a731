"""Lists that the county's office has published, a version that has been followed, the quarterly meetings, and a winter week let off."""

from __future__ import annotations

from datetime import date, timedelta

from accountability.evidence import actions as evidence
from accountability.kit import days
from chiefs.duties.actions import lists, obligations, waivers
from chiefs.duties.choices import Position
from chiefs.duties.models import Duty, DutyList, ListVersion, Obligation, Power
from chiefs.posts import reports as posts
from chiefs.posts.models import Charge
from chiefs.resources.models import Segment

from . import pictures
from .stage import Stage, version_of

PLAN = "甘孜州生态文明建设规划（2018—2030年）八-五-（一）-2"
MEETING = {
    "text": "每季度至少研究一次生态环境保护工作",
    "text_bo": "དུས་ཚིགས་རེར་ཉུང་མཐར་ཐེངས་རེར་སྐྱེ་ཁམས་ཁོར་ཡུག་སྲུང་སྐྱོབ་ཀྱི་ལས་ཀར་ཞིབ་འཇུག་བྱེད་པ།",
    "basis": PLAN,
    "what": "meeting",
    "every": "quarter",
    "evidence": "会议纪要",
    "consequence": "纳入年度目标考核扣分",
}
FIRST_PERSON = {"text": "担任本行政区域生态环境保护第一责任人", "basis": PLAN}


def plan(stage: Stage) -> None:
    """The lists in the first days of the story; the clock every fortnight; the meetings in each quarter's second month."""
    _woods_by_the_river(stage)
    stage.at(stage.office_hour(stage.begin + timedelta(days=1)), lambda: _lists(stage))
    stage.at(stage.office_hour(stage.end - timedelta(days=40)), lambda: _follow(stage))
    for week in range(0, 53, 2):
        stage.at(stage.begin + timedelta(days=7 * week, hours=3), lambda: _sweep(stage))
    stage.at(stage.end - timedelta(minutes=5), lambda: _sweep(stage))
    stage.at(stage.office_hour(stage.end - timedelta(days=20)), lambda: _let_off(stage))


def _woods_by_the_river(stage: Stage) -> None:
    """A wood along the river, of the forest chief of the township, who is its river chief too: one walk counts for both."""
    bank, plot = stage.world.segments["river"][0], stage.world.segments["forest_grass"][0]
    wood = Segment.objects.create(
        resource=plot.resource,
        jurisdiction=bank.jurisdiction,
        path=bank.path,
        code="LC-90",
        name="雅拉河岸防护林（演示）",
        name_bo="ཡ་ལ་ཆུ་འགྲམ་ནགས་ཚལ།",
        since=stage.world.since,
        geometry=bank.geometry,
        demonstration=True,
    )
    Charge.objects.create(post=stage.world.posts["forest_grass-township"], segment=wood, since=stage.world.since)


def _lists(stage: Stage) -> None:
    office = stage.by(stage.world.posts["county-office-chief_office"])
    for level in ("county", "township"):
        post = stage.world.posts[f"river-{level}"]
        made = lists.open_list(kind=DutyList.Kind.RESPONSIBILITY, title=f"{post.title}责任清单（演示）", post=post, by=office)
        version = made.versions.get()
        for said in (FIRST_PERSON, MEETING):
            duty = Duty.objects.filter(code="D05" if said is MEETING else "D04").first()
            lists.add_item(version, by=office, expect=version_of(version), level=level, duty=duty, **said)
        lists.publish(version, since=days.today(), document="演示文件〔2026〕1号", by=office, expect=version_of(version))
    water = stage.world.posts["county-water-department"].unit
    power = lists.open_list(kind=DutyList.Kind.POWER, title="康定市水利局权力清单（演示）", unit=water, by=office)
    version = power.versions.get()
    for found in Power.objects.filter(lead_department="水利部门", level="county").order_by("matter"):
        facts = {"text": f"查处{found.name}", "basis": found.basis, "level": "county", "power": found}
        lists.add_item(version, by=office, expect=version_of(version), **facts)
    lists.publish(version, since=days.today(), document="演示文件〔2026〕2号", by=office, expect=version_of(version))
    stage.counts["lists published"] += 3


def _follow(stage: Stage) -> None:
    """The county's list is followed by a second version; the first stays to be read on its days."""
    about = DutyList.objects.filter(post=stage.world.posts["river-county"]).first()
    if about is None or days.today() <= (about.versions.get(number=1).since or date.max):
        return
    office = stage.by(stage.world.posts["county-office-chief_office"])
    version: ListVersion = lists.draft(about, by=office)
    facts = {"text": "每半年向州河长办书面报告履职情况", "basis": PLAN, "level": "county", "what": "report", "every": "half_year"}
    lists.add_item(version, by=office, expect=version_of(version), evidence="履职报告", **facts)
    lists.publish(version, since=days.today() + timedelta(days=1), document="演示文件〔2026〕3号", by=office, expect=version_of(version))


def _sweep(stage: Stage) -> None:
    """What the worker does every hour, and the meetings that were held by now: the township's is still to come."""
    obligations.sweep()
    Obligation.objects.filter(demonstration=False).update(demonstration=True)
    for owed in Obligation.objects.filter(state=Position.DUE, what="meeting", post=stage.world.posts["river-county"]):
        if days.today() >= owed.since + timedelta(days=40) or owed.since + timedelta(days=50) > days.day_of(stage.end):
            _meet(stage, owed)


def _meet(stage: Stage, owed: Obligation) -> None:
    post = posts.post(owed.post_id)
    by = stage.by(post)
    picture = pictures.bank(heaps=0, seed=owed.pk, taken_at=days.now(), latitude=30.05, longitude=101.96)
    evidence.keep(picture, owner=owed.stream, role="minutes", by=by, name="会议纪要（演示）.jpg")
    obligations.done(owed, happened_on=days.today(), note="研究部署雅拉河沿线整治（演示）", by=by, expect=version_of(owed))
    stage.counts["meetings"] += 1


def _let_off(stage: Stage) -> None:
    """The county's office lets the mountain chiefs off for the week in which the road was under snow."""
    office = stage.by(stage.world.posts["county-office-chief_office"])
    monday = days.today() - timedelta(days=days.today().weekday())
    waivers.grant(
        jurisdiction=stage.world.villages[0],
        scheme=stage.world.segments["mountain"][0].resource.scheme,
        since=monday,
        until=monday + timedelta(days=7),
        reason="winter",
        note="雅拉山南坡积雪封路（演示）",
        by=office,
        demonstration=True,
    )
    stage.counts["waivers"] += 1
