"""Renamed, raised in rank, merged, split, abolished: the past keeps its units, and nothing is left standing on them."""

import datetime as dt
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused
from accountability.ledger.models import Event
from chiefs.posts import reports as posts
from chiefs.posts.functions import Function
from chiefs.posts.models import Charge, NamedPost, NamedUnit, Post, Tenure
from chiefs.resources.models import Segment
from chiefs.territory import actions, reports, rules
from chiefs.territory.actions import Beginning
from chiefs.territory.models import Jurisdiction, Reorganisation
from tests.factories.posts import UnitFactory, acting_for, chain, desk, government
from tests.factories.resources import SegmentFactory
from tests.factories.territory import JurisdictionFactory, change, keep_names, things_on, township, village

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


def test_a_renamed_village_goes_on_under_its_new_name_with_unit_posts_and_segments(world, office):
    before, yesterday = world.place, days.today() - dt.timedelta(days=1)
    act = change("renamed", [before], Beginning("雅拉河村", code=before.code), by=office)
    now = Jurisdiction.objects.in_force(days.today()).get(code=before.code)
    assert (now.name, now.parent_id, now.path) == ("雅拉河村", before.parent_id, before.path)
    assert Jurisdiction.objects.in_force(yesterday).get(code=before.code) == before
    world.segment.refresh_from_db()
    assert world.segment.jurisdiction == now
    village_post = Post.objects.select_related("unit__jurisdiction").get(pk=world.village.pk)
    assert village_post.unit.jurisdiction == now
    assert set(posts.answerers(world.segment, days.today())) == {"village", "township", "county", "prefecture"}
    assert before.pk in posts.reach_of(now).jurisdictions
    keep_names(act, office)
    actions.finish(act, by=office, expect=act.version)
    told = [e.act for e in Event.objects.filter(stream=act.stream).order_by("seq")]
    assert (told[0], set(told[1:-1]), told[-1]) == ("territory.reorganise", {"territory.settle"}, "territory.finish")


def test_the_villages_of_a_merged_township_follow_and_keep_their_codes(world, office):
    here, there = township(), township("513301202000", "新都桥镇")
    far = village("513301202200", "远村")
    segment = SegmentFactory(jurisdiction=far)
    act = change("merged", [here, there], Beginning("雅新镇", "镇", "513301103000"), by=office)
    today = Jurisdiction.objects.in_force(days.today())
    merged = today.get(code="513301103000")
    assert set(today.filter(parent=merged).values_list("code", flat=True)) == {world.place.code, far.code}
    segment.refresh_from_db()
    assert segment.jurisdiction.parent == merged
    assert reports.of_day(merged, days.today() - dt.timedelta(days=1)) == [here, there]
    assert reports.of_day(far, days.today()) == [today.get(code=far.code)]
    left = reports.left_behind(act)
    assert {unit.pk for unit in left} == {world.township.unit_id}, "two governments do not become one by themselves"


def test_it_cannot_be_finished_while_something_stands_on_an_old_unit(world, office):
    here, there = township(), township("513301202000", "新都桥镇")
    extra = government(there)
    act = change("merged", [here, there], Beginning("雅新镇", "镇"), by=office)
    with pytest.raises(Refused):
        actions.finish(act, by=office, expect=act.version)
    merged = Jurisdiction.objects.get(name="雅新镇")
    actions.settle(act, world.township.unit, to=merged, by=office)
    with pytest.raises(Refused):
        actions.settle(act, world.township.unit, to=merged, by=office)
    Tenure.objects.filter(post__unit=extra).update(until=days.today())
    actions.settle(act, extra, to=None, by=office)
    extra.refresh_from_db()
    assert extra.until == days.today()
    act.refresh_from_db()
    keep_names(act, office)
    actions.finish(act, by=office, expect=act.version)
    with pytest.raises(NoTransition):
        actions.settle(act, extra, to=None, by=office)


def test_a_unit_whose_posts_are_held_answer_or_have_work_does_not_end(world, office):
    here, there = township(), township("513301202000", "新都桥镇")
    act = change("merged", [here, there], Beginning("雅新镇", "镇"), by=office)
    with pytest.raises(Refused):
        actions.settle(act, world.township.unit, to=None, by=office)
    Tenure.objects.filter(post__unit=world.township.unit).update(until=days.today())
    with pytest.raises(Refused):
        actions.settle(act, world.township.unit, to=None, by=office)
    Charge.objects.filter(post__unit=world.township.unit).update(until=days.today())
    actions.settle(act, world.township.unit, to=None, by=office)
    assert not Post.objects.in_force(days.today()).filter(unit=world.township.unit).exists()


def test_what_is_absorbed_stands_in_the_unit_that_goes_on(world, office):
    there = township("513301202000", "新都桥镇")
    act = change("merged", [township()], by=office, into=there)
    segment = Segment.objects.select_related("jurisdiction__parent").get(pk=world.segment.pk)
    assert segment.jurisdiction.parent == there
    assert there.until is None
    assert reports.left_behind(act) == [world.township.unit]


def test_a_split_leaves_the_choice_for_every_segment_and_unit(world, office):
    act = change("split", [world.place], Beginning("上村", code="513301201201"), Beginning("下村", code="513301201202"), by=office)
    assert set(reports.left_behind(act)) == {world.segment, world.village.unit}
    upper = Jurisdiction.objects.get(name="上村")
    for record in things_on(act):
        actions.settle(act, record, to=upper, by=office)
    assert things_on(act) == []
    assert reports.of_day(upper, days.today() - dt.timedelta(days=1)) == [world.place]


def test_a_segment_does_not_end_with_its_village(world, office):
    act = change("abolished", [world.place], by=office)
    with pytest.raises(Refused):
        actions.settle(act, world.segment, to=None, by=office)
    assert Segment.objects.get(pk=world.segment.pk).until is None


@pytest.mark.parametrize(
    ("code", "why"),
    [("513302201201", "prefix"), ("51330120120", "short"), ("513301202000", "taken"), ("５１３３０１２０１２０１", "digits")],
)
def test_a_code_that_cannot_be_is_refused_and_nothing_changes(world, office, code, why):
    township("513301202000", "新都桥镇")
    with pytest.raises(Refused):
        change("reclassified", [township()], Beginning("雅拉镇", "镇", code), by=office)
    assert township().until is None
    assert not Reorganisation.objects.exists()


def test_numbers_days_and_places_that_do_not_fit_are_refused(world, office):
    here, there, far = township(), township("513301202000", "新都桥镇"), days.today() + dt.timedelta(days=400)
    elsewhere = JurisdictionFactory(level="county", code="513322000000", name="试验县", parent=here.parent.parent)
    outside = JurisdictionFactory(level="township", code="513322100000", name="泸桥镇", parent=elsewhere)
    for kind, ending, beginning, more in (
        ("merged", [here], [Beginning("甲")], {}),
        ("split", [here], [Beginning("甲")], {}),
        ("split", [here], [Beginning("甲"), Beginning("甲")], {}),
        ("renamed", [here], [], {}),
        ("renamed", [here], [Beginning("甲")], {"day": far}),
        ("renamed", [here], [Beginning("甲")], {"day": here.since}),
        ("merged", [here], [], {"into": here}),
        ("merged", [here], [], {"into": world.place}),
        ("merged", [here, world.place], [Beginning("甲")], {}),
    ):
        with pytest.raises(Refused):
            change(kind, ending, *beginning, by=office, **more)
    with pytest.raises(NotPermitted):
        change("renamed", [outside], Beginning("甲"), by=office)
    for post in (world.township, world.water, desk(UnitFactory(jurisdiction=there), Function.AUDIT)):
        with pytest.raises(NotPermitted):
            change("renamed", [here], Beginning("甲"), by=acting_for(post))
    assert not Reorganisation.objects.exists()


def test_two_changes_of_one_day_do_not_stand_in_each_others_way(world, office):
    """A village is renamed and its township too: the village of that day lies in the township of that day."""
    change("renamed", [world.place], Beginning("新名村", code=world.place.code), by=office)
    change("renamed", [township()], Beginning("雅拉镇", "镇", code=township().code), by=office)
    now = Jurisdiction.objects.in_force(days.today()).get(code=world.place.code)
    assert (now.name, now.parent.name) == ("新名村", "雅拉镇")
    assert now.parent.until is None
    assert reports.of_day(world.place, days.today()) == [now]
    assert Event.objects.filter(act="territory.put_under").count() == 1
    world.segment.refresh_from_db()
    assert world.segment.jurisdiction == now


def test_what_was_sent_twice_happens_once(world, office):
    ref = uuid.uuid4()
    act = change("renamed", [world.place], Beginning("新名村"), by=office, client_ref=ref)
    assert change("renamed", [world.place], Beginning("新名村"), by=office, client_ref=ref) == act
    with pytest.raises(Mismatch):
        change("split", [world.place], Beginning("一"), Beginning("二"), by=office, client_ref=ref)
    with pytest.raises(Refused):
        change("renamed", [world.place], Beginning("又一名"), by=office)


def test_only_chief_offices_around_the_place_see_a_change(world, office):
    act = change("renamed", [world.place], Beginning("新名村"), by=office)
    seen = {post: Reorganisation.objects.visible_to(acting_for(post)).exists() for post in (world.office, world.township, world.water)}
    assert seen == {world.office: True, world.township: False, world.water: False}
    assert Reorganisation.objects.visible_to(None).count() == 0
    assert str(act.day) in str(act)


KINDS = st.lists(st.sampled_from(["renamed", "merged", "absorbed", "split"]), min_size=1, max_size=4)


@settings(max_examples=40)  # each lives through up to four changes and mends all that they leave behind
@given(kinds=KINDS, choice=st.randoms(use_true_random=False))
def test_whatever_changes_every_day_has_its_units_and_every_segment_a_place(kinds, choice):
    """Days go forward with each change; afterwards every old unit leads to units of today, and codes are unique on every day."""
    from django.db import transaction

    with transaction.atomic():
        world = chain()
        office, first = acting_for(world.office), days.today() - dt.timedelta(days=10)
        roots = [world.place, *(JurisdictionFactory(parent=township(), code=f"5133012013{n:02d}") for n in range(3))]
        segments = [world.segment, *(SegmentFactory(jurisdiction=root) for root in roots[1:])]
        for step, kind in enumerate(kinds):
            day = first + dt.timedelta(days=step)
            standing = list(Jurisdiction.objects.in_force(day).filter(parent=township()).order_by("pk"))
            if kind in ("merged", "absorbed") and len(standing) < 2:
                continue
            picked = choice.sample(standing, 2 if kind in ("merged", "absorbed") else 1)
            made = [Beginning(f"村{step}{n}", code=f"5133012014{step}{n}") for n in range({"split": 2, "absorbed": 0}.get(kind, 1))]
            into = picked.pop() if kind == "absorbed" else None
            act = change("merged" if into else kind, picked, *made, by=office, into=into, day=day)
            goals = list(Jurisdiction.objects.filter(origins__act=act, level="village").distinct())
            while left := reports.left_behind(act):  # a charge stands there once its post and its segment went different ways
                for record in left:
                    stays = isinstance(record, Charge | NamedUnit | NamedPost)
                    actions.settle(act, record, to=None if stays else choice.choice(goals), by=office)
            act.refresh_from_db()
            actions.finish(act, by=office, expect=act.version)
            today = Jurisdiction.objects.in_force(day).filter(level="village")
            codes = [unit.code for unit in today]
            assert len(codes) == len(set(codes))
            for root in roots:
                reached = reports.of_day(root, day)
                assert reached
                assert set(reached) <= set(today)
                assert root in {back for unit in reached for back in reports.of_day(unit, first - dt.timedelta(days=1))}
            for segment in segments:
                segment.refresh_from_db()
                assert segment.jurisdiction in today
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("kind", "old", "new", "fits"), [("merged", 2, 1, True), ("merged", 31, 1, False), ("abolished", 1, 0, True), ("split", 1, 1, False)]
)
def test_the_numbers_of_each_kind(kind, old, new, fits):
    assert rules.fits(kind, old, new) is fits


def test_only_a_merger_is_taken_up_by_a_unit_that_goes_on():
    assert rules.fits("merged", 1, 0, absorbed=True)
    assert not rules.fits("renamed", 1, 0, absorbed=True)
