"""What a change leaves to be settled by a person: units below, units, segments, cells, red lines, cases, charges; nothing is forgotten."""

import datetime as dt
import uuid

import pytest

from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts.models import Charge, Unit
from chiefs.resources.models import GridCell, RedLinePlot, Segment
from chiefs.territory import actions, reports, standing
from chiefs.territory.actions import Beginning
from chiefs.territory.models import Jurisdiction, Reorganisation, Succession
from tests.factories import cases
from tests.factories.posts import ChargeFactory, acting_for, chain, chief, government
from tests.factories.resources import SegmentFactory
from tests.factories.territory import LONG_AGO, change, county, keep_names, split, things_on, township, village

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


def cell(place):
    return GridCell.objects.create(code=f"W-{place.pk}", name="试验网格", jurisdiction=place, since=LONG_AGO)


def red_line(place):
    facts = {"type": RedLinePlot.Type.IMPORTANT, "purpose": RedLinePlot.Purpose.WATER, "area_m2": 100, "act": "试验文号"}
    return RedLinePlot.objects.create(code=f"R-{place.pk}", name="试验红线", jurisdiction=place, since=LONG_AGO, **facts)


def test_open_cases_cells_and_red_lines_go_along_where_one_unit_became_one(world, office):
    made, grid, line = cases.case(world), cell(world.place), red_line(world.place)
    change("renamed", [world.place], Beginning("新名村", code=world.place.code), by=office)
    now = Jurisdiction.objects.get(name="新名村")
    for record in (made, grid, line):
        record.refresh_from_db()
        assert record.jurisdiction == now
    assert made.path == world.place.path
    assert Event.objects.filter(stream=made.stream, act="cases.move_case").count() == 1


def test_a_signed_off_case_stays_where_it_happened(world, office):
    made = cases.signed_off(world)
    change("renamed", [world.place], Beginning("新名村", code=world.place.code), by=office)
    made.refresh_from_db()
    assert made.jurisdiction == world.place


def test_a_split_lists_everything_and_is_not_finished_while_one_is_open(world, office):
    made, grid, line = cases.case(world), cell(world.place), red_line(world.place)
    act, upper, _lower = split(world.place, office)
    expected = {world.village.unit, world.segment, grid, line, made}
    assert {task.record for task in standing.tasks_of(act, office)} == expected
    with pytest.raises(Refused, match=str(len(expected))):
        actions.finish(act, by=office, expect=act.version)
    for number, record in enumerate(sorted(expected, key=str), start=1):
        actions.settle(act, record, to=upper, by=office)
        assert len(things_on(act)) == len(expected) - number
    keep_names(act, office)
    actions.finish(act, by=office, expect=act.version)
    act.refresh_from_db()
    assert act.state == Reorganisation.State.FINISHED


def test_a_post_and_its_segment_that_went_to_different_parts_need_a_decision(world, office):
    act, upper, lower = split(world.place, office)
    charge = Charge.objects.get(post=world.village)
    actions.settle(act, world.village.unit, to=upper, by=office)
    actions.settle(act, world.segment, to=lower, by=office)
    assert things_on(act) == [charge]  # those of the township, the county and the prefecture hold both parts
    with pytest.raises(Refused):
        actions.settle(act, charge, to=lower, by=office)
    actions.settle(act, charge, to=None, by=office)
    charge.refresh_from_db()
    assert charge.until == days.today()
    assert things_on(act) == []


def test_posts_and_segments_that_went_to_one_part_keep_their_charges(world, office):
    act, upper, _lower = split(world.place, office)
    actions.settle(act, world.village.unit, world.segment, to=upper, by=office)
    assert things_on(act) == []
    assert Charge.objects.get(post=world.village).until is None


def test_villages_of_a_split_township_go_to_a_part_with_all_that_stands_there(world, office):
    other = village("513301201202", "试验二村")
    far = SegmentFactory(jurisdiction=other)
    act = change("split", [township()], Beginning("上乡", code="513301203000"), Beginning("下乡", code="513301204000"), by=office)
    upper, lower = reports.goals_of(act)
    assert set(reports.left_behind(act)) == {world.place, other, world.township.unit}
    actions.settle(act, world.place, world.township.unit, to=upper, by=office)
    actions.settle(act, other, to=lower, by=office)
    assert things_on(act) == []
    for segment, goal in ((world.segment, upper), (far, lower)):
        now = Segment.objects.select_related("jurisdiction").get(pk=segment.pk).jurisdiction
        assert (now.parent, now.since) == (goal, act.day)
    unit = Unit.objects.select_related("jurisdiction__parent").get(pk=world.village.unit_id)
    assert unit.jurisdiction.parent == upper
    assert Succession.objects.filter(act=act, predecessor=other, successor__parent=lower).exists()
    assert reports.of_day(other, days.today())[0].parent == lower
    keep_names(act, office)
    actions.finish(act, by=office, expect=act.version)


def test_a_village_is_not_put_directly_under_a_county(world, office):
    act = change("abolished", [township()], by=office)
    assert reports.goals_of(act) == [county()]
    with pytest.raises(Refused):
        actions.settle(act, world.place, to=county(), by=office)
    actions.settle(act, world.place, to=None, by=office)
    world.place.refresh_from_db()
    assert world.place.until == act.day


def test_the_land_of_an_abolished_village_falls_to_the_unit_above(world, office):
    act = change("abolished", [world.place], by=office)
    actions.settle(act, world.segment, to=township(), by=office)
    world.segment.refresh_from_db()
    assert world.segment.jurisdiction == township()


def test_several_records_are_settled_together_or_not_at_all(world, office):
    act, upper, _lower = split(world.place, office)
    stranger = SegmentFactory(jurisdiction=township())
    with pytest.raises(Refused):
        actions.settle(act, world.segment, stranger, to=upper, by=office)
    assert world.segment in reports.left_behind(act)


def test_settling_twice_with_one_form_happens_once_and_another_form_is_told_so(world, office):
    act, upper, lower = split(world.place, office)
    ref = uuid.uuid4()
    first = actions.settle(act, world.segment, to=upper, by=office, client_ref=ref)
    assert actions.settle(act, world.segment, to=upper, by=office, client_ref=ref) == first
    with pytest.raises(Mismatch):
        actions.settle(act, world.segment, to=lower, by=office, client_ref=ref)
    with pytest.raises(Refused):
        actions.settle(act, world.segment, to=lower, by=office)


def test_who_keeps_no_divisions_settles_nothing(world, office):
    act, upper, _lower = split(world.place, office)
    for post in (world.township, world.water, world.village):
        with pytest.raises(NotPermitted):
            actions.settle(act, world.segment, to=upper, by=acting_for(post))


def test_what_a_part_became_since_is_where_things_go(world, office):
    act, upper, lower = split(world.place, office)
    change("renamed", [upper], Beginning("上新村", code=upper.code), by=office, day=days.today() + dt.timedelta(days=1))
    assert [goal.name for goal in reports.goals_of(act)] == ["上新村", lower.name]
    with pytest.raises(Refused):
        actions.settle(act, world.segment, to=upper, by=office)


def test_of_a_case_that_is_not_open_to_the_reader_only_that_it_lies_there_is_told(world, office):
    made = cases.case(world, subject_post=world.office)
    act, _upper, _lower = split(world.place, office)
    way = next(task.way for task in standing.tasks_of(act, office) if task.record == made)
    assert made.number not in way.label
    assert way.page == ""
    assert way.moves


def test_a_chief_of_the_township_still_answers_after_its_village_was_split(world, office):
    ChargeFactory(post=chief("township", government(township()), since=LONG_AGO), segment=world.segment)
    act, upper, _lower = split(world.place, office)
    actions.settle(act, world.village.unit, world.segment, to=upper, by=office)
    assert things_on(act) == []
