"""Complaints over the year, by every channel: joined to cases, opened as cases, refused with each reason, answered and rated."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db.models import QuerySet

from accountability.cases.models import Case
from accountability.complaints import actions
from accountability.complaints.models import Channel, Complaint, PollutionKind, RefusalReason
from accountability.kit import days
from chiefs.posts import reports as posts
from chiefs.posts.functions import SYSTEM_PUBLIC

from . import troubles
from .stage import Stage, version_of

HOW_MANY = 26
#: kinds, what is written
WORDS: list[tuple[list[str], str]] = [
    (["waste", "water"], "河边有人倒生活垃圾，水里漂着塑料袋"),
    (["water", "air"], "养殖场的粪水流进沟里，臭味很大"),
    (["noise"], "夜里采砂机器声音很大，睡不着"),
    (["waste"], "路边堆了很多建筑垃圾没人管"),
    (["ecology"], "有人在山坡上砍树"),
    (["air"], "饭馆油烟直接排到巷子里"),
    (["water"], "雨后河水变成黄褐色，怀疑上游取土"),
    (["other"], "公示牌上的电话打不通"),
]
CHANNELS = ["web", "web", "web", "12345", "12345", "12369", "wechat", "letter"]
#: the problem kind of a case that others have noticed too: kind of pollution, what they write
SAME = {
    "rubbish": (["waste"], "河边那堆垃圾一直没有清走"),
    "sewage": (["water"], "管子里还在往河里排脏水"),
    "vegetation": (["ecology"], "坡上又少了几棵树"),
}
ANSWER = "您反映的问题已调查处理，现场已恢复，感谢监督。"
INTERIM = "您反映的问题已交责任单位办理，尚未办结；办结后现场由另一单位核查，您可以凭查询码继续查看进展。"
NOTES = {"satisfied": "", "mostly": "", "dissatisfied": "过了几天又有人倒"}


def plan(stage: Stage) -> None:
    """Spread the complaints over the year; the last two arrive yesterday and today and still wait."""
    span = (stage.end - stage.begin).total_seconds()
    for number in range(HOW_MANY):
        moment = stage.begin + timedelta(seconds=span * (number + stage.chance.random()) / HOW_MANY)
        stage.at(stage.office_hour(moment), lambda n=number: _arrive(stage, n, decided=True))
    for hours in (30, 3):
        stage.at(stage.end - timedelta(hours=hours), lambda h=hours: _arrive(stage, h, decided=False))


def _arrive(stage: Stage, number: int, *, decided: bool) -> None:
    kinds, words = WORDS[number % len(WORDS)]
    channel = Channel.objects.get(code=CHANNELS[number % len(CHANNELS)])
    clerk = stage.world.posts["county-intake-intake"]
    named = stage.chance.random() < 0.5
    segment = stage.chance.choice(stage.world.segments["river"])
    if number % 3 == 1 and (seen := _open_cases(stage).filter(kind__code__in=SAME).first()):
        segment, (kinds, words) = seen.segment, SAME[seen.kind.code]
    by_clerk = channel.by_clerk
    complaint, _code = actions.register(
        channel=channel,
        text=words,
        kinds=list(PollutionKind.objects.filter(code__in=kinds)),
        place=segment.jurisdiction,
        segment=segment,
        language="bo" if number % 5 == 0 else "zh-hans",
        by=stage.by(clerk) if by_clerk else posts.system(SYSTEM_PUBLIC),
        taken_by=clerk if by_clerk else None,
        informant={"name": "来信人（演示）", "phone": f"199000{number:05d}", "address": ""} if named else None,
        client_ref=uuid.UUID(int=stage.chance.getrandbits(128), version=4),
        demonstration=True,
    )
    stage.counts["complaints"] += 1
    if decided:
        stage.later(stage.chance.randint(4, 150), lambda: _decide(stage, complaint, number, words))


def _open_cases(stage: Stage) -> QuerySet[Case]:
    """What is under way on the river, the newest first."""
    return Case.objects.open().filter(segment__in=stage.world.segments["river"]).order_by("-opened_at")


def _decide(stage: Stage, complaint: Complaint, number: int, words: str) -> None:
    by = stage.by(stage.world.posts["county-intake-intake"])
    if number % 5 == 4:
        reasons = list(RefusalReason.objects.order_by("order"))
        reason = reasons[number // 5 % len(reasons)]
        actions.refuse(complaint, reason=reason, note="已向您说明可以联系的单位和途径。", by=by, expect=version_of(complaint))
        return
    about = complaint.kinds.values("problem_kind")
    same = _open_cases(stage).filter(segment=complaint.segment, kind__in=about).first()
    if same is not None:
        actions.join_case(complaint, case=same, transfer_text=words, by=by, expect=version_of(complaint))
    else:
        actions.accept(complaint, transfer_text=words, by=by, expect=version_of(complaint))
        complaint.refresh_from_db()
        troubles.follow(stage, complaint.case)
    stage.later(stage.chance.randint(200, 700), lambda: _reply(stage, complaint))


def _reply(stage: Stage, complaint: Complaint) -> None:
    """When the case is through, or, before the legal date, how far it has come."""
    settled = not Case.objects.open().filter(pk=complaint.case_id).exists()
    if not settled and days.today() < complaint.due - timedelta(days=5):
        stage.later(60, lambda: _reply(stage, complaint))
        return
    by = stage.by(stage.world.posts["county-intake-intake"])
    actions.reply(complaint, text=ANSWER if settled else INTERIM, by=by, expect=version_of(complaint))
    if stage.chance.random() < 0.75:
        rating = stage.chance.choices(list(NOTES), weights=[6, 3, 1])[0]
        stage.later(stage.chance.randint(5, 80), lambda: _rate(stage, complaint, rating))


def _rate(stage: Stage, complaint: Complaint, rating: str) -> None:
    by = posts.system(SYSTEM_PUBLIC)
    actions.rate(complaint, satisfaction=rating, reason=NOTES[rating], by=by, expect=version_of(complaint))
