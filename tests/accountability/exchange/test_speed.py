"""An import asks and writes by batches: what a batch costs does not depend on how many came before it, nor a row on its neighbours."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accountability.exchange import actions, reports, rules
from chiefs.posts.models import Post, PostKind
from chiefs.resources.defaults import insert_where_absent
from tests.factories.exchange import table, upload
from tests.factories.posts import PostFactory, UnitFactory, acting_for, chain
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
    return {"name": f"演示人{n}", "phone": f"199{n:08d}", "post": f"seat-{n}", "since": SINCE, "basis": "试验文件"}


def charge(n):
    return {"post": f"seat-{n}", "segment": "THE-SEGMENT", "since": SINCE}


def water(n):
    return {"name": f"河{n}", "kind": "river", "counties": "康定市", "aliases": f"别名{n}", "flows_into": f"河{n - 1}" if n % 5 > 1 else ""}


def segment(n):
    return {"code": f"s-{n}", "name": f"段{n}", "resource": "雅拉河", "place": "513301201200", "since": SINCE}


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


def statements(kind, office, first, count):
    """How many statements it takes to try out and take over a file of so many rows, all of them new."""
    data = table(kind, *(ROWS[kind](n) for n in range(first, first + count)))
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


def test_a_thousand_rows_cost_twice_the_batches_of_five_hundred(office):
    fixed_and_one, fixed_and_two, fixed_and_three = (
        statements("segments", office, first, count) for first, count in ((1, 500), (1001, 1000), (3001, 1500))
    )
    assert fixed_and_three - fixed_and_two == fixed_and_two - fixed_and_one
    assert fixed_and_three < 200
