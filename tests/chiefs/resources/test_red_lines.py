"""Red-line plots and their markers change and end by acts with a day; what stood before is kept, and seen on its days."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, Refused, Stale
from accountability.ledger.models import Event
from chiefs.posts.functions import Function
from chiefs.resources import actions
from chiefs.resources.actions.writing import stream_of
from chiefs.resources.models import Marker, RedLineEdition, RedLinePlot
from tests.factories import territory
from tests.factories.posts import UnitFactory, acting_for, desk
from tests.factories.resources import office

pytestmark = pytest.mark.django_db

TODAY = days.today()
BEGAN, THEN = TODAY - timedelta(days=300), TODAY - timedelta(days=40)
NEWER = {"type": "protected", "purpose": "biodiversity", "area_m2": 1_500_000, "act": "川府发〔2026〕7号", "day": THEN}


@pytest.fixture
def by():
    return office()


@pytest.fixture
def plot(by):
    facts = {"type": "important", "purpose": "water", "area_m2": 2_000_000, "act": "川府发〔2018〕24号"}
    return actions.enter_plot(code="RL-01", name="雅拉河源地块", jurisdiction=territory.village(), day=BEGAN, by=by, **facts)


@pytest.fixture
def marker(plot, by):
    return actions.place_marker(plot, number="J-01", longitude=101.95, latitude=30.1, place="沟口", day=BEGAN, by=by)


def stranger():
    return acting_for(desk(UnitFactory(jurisdiction=territory.county()), Function.DEPARTMENT))


def test_a_newer_act_holds_from_its_day_and_the_one_before_is_kept_for_its_days(plot, by):
    event = actions.change_plot(plot, by=by, **NEWER)
    edition = plot.editions.get()
    assert (edition.since, edition.until, edition.area_m2, edition.act) == (BEGAN, THEN, 2_000_000, "川府发〔2018〕24号")
    plot.refresh_from_db()
    assert (plot.area_m2, plot.type, plot.since) == (1_500_000, "protected", BEGAN)
    assert event.facts["day"] == THEN.isoformat()
    assert "川府发" not in event.payload
    actions.change_plot(plot, by=by, **NEWER | {"area_m2": 1_400_000, "day": TODAY})
    assert [(e.since, e.until) for e in plot.editions.order_by("since")] == [(BEGAN, THEN), (THEN, TODAY)]


def test_a_newer_act_is_not_older_than_the_one_in_force_and_says_something_new(plot, by):
    same = {"type": "important", "purpose": "water", "area_m2": 2_000_000, "act": "川府发〔2018〕24号"}
    for wrong in ({"day": BEGAN}, {"day": TODAY + timedelta(days=1)}, same):
        with pytest.raises(Refused):
            actions.change_plot(plot, by=by, **NEWER | wrong)
    assert not RedLineEdition.objects.exists()
    actions.change_plot(plot, by=by, **NEWER)
    with pytest.raises(Refused):
        actions.change_plot(plot, by=by, **NEWER | {"area_m2": 1})


def test_the_past_of_a_plot_is_not_edited_and_no_two_acts_hold_on_one_day(plot, by):
    actions.change_plot(plot, by=by, **NEWER)
    edition = plot.editions.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        RedLineEdition.objects.filter(pk=edition.pk).update(area_m2=1)
    facts = {"type": "other", "purpose": "soil", "area_m2": 5, "act": "文"}
    with pytest.raises(IntegrityError), transaction.atomic():
        RedLineEdition.objects.create(plot=plot, since=THEN - timedelta(days=1), until=TODAY, **facts)


def test_a_plot_ends_with_its_markers_for_a_reason_and_is_changed_no_more(plot, marker, by):
    for wrong in ({"day": BEGAN}, {"reason": " "}, {"day": TODAY + timedelta(days=900)}):
        with pytest.raises(Refused):
            actions.end_plot(plot, **{"day": TODAY, "reason": "红线调整方案", "by": by} | wrong)
    actions.end_plot(plot, day=TODAY, reason="红线调整方案", by=by)
    for record in (plot, marker):
        record.refresh_from_db()
        assert (record.until, record.ended_by) == (TODAY, "红线调整方案")
    assert [e.act for e in Event.objects.filter(stream=stream_of(marker)).order_by("seq")] == [
        "resources.place_marker",
        "resources.end_marker",
    ]
    for late in (
        lambda: actions.change_plot(plot, by=by, **NEWER),
        lambda: actions.end_plot(plot, day=TODAY, reason="又一次", by=by),
        lambda: actions.rename_plot(plot, name="新名", name_bo="", by=by),
        lambda: actions.place_marker(plot, number="J-09", longitude=101.95, latitude=30.1, day=TODAY, by=by),
        lambda: actions.end_marker(marker, day=TODAY, reason="又一次", by=by),
        lambda: actions.check_marker(marker, day=TODAY, finding="sound", by=by),
    ):
        with pytest.raises(Refused):
            late()
    assert not RedLinePlot.objects.in_force(TODAY).exists()
    assert RedLinePlot.objects.in_force(TODAY - timedelta(days=1)).get() == plot


def test_what_ends_says_why_in_the_database_too(plot, marker):
    for model, record in ((RedLinePlot, plot), (Marker, marker)):
        with pytest.raises(IntegrityError, match="ends_for_a_reason"), transaction.atomic():
            model.objects.filter(pk=record.pk).update(until=TODAY)


def test_a_marker_that_stands_elsewhere_keeps_its_checks_and_where_it_stood(marker, by):
    actions.check_marker(marker, day=THEN, finding="moved", by=by)
    for wrong in ({"day": TODAY + timedelta(days=1)}, {"day": BEGAN - timedelta(days=1)}, {"longitude": 30.0, "latitude": 101.9}):
        with pytest.raises(Refused):
            actions.change_marker(marker, **{"longitude": 101.96, "latitude": 30.11, "place": "沟口东", "day": TODAY, "by": by} | wrong)
    event = actions.change_marker(marker, longitude=101.96, latitude=30.11, place="沟口东", day=TODAY, by=by)
    marker.refresh_from_db()
    assert (marker.longitude, marker.place, marker.finding) == (101.96, "沟口东", "moved")
    assert event.facts["before"] == {"longitude": "101.95", "latitude": "30.1"}
    with pytest.raises(Refused):
        actions.end_marker(marker, day=THEN, reason="被洪水冲走", by=by)  # it was still seen on that day
    actions.end_marker(marker, day=TODAY, reason="被洪水冲走", by=by)
    assert not Marker.objects.in_force(TODAY).exists()


def test_only_the_office_around_a_plot_changes_it(plot, marker):
    for act in (
        lambda by: actions.change_plot(plot, by=by, **NEWER),
        lambda by: actions.rename_plot(plot, name="新名", name_bo="", by=by),
        lambda by: actions.end_plot(plot, day=TODAY, reason="方案", by=by),
        lambda by: actions.change_marker(marker, longitude=101.96, latitude=30.11, place="", day=TODAY, by=by),
        lambda by: actions.end_marker(marker, day=TODAY, reason="方案", by=by),
    ):
        with pytest.raises(NotPermitted):
            act(stranger())


def test_the_same_form_changes_once_and_a_page_that_is_old_is_told_so(plot, by):
    ref = uuid.uuid4()
    first = actions.change_plot(plot, by=by, expect=1, client_ref=ref, **NEWER)
    assert actions.change_plot(plot, by=by, expect=1, client_ref=ref, **NEWER) == first
    with pytest.raises(Mismatch):
        actions.end_plot(plot, day=TODAY, reason="方案", by=by, client_ref=ref)
    with pytest.raises(Stale):
        actions.end_plot(plot, day=TODAY, reason="方案", by=by, expect=1)


# -- pages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(by):
    from chiefs.posts.models import Account

    client = Client()
    client.force_login(Account.objects.get(person=by.person_id), backend="chiefs.posts.backends.AccountBackend")
    return client


def send(client, view, *args, **told):
    address = reverse(f"resources:{view}", args=args)
    form = client.get(address).context["form"]
    expect = form["expect"].value()
    return client.post(address, {"expect": expect, "client_ref": uuid.uuid4(), **told})


def test_a_list_shows_what_stood_on_the_asked_day_and_what_the_act_of_that_day_said(client, plot, marker, by):
    other = {"type": "other", "purpose": "soil", "area_m2": 7, "act": "文", "day": BEGAN, "by": by}
    actions.enter_plot(code="RL-02", name="旧地块", jurisdiction=territory.village(), **other)
    assert send(client, "plot_step", "RL-02", "end", day=TODAY.isoformat(), reason="红线调整方案").status_code == 302
    assert send(client, "plot_step", "RL-01", "names", name="新名地块", name_bo="").status_code == 302
    newer = {"type": "protected", "purpose": "soil", "area_m2": 1_500_000, "document": "川府发〔2026〕7号", "day": THEN.isoformat()}
    assert send(client, "plot_step", "RL-01", "change", **newer).status_code == 302
    assert send(client, "marker_step", "RL-01", "J-01", "end", day=TODAY.isoformat(), reason="被洪水冲走").status_code == 302

    def listed(on):
        page = client.get(reverse("resources:red_lines"), {"on": on.isoformat(), "format": "csv"})
        rows = list(csv.reader(io.StringIO(page.content.decode("utf-8-sig"))))
        return {row[0]: (row[1], int(row[6]), int(row[10])) for row in rows[1:]}

    assert listed(TODAY) == {"RL-01": ("新名地块", 1_500_000, 0)}
    assert listed(THEN - timedelta(days=1)) == {"RL-01": ("新名地块", 2_000_000, 1), "RL-02": ("旧地块", 7, 0)}
    assert listed(BEGAN - timedelta(days=1)) == {}
    page = client.get(reverse("resources:red_lines"), {"on": THEN.isoformat()}).content.decode()
    assert "1500000" in page
    now, then = (client.get(reverse("resources:plot", args=["RL-01"]), {"on": on.isoformat()}) for on in (TODAY, BEGAN))
    assert (len(now.context["markers"]), len(then.context["markers"])) == (0, 1)
    assert "被洪水冲走" in now.content.decode()
    assert "川府发〔2018〕24号" in then.content.decode().split('id="earlier"')[0]
    assert client.get(reverse("resources:red_lines"), {"on": "gestern"}).status_code == 200


def test_what_has_ended_is_shown_and_offers_nothing(client, plot, marker, by):
    actions.end_plot(plot, day=TODAY, reason="红线调整方案", by=by)
    for name, args in (("plot", ["RL-01"]), ("marker", ["RL-01", "J-01"])):
        page = client.get(reverse(f"resources:{name}", args=args)).content.decode()
        assert "红线调整方案" in page
        assert 'id="steps"' not in page
    for name, args in (("plot_step", ["RL-01", "end"]), ("marker_step", ["RL-01", "J-01", "end"]), ("new_marker", ["RL-01"])):
        assert client.get(reverse(f"resources:{name}", args=args)).status_code == 404


def test_what_was_typed_stays_when_an_end_is_refused(client, plot):
    answer = send(client, "plot_step", "RL-01", "end", day=BEGAN.isoformat(), reason="红线调整方案")
    assert answer.status_code == 422
    assert "红线调整方案" in answer.content.decode()
