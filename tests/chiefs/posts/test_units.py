"""Units are founded, led and closed; nobody stands above themselves, whichever two changes come at once."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts import reports, seats, units
from chiefs.posts.functions import Function
from chiefs.posts.models import PostKind, Superior, Unit
from tests.accountability.ledger.test_race import at_once
from tests.factories.posts import UnitFactory, acting_for, below, chain, desk, government
from tests.factories.territory import LONG_AGO, township

TODAY = days.today()
DAY = dt.timedelta(days=1)


@pytest.fixture
def world(db):
    return chain()


def found(by, place, code="town-water", **more):
    told = {"name": "雅拉乡水务站", "kind": Unit.Kind.DEPARTMENT, "since": TODAY} | more
    return units.found_unit(code=code, jurisdiction=place, by=by, **told)


def test_a_unit_is_founded_under_another_with_its_post(world, office):
    place = world.township.unit.jurisdiction
    unit = found(office, place, superior=world.water.unit)
    assert reports.superiors_of(unit.pk, TODAY) == [world.water.unit]
    post = seats.create_post(
        unit, kind=PostKind.objects.get(code="desk-department-township"), code="town-water-1", title="值班岗", since=TODAY, by=office
    )
    assert reports.desk_of(unit.pk, TODAY, Function.DEPARTMENT) == post
    acts = Event.objects.filter(stream__in=[f"posts.unit:{unit.pk}", f"posts.post:{post.pk}"]).values_list("act", flat=True)
    assert sorted(acts) == ["posts.create_post", "posts.found_unit"]


def test_who_keeps_the_register_writes_tibetan_names_and_the_telephone_and_nobody_else_does(world, office):
    unit = world.township.unit
    units.describe_unit(unit, name_bo=" ཡ་ལག་ཤང་། ", phone="0836-0000000", by=office)
    seats.entitle_post(world.township, title_bo="ཆུ་བོའི་འགན་འཛིན།", by=office)
    unit.refresh_from_db()
    world.township.refresh_from_db()
    assert (unit.name_bo, unit.phone, world.township.title_bo) == ("ཡ་ལག་ཤང་།", "0836-0000000", "ཆུ་བོའི་འགན་འཛིན།")
    assert list(Event.objects.filter(stream=f"posts.unit:{unit.pk}").values_list("act", flat=True)) == ["posts.describe_unit"]
    with pytest.raises(NotPermitted):
        units.describe_unit(unit, name_bo="", phone="", by=acting_for(world.water))
    with pytest.raises(NotPermitted):
        seats.entitle_post(world.township, title_bo="", by=acting_for(world.water))
    unit.refresh_from_db()
    assert unit.phone == "0836-0000000"


def test_the_same_form_twice_founds_one_unit(world, office):
    ref, place = uuid.uuid4(), world.township.unit.jurisdiction
    assert found(office, place, client_ref=ref) == found(office, place, client_ref=ref)
    with pytest.raises(Mismatch):
        found(office, place, name="别的名字", client_ref=ref)


def test_a_code_is_one_units_and_no_unit_outlives_its_place(world, office):
    place = world.township.unit.jurisdiction
    found(office, place)
    with pytest.raises(Refused, match="town-water"):
        found(office, place)
    with pytest.raises(Refused):
        found(office, place, code="early", since=LONG_AGO - DAY)
    with pytest.raises(Refused):
        found(office, place, code="house", kind=Unit.Kind.SYSTEM)


def test_nobody_founds_units_outside_their_own_register(world):
    town_desk = acting_for(world.township.unit.posts.get(kind__functions=["receiver"]))
    other = government(township("513301202000", "新都桥镇")).jurisdiction
    for by, place in ((town_desk, other), (acting_for(world.water), world.place), (acting_for(world.village), world.place)):
        with pytest.raises(NotPermitted):
            found(by, place)
    assert found(town_desk, world.place)


def test_posts_of_functions_that_are_not_of_the_line_are_not_created_by_a_chief_office(world, office):
    for code in ("desk-intake-county", "desk-audit-county", "desk-chief_office-county"):
        with pytest.raises(NotPermitted):
            seats.create_post(world.county.unit, kind=PostKind.objects.get(code=code), code="x", title="x", since=TODAY, by=office)


def test_a_kind_of_another_level_does_not_fit_the_unit(world, office):
    kind = PostKind.objects.get(code="river-chief-village")
    with pytest.raises(Refused):
        seats.create_post(world.township.unit, kind=kind, code="x", title="x", since=TODAY, by=office)


def test_a_change_of_superior_is_dated_and_the_past_keeps_its_own(world, office):
    unit, before, after = world.forestry.unit, world.county.unit, world.bureau.unit
    units.set_superior(unit, superior=after, since=TODAY, by=office)
    assert reports.superiors_of(unit.pk, TODAY - DAY) == [before]
    assert reports.superiors_of(unit.pk, TODAY) == [after]
    units.set_superior(unit, superior=before, since=TODAY, kind=Superior.Kind.INFORMED, by=office)
    assert reports.superiors_of(unit.pk, TODAY, Superior.Kind.INFORMED) == [before]


def test_no_unit_stands_above_itself(world, office):
    with pytest.raises(Refused):
        units.set_superior(world.county.unit, superior=world.village.unit, since=TODAY, by=office)
    with pytest.raises(Refused):
        units.set_superior(world.county.unit, superior=world.county.unit, since=TODAY, by=office)
    assert reports.superiors_of(world.county.unit_id, TODAY) == [world.prefecture.unit]


def test_who_leads_is_said_by_a_chief_office_and_not_for_days_that_have_passed(world, office):
    town_desk = acting_for(world.township.unit.posts.get(kind__functions=["receiver"]))
    with pytest.raises(NotPermitted):
        units.set_superior(world.village.unit, superior=world.county.unit, since=TODAY, by=town_desk)
    with pytest.raises(Refused):
        units.set_superior(world.village.unit, superior=world.county.unit, since=TODAY - DAY, by=office)


def test_a_unit_closes_when_nobody_is_left_in_it(world, office):
    unit = found(office, world.place)
    with pytest.raises(Refused):
        units.close_unit(world.village.unit, day=TODAY + DAY, by=office)
    assert units.close_unit(unit, day=TODAY + DAY, by=office).until == TODAY + DAY
    with pytest.raises(Refused):
        units.close_unit(unit, day=TODAY + 2 * DAY, by=office)


@pytest.mark.django_db(transaction=True)
def test_of_changes_that_would_close_a_circle_together_one_is_refused():
    """Each is lawful alone. Without one lock for all, neither would see the other."""
    top = government(township())
    office = acting_for(desk(UnitFactory(jurisdiction=top.jurisdiction.parent), Function.CHIEF_OFFICE))
    ring = [UnitFactory(jurisdiction=top.jurisdiction) for _ in range(4)]
    for unit in ring:
        below(unit, top)

    def lead(number: int) -> str:
        units.set_superior(ring[number], superior=ring[(number + 1) % 4], since=TODAY + DAY, by=office)
        return "led"

    assert at_once(lead, threads=4) == {"led": 3, "Refused": 1}
    for unit in ring:
        seen, frontier = set(), {unit.pk}
        while frontier:
            frontier = set(Superior.objects.in_force(TODAY + DAY).filter(unit__in=frontier).values_list("superior", flat=True))
            assert unit.pk not in frontier
            assert len(seen) < 10
            seen |= frontier


def ring_of(*periods):
    """Units of which each is led by the next in one period; the last pair, which would close the circle, is not saved."""
    made = [UnitFactory() for _period in periods]
    pairs = [
        Superior(unit=made[number], superior=made[(number + 1) % len(made)], since=TODAY + since * DAY, until=until and TODAY + until * DAY)
        for number, (since, until) in enumerate(periods)
    ]
    Superior.objects.bulk_create(pairs[:-1])
    return pairs[-1]


@pytest.mark.parametrize("periods", [[(0, None)] * 2, [(0, 10), (5, None), (8, 9)]])
def test_the_database_itself_lets_no_unit_lead_itself_on_any_day(db, periods):
    """Written around the actions, one row or many at once, on both databases."""
    closing = ring_of(*periods)
    with pytest.raises(IntegrityError, match="posts_superior_no_dated_cycle"), transaction.atomic():
        closing.save()
    one, two = UnitFactory(), UnitFactory()
    both = [Superior(unit=one, superior=two, since=TODAY), Superior(unit=two, superior=one, since=TODAY + DAY)]
    with pytest.raises(IntegrityError, match="posts_superior_no_dated_cycle"), transaction.atomic():
        Superior.objects.bulk_create(both)


def test_a_circle_whose_pairs_never_hold_on_one_day_is_none(db):
    ring_of((0, None), (0, 3), (3, None), (2, None)).save()


def test_a_moved_period_or_kind_closes_no_circle_either(db):
    """Two lead each other one after the other, which is lawful; until one of the periods is drawn over the other."""
    rows, later = Superior.objects, ring_of((0, 5), (5, None))
    later.save()
    earlier = rows.get(superior=later.unit)
    for moved in ({"since": TODAY + 4 * DAY}, {"since": TODAY}):
        with pytest.raises(IntegrityError, match="no_dated_cycle"), transaction.atomic():
            rows.filter(pk=later.pk).update(**moved)
    with pytest.raises(IntegrityError, match="no_dated_cycle"), transaction.atomic():
        rows.filter(pk=earlier.pk).update(until=None)
    informed = rows.create(unit=earlier.superior, superior=earlier.unit, since=TODAY, until=TODAY + DAY, kind=Superior.Kind.INFORMED)
    with pytest.raises(IntegrityError, match="no_dated_cycle"), transaction.atomic():
        rows.filter(pk=informed.pk).update(kind=Superior.Kind.LEAD)
    assert rows.filter(pk=later.pk).update(until=TODAY + 9 * DAY) == 1
