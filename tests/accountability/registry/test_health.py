"""The register's health: what is missing where, in as many queries on a good day as on a bad one, each with what mends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from accountability.kit import days
from accountability.ledger import registry
from chiefs.posts.models import Charge, PostKind, Tenure
from chiefs.resources.models import GridCell, Scheme
from chiefs.signboards import actions as signboard_actions
from chiefs.territory.models import Succession
from tests.factories import signboards
from tests.factories.posts import ChargeFactory, PostFactory, acting_for, chain, chief
from tests.factories.resources import ResourceFactory, SegmentFactory
from tests.factories.territory import LONG_AGO, JurisdictionFactory, county, prefecture, township, village

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def numbers(client, **asked) -> dict[str, int]:
    return {kind.code: number for kind, number in client.get("/register/health/", asked).context["lacking"]}


def found(client, code, **asked):
    answer = client.get(f"/register/health/{code}/", asked)
    assert answer.status_code == 200
    return answer.context["found"]


def plot(place):
    forest = Scheme.objects.get(code="forest_grass")
    return SegmentFactory(resource=ResourceFactory(scheme=forest, kind="forest_grass", name="试验林地"), jurisdiction=place)


def unsure(n: int) -> Succession:
    gone = JurisdictionFactory(code=f"513301201{n}", parent=township(), until=days.today())
    return Succession.objects.create(predecessor=gone, day=days.today(), kind="without_successor", confirmation="uncertain")


def test_what_nobody_has_confirmed_leads_to_its_confirmation(world, client):
    row = unsure(299)
    (line,) = found(client, "successions")
    assert line.page.endswith(f"{row.ref}/")
    assert client.get(line.page).status_code == 200


def test_a_vacancy_says_since_when_and_leads_to_the_appointment(world, client):
    before, left = numbers(client).get("vacant", 0), days.today() - timedelta(days=9)
    Tenure.objects.filter(post=world.village).update(until=left)
    assert numbers(client)["vacant"] == before + 1
    row = next(row for row in found(client, "vacant") if world.village.title in row.label)
    assert row.since == left
    assert resolve(row.page).view_name == "terms:appoint"
    assert client.get(row.page).status_code == 200


def test_a_post_that_was_never_held_is_vacant_since_it_is_there(world, client):
    post = PostFactory(kind=PostKind.objects.get(code="lake-chief-village"), unit=world.village.unit, since=LONG_AGO)
    row = next(row for row in found(client, "vacant") if post.title in row.label)
    assert (row.since, bool(row.told)) == (LONG_AGO, True)


def test_a_segment_without_a_chief_leads_to_the_post_that_may_answer_for_it(world, client):
    Charge.objects.filter(post=world.township).update(until=days.today())
    assert numbers(client)["no-chief-township"] == 1
    (row,) = found(client, "no-chief-township")
    assert row.page == f"/register/terms/{world.township.code}/charge/?segment={world.segment.code}"
    assert client.get(row.page).status_code == 200


def test_where_no_such_post_is_there_it_leads_to_its_creation(world, client):
    there = plot(world.place)
    lacking = {code for code in numbers(client) if code.startswith("no-")}
    assert {"no-chief-village", "no-chief-township", "no-chief-county", "no-chief-prefecture", "no-supervisor", "no-ranger"} <= lacking
    cell = GridCell.objects.create(code="W-9", name="后山网格", jurisdiction=world.place, since=LONG_AGO)
    cell.segments.add(there)
    (row,) = found(client, "no-ranger")
    assert resolve(row.page).view_name == "terms:create_post"
    assert client.get(row.page).status_code == 200


def test_chiefs_without_a_segment_and_overlapping_charges_are_listed(world, client):
    lone = chief("village", world.village.unit, "lake")
    (row,) = found(client, "idle")
    assert lone.title in row.label
    assert resolve(row.page).view_name == "terms:charge"
    ChargeFactory(post=chief("village", world.village.unit), segment=world.segment)
    assert numbers(client)["doubled"] == 2
    assert resolve(found(client, "doubled")[0].page).view_name == "terms:end_charge"


def test_gaps_and_overlaps_of_the_chainage_are_listed_with_their_water(world, client):
    river = ResourceFactory(name="试验河")
    for low, high in ((0, 100), (200, 300), (250, 400)):
        SegmentFactory(resource=river, jurisdiction=world.place, from_m=low, to_m=high)
    counted = numbers(client)
    assert (counted["gaps"], counted["overlaps"]) == (1, 1)
    (row,) = found(client, "gaps")
    assert "100" in row.label
    assert client.get(row.page).status_code in (200, 404)  # 404: a river without a county is the prefecture's to keep
    (row,) = found(client, "overlaps")
    assert client.get(row.page).status_code == 200


def test_another_county_is_none_of_the_offices_business(world, client):
    other = JurisdictionFactory(level="county", code="513322000000", name="泸定县", parent=prefecture())
    far = JurisdictionFactory(code="513322100200", parent=JurisdictionFactory(level="township", code="513322100000", parent=other))
    before = numbers(client)
    plot(far)
    assert numbers(client) == before
    assert client.get("/register/health/", {"place": "513322000000"}).status_code == 404


def test_counts_are_added_up_by_unit_and_narrowed_by_place(world, client):
    beside = village("513301202200", "邻乡村")
    for place in (world.place, beside, beside):
        plot(place)
    lines = {line.unit.code: line.total for line in client.get("/register/health/no-ranger/").context["lines"]}
    assert lines == {township().code: 1, beside.parent.code: 2}
    assert len(found(client, "no-ranger", place="513301202000")) == 2
    assert numbers(client, place="513301201000")["no-ranger"] == 1


def test_the_table_of_units_and_kinds_goes_out_as_a_file_and_so_does_each_list(world, client):
    plot(world.place)
    table = client.get("/register/health/", {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(table) > 1
    assert any(line.startswith(f"{township().name},{township().code}") for line in table)
    rows = client.get("/register/health/no-ranger/", {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2


def test_a_kind_that_is_none_is_not_found(world, client):
    assert client.get("/register/health/nothing/").status_code == 404


def test_a_room_adds_its_own_kinds_by_answering_the_question(world, client, monkeypatch):
    from chiefs.territory.health import Found, Reckoned

    def answer(*, reach, on):
        told = [Found("牌子", "试验一村", "/register/", "去看")]
        return [Reckoned("boards", "牌子坏了", "为什么", lambda: [("x", {world.place.pk})], lambda rows: told)]

    monkeypatch.setitem(registry._answers, "register_faults", [*registry._answers["register_faults"], answer])
    assert numbers(client)["boards"] == 1
    assert found(client, "boards")[0].label == "牌子"


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


def test_a_sick_register_costs_no_more_queries_than_a_sound_one(world, client):
    codes = ("vacant", "idle", "doubled", "no-chief-township", "no-ranger", "no-general-chief", "gaps", "misplaced", "successions")
    paths = ["/register/health/", *(f"/register/health/{code}/" for code in codes)]
    plot(world.place)
    PostFactory(kind=PostKind.objects.get(code="lake-chief-village"), unit=world.village.unit)
    ChargeFactory(post=chief("village", world.village.unit), segment=world.segment)
    river = ResourceFactory(name="试验河")
    for low in (0, 200, 400):
        SegmentFactory(resource=river, jurisdiction=world.place, from_m=low, to_m=low + 100)
    unsure(201)
    client.get(paths[0])
    before = {path: queries(client, path) for path in paths}
    for n in range(6):
        place = village(f"51330121{n}200", f"病村{n}")
        plot(place)
        unsure(202 + n)
        PostFactory(kind=PostKind.objects.get(code="lake-chief-village"), unit=world.village.unit)
        ChargeFactory(post=chief("village", world.village.unit), segment=world.segment)
        SegmentFactory(resource=river, jurisdiction=place, from_m=1000 + 200 * n, to_m=1100 + 200 * n)
    after = {path: queries(client, path) for path in paths}
    assert after == before
    assert max(after.values()) <= 45, after


def test_segments_without_a_board_and_boards_that_fail_are_listed(world, client):
    (bare,) = found(client, "no_board")
    assert bare.page.endswith(f"?segment={world.segment.code}")
    assert client.get(bare.page).status_code == 200
    board = signboards.board(world)
    assert found(client, "no_board") == []
    signboard_actions.report_damaged(board, seen_on=days.today(), note="被车撞歪", by=acting_for(world.office), expect=board.version)
    (damaged,) = found(client, "damaged_board")
    assert client.get(damaged.page).status_code == 200


def test_a_village_chief_without_an_agreement_leads_to_the_form(world, client):
    (bare,) = found(client, "no_agreement")
    assert world.village.tenures.get().person.name in bare.label
    assert client.get(bare.page).status_code == 200


def test_a_plot_in_no_cell_is_put_into_one_before_anybody_is_given_it(world, client):
    there = plot(world.place)
    assert numbers(client)["no-ranger"] == 1
    (row,) = found(client, "no-ranger")
    assert resolve(row.page).url_name == "new_cell"
    cell = GridCell.objects.create(code="W-9", name="后山网格", jurisdiction=world.place, since=LONG_AGO)
    (row,) = found(client, "no-ranger")
    assert row.page == reverse("resources:cell_step", args=[cell.code, "change"])
    assert client.get(row.page).status_code == 200
    cell.segments.add(there)
    ranger = PostFactory(kind=PostKind.objects.get(code="ranger-village"), unit=world.village.unit)
    (row,) = found(client, "no-ranger")
    assert row.page == reverse("terms:watch", args=[ranger.code])


def test_what_has_no_segment_is_listed_in_each_of_its_counties(world, client):
    assert "unsegmented" not in numbers(client)
    bare = ResourceFactory(name="无段河")
    bare.counties.add(county(), JurisdictionFactory(level="county", code="513322000000", name="邻县", parent=prefecture()))
    assert numbers(client)["unsegmented"] == 1, "the other county is none of this office's business"
    (row,) = found(client, "unsegmented")
    assert row.label == "无段河"
    assert client.get(row.page).status_code == 200
    SegmentFactory(resource=bare, jurisdiction=world.place)
    assert "unsegmented" not in numbers(client)


def test_the_form_that_gives_a_charge_begins_with_the_segment_that_lacks_one(world, client):
    Charge.objects.filter(post=world.village).update(until=days.today())
    row = next(row for row in found(client, "no-chief-village") if world.segment.code in row.told)
    assert row.page.endswith(f"?segment={world.segment.code}")
    assert f'value="{world.segment.code}"' in client.get(row.page).content.decode()
