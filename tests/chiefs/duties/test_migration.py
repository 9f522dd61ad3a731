"""The responsibility items of the spine become lists: on every day the same lines are in force as before."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from chiefs.duties import reports
from chiefs.duties.models import DutyList, ListItem
from tests.factories import posts

pytestmark = pytest.mark.django_db(transaction=True)
A, B, C = date(2019, 1, 1), date(2021, 5, 1), date(2023, 1, 1)


@pytest.fixture
def before():
    """The tables as they stood between the two migrations: the old one is there again, and empty."""
    apps = MigrationLoader(connection).project_state([("duties", "0003_lists_and_powers"), ("posts", "0001_initial")]).apps
    old = apps.get_model("duties", "ResponsibilityItem")
    with connection.schema_editor() as editor:
        editor.create_model(old)
    yield apps
    with connection.schema_editor() as editor:
        editor.delete_model(old)


def test_on_every_day_the_same_lines_are_in_force(before):
    world = posts.chain()
    Item = before.get_model("duties", "ResponsibilityItem")
    common = {"basis": "依据", "post_kind_id": world.village.kind_id}
    Item.objects.create(order=0, text="一", text_bo="གཅིག", since=A, until=None, **common)
    Item.objects.create(order=1, text="二", since=A, until=B, **common)
    Item.objects.create(order=1, text="二改", since=B, until=None, **common)
    Item.objects.create(order=9, text="看护公示牌", basis="依据", post_id=world.village.pk, since=C, until=None)
    import_module("chiefs.duties.migrations.0004_items_become_lists").carry(before, None)
    assert DutyList.objects.count() == 2
    told = {
        on: [item.text for item in reports.responsibilities(world.village, on)]
        for on in (A - timedelta(days=1), A, B - timedelta(days=1), B, C - timedelta(days=1), C)
    }
    assert list(told.values()) == [[], ["一", "二"], ["一", "二"], ["一", "二改"], ["一", "二改"], ["一", "二改", "看护公示牌"]]
    assert ListItem.objects.get(text="一").text_bo == "གཅིག"
    assert reports.responsibilities(world.township, C) == []
