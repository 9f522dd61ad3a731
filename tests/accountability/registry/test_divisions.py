"""Divisions of a day, changes entered and settled on pages, successions confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accountability.kit import days
from chiefs.territory import actions
from chiefs.territory.actions import Beginning
from chiefs.territory.models import Jurisdiction, Reorganisation, Succession
from tests.factories.posts import UnitFactory, acting_for, chain
from tests.factories.resources import SegmentFactory
from tests.factories.territory import JurisdictionFactory, county, keep_names, prefecture, township, village

pytestmark = pytest.mark.django_db
C = Succession.Confirmation


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def form_of(client, path):
    page = client.get(path)
    assert page.status_code == 200
    return {"client_ref": str(page.context["form"]["client_ref"].value()), "expect": 0}


def enter(client, kind, query="", **told):
    path = f"/register/divisions/changes/new/{kind}/{query}"
    return client.post(path, form_of(client, path) | {"day": days.today().isoformat(), "basis": "川民政〔2026〕3号（试验）"} | told)


def text(answer) -> str:
    return answer.content.decode()


def rows_of(client, on=None, **asked) -> str:
    told = {**asked, **({"on": on.isoformat()} if on else {})}
    return text(client.get("/register/divisions/", told)).split('id="divisions"')[1].split("</table>")[0]


def test_a_past_day_shows_the_units_of_that_day_and_their_numbers(world, client):
    actions.reorganise(
        kind="renamed",
        ending=[township()],
        beginning=[Beginning("雅拉镇", "镇", "513301121000")],
        day=days.today(),
        basis="试验",
        by=acting_for(world.office),
    )
    UnitFactory(jurisdiction=Jurisdiction.objects.get(name="雅拉镇"), since=days.today())
    yesterday = days.today() - timedelta(days=1)
    here = {"place": "513301000000"}
    assert "雅拉镇" in rows_of(client, **here)
    assert "雅拉乡" not in rows_of(client, **here)
    then = rows_of(client, yesterday, **here)
    assert then.count("雅拉乡") == 1
    assert "雅拉镇" in then  # what it became

    def units(on) -> int:
        page = text(client.get("/register/divisions/", here | {"on": on.isoformat()}))
        return int(page.split('id="counted"')[1].split('class="number">')[1].split("<")[0])

    assert units(days.today()) - units(yesterday) == 1


def test_a_unit_is_renamed_after_a_search_and_the_page_shows_what_it_did(world, client):
    answer = enter(client, "renamed", "?q=试验一村", ending=world.place.pk, name_1="试验新村", code_1=world.place.code)
    act = Reorganisation.objects.get()
    assert answer["Location"] == f"/register/divisions/changes/{act.client_ref}/"
    page = text(client.get(answer["Location"]))
    assert "试验一村 → 试验新村" in " ".join(page.split('id="became">')[1].split("</p>")[0].split())
    assert 'data-move="finish"' in page
    keep_names(act, acting_for(world.office))
    done = client.post(f"{answer['Location']}finish/", {"expect": act.version, "client_ref": "7b0d1c9e-6d2e-4a9e-9f5c-0a6d3f0d8a11"})
    assert done.status_code == 302
    act.refresh_from_db()
    assert act.state == Reorganisation.State.FINISHED


def test_a_merger_offers_the_units_beside_those_that_were_found(world, client):
    there = township("513301202000", "新都桥镇")
    answer = enter(client, "absorbed", "?q=雅拉乡", ending=[township().pk], into=there.pk)
    assert answer.status_code == 302
    assert Jurisdiction.objects.in_force(days.today()).get(code=world.place.code).parent == there


def test_a_split_asks_for_as_many_units_as_are_wanted_and_is_settled_row_by_row(world, client):
    told = {f"name_{n}": f"第{n}村" for n in (1, 2, 3)}
    answer = enter(client, "split", "?q=试验一村&parts=3", ending=world.place.pk, **told)
    act, where = Reorganisation.objects.get(), answer["Location"]
    page = client.get(where)
    keys = [task.key for task in page.context["page"]]
    assert set(keys) == {f"resources.segment:{world.segment.pk}", f"posts.unit:{world.village.unit_id}"}
    first = Jurisdiction.objects.get(name="第1村")
    refused = client.post(f"{where}finish/", form_of_act(act))
    assert refused.status_code == 422
    assert "2" in text(refused).split('id="finish-form"')[1]
    sent = {"records": keys, "to": first.pk, "expect": act.version, "client_ref": "7b0d1c9e-6d2e-4a9e-9f5c-0a6d3f0d8a12"}
    assert client.post(f"{where}settle/", sent).status_code == 302
    world.segment.refresh_from_db()
    assert world.segment.jurisdiction == first
    keep_names(act, acting_for(world.office))
    act.refresh_from_db()
    assert client.post(f"{where}finish/", form_of_act(act)).status_code == 302


def form_of_act(act):
    return {"expect": act.version, "client_ref": "7b0d1c9e-6d2e-4a9e-9f5c-0a6d3f0d8a13"}


def test_what_was_chosen_stays_chosen_when_it_is_refused(world, client):
    enter(client, "split", "?q=试验一村", ending=world.place.pk, name_1="上村", name_2="下村")
    act = Reorganisation.objects.get()
    key = f"resources.segment:{world.segment.pk}"
    answer = client.post(
        f"/register/divisions/changes/{act.client_ref}/settle/",
        {"records": [key], "to": "end", "expect": act.version, "client_ref": "7b0d1c9e-6d2e-4a9e-9f5c-0a6d3f0d8a14"},
    )
    assert answer.status_code == 422
    row = text(answer).split(f'value="{key}"')[1]
    assert row.startswith(" checked")


def test_what_was_typed_stays_when_a_change_is_refused(world, client):
    answer = enter(client, "renamed", "?q=试验一村", ending=world.place.pk, name_1="试验新村", code_1="513302000000")
    assert answer.status_code == 422
    assert 'value="试验新村"' in text(answer)
    assert not Reorganisation.objects.exists()


def test_units_outside_the_reach_are_not_offered(world, client):
    other = JurisdictionFactory(level="county", code="513322000000", name="泸定县", parent=prefecture())
    JurisdictionFactory(level="township", code="513322100000", name="泸桥镇", parent=other)
    for query in ("?q=泸桥镇", "?place=513322000000"):
        page = text(client.get(f"/register/divisions/changes/new/renamed/{query}"))
        assert 'id="change-form"' not in page
    assert 'id="change-form"' in text(client.get("/register/divisions/changes/new/renamed/"))


def test_a_kind_that_is_none_is_not_found(world, client):
    assert client.get("/register/divisions/changes/new/drowned/").status_code == 404


@pytest.mark.parametrize(("told", "fields"), [("", 2), ("1", 2), ("5", 5), ("99", 2), ("999", 2), ("x", 2), ("30", 30)])
def test_a_split_has_two_to_thirty_parts(world, client, told, fields):
    page = client.get("/register/divisions/changes/new/split/", {"parts": told, "q": "试验一村"})
    assert sum(name.startswith("code_") for name in page.context["form"].fields) == (30 if told == "99" else fields)


def unsure(n: int) -> Succession:
    gone = JurisdictionFactory(code=f"5133012012{n:02d}", name=f"旧村{n}", parent=township(), until=days.today())
    return Succession.objects.create(predecessor=gone, day=days.today(), kind="without_successor", confirmation=C.UNCERTAIN)


def test_an_uncertain_succession_is_listed_until_somebody_says_what_became_of_the_unit(world, client):
    row = unsure(50)
    listed = "/register/divisions/successions/"
    assert "旧村50" in text(client.get(listed))
    path = f"{listed}{row.ref}/"
    sent = form_of(client, path) | {"successor": world.place.pk, "basis": "来函（试验）"}
    assert client.post(path, sent).status_code == 302
    row.refresh_from_db()
    assert (row.successor, row.confirmation) == (world.place, C.CONFIRMED)
    assert str(row.ref) not in text(client.get(listed))
    assert str(row.ref) in text(client.get(listed, {"show": "confirmed"}))
    assert 'id="confirm-form"' not in text(client.get(path))


def test_villages_without_a_successor_are_a_list_of_their_own(world, client):
    row, followed = unsure(51), unsure(52)
    Succession.objects.filter(pk=followed.pk).update(successor=world.place)
    page = text(client.get("/register/divisions/successions/", {"show": "without"}))
    assert str(row.ref) in page
    assert str(followed.ref) not in page


def test_lists_go_out_as_files(world, client):
    unsure(53)
    divisions = client.get("/register/divisions/", {"format": "csv", "place": "513301000000"}).content.decode("utf-8-sig")
    assert f"{township().code},雅拉乡" in divisions
    assert "旧村53" in client.get("/register/divisions/successions/", {"format": "csv"}).content.decode("utf-8-sig")
    assert client.get("/register/divisions/changes/", {"format": "xlsx"}).content[:2] == b"PK"


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


def test_pages_cost_the_same_queries_whatever_they_show(world, client):
    act = actions.reorganise(
        kind="split",
        ending=[world.place],
        beginning=[Beginning("上村"), Beginning("下村")],
        day=days.today(),
        basis="试验",
        by=acting_for(world.office),
    )
    paths = {
        "/register/divisions/?place=513301000000": 25,
        "/register/divisions/changes/": 10,
        f"/register/divisions/changes/{act.client_ref}/": 45,
        "/register/divisions/changes/new/merged/": 15,
        "/register/divisions/successions/": 15,
    }
    client.get("/register/divisions/")
    unsure(60)
    before = {path: queries(client, path) for path in paths}
    for n in range(8):
        SegmentFactory(jurisdiction=world.place)
        UnitFactory(jurisdiction=world.place)
        unsure(61 + n)
        other = village(f"5133012{10 + n}200", f"他村{n}")
        office = acting_for(world.office)
        actions.reorganise(kind="renamed", ending=[other], beginning=[Beginning(f"新{n}")], day=days.today(), basis="试验", by=office)
    after = {path: queries(client, path) for path in paths}
    assert after == before
    assert all(after[path] <= most for path, most in paths.items()), after


def test_the_whole_prefecture_is_shown_by_counties(world, client):
    assert county().name in rows_of(client)


def test_a_unit_is_given_its_code_later_and_nothing_else_changes(world, client):
    by = acting_for(world.office)
    here = {"kind": "renamed", "ending": [township()], "beginning": [Beginning("雅拉镇", "镇", name_bo="ཡར་ལ།")]}
    actions.reorganise(**here, day=days.today() - timedelta(days=9), basis="试验", by=by)
    town = Jurisdiction.objects.get(name="雅拉镇")
    assert town.code is None
    given = days.today() - timedelta(days=2)
    path = "/register/divisions/changes/new/coded/?q=雅拉镇"
    refused = client.post(path, form_of(client, path) | {"day": given.isoformat(), "basis": "统函〔2026〕1号（试验）", "ending": town.pk})
    assert refused.status_code == 422
    answer = enter(client, "coded", "?q=雅拉镇", ending=town.pk, code_1="513301121000", day=given.isoformat())
    act = Reorganisation.objects.get(kind="coded")
    assert answer["Location"] == f"/register/divisions/changes/{act.client_ref}/"
    now = Jurisdiction.objects.get(code="513301121000")
    assert (now.name, now.name_bo, now.kind, now.since) == (town.name, town.name_bo, town.kind, given)
    world.village.unit.refresh_from_db()
    world.township.unit.refresh_from_db()
    assert world.township.unit.jurisdiction == now
    assert world.village.unit.jurisdiction.parent == now
    assert client.post(f"{answer['Location']}finish/", form_of_act(act)).status_code == 302
    page = text(client.get(f"/register/units/{world.township.unit.code}/", {"on": (given - timedelta(days=1)).isoformat()}))
    assert "513301121000" not in page
    assert "513301121000" in text(client.get(f"/register/units/{world.township.unit.code}/"))


def test_a_code_that_a_unit_has_already_is_not_given_again(world, client):
    answer = enter(client, "coded", "?q=雅拉乡", ending=township().pk, code_1=township().code)
    assert answer.status_code == 409 or answer.status_code == 422
    assert not Reorganisation.objects.exists()
