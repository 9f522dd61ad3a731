"""Agreements of the demonstration: a year of targets from the prefecture to villages; village agreements; key projects."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accountability.kit import days
from audits.indicators import project_actions
from audits.indicators.models import Indicator, Project
from chiefs.agreements import actions
from chiefs.agreements.actions import Achieved
from chiefs.agreements.actions.villages import keep_scans
from chiefs.agreements.models import TargetAgreement, TargetItem
from chiefs.posts.models import Post

from . import pictures
from .stage import Stage, version_of

#: (words, unit, start, target, direction, weight, adds up): planted hectares are shared out, forest cover is not.
COUNTY = [
    ("新增人工造林面积", "公顷", "0", "120", "up", "30", True),
    ("河流断面水质优良比例", "%", "95", "100", "up", "40", False),
    ("河道垃圾积存量", "吨", "80", "20", "down", "20", True),
    ("一河一策修编", "", "", "完成修编并实施", "text", "10", False),
]
TOWNSHIP = ("45", "100", "8", "完成雅拉沟段")
VILLAGES, LATE = ("river-yl-01", "river-yl-02", "river-yl-06"), "river-yl-03"
CLAUSES = "甲方按年度下达目标并提供必要支持；乙方分解任务、落实责任人，按季度报告进展。"
REWARD = "优秀的予以通报表扬；不合格的约谈主要负责人，并限期整改。"
WORDS = {
    "duties": "每周至少巡查责任河段一次；发现垃圾、排污、采砂和侵占及时制止，不能处理的一个工作日内报告乡级河长；维护公示牌。",
    "funding": "巡查补贴由乡人民政府按季度发放，工具和安全用品由乡河长办配备。",
    "liability": "无正当理由未完成巡查的，按次扣减补贴；隐瞒不报造成后果的，解除协议。",
}


def plan(stage: Stage) -> None:
    """One whole year of targets, that of the story's middle; what was agreed before is settled, what comes next waits for a signature."""
    year = (stage.end - timedelta(weeks=26)).year
    first = stage.begin + timedelta(days=2)
    if first < days.start_of(date(year, 1, 1)):
        _at(stage, first, lambda: _year_before(stage, year - 1))
    _at(stage, max(first, _january(year)), lambda: _whole_year(stage, year))
    # Before the year is over, so that a signature is waited for on every day on which the story may end.
    _at(
        stage,
        days.start_of(date(year, 12, 12)),
        lambda: _offered(stage, "pref-targets-targets", "pref-general-chief", "river-county", year + 1, COUNTY),
    )
    _at(stage, first, lambda: _villages(stage))
    _at(stage, first, lambda: _projects(stage))
    _at(stage, stage.end - timedelta(days=3), actions.tell_successors)


def _january(year: int) -> datetime:
    return days.start_of(date(year, 1, 12))


def _at(stage: Stage, moment: datetime, deed: Any) -> None:
    """At ten o'clock of a day: without the stage's chance, so that the rest of the story stays the same."""
    stage.at(days.start_of(days.day_of(moment)) + timedelta(hours=10), deed)


def _desk(stage: Stage, code: str) -> Any:
    return stage.by(stage.world.posts[code])


def _items(stage: Stage, agreement: TargetAgreement, office: str, targets: list[Any], parents: list[TargetItem] | None = None) -> None:
    by = _desk(stage, office)
    for place, (text, unit, start, target, direction, weight, additive) in enumerate(targets):
        actions.put_item(
            agreement,
            text=text,
            unit=unit,
            baseline_text=start,
            target_text=target,
            direction=direction,
            weight=Decimal(weight),
            additive=additive,
            indicator=Indicator.objects.filter(no=11).order_by("sub_no").first() if "水质" in text else None,
            parent=parents[place] if parents else None,
            by=by,
            expect=version_of(agreement),
        )


def _offered(
    stage: Stage, office: str, giver: str, taker: str, year: int, targets: list[Any], parents: list[TargetItem] | None = None
) -> TargetAgreement:
    """Drafted by an office, offered, and signed by who gives the targets."""
    posts = {code: Post.objects.select_related("unit__jurisdiction").get(code=code) for code in (giver, taker)}
    by = _desk(stage, office)
    agreement = actions.draft(
        kind="year",
        giver=posts[giver],
        taker=posts[taker],
        evaluator=stage.world.posts[office].unit,
        since=date(year, 1, 1),
        until=date(year + 1, 1, 1),
        clauses=CLAUSES,
        reward=REWARD,
        by=by,
        demonstration=True,
    )
    _items(stage, agreement, office, targets, parents)
    actions.offer(agreement, by=by, expect=version_of(agreement))
    _sign(stage, agreement, giver)
    stage.counts["target agreements"] += 1
    return agreement


def _signed(stage: Stage, office: str, giver: str, taker: str, *more: Any) -> TargetAgreement:
    agreement = _offered(stage, office, giver, taker, *more)
    _sign(stage, agreement, taker)
    return agreement


def _sign(stage: Stage, agreement: TargetAgreement, *codes: str) -> None:
    for code in codes:
        by = _desk(stage, code)
        actions.sign(agreement, document=agreement.sha256, by=by, expect=version_of(agreement))


def _settle(stage: Stage, agreement: TargetAgreement, results: dict[int, Achieved]) -> None:
    """In January, when the year is over."""

    def settle() -> None:
        by = _desk(stage, "pref-targets-targets")
        actions.settle(agreement, results=results, reward="通报表扬（演示）", by=by, expect=version_of(agreement))

    _at(stage, max(days.now() + timedelta(days=1), _january(agreement.until.year) + timedelta(days=8)), settle)


RESULTS = {1: Achieved("104"), 2: Achieved("100"), 3: Achieved("18"), 4: Achieved("三条河流完成修编", "partly")}


def _year_before(stage: Stage, year: int) -> None:
    _settle(stage, _signed(stage, "pref-targets-targets", "pref-general-chief", "river-county", year, COUNTY), RESULTS)


def _whole_year(stage: Stage, year: int) -> None:
    """Prefecture, county, township, village; the planted hectares do not add up on purpose, and the page says so."""
    county = _signed(stage, "pref-targets-targets", "pref-general-chief", "river-county", year, COUNTY)
    below = []
    for (text, unit, start, _target, direction, weight, additive), value in zip(COUNTY, TOWNSHIP, strict=True):
        below.append((text, unit, start, value, direction, weight, additive))
    township = _signed(stage, "county-office-chief_office", "river-county", "river-township", year, below, list(county.items.all()))
    planted = township.items.get(place=1)
    villages = {}
    for number, code in enumerate(VILLAGES):
        target = [("新增人工造林面积", "公顷", "0", str(10 + 5 * number), "up", "60", False)]
        villages[code] = _signed(stage, "town-gov-receiver", "river-township", code, year, target, [planted])
    _settle(stage, county, RESULTS)
    begun = days.now()
    _at(stage, begun + timedelta(days=60), lambda: _told(stage, "river-county", county, {1: "66"}, "春季造林已验收（演示）"))
    _at(stage, begun + timedelta(days=90), lambda: _amend(stage, township))
    middle = max(begun + timedelta(days=100), days.start_of(date(year, 7, 6)))
    _at(stage, middle, lambda: _half_year(stage, county, township, villages))
    # One more village takes its share late: the draft of the township waits for the village chief's signature.
    late = [("新增人工造林面积", "公顷", "0", "5", "up", "60", False)]
    _at(stage, stage.end - timedelta(days=6), lambda: _late_share(stage, township, year, late))


def _told(stage: Stage, code: str, agreement: TargetAgreement, values: dict[int, str], note: str) -> None:
    """What a taker reports of the edition that is in force now."""
    standing = TargetAgreement.objects.get(number=agreement.number, state=TargetAgreement.State.SIGNED)
    told = {"as_of": days.today(), "note": note, "by": _desk(stage, code)}
    for place, value in values.items():
        actions.report_progress(standing, place=place, text=value, expect=version_of(standing), **told)


def _half_year(stage: Stage, county: TargetAgreement, township: TargetAgreement, villages: dict[str, TargetAgreement]) -> None:
    """In July everybody says how far the targets are: villages first, then whoever sums them up."""
    for number, (code, agreement) in enumerate(villages.items()):
        _told(stage, code, agreement, {1: str(8 + 4 * number)}, "半年报告（演示）")
    _told(stage, "river-township", township, {1: "24", 2: "100", 3: "6", 4: "雅拉沟段初稿完成"}, "半年报告（演示）")
    _told(stage, "river-county", county, {1: "81", 2: "100", 3: "31", 4: "两条河流完成修编"}, "半年报告（演示）")


def _late_share(stage: Stage, township: TargetAgreement, year: int, target: list[Any]) -> None:
    standing = TargetAgreement.objects.filter(number=township.number, state=TargetAgreement.State.SIGNED).first()
    if standing is not None and standing.until > days.today():
        _offered(stage, "town-gov-receiver", "river-township", LATE, year, target, [standing.items.get(place=1)])


def _amend(stage: Stage, township: TargetAgreement) -> None:
    by = _desk(stage, "county-office-chief_office")
    later = actions.amend(township, reason="宜林地重新核定，调减造林任务（演示）", by=by, expect=version_of(township))
    (planted,) = [item for item in later.items.all() if item.place == 1]
    kept = {"text": planted.text, "unit": planted.unit, "baseline_text": planted.baseline_text, "direction": planted.direction}
    kept |= {"weight": planted.weight, "additive": planted.additive, "parent": planted.parent}
    actions.put_item(later, place=1, target_text="40", by=by, expect=version_of(later), **kept)
    actions.offer(later, by=by, expect=version_of(later))
    _sign(stage, later, "river-county", "river-township")
    stage.counts["target agreements"] += 1


def _page(stage: Stage, seed: int) -> SimpleUploadedFile:
    picture = pictures.bank(heaps=0, seed=seed, taken_at=days.now(), latitude=30.1, longitude=101.9)
    return SimpleUploadedFile("signed-page.jpg", picture, "image/jpeg")


def _villages(stage: Stage) -> None:
    """Of the river's village chiefs one has none, one's ends within the month, the others' hold."""
    today = stage.world.today
    chiefs = [post for code, post in sorted(stage.world.posts.items()) if code.startswith("river-yl-")]
    for number, post in enumerate(chiefs[:-1]):
        until = today + timedelta(days=12) if number == 1 else today + timedelta(days=120 + 15 * number)
        by = _desk(stage, "town-gov-receiver")
        found = Post.objects.select_related("kind", "unit__jurisdiction__parent").get(pk=post.pk)
        facts = {"since": days.today(), "until": until, "amount": Decimal(2400), "demonstration": True, **WORDS}
        agreement = actions.prepare(post=found, by=by, **facts)
        keep_scans(agreement, [_page(stage, number)], form_ref=agreement.client_ref, by=by)
        actions.sign_village(agreement, signed_on=days.today(), by=by, expect=version_of(agreement))
        stage.counts["village agreements"] += 1
    _at(stage, max(days.now(), days.start_of(today - timedelta(days=10))), actions.warn_expiring)


def _projects(stage: Stage) -> None:
    """Two projects of the plan with lead units of the demonstration, and a few reports."""
    targets = _desk(stage, "pref-targets-targets")
    told = [
        (1, "pref-ecology", "pref-ecology-department", "红线勘界外业调查启动（演示）", "under_way", "0.2"),
        (1, "pref-ecology", "pref-ecology-department", "勘界定标成果通过验收（演示）", "finished", "0.54"),
        (4, "county-forestry", "county-forestry-department", "保护地整合优化方案编制中（演示）", "under_way", "0.01"),
    ]
    for number, (seq, unit, desk, text, stage_of, invested) in enumerate(told):
        project = Project.objects.filter(seq=seq).first()
        if project is None:
            continue
        project_actions.assign(project, unit=stage.world.units[unit], by=targets)
        picture = pictures.bank(heaps=1, seed=number, taken_at=days.now(), latitude=30.1, longitude=101.9)
        photos = [SimpleUploadedFile("site.jpg", picture, "image/jpeg")]
        facts = {"stage": stage_of, "text": text, "invested": Decimal(invested), "photos": photos}
        day = days.now() + timedelta(days=3 + 10 * number)
        _at(stage, day, lambda project=project, desk=desk, facts=facts: _report(stage, project, desk, facts))


def _report(stage: Stage, project: Project, desk: str, facts: dict[str, Any]) -> None:
    project_actions.report(project, as_of=days.today(), by=_desk(stage, desk), demonstration=True, **facts)
    stage.counts["project reports"] += 1
