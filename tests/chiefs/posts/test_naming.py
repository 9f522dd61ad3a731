"""Units and posts are renamed from a day on; what they were called before stands on the days before, and a change of divisions asks."""

from __future__ import annotations

import datetime as dt
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts import naming
from chiefs.posts.models import PostTitle, UnitName
from chiefs.territory import actions, reports, standing
from chiefs.territory.actions import Beginning
from chiefs.territory.models import Jurisdiction, Reorganisation
from tests.factories.posts import UnitFactory, acting_for
from tests.factories.territory import change, township, village

pytestmark = pytest.mark.django_db
BASIS = "雅府发〔2026〕1号（试验）"


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def day(back: int) -> dt.date:
    return days.today() - dt.timedelta(days=back)


def page(client, path, on=None, **asked) -> str:
    answer = client.get(path, {**({"on": on.isoformat()} if on else {}), **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def names(act, by):
    """Label -> task of what is asked about names."""
    return {task.record.code: task for task in standing.tasks_of(act, by) if task.way.stays or "名称" in task.way.kind}


def sent(form, **told):
    return {"client_ref": str(form["client_ref"].value()), "expect": 0} | told


def test_a_unit_bears_each_name_on_its_days(world, client, office):
    unit = world.township.unit
    old = unit.name
    naming.rename_unit(unit, name="雅拉镇政府", name_bo="ཡར་ལ།", since=day(5), basis=BASIS, by=office)
    naming.rename_unit(unit, name="雅拉新镇政府", since=day(2), basis=BASIS, by=office)
    address = f"/register/units/{unit.code}/"
    for on, name in (
        (day(6), old),
        (day(5), "雅拉镇政府"),
        (day(3), "雅拉镇政府"),
        (day(2), "雅拉新镇政府"),
        (days.today(), "雅拉新镇政府"),
    ):
        assert f"<h1>{name}</h1>" in page(client, address, on)
        listed = page(client, "/register/units/", on, q=name, format="csv").splitlines()
        assert [row.split(",")[:2] for row in listed[1:]] == [[unit.code, name]]
    assert "雅拉新镇政府" not in page(client, "/register/units/", day(6))
    assert list(UnitName.objects.order_by("since").values_list("name", "name_bo", "until", "basis")) == [
        (old, unit.name_bo, day(5), BASIS),
        ("雅拉镇政府", "ཡར་ལ།", day(2), BASIS),
    ]
    assert Event.objects.filter(stream=f"posts.unit:{unit.pk}", act="posts.rename_unit").count() == 2


def test_a_post_bears_each_title_on_its_days(world, client, office):
    post, old = world.township, world.township.title
    naming.rename_post(post, title="雅拉镇河长", since=day(5), basis=BASIS, by=office)
    address = f"/register/posts/{post.code}/"
    assert f"<h1>{old}</h1>" in page(client, address, day(6))
    assert "<h1>雅拉镇河长</h1>" in page(client, address, day(5))
    assert old in page(client, f"/register/units/{post.unit.code}/", day(6))
    assert old not in page(client, f"/register/units/{post.unit.code}/", day(5))
    assert old in page(client, "/register/", day(6), q=old).split("posts")[-1]
    assert old in page(client, "/register/persons/", day(6))
    assert list(PostTitle.objects.values_list("title", "since", "until")) == [(old, post.since, day(5))]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"name": ""}, "新名称"),
        ({"basis": " "}, "文件"),
        ({"since": dt.date(2018, 1, 1)}, "2018-01-01"),
        ({"since": days.today() + dt.timedelta(days=1)}, ""),
        ({"name": None}, ""),
    ],
)
def test_a_name_that_cannot_be_is_refused(world, office, told, says):
    given = {"name": "雅拉镇政府", "since": day(1), "basis": BASIS} | told
    given["name"] = world.township.unit.name if given["name"] is None else given["name"]
    with pytest.raises(Refused):
        naming.rename_unit(world.township.unit, by=office, **given)
    assert not UnitName.objects.exists()


def test_names_are_given_by_who_keeps_the_register_there(world, office):
    given = {"since": day(1), "basis": BASIS}
    for post in (world.village, world.township, world.water):
        with pytest.raises(NotPermitted):
            naming.rename_unit(world.village.unit, name="新名", by=acting_for(post), **given)
        with pytest.raises(NotPermitted):
            naming.rename_post(world.village, title="新名", by=acting_for(post), **given)


def test_the_same_form_twice_is_once(world, office):
    given = {"name": "雅拉镇政府", "since": day(1), "basis": BASIS, "by": office, "client_ref": uuid.uuid4()}
    naming.rename_unit(world.township.unit, **given)
    naming.rename_unit(world.township.unit, **given)
    assert UnitName.objects.count() == 1
    with pytest.raises(Mismatch):
        naming.rename_unit(world.township.unit, **given | {"name": "雅拉新镇政府"})


def test_a_rename_lists_every_unit_and_post_that_is_called_after_the_old_unit(world, client, office):
    bureau = UnitFactory(name="康定市雅拉乡农业站（演示）", code="yala-farm", jurisdiction=township())
    other = UnitFactory(name="雅拉河管护站（演示）", jurisdiction=township())
    act = change("renamed", [township()], Beginning("雅拉镇", "镇", "513301121000"), by=office)
    found = names(act, office)
    assert {world.township.unit.code, world.township.code, bureau.code} <= set(found)
    assert other.code not in found
    assert world.village.code not in found  # called after the village, which keeps its name
    link = urlsplit(found[bureau.code].way.page)
    asked = {name: value[0] for name, value in parse_qs(link.query).items()}
    assert asked["name"] == "康定市雅拉镇农业站（演示）"
    act.refresh_from_db()
    with pytest.raises(Refused):
        actions.finish(act, by=office, expect=act.version)
    shown = client.get(found[bureau.code].way.page)
    form = shown.context["form"]
    assert form["name"].value() == asked["name"]
    fields = ("name", "name_bo", "since", "basis", "change")
    answer = client.post(link.path, sent(form, **{name: form[name].value() or "" for name in fields}))
    assert answer["Location"] == f"/register/divisions/changes/{act.client_ref}/"
    bureau.refresh_from_db()
    assert bureau.name == asked["name"]
    assert bureau.code not in names(act, office)


def test_a_name_stays_by_one_press_and_somebody_said_so(world, client, office):
    act = change("renamed", [township()], Beginning("雅拉镇", "镇", "513301121000"), by=office)
    where = f"/register/divisions/changes/{act.client_ref}/"
    left = names(act, office)
    assert len(left) > 1
    for task in left.values():
        form = client.get(where).context["form"]
        assert client.post(f"{where}settle/", sent(form, keep=task.key)).status_code == 302
    assert not names(act, office)
    assert Event.objects.filter(act="posts.keep_name").count() == len(left)
    assert Event.objects.filter(stream=f"posts.unit:{world.township.unit_id}", act="posts.keep_name").exists()
    act.refresh_from_db()
    actions.finish(act, by=office, expect=act.version)
    assert Reorganisation.objects.get().state == Reorganisation.State.FINISHED


def test_names_and_other_rows_are_not_settled_by_one_answer(world, client, office):
    act = change("split", [world.place], Beginning("上村", code="513301201201"), Beginning("下村", code="513301201202"), by=office)
    upper = reports.goals_of(act)[0]
    actions.settle(act, world.village.unit, to=upper, by=office)
    where = f"/register/divisions/changes/{act.client_ref}/"
    form = client.get(where).context["form"]
    tasks = list(standing.tasks_of(act, office))
    assert {task.way.moves for task in tasks} == {True, False}
    for to in ("keep", "end"):
        answer = client.post(f"{where}settle/", sent(form, records=[task.key for task in tasks], to=to))
        assert answer.status_code == 422
    assert not Event.objects.filter(act="posts.keep_name").exists()


def test_a_new_name_that_has_the_old_one_in_it_is_not_asked_for_ever(world, office):
    act = change("renamed", [world.place], Beginning("新试验一村", code=world.place.code), by=office)
    assert names(act, office)
    for task in names(act, office).values():
        new = task.record.told.renamed(getattr(task.record, "title", getattr(task.record, "name", "")))
        act_of = naming.rename_post if hasattr(task.record, "title") else naming.rename_unit
        field = "title" if hasattr(task.record, "title") else "name"
        act_of(task.record, **{field: new}, since=days.today(), basis=BASIS, by=office)
    assert not names(act, office)


def test_the_list_of_names_costs_the_same_whatever_it_holds(world, office):
    act = change("renamed", [township()], Beginning("雅拉镇", "镇", "513301121000"), by=office)

    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            naming.standing_on(jurisdictions=list(act.successions.values_list("predecessor", flat=True)), day=act.day)
        return len(counted)

    before = cost()
    for n in range(5):
        UnitFactory(name=f"雅拉乡{n}站（演示）", jurisdiction=Jurisdiction.objects.get(name="雅拉镇"))
        village(f"51330120130{n}", f"又一村{n}")
    assert cost() == before
