"""A list is worked on as a draft, published as an act, followed by the next version, and never edited."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from accountability.ledger.verification import first_fault
from chiefs.duties import reports, rules
from chiefs.duties.actions import lists
from chiefs.duties.models import DraftItem, Duty, DutyList, ListItem, ListVersion, Power
from chiefs.posts.functions import Function
from chiefs.posts.models import Post
from tests.factories import posts
from tests.factories.duties import MEETING, add, clerk, followed, publish, published
from tests.factories.posts import UnitFactory, acting_for, desk, government

pytestmark = pytest.mark.django_db
LONG_AGO = date(2020, 3, 1)


@pytest.fixture
def world():
    return posts.chain()


def texts(post, on):
    return [item.text for item in reports.responsibilities(post, on)]


def test_publishing_is_an_act_with_the_hash_of_the_lines(world):
    about = published({}, MEETING, since=LONG_AGO, post=world.county)
    version = about.versions.get()
    assert (version.state, version.published_on, version.since) == ("published", days.today(), LONG_AGO)
    event = Event.objects.get(stream=version.stream, act="duty_lists.publish")
    assert event.facts["digest"] == version.digest == rules.digest(lists.told_lines(version.items.order_by("order")))
    assert event.facts["since"] == "2020-03-01"
    assert "试验" not in event.payload
    assert not version.drafts.exists()
    assert first_fault()[0] is None


def test_a_past_day_shows_the_list_then_in_force(world):
    about = published({"text": "一"}, since=LONG_AGO, post=world.county)
    change = days.today() + timedelta(days=10)
    followed(about, {"text": "二"}, since=change)
    assert texts(world.county, LONG_AGO - timedelta(days=1)) == []
    assert texts(world.county, LONG_AGO) == texts(world.county, change - timedelta(days=1)) == ["一"]
    assert texts(world.county, change) == ["一", "二"]
    assert list(about.versions.order_by("number").values_list("state", "since", "until")) == [
        ("replaced", LONG_AGO, change),
        ("published", change, None),
    ]


def test_a_line_may_begin_and_end_inside_its_version(world):
    published({"text": "夏季加巡", "since": date(2021, 6, 1), "until": date(2021, 9, 1)}, since=LONG_AGO, post=world.county)
    assert texts(world.county, date(2021, 5, 31)) == texts(world.county, date(2021, 9, 1)) == []
    assert texts(world.county, date(2021, 6, 1)) == ["夏季加巡"]


def test_the_database_refuses_to_change_or_take_away_a_published_line(world):
    published({}, post=world.county)
    for step in (lambda: ListItem.objects.update(text="改"), lambda: ListItem.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            step()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE duties_listitem SET text = 'x'")
    assert ListItem.objects.get().text == "巡查责任河段"


def test_two_versions_never_hold_on_the_same_day(world):
    about = published({}, since=LONG_AGO, post=world.county)
    from accountability.ledger.models import gate_open

    with pytest.raises(IntegrityError), transaction.atomic(), gate_open():
        ListVersion.objects.create(duty_list=about, number=2, state="published", since=days.today(), binding=about)


def test_a_published_version_takes_no_line_and_is_published_once(world):
    about = published({}, post=world.county)
    version = about.versions.get()
    with pytest.raises(NoTransition):
        add(version, clerk())
    with pytest.raises(NoTransition):
        lists.publish(version, since=days.today(), document="x", by=clerk(), expect=version.version)
    with pytest.raises(NoTransition):
        lists.discard(version, by=clerk(), expect=version.version)


def test_the_next_version_does_not_reach_back(world):
    about = published({}, since=LONG_AGO, post=world.county)
    version = lists.draft(about, by=clerk())
    for since in (LONG_AGO, LONG_AGO + timedelta(days=9), days.today() - timedelta(days=1), days.today() + timedelta(days=500)):
        with pytest.raises(Refused):
            publish(version, since, clerk())
    version.refresh_from_db()
    assert version.state == "draft"
    assert about.versions.get(number=1).state == "published"
    publish(version, days.today(), clerk())


def test_a_list_without_a_line_is_not_published(world):
    about = lists.open_list(kind="responsibility", title="空", post=world.county, by=clerk())
    with pytest.raises(Refused):
        publish(about.versions.get(), days.today(), clerk())


def test_a_draft_is_changed_line_by_line_and_who_was_slower_is_told(world):
    by = acting_for(world.office)
    about = lists.open_list(kind="responsibility", title="清单", post=world.county, by=by)
    version = about.versions.get()
    seen = version.version
    add(version, by, text="一")
    with pytest.raises(Stale):
        lists.add_item(version, by=by, expect=seen, text="二", basis="依据")
    item = version.drafts.get()
    lists.change_item(item, by=by, expect=version.version, text="改")
    assert DraftItem.objects.get().text == "改"
    item = DraftItem.objects.select_related("version").get()
    lists.remove_item(item, by=by, expect=item.version.version)
    assert not DraftItem.objects.exists()


def test_a_double_click_adds_one_line(world):
    by, ref = acting_for(world.office), uuid.uuid4()
    version = lists.open_list(kind="responsibility", title="清单", post=world.county, by=by).versions.get()
    seen = version.version
    first = lists.add_item(version, by=by, expect=seen, client_ref=ref, text="一", basis="依据")
    again = lists.add_item(version, by=by, expect=seen, client_ref=ref, text="一", basis="依据")
    assert first is not None
    assert again is None
    assert version.drafts.count() == 1


def test_publishing_sent_twice_is_once(world):
    by, ref = acting_for(world.office), uuid.uuid4()
    version = lists.open_list(kind="responsibility", title="清单", post=world.county, by=by).versions.get()
    add(version, by)
    seen, facts = version.version, {"since": days.today(), "document": "文号", "by": by, "client_ref": ref}
    first = lists.publish(version, expect=seen, **facts)
    assert lists.publish(version, expect=seen, **facts).pk == first.pk
    assert version.items.count() == 1


def test_a_draft_that_is_thrown_away_leaves_the_list_as_it_is(world):
    about = published({}, since=LONG_AGO, post=world.county)
    version = lists.draft(about, by=clerk())
    with pytest.raises(Refused):
        lists.draft(about, by=clerk())
    lists.discard(version, by=clerk(), expect=version.version)
    assert lists.draft(about, by=clerk()).number == 3
    assert texts(world.county, days.today()) == ["巡查责任河段"]


def test_a_line_carried_on_keeps_its_key_and_one_that_has_ended_is_left_behind(world):
    about = published({"text": "一"}, {"text": "旧", "until": date(2021, 1, 1)}, since=LONG_AGO, post=world.county)
    version = lists.draft(about, by=clerk())
    (carried,) = version.drafts.all()
    assert carried.key == ListItem.objects.get(text="一").key


@pytest.mark.parametrize("about", ["post", "unit", "post_kind"])
def test_a_subject_has_one_list_of_a_kind(world, about):
    subject = {
        "post": {"post": world.county},
        "unit": {"unit": world.county.unit},
        "post_kind": {"post_kind": world.county.kind, "jurisdiction": world.county.unit.jurisdiction},
    }[about]
    published({}, **subject)
    with pytest.raises(Refused):
        lists.open_list(kind="responsibility", title="又一", by=clerk(), **subject)
    lists.open_list(kind="negative", title="负面", by=clerk(), **subject)


def test_a_list_is_kept_where_the_register_is_kept(world):
    office, water = acting_for(world.office), acting_for(world.water)
    town = Post.objects.get(unit=world.township.unit, kind__functions=[Function.RECEIVER.value])
    elsewhere = posts.chief("township", government(posts.territory.township("513301202000", "别乡")))
    lists.open_list(kind="responsibility", title="一", post=world.county, by=office)
    lists.open_list(kind="responsibility", title="二", post=world.village, by=acting_for(town))
    above = {"post_kind": world.village.kind, "jurisdiction": posts.territory.prefecture()}
    for by, subject in (
        (water, {"post": world.county}),
        (office, {"post": world.prefecture}),
        (acting_for(town), {"post": elsewhere}),
        (acting_for(town), {"post_kind": world.village.kind, "jurisdiction": world.township.unit.jurisdiction}),
        (office, above),
        (acting_for(world.county), {"post": world.county}),
    ):
        with pytest.raises(NotPermitted):
            lists.open_list(kind="power", title="三", by=by, **subject)
    first = desk(UnitFactory(jurisdiction=posts.territory.prefecture(), name="州河长办"), Function.CHIEF_OFFICE)
    lists.open_list(kind="power", title="四", by=acting_for(first), **above)


def test_drafts_are_seen_by_who_keeps_the_list_and_what_is_published_by_everybody(world):
    office = acting_for(world.office)
    about = lists.open_list(kind="responsibility", title="清单", post=world.county, by=office)
    version = about.versions.get()
    strangers = [acting_for(post) for post in (world.village, world.water, world.bureau)]
    assert list(DutyList.objects.visible_to(office)) == [about]
    assert not any(DutyList.objects.visible_to(by) or ListVersion.objects.visible_to(by) for by in strangers)
    add(version, office)
    publish(version, days.today(), office)
    lists.draft(about, by=office)
    for by in strangers:
        assert list(DutyList.objects.visible_to(by)) == [about]
        assert list(ListVersion.objects.visible_to(by)) == [version]
    assert not DutyList.objects.visible_to(None).exists()


def test_a_duty_of_the_plan_is_adopted_when_its_line_is_published(world):
    duty = Duty.objects.create(code="D05", levels="县", who="主要负责人", duty="study", words="每季度研究", source="八-五")
    power = Power.objects.filter(matter="sand").first()
    version = lists.open_list(kind="responsibility", title="清单", post=world.county, by=clerk()).versions.get()
    add(version, clerk(), duty=duty, power=power)
    duty.refresh_from_db()
    assert duty.standing == "draft"
    publish(version, days.today(), clerk())
    duty.refresh_from_db()
    assert duty.standing == "adopted"
    assert Event.objects.filter(stream=f"duties.duty:{duty.pk}", act="duty_lists.adopt").count() == 1
    assert version.items.get().power == power
