"""What becomes of a case: solved in the village, or up, over to a department, asked for more time, sent back, verified, signed off."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Story:
    """The way of one case, known beforehand."""

    solved_by: str  # "village", "township" or "department"
    assisted: bool = False
    more_time: bool | None = None  # granted or not; None: not asked for
    returned: bool = False  # the first visit finds that it is not done
    pace: int = 1  # how many times longer than usual the work takes
    stops: str = ""  # the step that nobody has taken yet today


#: Dealt out in turn, so that a year holds every way a case can go.
STORIES = [
    Story("village"),
    Story("department", assisted=True),
    Story("township"),
    Story("village"),
    Story("department", more_time=True, returned=True),
    Story("village", returned=True),
    Story("township", pace=9),  # signed off after its legal date
    Story("department", more_time=False),
    Story("village"),
    Story("township", returned=True),
    Story("department"),
    Story("village"),
    Story("department", assisted=True, more_time=True, pace=2),
    Story("township"),
    Story("village", pace=12),  # and this one too
]
#: What lies on the desks today: days ago, segment of the river, kind, and where it has come to.
TODAY = [
    (38, 2, "rubbish", Story("department", assisted=True, stops="solve")),  # past its legal date
    (20, 5, "signboard", Story("township", stops="sign_off")),
    (16, 4, "rubbish", Story("village", stops="visit")),
    (16, 6, "sewage", Story("department", more_time=True, stops="decide")),
    (9, 1, "sand", Story("department", stops="over")),
    (5, 7, "building", Story("township", stops="solve")),
    (3, 0, "vegetation", Story("township", stops="up")),
]


def follow(stage: Stage, case: Case, story: Story | None = None) -> None:
    """Take the next step a while from now; each step asks for the one after it."""
    story = story or STORIES[stage.counts["cases"] % len(STORIES)]
    stage.counts["cases"] += 1
    stage.counts["cases signed off"] += 0
    stage.later(stage.chance.randint(4, 40), lambda: _decide_where(stage, case, story))


def _decide_where(stage: Stage, case: Case, story: Story) -> None:
    """Whoever holds it: work on it, give it up, or give it to a department."""
    level = case.holder.kind.level or case.holder.unit.jurisdiction.level
    if level == story.solved_by:
        stage.later(stage.chance.randint(6, 50) * story.pace, lambda: _solve(stage, case, story))
    elif level in {"village", "township"}:
        _up(stage, case, story)
    else:
        _over(stage, case, story)


def _up(stage: Stage, case: Case, story: Story) -> None:
    if story.stops == "up":
        return
    actions.report_up(case, note="本级没有力量处理，请上级协调", by=stage.by(case.holder), expect=version_of(case))
    stage.later(stage.chance.randint(10, 50), lambda: _decide_where(stage, case, story))


def _over(stage: Stage, case: Case, story: Story) -> None:
    if story.stops == "over":
        return
    code = DEPARTMENT.get(case.kind.code, "county-water")
    desk = stage.world.posts[f"{code}-department"]
    others = [p.unit for p in ways.departments_for(case) if p.unit_id != desk.unit_id][: int(story.assisted)]
    actions.hand_over(case, to=desk, assisting=others, note="请牵头办理并按期反馈", by=stage.by(case.holder), expect=version_of(case))
    if story.more_time is None:
        stage.later(stage.chance.randint(60, 200) * story.pace, lambda: _solve(stage, case, story))
    else:
        stage.later(stage.chance.randint(30, 120), lambda: _ask(stage, case, story))


def _ask(stage: Stage, case: Case, story: Story) -> None:
    actions.ask_extension(case, days=10, reason="降雪封路，施工机械无法进场", by=stage.by(case.holder), expect=version_of(case))
    stage.later(stage.chance.randint(10, 60), lambda: _decide(stage, case, story))


def _decide(stage: Stage, case: Case, story: Story) -> None:
    """The unit that leads the department decides on more time."""
    if story.stops == "decide":
        return
    leader = posts.superiors_of(case.holder.unit_id, days.today())[0]
    desks = posts.desks_of(leader.pk, days.today(), Function.RECEIVER, Function.DEPARTMENT, Function.CHIEF)
    desk = next(post for post in desks if stage.holder(post))
    reason = "情况属实，同意延期" if story.more_time else "可以先行人工清理，不同意延期"
    actions.decide_extension(case, granted=bool(story.more_time), reason=reason, by=stage.by(desk), expect=version_of(case))
    stage.later(stage.chance.randint(60, 200) * story.pace, lambda: _solve(stage, case, story))


def _solve(stage: Stage, case: Case, story: Story, *, again: bool = False) -> None:
    if story.stops == "solve":
        return
    by = stage.by(case.holder)
    if again or stage.chance.random() < 0.5:
        lon, lat = case.longitude or 101.9, case.latitude or 30.15
        for role, heaps in (("before", 4), ("after", 0)):
            data = pictures.bank(heaps=heaps, seed=case.pk, taken_at=days.now() - timedelta(hours=2), latitude=lat, longitude=lon)
            evidence.keep(data, owner=case.stream, role=role, by=by, name=f"{role}.jpg")
    actions.report_done(case, measure="再次整改完成" if again else "已清理恢复，并安排专人看护", by=by, expect=version_of(case))
    stage.later(stage.chance.randint(24, 110), lambda: _visit(stage, case, story, again=again))


def _visit(stage: Stage, case: Case, story: Story, *, again: bool) -> None:
    """The other unit goes and looks."""
    if story.stops == "visit":
        return
    inspection = case.inspections.get(state="asked")
    desk = posts.desk_of(inspection.unit_id, days.today(), Function.CHIEF_OFFICE)
    if desk is None:
        raise LookupError(f"{inspection.unit} has no desk that could go and look.")
    good = again or not story.returned
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
        stage.later(stage.chance.randint(4, 60), lambda: _sign_off(stage, case, story, desk))
    else:
        stage.later(stage.chance.randint(30, 90), lambda: _solve(stage, case, story, again=True))


def _sign_off(stage: Stage, case: Case, story: Story, desk: Post) -> None:
    if story.stops == "sign_off":
        return
    actions.sign_off(case, note="同意销号", by=stage.by(desk), expect=version_of(case))
    stage.counts["cases signed off"] += 1
