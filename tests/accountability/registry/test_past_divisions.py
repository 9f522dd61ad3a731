"""A past day shows the units of that day: where units stood and segments lay before a rename or a merger, in numbers, lists and files."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accountability.kit import days
from accountability.ledger.models import Event
from accountability.registry import units
from chiefs.posts.models import Unit, UnitPlace
from chiefs.resources.models import GridCell, Segment, SegmentPlace
from chiefs.territory import actions, former, reports, standing
from chiefs.territory.actions import Beginning
from chiefs.territory.models import Jurisdiction
from tests.factories import territory
from tests.factories.posts import UnitFactory, acting_for, chain, government
from tests.factories.resources import ResourceFactory, SegmentFactory
from tests.factories.resources import office as chief_office
from tests.factories.territory import JurisdictionFactory, change, county, prefecture, township, village

pytestmark = pytest.mark.django_db
OLD, NEW = "513301201000", "513301121000"


@pytest.fixture
def world():
    made = chain()
    township("513301202000", "麦崩乡")
    UnitFactory(name="麦崩乡人民政府（演示）", code="maibeng-gov", kind=Unit.Kind.GOVERNMENT, jurisdiction=township("513301202000"))
    SegmentFactory(resource=made.segment.resource, jurisdiction=village("513301202200", "远村"))
    return made


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def day(back: int) -> dt.date:
    return days.today() - dt.timedelta(days=back)


def renamed(world, on):
    return change("renamed", [township()], Beginning("雅拉镇", "镇", NEW), by=acting_for(world.office), day=on)


def merged(world, on):
    act = change("merged", [township(), township("513301202000")], Beginning("雅麦镇", "镇", NEW), by=acting_for(world.office), day=on)
    settle(act, acting_for(world.office))
    return act


def settle(act, by):
    """Everything that may move goes to the first of what the units became."""
    goal = reports.goals_of(act)[0]
    for task in standing.tasks_of(act, by):
        if task.way.moves:
            actions.settle(act, task.record, to=goal, by=by)


def page(client, path, on, **asked) -> str:
    answer = client.get(path, {"on": on.isoformat(), **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(client, on, code) -> list[int]:
    shown = page(client, "/register/", on, place=code).split('id="counted"')[1].split("</dl>")[0]
    return [int(found) for found in re.findall(r'class="number">(\d+)<', shown)]


@pytest.mark.parametrize("happens", [renamed, merged])
def test_the_day_before_a_change_has_the_old_place_with_its_numbers_and_lists_and_files(world, client, happens):
    before = numbers(client, days.today(), OLD)
    assert before[0] > 1
    listed = page(client, "/register/units/", days.today(), place=OLD, format="csv")
    assert len(listed.splitlines()) == before[0] + 1
    happens(world, day(5))
    assert numbers(client, day(6), OLD) == before
    assert page(client, "/register/units/", day(6), place=OLD, format="csv") == listed
    rows = page(client, "/register/units/", day(6), place=OLD).split('id="units"')[1].split("</table>")[0]
    assert world.village.unit.code in rows
    assert "雅拉乡" in rows
    assert "镇" not in rows
    assert world.segment.resource.name in page(client, "/register/waters/", day(6), place=OLD)
    assert numbers(client, day(5), NEW)[0] >= before[0]
    assert world.village.unit.code in page(client, "/register/units/", day(5), place=NEW)


@pytest.mark.parametrize("happens", [renamed, merged])
def test_the_page_of_a_unit_names_the_place_of_the_day(world, client, happens):
    unit = world.township.unit
    happens(world, day(5))

    def place(on) -> str:
        return page(client, f"/register/units/{unit.code}/", on).split('id="who-title"')[1].split("</section>")[0]

    assert "雅拉乡" in place(day(6))
    assert "镇</" not in place(day(6))
    assert OLD in place(day(6))
    assert NEW in place(day(5))
    answers = page(client, f"/register/units/{world.village.unit.code}/", day(6)).split('id="answers"')[1].split("</ul>")[0]
    assert "雅拉乡" in answers
    post = page(client, f"/register/posts/{world.village.code}/", day(6))
    assert "雅拉乡 · 试验一村" in post
    assert "镇 · 试验一村" not in post
    assert "镇 · 试验一村" in page(client, f"/register/posts/{world.village.code}/", day(5))


def test_the_county_around_has_the_same_numbers_on_both_days(world, client):
    before = numbers(client, days.today(), county().code)
    merged(world, day(5))
    assert numbers(client, day(6), county().code) == before
    assert numbers(client, day(5), county().code) == before


def test_what_a_unit_lacked_is_counted_where_it_lay(world, client):
    def line(on) -> list[str]:
        answer = page(client, "/register/health/", on, place=county().code, format="csv").splitlines()
        return [row for row in answer if OLD in row]

    SegmentFactory(resource=world.segment.resource, jurisdiction=world.place)
    before = line(days.today())
    assert before
    renamed(world, day(5))
    assert line(day(6)) == before


def test_cells_keep_their_place_of_the_day(world):
    cell = GridCell.objects.create(code="N-1", name="一格", jurisdiction=world.place, since=territory.LONG_AGO)
    renamed(world, day(5))
    assert list(GridCell.objects.placed(day(6), world.place)) == [cell]
    assert not GridCell.objects.placed(day(5), world.place).exists()


def test_a_water_was_counted_to_the_county_of_its_day(world, client):
    river, other = ResourceFactory(name="折多河（演示）"), ResourceFactory(name="大渡河（演示）")
    there = JurisdictionFactory(level="county", code="513322000000", name="泸定县", parent=prefecture())
    river.counties.add(county())
    other.counties.add(there)
    change("merged", [county()], by=chief_office(prefecture()), day=day(5), into=there)

    def listed(on, code) -> set[str]:
        shown = page(client, "/register/waters/", on, place=code)
        return {name for name in (river.name, other.name) if name in shown}

    assert listed(day(6), "513301000000") == {river.name}
    assert listed(day(6), there.code) == {other.name}
    assert listed(day(5), there.code) == {river.name, other.name}


STEPS = st.lists(st.tuples(st.sampled_from(["renamed", "merged", "absorbed"]), st.integers(1, 4)), min_size=1, max_size=5)


@settings(max_examples=15)
@given(steps=STEPS, choice=st.randoms(use_true_random=False))
def test_whatever_was_renamed_and_merged_each_day_has_its_places(steps, choice):
    """Units and segments of four villages against a model that simply remembers who lay where on which day."""
    with transaction.atomic():
        world = chain()
        by, on = acting_for(world.office), day(30)
        villages = [world.place, *(JurisdictionFactory(parent=township(), code=f"5133012013{n:02d}") for n in range(3))]
        for place in villages[1:]:
            SegmentFactory(jurisdiction=place, resource=world.segment.resource)
            government(place)
        history: list[tuple[dt.date, dict, dict]] = []

        def remember(since):
            history.append(
                (since, dict(Unit.objects.values_list("pk", "jurisdiction")), dict(Segment.objects.values_list("pk", "jurisdiction")))
            )

        remember(territory.LONG_AGO)
        for n, (kind, gap) in enumerate(steps):
            on += dt.timedelta(days=gap)
            there = list(Jurisdiction.objects.filter(parent=township(), until=None, since__lt=on).order_by("pk"))
            if len(there) < 2:
                break
            picked = choice.sample(there, 1 if kind == "renamed" else 2)
            into = picked.pop() if kind == "absorbed" else None
            made = [] if into else [Beginning(f"村{n}", code=f"5133012014{n:02d}")]
            act = change("merged" if into else kind, picked, *made, by=by, day=on, into=into)
            settle(act, by)
            remember(on)
        for asked_day in {since + dt.timedelta(days=step) for since, *_rest in history[1:] for step in (-1, 0)}:
            _since, stood, lay = [row for row in history if row[0] <= asked_day][-1]
            for place in Jurisdiction.objects.in_force(asked_day).filter(level="village"):
                assert set(units.standing(asked_day, within=place).values_list("pk", flat=True)) == {
                    pk for pk, at in stood.items() if at == place.pk
                }
                found = Segment.objects.placed(asked_day, place)
                assert set(found.values_list("pk", flat=True)) == {pk for pk, at in lay.items() if at == place.pk}
                assert units.counted(asked_day, place)["segments"] == found.count()
        transaction.set_rollback(True)


def test_moves_of_before_are_known_from_their_events(world):
    renamed(world, day(9))
    change("renamed", [Jurisdiction.objects.get(name="雅拉镇")], Beginning("雅拉新镇", "镇", NEW), by=acting_for(world.office), day=day(5))
    for kind, moved, act in ((UnitPlace, Unit, "posts.move_unit"), (SegmentPlace, Segment, "resources.move_segment")):
        kept = list(kind.objects.order_by("pk").values_list(kind.of, "jurisdiction", "since", "until"))
        kind.objects.all().delete()
        former.fill(kind, moved, Event, act)
        assert list(kind.objects.order_by("pk").values_list(kind.of, "jurisdiction", "since", "until")) == kept
        assert len(kept) > 1


def test_on_no_day_a_unit_stood_at_two_places(world):
    renamed(world, day(5))
    row = UnitPlace.objects.first()
    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        UnitPlace.objects.create(unit=row.unit, jurisdiction=county(), since=day(6), until=days.today())
