"""An import asks and writes by batches: what a batch costs does not depend on how many came before it, nor a row on its neighbours."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accountability.exchange import actions, importing, reports, rules
from chiefs.posts.models import Post, PostKind, Tenure
from chiefs.resources.defaults import insert_where_absent
from chiefs.signboards.imports_boards import SignboardsImporter
from chiefs.signboards.models import Signboard
from tests.factories.exchange import table, taken_over, upload
from tests.factories.posts import PersonFactory, PostFactory, UnitFactory, acting_for, chain
from tests.factories.resources import ResourceFactory, SegmentFactory

pytestmark = pytest.mark.django_db
SINCE = "2026-01-01"


def unit(n):
    return {
        "code": f"u-{n}",
        "name": f"单位{n}",
        "kind": "office",
        "place": "513301000000",
        "since": SINCE,
        "superior": f"u-{n - 1}" if n % 5 > 1 else "the-unit",
    }


def post(n):
    return {"code": f"p-{n}", "title": f"岗位{n}", "kind": "river-chief-county", "unit": "the-unit", "since": SINCE}


def chief(n):
    return {"name": f"试验人{n}", "phone": f"199{n:08d}", "post": f"seat-{n}", "since": SINCE, "basis": "试验文件"}


def charge(n):
    return {"post": f"seat-{n}", "segment": "THE-SEGMENT", "since": SINCE}


def water(n):
    return {"name": f"河{n}", "kind": "river", "counties": "康定市", "aliases": f"别名{n}", "flows_into": f"河{n - 1}" if n % 5 > 1 else ""}


def segment(n):
    return {"code": f"s-{n}", "name": f"段{n}", "resource": "雅拉河", "place": "513301201200", "since": SINCE}


def board(n):
    given = {"code": f"b-{n}", "segment": "THE-SEGMENT", "place": "桥头", "begins_at": "界碑", "ends_at": "大桥"}
    return {**given, "unit": "the-unit", "set_up_on": SINCE}


def site(n):
    return {"name": f"试验厂{n}", "kind": "enterprise", "place": "513301201200", "other_names": f"老厂{n}"}


def agreement(n):
    words = {"duties": "巡查", "funding": "补贴", "liability": "扣减"}
    return {"post": f"village-{n}", "since": SINCE, "last": "2026-12-31", **words}


def target(n):
    """Twenty targets to an agreement."""
    row = {"giver": "the-giver", "taker": f"seat-{1 + n // 20}", "evaluator": "the-unit", "kind": "year", "since": SINCE}
    return {**row, "last": "2026-12-31", "text": f"目标{n}", "target": "60", "direction": "up", "weight": "1"}


ACTS = {"signboards": board, "sites": site, "village_agreements": agreement, "targets": target}
ROWS = {"units": unit, "posts": post, "chiefs": chief, "charges": charge, "resources": water, "segments": segment}


@pytest.fixture
def office():
    insert_where_absent()
    world = chain()
    UnitFactory(code="the-unit")
    SegmentFactory(code="THE-SEGMENT", resource=ResourceFactory(name="立曲"))
    return acting_for(world.office)


def seats(count):
    kind, unit = PostKind.objects.get(code="river-chief-county"), PostFactory().unit
    Post.objects.bulk_create(
        Post(code=f"seat-{n}", kind=kind, unit=unit, title=f"岗位{n}", since="2020-01-01") for n in range(1, count + 1)
    )


def village_seats(count):
    kind, unit = PostKind.objects.get(code="river-chief-village"), Post.objects.get(unit__kind="village", kind__single=True).unit
    posts = [PostFactory(code=f"village-{n}", kind=kind, unit=unit) for n in range(1, count + 1)]
    Tenure.objects.bulk_create(Tenure(person=PersonFactory(), post=post, single_post=post, since=post.since) for post in posts)


def statements(kind, office, first, count):
    """How many statements it takes to try out and take over a file of so many rows, all of them new."""
    data = table(kind, *((ROWS | ACTS)[kind](n) for n in range(first, first + count)))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        delivery = actions.hand_in(kind, upload(data), by=office)
        actions.take_over(delivery, partial=False, by=office, expect=delivery.version)
    assert reports.last_run(delivery).added == count
    return len(seen)


@pytest.mark.parametrize("kind", ROWS)
def test_every_batch_costs_the_same_statements(kind, office, monkeypatch):
    monkeypatch.setattr(rules, "BATCH", 20)
    seats(200)
    one, two, three = (statements(kind, office, first, count) for first, count in ((1, 20), (31, 40), (101, 60)))
    assert three - two == two - one > 0


@pytest.mark.parametrize("kind", ROWS)
def test_a_full_batch_costs_no_more_than_a_small_one(kind, office):
    """Below the length at which SQLite splits a statement (999 values)."""
    seats(100)
    assert statements(kind, office, 1, 5) == statements(kind, office, 11, 40)


def test_every_kind_that_is_not_written_in_bulk_has_a_bound_of_rows():
    kinds = {sheet.key: importing.importer(sheet.key) for sheet in importing.kinds()}
    one_by_one = {key for key, importer in kinds.items() if issubclass(importer, importing.ActingImporter)}
    assert one_by_one == set(ACTS)
    assert {kinds[key].sheet.most_rows for key in one_by_one} == {rules.MOST_ACTS}
    assert {kinds[key].sheet.most_rows for key in ROWS} == {rules.MOST_ROWS}


def test_rows_beyond_the_bound_are_refused_and_the_others_taken(office, monkeypatch):
    monkeypatch.setattr(SignboardsImporter, "sheet", dataclasses.replace(SignboardsImporter.sheet, most_rows=2))
    delivery = taken_over("signboards", office, *(board(n) for n in range(1, 5)), partial=True)
    assert Signboard.objects.count() == 2
    assert [(note.line, note.code) for note in reports.last_run(delivery).notes.order_by("line")] == [(4, "too_many"), (5, "too_many")]


@pytest.mark.parametrize("kind", ACTS)
def test_what_begins_by_an_act_costs_the_same_statements_for_each_row(kind, office):
    seats(4)
    village_seats(80)
    PostFactory(code="the-giver")
    statements(kind, office, 70, 2)  # the first of all begins the row of numbers
    one, two, three = (statements(kind, office, first, count) for first, count in ((1, 5), (20, 10), (40, 15)))
    assert three - two == two - one > 0
    assert (three - two) / 5 < 120  # three times: the trial, the check of the taking over, the act


def test_a_thousand_rows_cost_twice_the_batches_of_five_hundred(office):
    fixed_and_one, fixed_and_two, fixed_and_three = (
        statements("segments", office, first, count) for first, count in ((1, 500), (1001, 1000), (3001, 1500))
    )
    assert fixed_and_three - fixed_and_two == fixed_and_two - fixed_and_one
    assert fixed_and_three < 200
