"""Appointed, succeeded, ended; given and ended charges: who may enter it, and what is refused."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts import charges, reports, tenures
from chiefs.posts.functions import Function
from chiefs.posts.models import Charge, PostKind, Tenure, Watch
from chiefs.resources.models import GridCell
from tests.factories.posts import PersonFactory, PostFactory, UnitFactory, acting_for, chief, desk, government
from tests.factories.resources import SchemeFactory, SegmentFactory
from tests.factories.territory import LONG_AGO, township, village

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)


def vacant(world, code="river-chief-village", unit=None):
    return PostFactory(kind=PostKind.objects.get(code=code), unit=unit or world.village.unit)


def appoint(post, by, person=None, since=TODAY, **more):
    return tenures.appoint(post, person=person or PersonFactory(), since=since, basis="任字〔2026〕1号", by=by, **more)


def test_a_term_begins_by_its_document_and_is_recorded(world, office):
    post = vacant(world)
    term = appoint(post, office, appointed_on=TODAY - DAY)
    assert reports.term_of(post, TODAY) == term
    event = Event.objects.get(stream=f"posts.tenure:{term.pk}")
    assert (event.act, event.post_id, event.facts["since"]) == ("posts.appoint", world.office.pk, TODAY.isoformat())
    assert "commitment" in event.facts["basis"]


def test_the_same_form_twice_is_one_term_and_another_content_is_refused(world, office):
    post, person, ref = vacant(world), PersonFactory(), uuid.uuid4()
    first = appoint(post, office, person, client_ref=ref)
    assert appoint(post, office, person, client_ref=ref) == first
    assert Tenure.objects.filter(post=post).count() == 1
    with pytest.raises(Mismatch):
        appoint(post, office, PersonFactory(), client_ref=ref)


@pytest.mark.parametrize(
    ("since", "until", "more"),
    [
        (LONG_AGO - DAY, None, {}),  # before the post
        (TODAY, TODAY, {}),  # not a day
        (TODAY + 400 * DAY, None, {}),  # a slip of the pen
        (TODAY, None, {"appointed_on": TODAY + DAY}),  # before its document
    ],
    ids=["before the post exists", "without a day", "too far ahead", "before the appointment"],
)
def test_no_term_outside_its_post_or_before_its_document(world, office, since, until, more):
    with pytest.raises(Refused):
        appoint(vacant(world), office, since=since, until=until, **more)


def test_the_database_itself_refuses_a_term_before_its_document(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenure.objects.create(person=PersonFactory(), post=vacant(world), since=TODAY, appointed_on=TODAY + DAY)


def test_no_term_after_the_unit_or_the_post_has_closed(world, office):
    post = vacant(world, unit=UnitFactory(jurisdiction=world.place, until=TODAY + 10 * DAY))
    with pytest.raises(Refused):
        appoint(post, office)
    assert appoint(post, office, until=TODAY + 10 * DAY)


def test_a_chiefs_post_has_one_holder_a_desk_several(world, office):
    with pytest.raises(Refused, match="演示人"):
        appoint(world.village, office)
    second = appoint(world.water, office)
    assert Tenure.objects.in_force(TODAY).filter(post=world.water).count() == 2
    with pytest.raises(Refused):
        appoint(world.water, office, second.person)


def test_a_rangers_contract_ends_within_a_year(world, office):
    post = vacant(world, "ranger-village")
    for until in (None, TODAY + 367 * DAY):
        with pytest.raises(Refused, match="12"):
            appoint(post, office, until=until)
    assert appoint(post, office, until=TODAY + 365 * DAY).until


def test_one_succeeds_the_other_on_the_same_day(world, office):
    former, person = world.village.tenures.get(), PersonFactory()
    day, ref = TODAY + 3 * DAY, uuid.uuid4()
    for _twice in range(2):
        after = tenures.succeed(former, person=person, day=day, basis="任字2号", by=office, client_ref=ref)
    former.refresh_from_db()
    assert (former.until, after.since) == (day, day)
    assert [reports.term_of(world.village, on) for on in (day - DAY, day)] == [former, after]
    assert Tenure.objects.filter(post=world.village).count() == 2


def test_nobody_succeeds_themselves(world, office):
    term = world.village.tenures.get()
    with pytest.raises(Refused):
        tenures.succeed(term, person=term.person, day=TODAY, basis="任字2号", by=office)


def test_a_past_term_is_not_edited(world, office):
    term = world.village.tenures.get()
    tenures.end_term(term, day=TODAY, reason="免职", by=office)
    for day in (TODAY - DAY, TODAY + DAY):
        with pytest.raises(Refused):
            tenures.end_term(term, day=day, reason="更正", by=office)


def test_a_term_does_not_end_before_what_its_holder_did_in_it(world, office, monkeypatch):
    term, at = world.village.tenures.get(), days.start_of(TODAY) - 10 * DAY
    with transaction.atomic():
        event = Event.record("test:1", "test.act", acting_for(world.village), occurred_at=at)
    assert event.person_id == term.person_id
    with pytest.raises(Refused, match=str(TODAY - 10 * DAY)):
        tenures.end_term(term, day=TODAY - 20 * DAY, reason="免职", by=office)
    assert tenures.end_term(term, day=TODAY - 9 * DAY, reason="免职", by=office).until == TODAY - 9 * DAY


def test_what_was_done_this_morning_does_not_keep_a_term_from_ending_today(world, office):
    with transaction.atomic():
        Event.record("test:1", "test.act", acting_for(world.village))
    assert tenures.end_term(world.village.tenures.get(), day=TODAY, reason="免职", by=office).until == TODAY


def test_an_end_to_come_may_be_brought_forward_but_not_put_off(world, office):
    term = world.village.tenures.get()
    tenures.end_term(term, day=TODAY + 30 * DAY, reason="免职", by=office)
    with pytest.raises(Refused):
        tenures.end_term(term, day=TODAY + 40 * DAY, reason="免职", by=office)
    assert tenures.end_term(term, day=TODAY + 5 * DAY, reason="免职", by=office).until == TODAY + 5 * DAY


def test_who_enters_whose_terms(world):
    """docs/decisions/0014-terms.md: the line by who keeps the register, never one's own heads; other desks by the administrator."""
    place = world.county.unit
    county_office = acting_for(world.office)
    prefecture_office = acting_for(desk(UnitFactory(jurisdiction=world.prefecture.unit.jurisdiction), Function.CHIEF_OFFICE))
    administrator = acting_for(desk(UnitFactory(jurisdiction=world.prefecture.unit.jurisdiction), Function.ADMINISTRATOR))
    township_desk = acting_for(world.township.unit.posts.get(kind__functions=[Function.RECEIVER.value]))
    village_desk = acting_for(world.village.unit.posts.get(kind__functions=[Function.RECEIVER.value]))
    other_township = acting_for(government(township("513301202000", "新都桥镇")).posts.get())
    everybody = {
        "county office": county_office,
        "prefecture office": prefecture_office,
        "administrator": administrator,
        "township desk": township_desk,
        "village desk": village_desk,
        "other township": other_township,
        "chief": acting_for(world.county),
    }
    expected = {
        world.village: {"county office", "prefecture office", "township desk"},
        vacant(world, "ranger-village"): {"county office", "prefecture office", "township desk"},
        world.township: {"county office", "prefecture office"},
        world.water: {"county office", "prefecture office"},
        vacant(world, "general-chief-county", place): {"prefecture office"},
        vacant(world, "general-chief-prefecture", world.prefecture.unit): {"prefecture office"},
        world.office: {"prefecture office", "administrator"},
        world.intake: {"administrator"},
        vacant(world, "desk-audit-county", place): {"administrator"},
        vacant(world, "desk-administrator-prefecture", world.prefecture.unit): {"administrator"},
    }
    for post, who in expected.items():
        may = set()
        for name, by in everybody.items():
            post.kind.single = False  # as a desk, so that the holder there is stands in nobody's way
            try:
                with transaction.atomic():
                    appoint(post, by)
            except NotPermitted:
                continue
            except Refused:
                pass
            may.add(name)
        assert may == who, post.kind.code


def test_nobody_enters_a_term_of_their_own(world, office):
    with pytest.raises(Refused):
        appoint(vacant(world), office, world.office.tenures.get().person)


def test_a_system_post_is_nobodys_to_fill(world):
    administrator = acting_for(desk(UnitFactory(jurisdiction=world.prefecture.unit.jurisdiction), Function.ADMINISTRATOR))
    with pytest.raises(NotPermitted):
        appoint(reports.Post.objects.get(code="system-clock"), administrator)


def test_a_charge_is_given_once_ended_and_given_again(world, office):
    post, segment = vacant(world), SegmentFactory()
    first = charges.give_charge(post, segment, since=TODAY - 5 * DAY, by=office)
    with pytest.raises(Refused):
        charges.give_charge(post, segment, since=TODAY, by=office)
    charges.end_charge(first, day=TODAY, by=office)
    again = charges.give_charge(post, segment, since=TODAY, by=office)
    assert list(Charge.objects.in_force(TODAY).filter(post=post)) == [again]
    with pytest.raises(Refused):
        charges.end_charge(first, day=TODAY - DAY, by=office)
    acts = Event.objects.filter(stream=f"posts.charge:{first.pk}").order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["posts.give_charge", "posts.end_charge"]


def test_a_charge_stays_in_the_place_and_the_scheme_of_its_post(world, office):
    far = SegmentFactory(jurisdiction=village("513301202200", "远村"))
    with pytest.raises(Refused):
        charges.give_charge(vacant(world), far, since=TODAY, by=office)
    lake = chief("village", world.village.unit, "lake")
    assert lake.kind.scheme == SchemeFactory(code="lake")
    with pytest.raises(Refused):
        charges.give_charge(lake, world.segment, since=TODAY, by=office)
    with pytest.raises(Refused):
        charges.give_charge(world.water, world.segment, since=TODAY, by=office)
    assert charges.give_charge(vacant(world, "river-chief-county", world.county.unit), far, since=TODAY, by=office)


def test_a_charge_does_not_reach_back_into_days_that_have_passed(world, office):
    with pytest.raises(Refused):
        charges.end_charge(Charge.objects.get(post=world.village), day=TODAY - DAY, by=office)


def test_a_ranger_works_in_a_cell_a_chief_does_not(world, office):
    cell = GridCell.objects.create(code="W-1", name="一号网格", jurisdiction=world.place, since=LONG_AGO)
    ranger = vacant(world, "ranger-village")
    watch = charges.give_watch(ranger, cell, since=TODAY, by=office)
    with pytest.raises(Refused):
        charges.give_watch(ranger, cell, since=TODAY + DAY, by=office)
    with pytest.raises(Refused):
        charges.give_watch(world.village, cell, since=TODAY, by=office)
    with pytest.raises(Refused):
        charges.give_charge(ranger, world.segment, since=TODAY, by=office)
    charges.end_watch(watch, day=TODAY + DAY, by=office)
    assert not Watch.objects.in_force(TODAY + DAY).exists()


def test_rooms_above_may_join_what_is_entered_and_an_exception_there_undoes_it(world, office, monkeypatch):
    from accountability.ledger import registry

    told = []

    def follow(record, *, event, by, facts):
        told.append((record, event.act, facts["since"]))
        if len(told) > 1:
            raise Refused("the boards are not ready")

    monkeypatch.setitem(registry._joins, "posts.appoint", [follow])
    term = appoint(vacant(world), office)
    assert told == [(term, "posts.appoint", TODAY)]
    with pytest.raises(Refused):
        appoint(vacant(world), office)
    assert not Tenure.objects.filter(entered_on=TODAY, post__code__startswith="post-").exclude(pk=term.pk).filter(since=TODAY).exists()
