"""The register's health: what is missing, what is doubled, and at which place; each list in one statement."""

import datetime as dt

import pytest

from accountability.kit import days
from chiefs.posts import actions_handover, coverage, tenures
from chiefs.posts.functions import ANSWERING, Role
from chiefs.posts.models import Charge, PostKind, Requirement, Tenure, Watch
from chiefs.resources.models import GridCell, Scheme
from tests.factories.posts import ChargeFactory, PostFactory, UnitFactory, acting_for, chief, government
from tests.factories.resources import ResourceFactory, SegmentFactory
from tests.factories.territory import LONG_AGO, JurisdictionFactory, county, township

pytestmark = pytest.mark.django_db
TODAY = days.today()


@pytest.fixture
def reach(world):
    return acting_for(world.office).reach


def seat(code, unit):
    return PostFactory(kind=PostKind.objects.get(code=code), unit=unit)


def plot(place):
    forest = Scheme.objects.get(code="forest_grass")
    return SegmentFactory(resource=ResourceFactory(scheme=forest, kind="forest_grass", name="试验林地"), jurisdiction=place)


def test_a_post_that_nobody_holds_is_a_vacancy_on_the_days_on_which_it_is(world, reach):
    Tenure.objects.filter(post=world.village).update(until=TODAY)
    assert list(coverage.vacancies(reach, TODAY)) == [world.village]
    assert not coverage.vacancies(reach, TODAY - dt.timedelta(days=1)).exists()
    assert coverage.counts(coverage.vacancies(reach, TODAY), "unit__jurisdiction") == {world.village.unit.jurisdiction_id: 1}


def test_chiefs_without_a_segment_and_rangers_without_a_cell_are_idle_general_chiefs_are_not(world, reach):
    lone, ranger = chief("village", world.village.unit, "lake"), seat("ranger-village", world.village.unit)
    seat("general-chief-county", world.county.unit)
    assert list(coverage.idle(reach, TODAY)) == [lone, ranger]
    cell = GridCell.objects.create(code="W-1", name="一号网格", jurisdiction=world.place, since=LONG_AGO)
    Watch.objects.create(post=ranger, cell=cell, since=LONG_AGO)
    assert list(coverage.idle(reach, TODAY)) == [lone]


def test_a_segment_must_have_a_chief_at_every_level_of_its_scheme(world, reach, django_assert_num_queries):
    assert not coverage.segments_without(reach, TODAY).exists()
    Charge.objects.filter(post=world.township).update(until=TODAY)
    bare = SegmentFactory()
    with django_assert_num_queries(2):  # the rules, the list
        assert list(coverage.segments_without(reach, TODAY)) == [world.segment, bare]
    assert list(coverage.segments_without(reach, TODAY, level="village")) == [bare]
    assert list(coverage.segments_without(reach, TODAY, role=Role.SEGMENT_CHIEF, level="township")) == [world.segment, bare]
    assert coverage.counts(coverage.segments_without(reach, TODAY), "jurisdiction") == {world.place.pk: 2}


def test_a_segment_chief_at_the_township_is_as_good_as_a_chief_of_the_water(world, reach):
    PostKind.objects.filter(code="river-chief-township").update(role=Role.SEGMENT_CHIEF)
    assert not coverage.segments_without(reach, TODAY).exists()


def test_a_plot_needs_four_chiefs_a_supervisor_and_a_ranger(world, reach):
    wood = plot(world.place)
    for level in ("village", "township", "county", "prefecture"):
        assert wood in coverage.segments_without(reach, TODAY, level=level)
        ChargeFactory(post=chief(level, getattr(world, level).unit, "forest_grass"), segment=wood)
    assert list(coverage.segments_without(reach, TODAY)) == [wood]
    cell = GridCell.objects.create(code="W-2", name="二号网格", jurisdiction=world.place, since=LONG_AGO)
    cell.segments.add(wood)
    for role, code in ((Role.SUPERVISOR, "supervisor-village"), (Role.RANGER, "ranger-village")):
        assert list(coverage.segments_without(reach, TODAY, role=role)) == [wood]
        Watch.objects.create(post=seat(code, world.village.unit), cell=cell, since=LONG_AGO)
    assert not coverage.segments_without(reach, TODAY).exists()
    cell.until = TODAY
    cell.save()
    assert list(coverage.segments_without(reach, TODAY)) == [wood], "a cell that is no more serves nobody"


def test_the_narrowest_rule_counts_and_may_take_a_demand_away(world, reach):
    bare = SegmentFactory()
    other = SegmentFactory(jurisdiction=JurisdictionFactory(parent=township("513301202000", "新都桥镇"), code="513301202200"))
    river = bare.resource.scheme
    Requirement.objects.create(
        scheme=river, role=Role.SEGMENT_CHIEF, level="village", required=False, jurisdiction=township(), since=LONG_AGO, basis="试验"
    )
    assert list(coverage.segments_without(reach, TODAY, level="village")) == [other]
    Requirement.objects.create(
        scheme=river, role=Role.SEGMENT_CHIEF, level="village", jurisdiction=bare.jurisdiction, since=LONG_AGO, basis="试验"
    )
    assert list(coverage.segments_without(reach, TODAY, level="village")) == [bare, other]


def test_a_rule_that_was_not_in_force_asks_for_nothing(world, reach):
    bare = SegmentFactory()
    Requirement.objects.filter(scheme=bare.resource.scheme).update(until=TODAY)
    assert bare in coverage.segments_without(reach, TODAY - dt.timedelta(days=1))
    assert bare not in coverage.segments_without(reach, TODAY)


def test_places_of_three_levels_must_have_both_general_chiefs_a_village_none(world, reach):
    assert list(coverage.places_without(reach, TODAY, Role.GENERAL_CHIEF)) == [county(), township()]
    seat("general-chief-county", world.county.unit)
    assert list(coverage.places_without(reach, TODAY, Role.GENERAL_CHIEF)) == [township()]
    assert list(coverage.places_without(reach, TODAY, Role.FIRST_GENERAL_CHIEF)) == [county(), township()]


def test_two_chiefs_of_one_level_are_listed_two_levels_are_not(world, reach):
    assert not coverage.doubled(reach, TODAY).exists()
    second = ChargeFactory(post=chief("township", world.township.unit), segment=world.segment)
    assert list(coverage.doubled(reach, TODAY)) == [Charge.objects.get(post=world.township), second]


def test_nothing_of_a_neighbour_is_shown(world, reach):
    far = JurisdictionFactory(code="513322201200", parent=None)
    wood, unit = plot(far), UnitFactory(jurisdiction=far)
    PostFactory(kind=PostKind.objects.get(code="river-chief-village"), unit=unit)
    assert wood not in coverage.segments_without(reach, TODAY)
    assert not coverage.vacancies(reach, TODAY).exists()
    assert not coverage.idle(reach, TODAY).exists()


def test_what_ships_is_flagged_as_unconfirmed_and_says_on_what_it_rests():
    rows = Requirement.objects.all()
    assert rows.filter(scheme__code="river").count() == 4
    assert rows.filter(scheme__code="forest_grass").count() == 6
    assert not rows.filter(confirmed=True).exists()
    assert not rows.filter(basis="").exists()


def test_kinds_of_post_ship_for_every_scheme_at_each_of_its_levels():
    for scheme in Scheme.objects.all():
        kinds = PostKind.objects.filter(scheme=scheme, functions=["chief"], role__in=ANSWERING)
        assert sorted(kinds.values_list("level", flat=True)) == sorted(scheme.levels)
    generals = PostKind.objects.filter(scheme=None, role__in=[Role.FIRST_GENERAL_CHIEF, Role.GENERAL_CHIEF])
    assert sorted(generals.values_list("level", flat=True)) == sorted(["county", "prefecture", "township"] * 2)
    assert PostKind.objects.get(role=Role.RANGER).longest_months == 12


def test_the_shipped_rows_are_not_doubled_nor_written_over_by_a_second_start():
    from chiefs.posts import defaults

    kinds, rows = PostKind.objects.count(), Requirement.objects.count()
    PostKind.objects.filter(code="ranger-village").update(name="草管员")
    defaults.insert_where_absent()
    assert (PostKind.objects.count(), Requirement.objects.count()) == (kinds, rows)
    assert PostKind.objects.get(code="ranger-village").name == "草管员"
    assert government(township()).posts.exists()


def test_charges_left_behind_by_a_closed_post_or_segment_are_listed(world, reach):
    assert not coverage.misplaced(reach, TODAY).exists()
    type(world.village).objects.filter(pk=world.village.pk).update(until=TODAY)
    assert [charge.post for charge in coverage.misplaced(reach, TODAY)] == [world.village]
    type(world.segment).objects.filter(pk=world.segment.pk).update(until=TODAY)
    assert coverage.misplaced(reach, TODAY).count() == 4


def test_handovers_that_wait_are_listed_until_they_are_finished(world, reach):
    office = acting_for(world.office)
    handover = tenures.end_term(world.village.tenures.get(), day=TODAY, reason="免职", by=office).handover
    assert list(coverage.unfinished_handovers(reach)) == [handover]
    actions_handover.finish(handover, by=office, expect=handover.version)
    assert not coverage.unfinished_handovers(reach).exists()
