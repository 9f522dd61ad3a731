"""Terms in the demonstration world: a village chief is succeeded and hands over, another is away, rangers work under contract."""

from __future__ import annotations

from datetime import date, timedelta

from accountability.kit import days
from accountability.ledger.acting import Acting
from chiefs.posts import actions_handover, charges, deputations, handovers, seats, tenures
from chiefs.posts.models import Account, Handover, Post, PostKind
from chiefs.resources.models import GridCell

from . import patrolling
from .stage import Stage, version_of
from .world import SOURCE

SUCCEEDED, LEAVING, AWAY, STANDS_IN = "river-yl-04", "river-yl-06", "river-yl-02", "river-yl-03"
SUCCESSION_AGO, LEAVING_AGO, ABSENCE_AGO, CONTRACTS_AGO = 60, 7, 5, 45  # days before today
ABSENT_FOR = 14  # days
CONTRACT = timedelta(days=365)
RANGER_WALKS = timedelta(days=9)  # in this story: no rule says how often


def plan(stage: Stage) -> None:
    """What lies before the story's first day does not happen in it."""
    for ago, deed in ((SUCCESSION_AGO, _succeed), (CONTRACTS_AGO, _contracts), (ABSENCE_AGO, _stand_in), (LEAVING_AGO, _leave)):
        moment = stage.end - timedelta(days=ago)
        if moment > stage.begin:
            stage.at(stage.office_hour(moment), lambda deed=deed: deed(stage))


def _office(stage: Stage) -> Acting:
    return stage.by(stage.world.posts["county-office-chief_office"])


def _succeed(stage: Stage) -> None:
    """What lies open is taken over on the day on which the other one is village chief."""
    post = stage.world.posts[SUCCEEDED]
    if day := _another(stage, post, name="卓嘎（演示）", phone="0836-0009001"):
        stage.later(2 * 24, lambda: _take_over(stage, post, day))


def _leave(stage: Stage) -> None:
    """Another village chief goes shortly before today: this handover is still open."""
    _another(stage, stage.world.posts[LEAVING], name="巴桑（演示）", phone="0836-0009002")


def _another(stage: Stage, post: Post, *, name: str, phone: str) -> date | None:
    """The day after tomorrow another one is village chief; gives that day."""
    former, today = stage.holder(post), days.today()
    if former is None:
        return None
    person = tenures.register_person(name=name, phone=phone, by=_office(stage), demonstration=True)
    Account.objects.create_user(login=f"{post.code}-{person.pk}", person=person)
    day = today + timedelta(days=2)
    tenures.succeed(former, person=person, day=day, basis=SOURCE, appointed_on=today, by=_office(stage))
    stage.counts["successions"] += 1
    return day


def _take_over(stage: Stage, post: Post, day: date) -> None:
    handover = Handover.objects.get(post=post, tenure__until=day)
    term = stage.holder(post)
    streams = sorted(handovers.untaken(handover))
    if streams and term is not None:
        taker = handovers.Taker(term).key
        actions_handover.take_over(handover, streams=streams, taker=taker, by=stage.by(post), expect=version_of(handover))
    actions_handover.finish(handover, by=_office(stage), expect=version_of(handover))
    stage.counts["handovers"] += 1


def _stand_in(stage: Stage) -> None:
    """The neighbouring village's chief stands in; the days reach beyond today."""
    term, today = stage.holder(stage.world.posts[AWAY]), days.today()
    if term is not None:
        until = today + timedelta(days=ABSENT_FOR)
        deputations.deputise(
            term, post=stage.world.posts[STANDS_IN], since=today, until=until, reason="外出培训（演示）", by=_office(stage)
        )
        stage.counts["deputations"] += 1


def _contracts(stage: Stage) -> None:
    """A cell for each forest segment, with the village's supervisor and its ranger."""
    today, office = days.today(), _office(stage)
    for number, segment in enumerate(stage.world.segments["forest_grass"], 1):
        place = segment.jurisdiction
        unit = stage.world.units[f"village-{place.code}"]
        cell = GridCell.objects.create(
            code=f"LC-W{number:02d}", name=f"{place.name}林草网格", jurisdiction=place, since=today, demonstration=True
        )
        cell.segments.add(segment)
        for role, title in (("supervisor", "监管员"), ("ranger", "护林员")):
            kind = PostKind.objects.get(code=f"{role}-village")
            post = seats.create_post(
                unit, kind=kind, code=f"{role}-{segment.code.lower()}", title=f"{place.name}{title}", since=today, by=office
            )
            person = tenures.register_person(name=f"{title}{number}号（演示）", by=office, demonstration=True)
            until = today + CONTRACT if kind.longest_months else None
            tenures.appoint(post, person=person, since=today, until=until, basis=SOURCE, by=office)
            charges.give_watch(post, cell, since=today, by=office)
            Account.objects.create_user(login=f"{post.code}-{person.pk}", person=person)
            if role == "ranger":
                patrolling.rounds(stage, post, segment, every=RANGER_WALKS)
            stage.counts["rangers and supervisors"] += 1
