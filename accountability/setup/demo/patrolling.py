"""A year of walks: most of them in time, some too short, some missed, a few with something found."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from accountability.cases.models import ProblemKind
from accountability.evidence import actions as evidence
from accountability.kit import days
from accountability.ledger.acting import Acting
from chiefs.patrols import actions, gpx
from chiefs.patrols.models import Patrol
from chiefs.posts.models import Post
from chiefs.resources.models import Segment

from . import pictures, troubles, walks
from .stage import Stage

MISSED, TOO_SHORT, FOUND, WITH_PHOTO = 0.07, 0.06, 0.045, 0.3
#: kind, what is written, quantity or None
FINDINGS: list[tuple[str, str, str | None]] = [
    ("rubbish", "河滩有生活垃圾堆放", "6"),
    ("rubbish", "桥下倾倒建筑垃圾，量较大", "130"),
    ("sewage", "民宿后有管道向河里排污水，水面有泡沫", None),
    ("sand", "河道内有人取土，留下坑", "60"),
    ("occupation", "围栏占用河边草地", "240"),
    ("building", "河边新搭彩钢棚", "85"),
    ("vegetation", "坡上有新砍的树桩", "300"),
    ("signboard", "公示牌被风吹倒", "1"),
    ("fish", "水边有几条死鱼", "5"),
]


def plan(stage: Stage) -> None:
    """Put every walk of the year on the stage."""
    segments = stage.world.segments
    for scheme, several in segments.items():
        for segment in several:
            post = stage.world.posts[f"{scheme}-{segment.code.lower()}"]
            _every(stage, post, segment, timedelta(days=7), hour=8)
    river = segments["river"]
    for level, every in (("township", timedelta(days=30)), ("county", timedelta(days=91)), ("prefecture", timedelta(days=182))):
        reach = {"township": river, "county": river[:2], "prefecture": river[:1]}[level]
        for number, segment in enumerate(reach):
            _every(stage, stage.world.posts[f"river-{level}"], segment, every, hour=10 + number % 6)
    for ago, number, kind, story in troubles.TODAY:
        began = days.start_of(stage.world.today - timedelta(days=ago)) + timedelta(hours=15)
        if began > stage.begin:
            post = stage.world.posts[f"river-{river[number].code.lower()}"]
            stage.at(
                began + timedelta(hours=2),
                lambda post=post, segment=river[number], began=began, kind=kind, story=story: _walk(
                    stage, post, segment, began, found=kind, story=story
                ),
            )


def _every(stage: Stage, post: Post, segment: Segment, step: timedelta, *, hour: int) -> None:
    monday = days.day_of(stage.begin) - timedelta(days=days.day_of(stage.begin).weekday())
    day = monday
    while day < days.day_of(stage.end):
        moment = days.start_of(day + timedelta(days=stage.chance.randrange(min(5, step.days)))) + timedelta(
            hours=hour, minutes=stage.chance.randrange(60)
        )
        if stage.chance.random() > MISSED and moment >= stage.begin:
            arrives = moment + timedelta(hours=stage.chance.choice([2, 2, 3, 8, 40]))  # some only when the signal came back
            stage.at(arrives, lambda began=moment: _walk(stage, post, segment, began))
        day += step


def rounds(stage: Stage, post: Post, segment: Segment, *, every: timedelta) -> None:
    """Walks of a ranger from the day after tomorrow on, all long enough; no lot is drawn, so the rest of the year stays as it is."""
    began = days.start_of(days.today() + timedelta(days=2)) + timedelta(hours=9)
    while began < stage.end:
        stage.at(began + timedelta(hours=3), lambda began=began: _round(stage, post, segment, began))
        began += every


def _round(stage: Stage, post: Post, segment: Segment, began: datetime) -> None:
    if (tenure := stage.holder(post, days.day_of(began))) is None:
        return
    data = walks.gpx(segment, begin=began, minutes=50, seed=post.pk)
    actions.submit(
        post=post,
        person_id=tenure.person_id,
        segment=segment,
        track=gpx.read(data, now=days.now()),
        findings=[],
        remark="",
        by=stage.by(post, tenure),
        mode=Patrol.Mode.GPX,
        client_ref=uuid.uuid5(uuid.NAMESPACE_URL, f"{post.code}:{began.isoformat()}"),
        demonstration=True,
    )
    stage.counts["walks of rangers"] += 1


def _walk(stage: Stage, post: Post, segment: Segment, began: datetime, *, found: str = "", story: troubles.Story | None = None) -> None:
    """One walk as whoever held the post on its day; ``found`` names the kind of what must be found on it."""
    chance, high = stage.chance, post.kind.level != "village"
    short = not found and chance.random() < TOO_SHORT
    minutes = 4 if short else chance.randint(35, 60)
    data = walks.gpx(segment, begin=began, minutes=minutes, seed=chance.randrange(10**6), share=0.05 if short else 1.0)
    tenure = stage.holder(post, days.day_of(began))
    if tenure is None:
        return
    by = stage.by(post, tenure)
    ref = uuid.UUID(int=chance.getrandbits(128), version=4)
    finds = bool(found) or not (high or short or chance.random() > FOUND)
    seen = [_finding(stage, segment, began, ref, by, found)] if finds else []
    patrol = actions.submit(
        post=post,
        person_id=tenure.person_id,
        segment=segment,
        track=gpx.read(data, now=days.now()),
        findings=seen,
        remark="",
        by=by,
        mode=Patrol.Mode.GPX,
        client_ref=ref,
        demonstration=True,
    )
    stage.counts["patrols"] += 1
    for finding in patrol.findings.all():
        if finding.case is not None:
            troubles.follow(stage, finding.case, story)


def _finding(stage: Stage, segment: Segment, began: datetime, ref: uuid.UUID, by: Acting, kind: str = "") -> actions.Seen:
    code, words, quantity = stage.chance.choice([finding for finding in FINDINGS if kind in ("", finding[0])])
    photos = []
    if kind or stage.chance.random() < WITH_PHOTO:
        lon, lat = segment.geometry["coordinates"][0]
        data = pictures.bank(
            heaps=4, seed=stage.chance.randrange(10**6), taken_at=began + timedelta(minutes=15), latitude=lat, longitude=lon
        )
        photos = [evidence.keep(data, owner=f"patrols.upload:{ref}", role="photo", by=by, name="found.jpg")]
    return actions.Seen(
        kind=ProblemKind.objects.get(code=code),
        text=words,
        quantity=Decimal(quantity) if quantity else None,
        solved_on_site=code == "signboard" and not kind and stage.chance.random() < 0.6,
        client_ref=uuid.uuid5(ref, "finding"),
        photos=photos,
    )
