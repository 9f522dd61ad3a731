"""What becomes of a case: solved in the village, or up, over to a department, asked for more time, sent back, verified, signed off."""

from __future__ import annotations

from datetime import timedelta

from accountability.cases import actions, ways
from accountability.cases.models import Case
from accountability.evidence import actions as evidence
from accountability.kit import days
from chiefs.inspections import actions as inspections
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Post

from . import pictures
from .stage import Stage, version_of

DEPARTMENT = {"vegetation": "county-forestry", "sewage": "county-ecology", "fish": "county-ecology"}
LONGEST_WAIT = 200  # hours
RECENT = timedelta(days=50)  # of these some still lie where they are
STUCK = 0.22


def follow(stage: Stage, case: Case) -> None:
    """Take the next step a while from now; each step asks for the one after it."""
    stage.counts["cases"] += 1
    stage.counts["cases signed off"] += 0
    solves_it_here = stage.chance.random() < 0.45
    stage.later(stage.chance.randint(4, 40), lambda: _solve(stage, case, again=False) if solves_it_here else _up(stage, case))


def _lies(stage: Stage) -> bool:
    """Whether nobody takes the next step: so today's desks have something on them, some of it late."""
    return days.now() > stage.end - RECENT and stage.chance.random() < STUCK


def _up(stage: Stage, case: Case) -> None:
    if _lies(stage):
        return
    actions.report_up(case, note="本级没有力量处理，请上级协调", by=stage.by(case.holder), expect=version_of(case))
    level = case.holder.kind.level or case.holder.unit.jurisdiction.level
    if level == "township" and stage.chance.random() < 0.35:
        stage.later(stage.chance.randint(20, 90), lambda: _solve(stage, case, again=False))
    elif level == "township":
        stage.later(stage.chance.randint(10, 60), lambda: _up(stage, case))
    else:
        stage.later(stage.chance.randint(10, 50), lambda: _over(stage, case))


def _over(stage: Stage, case: Case) -> None:
    if _lies(stage):
        return
    code = DEPARTMENT.get(case.kind.code, "county-water")
    desk = stage.world.posts[f"{code}-department"]
    others = [p.unit for p in ways.departments_for(case) if p.unit_id != desk.unit_id][: stage.chance.randrange(2)]
    actions.hand_over(case, to=desk, assisting=others, note="请牵头办理并按期反馈", by=stage.by(case.holder), expect=version_of(case))
    if stage.chance.random() < 0.3:
        stage.later(stage.chance.randint(30, 120), lambda: _ask(stage, case))
    else:
        stage.later(stage.chance.randint(60, LONGEST_WAIT), lambda: _solve(stage, case, again=False))


def _ask(stage: Stage, case: Case) -> None:
    actions.ask_extension(case, days=10, reason="降雪封路，施工机械无法进场", by=stage.by(case.holder), expect=version_of(case))
    leader = posts.superiors_of(case.holder.unit_id, days.today())[0]
    desk = next(
        p for p in posts.desks_of(leader.pk, days.today(), Function.RECEIVER, Function.DEPARTMENT, Function.CHIEF) if stage.holder(p)
    )
    stage.later(stage.chance.randint(10, 60), lambda: _decide(stage, case, desk))


def _decide(stage: Stage, case: Case, desk: Post) -> None:
    if _lies(stage):
        return
    granted = stage.chance.random() < 0.8
    reason = "情况属实，同意延期" if granted else "可以先行人工清理，不同意延期"
    actions.decide_extension(case, granted=granted, reason=reason, by=stage.by(desk), expect=version_of(case))
    stage.later(stage.chance.randint(60, LONGEST_WAIT), lambda: _solve(stage, case, again=False))


def _solve(stage: Stage, case: Case, *, again: bool) -> None:
    if _lies(stage):
        return
    by = stage.by(case.holder)
    if stage.chance.random() < 0.5:
        lon, lat = case.longitude or 101.9, case.latitude or 30.15
        for role, heaps in (("before", 4), ("after", 0)):
            data = pictures.bank(heaps=heaps, seed=case.pk, taken_at=days.now() - timedelta(hours=2), latitude=lat, longitude=lon)
            evidence.keep(data, owner=case.stream, role=role, by=by, name=f"{role}.jpg")
    actions.report_done(case, measure="再次整改完成" if again else "已清理恢复，并安排专人看护", by=by, expect=version_of(case))
    stage.later(stage.chance.randint(24, 110), lambda: _visit(stage, case, again=again))


def _visit(stage: Stage, case: Case, *, again: bool) -> None:
    if _lies(stage):
        return
    inspection = case.inspections.get(state="asked")
    desk = posts.desk_of(inspection.unit_id, days.today(), Function.CHIEF_OFFICE)
    if desk is None:
        return
    good = again or stage.chance.random() < 0.8
    step = inspections.confirm if good else inspections.send_back
    step(
        inspection,
        report="现场已恢复" if good else "还有一处没有清完",
        visited_at=days.now() - timedelta(minutes=30),
        by=stage.by(desk),
        expect=version_of(inspection),
    )
    version_of(case)
    if good:
        stage.later(stage.chance.randint(4, 60), lambda: _sign_off(stage, case, desk))
    else:
        stage.later(stage.chance.randint(30, 90), lambda: _solve(stage, case, again=True))


def _sign_off(stage: Stage, case: Case, desk: Post) -> None:
    if _lies(stage):
        return
    actions.sign_off(case, note="同意销号", by=stage.by(desk), expect=version_of(case))
    stage.counts["cases signed off"] += 1
