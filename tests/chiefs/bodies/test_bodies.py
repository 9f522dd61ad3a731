"""Bodies and their members: set up by who keeps the register, seated by post, moved and dissolved with their place."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, Refused, Stale
from accountability.ledger.models import Event
from chiefs.bodies import reports
from chiefs.bodies.actions import bodies
from chiefs.bodies.models import Body, Meeting, Member
from chiefs.posts.functions import Function
from chiefs.posts.models import Tenure
from chiefs.territory import actions as territory
from chiefs.territory import reports as places
from chiefs.territory.actions import Beginning
from tests.factories.bodies import body
from tests.factories.posts import TenureFactory, UnitFactory, acting_for, chain, desk, government
from tests.factories.territory import JurisdictionFactory, prefecture, township

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = days.today


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


def test_only_who_keeps_the_register_sets_a_body_up(world):
    assert body(world).state == "standing"
    for post in (world.county, world.water, world.village, world.intake):
        with pytest.raises(NotPermitted):
            body(world, by=acting_for(post))
    far = JurisdictionFactory(level="county", code="513322000000", name="邻县", parent=prefecture())
    with pytest.raises(NotPermitted):
        body(world, place=far)
    for wrong in ({"name": ""}, {"basis": " "}, {"since": TODAY() + DAY}):
        with pytest.raises(Refused):
            body(world, **wrong)
    assert Body.objects.count() == 1


def test_one_reference_is_one_body(world, office):
    ref = uuid.uuid4()
    given = {"kind": "group", "place": world.county.unit.jurisdiction, "office": world.office.unit, "basis": "试验文件", "by": office}
    made = [bodies.set_up(name="试验小组", since=dt.date(2020, 1, 1), client_ref=ref, **given) for _ in range(2)]
    assert made[0] == made[1]
    with pytest.raises(Mismatch):
        bodies.set_up(name="另一小组", since=dt.date(2020, 1, 1), client_ref=ref, **given)


def test_a_successor_in_the_post_is_a_member_by_itself(world):
    made = body(world)
    before = reports.holders(reports.seated(made, TODAY()), TODAY())[world.county.pk]
    Tenure.objects.filter(post=world.county).update(until=TODAY())
    after = TenureFactory(post=world.county, since=TODAY())
    assert reports.holders(reports.seated(made, TODAY()), TODAY())[world.county.pk] == after.person.name != before
    assert reports.holders(reports.seated(made, TODAY() - DAY), TODAY() - DAY)[world.county.pk] == before
    assert Body.objects.visible_to(acting_for(world.county)).filter(pk=made.pk).exists()


def test_a_seat_is_of_a_post_or_of_somebody_from_outside(world, office):
    made = body(world)
    bodies.seat(made, person="演示人乙", organisation="邻州水利局", day=TODAY(), by=office, expect=made.version)
    assert [m.role for m in reports.seated(made, TODAY())] == ["chair", "secretary", "member", "member"]
    for wrong in (
        {},
        {"post": world.forestry, "person": "某人"},
        {"post": world.water},
        {"post": world.forestry, "role": "chair"},
        {"post": world.forestry, "day": made.since - DAY},
        {"post": world.forestry, "day": TODAY() + dt.timedelta(days=400)},
    ):
        with pytest.raises(Refused):
            bodies.seat(made, **{"day": TODAY(), "by": office, "expect": made.version} | wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(body=made, post=world.water, since=TODAY())
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(body=made, since=TODAY())
    with pytest.raises(NotPermitted):
        bodies.seat(made, post=world.forestry, day=TODAY(), by=acting_for(world.water), expect=made.version)


def test_a_seat_ends_and_the_chair_passes_on(world, office):
    made = body(world)
    chair = made.members.get(role="chair")
    bodies.release(made, member=chair, day=TODAY(), by=office, expect=made.version)
    with pytest.raises(Refused):
        bodies.release(made, member=Member.objects.get(pk=chair.pk), day=TODAY(), by=office, expect=made.version)
    bodies.seat(made, post=world.prefecture, role="chair", day=TODAY(), by=office, expect=made.version)
    assert reports.confirming_posts(made, TODAY()) == {world.prefecture.pk, world.water.pk}
    assert reports.confirming_posts(made, TODAY() - DAY) == {world.county.pk, world.water.pk}
    assert not Body.objects.visible_to(acting_for(world.county)).exists()


def test_a_step_sent_twice_is_one_row(world, office):
    made, ref = body(world), uuid.uuid4()
    version = made.version
    for _ in range(2):
        bodies.seat(made, post=world.forestry, day=TODAY(), by=office, expect=version, client_ref=ref)
    assert made.members.filter(post=world.forestry).count() == 1
    with pytest.raises(Stale):
        bodies.set_rhythm(made, every="month", day=TODAY(), by=office, expect=version)


def test_who_sees_a_body(world):
    made = body(world)
    sees = {
        name
        for name in ("office", "county", "water", "branch", "village", "forestry", "intake", "bureau", "prefecture")
        if Body.objects.visible_to(acting_for(getattr(world, name))).filter(pk=made.pk).exists()
    }
    assert sees == {"office", "county", "water", "branch"}
    above = desk(UnitFactory(jurisdiction=prefecture()), Function.CHIEF_OFFICE)
    assert Body.objects.visible_to(acting_for(above)).exists()
    assert not Body.objects.visible_to(None).exists()


def test_what_the_register_says_of_a_body_is_corrected(world, office):
    made = body(world)
    bodies.change(made, name="新名委员会", office=world.water.unit, by=office, expect=made.version)
    assert Event.objects.filter(stream=made.stream, act="bodies.change").get().facts["found"] == {"changed": ["name", "office"]}
    bodies.change(made, basis="另一文件", by=acting_for(world.water), expect=made.version)  # the new office keeps it now
    with pytest.raises(Refused):
        bodies.change(made, name="", by=office, expect=made.version)


def test_a_body_goes_along_with_its_place_and_two_committees_do_not_become_one(world, office):
    here, there = township(), township("513301202000", "新都桥镇")
    government(there)
    mine, other = body(world, place=here), body(world, place=there)
    act = territory.reorganise(
        kind="merged", ending=[here, there], beginning=[Beginning("雅新镇", "镇")], day=TODAY(), basis="试验", by=office
    )
    left = places.left_behind(act)
    assert {mine, other} <= set(left)
    goal = act.successions.filter(predecessor=here).get().successor
    territory.settle(act, mine, to=goal, by=office)
    territory.settle(act, other, to=None, by=office)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.jurisdiction, other.state) == (goal, "ended")
    renamed = territory.reorganise(
        kind="renamed", ending=[goal], beginning=[Beginning("雅新新镇")], day=TODAY() + DAY, basis="试验", by=office
    )
    mine.refresh_from_db()
    assert mine.jurisdiction == renamed.successions.get(predecessor=goal).successor
    assert Meeting.objects.count() == 0
