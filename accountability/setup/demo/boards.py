"""Notice boards along the Yala river, one of them damaged and one late to be brought up to date, and the township's river plan."""

from __future__ import annotations

import io
from datetime import date, timedelta

from PIL import Image, ImageDraw

from accountability.cases import actions as cases
from accountability.cases.models import Case, ProblemKind
from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from chiefs.plans import actions as plans
from chiefs.plans.actions import Line
from chiefs.plans.models import PlanItem, RiverPlan
from chiefs.posts import reports as posts
from chiefs.posts.models import Post
from chiefs.signboards import actions
from chiefs.signboards.actions import Entry
from chiefs.signboards.models import BoardUpdate, Signboard

from .stage import Stage, version_of
from .world import SOURCE

K = PlanItem.Kind
DAMAGED, LATE, BOARDS = 2, 4, 6  # places in the list of river segments; the board of the third is damaged, that of the fifth is late
MORNING = timedelta(hours=10)
TIBETAN_PLACE = "གྲོང་ཚོའི་ཟམ་པའི་འགྲམ།"
GOALS = [
    ("河面岸坡无垃圾漂浮物", "ཆུ་ངོས་དང་ཆུ་འགྲམ་དུ་གད་སྙིགས་མེད་པ།", ""),
    ("断面水质稳定达到二类标准", "ཆུའི་སྤུས་ཚད་རིམ་པ་གཉིས་པར་བརྟན་པོ་གནས་པ།", "Ⅱ类"),
]


def plan(stage: Stage) -> None:
    """Boards in the story's first week, the plan in its second; a change of chief later is found by the sweep as everywhere.

    All in the morning, so that nothing here draws from the story's chances. A story of a few days has boards and nothing else.
    """
    stage.at(stage.begin + timedelta(days=3) + MORNING, lambda: _set_up(stage))
    stage.at(stage.begin + timedelta(days=8) + MORNING, lambda: _draft(stage))
    outgoing = stage.world.outgoing
    if outgoing is not None and outgoing.until is not None and days.start_of(outgoing.until) > stage.begin + timedelta(days=7):
        stage.at(days.start_of(outgoing.until) + MORNING, lambda: _follow(stage))
    if stage.end - timedelta(days=12) > stage.begin + timedelta(days=7):
        stage.at(stage.end - timedelta(days=12) + MORNING, lambda: _damage(stage))


def _office(stage: Stage) -> Acting:
    return stage.by(stage.world.posts["county-office-chief_office"])


def _village(stage: Stage, board: Signboard) -> tuple[Post, Acting]:
    post = stage.world.posts[f"river-{board.segment.code.lower()}"]
    return post, stage.by(post)


def _set_up(stage: Stage) -> None:
    """One board at each of the first segments, under the segment's own code, kept by the village."""
    for segment in stage.world.segments["river"][:BOARDS]:
        village = stage.world.units[f"village-{segment.jurisdiction.code}"]
        (lon, lat), *_rest = segment.geometry["coordinates"]  # type: ignore[index]
        entry = Entry(
            place=f"{segment.jurisdiction.name}桥头",
            place_bo=TIBETAN_PLACE,
            begins_at="上游村界碑",
            begins_at_bo="སྟོད་རྒྱུན་གྱི་མཚམས་རྡོ།",
            ends_at="下游村界碑",
            ends_at_bo="སྨད་རྒྱུན་གྱི་མཚམས་རྡོ།",
            unit=village,
            set_up_on=days.today(),
            latitude=lat,
            longitude=lon,
            length_m=2600,
            targets="" if segment.pk % 2 else "岸坡无垃圾，水质达到二类标准",
            targets_bo="" if segment.pk % 2 else "ཆུ་འགྲམ་དུ་གད་སྙིགས་མེད་པ། ཆུའི་སྤུས་ཚད་རིམ་པ་གཉིས་པར་སླེབས་པ།",
        )
        board = actions.set_up(code=segment.code, segment=segment, entry=entry, by=_office(stage), demonstration=True)
        evidence.keep(_picture(board.code), owner=board.stream, role="photo", by=_office(stage), name=f"{board.code}.jpg")
        stage.counts["notice boards"] += 1


def _follow(stage: Stage) -> None:
    """The township's chief has changed: every village brings its board up to date within some days, but for one."""
    stage.counts["board updates"] += actions.sweep()
    for place, update in enumerate(BoardUpdate.objects.open().select_related("board__segment").order_by("board__code")):
        if place != LATE:
            stage.later(24 * (3 + place), lambda u=update: _finish(stage, u))


def _finish(stage: Stage, update: BoardUpdate) -> None:
    _post, by = _village(stage, update.board)
    evidence.keep(_picture(update.board.code), owner=update.stream, role="photo", by=by, name="board.jpg")
    actions.finish(update, done_on=days.today(), note="已更换面板", by=by, expect=version_of(update))


def _damage(stage: Stage) -> None:
    """A board is found smeared by its village chief, who says so."""
    board = Signboard.objects.select_related("segment").order_by("code")[DAMAGED]
    _post, by = _village(stage, board)
    actions.report_damaged(board, seen_on=days.today(), note="牌面被涂污，姓名看不清", by=by, expect=version_of(board))
    kind = ProblemKind.objects.get(code=ProblemKind.SIGNBOARD)
    cases.open_case(
        origin=Case.Origin.FINDING,
        kind=kind,
        title=f"{kind.name} · {board.segment.name}",
        text="公示牌牌面被涂污，姓名和电话看不清",
        place=board.segment.jurisdiction,
        segment=board.segment,
        scheme=board.segment.resource.scheme,
        occurred_at=days.now(),
        by=by,
        signboard=board,
        demonstration=True,
    )
    stage.counts["cases"] += 1


def _draft(stage: Stage) -> None:
    """The township's plan for the river: drafted by its desk, reviewed by its chief, approved by its government."""
    world = stage.world
    desk = world.posts["town-gov-receiver"]
    by = stage.by(desk)
    segment = world.segments["river"][0]
    made = plans.draft(
        resource=segment.resource,
        segment=None,
        jurisdiction=world.units["town-gov"].jurisdiction,
        since=date(days.today().year, days.today().month, 1),
        situation="雅拉河雅拉乡段流经九个村，沿岸有温泉和游客集中区。旺季生活垃圾入河、个别岸坡被临时占用。" + SOURCE,
        by=by,
        demonstration=True,
    )

    def add(kind: str, line: Line, above: PlanItem | None = None) -> PlanItem:
        return plans.add_line(made, kind=kind, line=line, above=above, by=by, expect=version_of(made))

    tasks = []
    for number, (problem, (goal, goal_bo, figure)) in enumerate(zip(("旺季生活垃圾入河", "水质在旺季波动"), GOALS, strict=True)):
        top = add(K.PROBLEM, Line(problem))
        aim = add(K.GOAL, Line(goal, text_bo=goal_bo, figure=figure), top)
        task = add(K.TASK, Line(("清理岸坡和河面垃圾", "整治沿岸生活污水直排")[number]), aim)
        measure = add(K.MEASURE, Line(("每周清运两次，设收集点六处", "建设小型收集池，定期巡查排口")[number]), task)
        add(K.RESPONSIBILITY, Line("牵头落实", unit=world.units["town-gov"], due=made.since + timedelta(days=300)), measure)
        tasks.append(task)
    chief = posts.post(world.posts["river-township"].pk)
    plans.review(made, opinion="问题找得准，任务可落实，同意报批", by=stage.by(chief), expect=version_of(made))
    plans.approve(made, basis="雅府发〔2026〕演示5号", by=by, expect=version_of(made))
    stage.counts["river plans"] += 1
    for weeks, number, percent, text in ((6, 0, 30, "清理六处堆点"), (14, 0, 70, "收集点全部设置"), (16, 1, 20, "完成排口排查")):
        stage.later(weeks * 7 * 24, lambda t=tasks[number], p=percent, x=text: _report(stage, made, t, p, x))


def _report(stage: Stage, made: RiverPlan, task: PlanItem, percent: int, text: str) -> None:
    task = made.items.select_related("plan__jurisdiction").get(pk=task.pk)
    by = stage.by(stage.world.posts["town-gov-receiver"])
    plans.report_progress(task, day=days.today(), percent=percent, text=text, by=by)
    stage.counts["progress reports"] += 1


def _picture(words: str) -> bytes:
    """A drawn board: no photograph of a real place."""
    shown = Image.new("RGB", (640, 480), "#8fb3a0")
    draw = ImageDraw.Draw(shown)
    draw.rectangle((140, 60, 500, 330), fill="#0b4f8a", outline="#ffffff", width=6)
    draw.rectangle((300, 330, 340, 480), fill="#6b6f73")
    draw.text((180, 110), f"DEMO {words}", fill="#ffffff")
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=80)
    return out.getvalue()
