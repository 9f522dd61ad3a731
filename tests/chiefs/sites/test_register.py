"""A site is entered once, kept by dated rows, closed, and merged when it was entered twice."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accountability.cases import sites as case_sites
from accountability.complaints import sites as complaint_sites
from accountability.kit import days
from accountability.ledger import registry
from accountability.ledger.errors import Mismatch, NotPermitted, NoTransition, Refused, Stale
from accountability.ledger.models import Event
from chiefs.posts.functions import Function
from chiefs.sites import actions, reports
from chiefs.sites.models import Importance, Site, SiteName, Supervision
from chiefs.territory import actions as territory
from chiefs.territory.actions import Beginning
from tests.factories import cases, complaints
from tests.factories.posts import UnitFactory, acting_for, chain, desk
from tests.factories.sites import credit_code, site
from tests.factories.territory import JurisdictionFactory, prefecture, village

pytestmark = pytest.mark.django_db
TODAY = days.today
DAY = dt.timedelta(days=1)


@pytest.fixture
def world():
    return chain()


@pytest.fixture
def office(world):
    return acting_for(world.office)


def township_desk(world):
    return acting_for(world.township.unit.posts.get(kind__functions=["receiver"]))


def test_a_site_stands_with_its_names_its_importance_and_its_unit(world, office):
    code = credit_code()
    made = site(
        world,
        name="试验采石场（演示）",
        credit_code=f" {code.lower()} ",
        other_names=["老石场", "老 石场", ""],
        importance="key",
        unit=world.branch.unit,
        since=dt.date(2020, 5, 1),
        latitude=Decimal("30.1"),
        longitude=Decimal("101.9"),
        segment=world.segment,
    )
    assert (made.credit_code, made.path, made.state) == (code, world.place.path, "operating")
    assert [(n.name, n.kind) for n in made.names.all()] == [("试验采石场（演示）", "present"), ("老石场", "other")]
    assert made.importances.get().value == "key"
    assert made.supervisions.get().unit == world.branch.unit
    assert Event.objects.get(stream=made.stream).act == "sites.register"
    assert [s.pk for s in reports.search("老石", world.place.path)] == [made.pk]
    assert [s.pk for s in reports.search(code, world.place.path)] == [made.pk]
    assert reports.search("", world.place.path) == []


def test_only_who_keeps_the_register_there_enters_a_site(world):
    assert site(world, by=township_desk(world))
    for post in (world.village, world.county, world.water, world.intake, world.bureau):
        with pytest.raises(NotPermitted):
            site(world, by=acting_for(post))
    elsewhere = JurisdictionFactory(level="county", code="513322000000", name="邻县", parent=prefecture())
    with pytest.raises(NotPermitted):
        site(world, place=elsewhere)
    assert Site.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"credit_code": "920000000000000011"},
        {"name": "  "},
        {"latitude": Decimal("30.1")},
        {"since": dt.date(2999, 1, 1)},
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_leaves_nothing(world, wrong):
    with pytest.raises(Refused) as refusal:
        site(world, **wrong)
    assert str(refusal.value)
    assert not Site.objects.exists()
    assert not SiteName.objects.exists()


def test_a_credit_code_stands_once_and_the_database_knows_it(world, office):
    code = credit_code()
    first = site(world, credit_code=code)
    with pytest.raises(Refused, match=first.name):
        site(world, credit_code=code)
    other = site(world)
    with pytest.raises(Refused):
        actions.change(other, credit_code=code, by=office, expect=other.version)
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=other.pk).update(credit_code=code)
    assert site(world, credit_code="").credit_code == site(world, credit_code="").credit_code == ""


def test_the_same_reference_is_the_same_site_and_another_one_a_mismatch(world):
    ref = uuid.uuid4()
    first = site(world, name="试验一厂", client_ref=ref)
    assert site(world, name="试验一厂", client_ref=ref) == first
    with pytest.raises(Mismatch):
        site(world, name="试验二厂", client_ref=ref)
    assert SiteName.objects.count() == 1


def test_a_name_given_up_stays_as_a_former_name_and_is_still_found(world, office):
    made = site(world, name="旧名厂")
    actions.change(made, name="新名厂", by=office, expect=0)
    assert {(n.name, n.kind, n.until) for n in made.names.all()} == {("新名厂", "present", None), ("旧名厂", "former", TODAY())}
    assert [s.name for s in reports.search("旧名", world.place.path)] == ["新名厂"]
    actions.change(made, name="旧名厂", by=office, expect=1)
    assert {(n.name, n.kind) for n in made.names.all()} == {("旧名厂", "present"), ("新名厂", "former")}
    found = Event.objects.filter(stream=made.stream, act="sites.change").first().facts["found"]
    assert found == {"changed": ["name"]}


def test_a_form_sent_again_changes_nothing_twice(world, office):
    made, ref = site(world, name="旧名厂"), uuid.uuid4()
    events = {actions.change(made, name="新名厂", by=office, expect=0, client_ref=ref).pk for _ in range(2)}
    assert len(events) == 1
    ref = uuid.uuid4()
    for _ in range(2):
        actions.classify(made, value="key", day=TODAY() + DAY, by=office, expect=1, client_ref=ref)
    assert made.importances.count() == 2
    with pytest.raises(Stale):
        actions.change(made, address="别处", by=office, expect=0)


def test_importance_and_unit_are_rows_of_their_days(world, office):
    made = site(world, since=dt.date(2020, 1, 1), unit=world.water.unit)
    day = dt.date(2024, 1, 1)
    actions.classify(made, value="key", day=day, basis="2024年重点名录（试验）", by=office, expect=0)
    actions.put_in_charge(made, unit=world.branch.unit, day=day, by=office, expect=1)

    def on(when):
        row = Site.objects.as_of(when).get(pk=made.pk)
        return row.rated[0].value, row.watched[0].unit

    assert on(day - DAY) == ("general", world.water.unit)
    assert on(day) == ("key", world.branch.unit)
    for wrong in (day, day - DAY, TODAY() + dt.timedelta(days=400)):
        with pytest.raises(Refused):
            actions.classify(made, value="general", day=wrong, by=office, expect=2)
    world.forestry.unit.until = TODAY()
    world.forestry.unit.save()
    with pytest.raises(Refused):
        actions.put_in_charge(made, unit=world.forestry.unit, day=TODAY() + DAY, by=office, expect=2)


@pytest.mark.parametrize("model", [Importance, Supervision])
def test_the_database_refuses_two_rows_for_one_day(world, model):
    made = site(world, unit=world.water.unit)
    more = {"value": "key"} if model is Importance else {"unit": world.branch.unit}
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(site=made, since=TODAY() + DAY, **more)


def test_a_site_whose_unit_has_ended_is_listed_as_watched_by_nobody(world):
    made = site(world, unit=world.water.unit, since=dt.date(2020, 1, 1))
    assert not Site.objects.unwatched(TODAY()).exists()
    world.water.unit.until = TODAY()
    world.water.unit.save()
    assert list(Site.objects.unwatched(TODAY())) == [made]


def test_a_site_closes_and_may_work_again(world, office):
    made = site(world, since=dt.date(2020, 1, 1))
    for day in (dt.date(2020, 1, 1), TODAY() + DAY):
        with pytest.raises(Refused):
            actions.close(made, day=day, reason="停产", by=office, expect=0)
    with pytest.raises(Refused):
        actions.close(made, day=TODAY(), reason="", by=office, expect=0)
    actions.close(made, day=TODAY(), reason="停产关闭", by=office, expect=0)
    assert (made.state, made.until) == ("closed", TODAY())
    with pytest.raises(NoTransition):
        actions.classify(made, value="key", day=TODAY() + DAY, by=office, expect=1)
    actions.resume(made, reason="恢复生产", by=office, expect=1)
    assert (made.state, made.until) == ("operating", None)


def test_a_merged_entry_leads_on_and_everything_that_pointed_at_it_follows(world, office):
    code = credit_code()
    lost = site(world, name="雅拉砂场", credit_code=code, permit_number="P-1", other_names=["河口砂场"], unit=world.branch.unit)
    kept = site(world, name="雅拉砂石厂")
    case, complaint = cases.case(world, site=lost), complaints.registered(segment=world.segment)[0]
    complaint_sites.name_site(complaint, site=lost, by=acting_for(world.intake), expect=0)
    actions.merge(lost, into=kept, reason="同一家", by=office, expect=0)
    lost.refresh_from_db()
    kept.refresh_from_db()
    assert (lost.state, lost.current, kept.current) == ("merged", kept, kept)
    assert (kept.credit_code, kept.permit_number, kept.version) == (code, "P-1", 1)
    assert {n.name for n in kept.names.all()} == {"雅拉砂石厂", "雅拉砂场", "河口砂场"}
    assert kept.supervisions.get().unit == world.branch.unit
    for record, act in ((case, "cases.follow_site"), (complaint, "complaints.follow_site")):
        record.refresh_from_db()
        assert record.site == kept
        assert Event.objects.filter(stream=record.stream, act=act).count() == 1
    assert [s.pk for s in reports.search("河口", world.place.path)] == [kept.pk]
    with pytest.raises(NoTransition):
        actions.merge(lost, into=site(world), reason="再次", by=office, expect=1)
    with pytest.raises(Stale):
        actions.change(kept, address="新址", by=office, expect=0)


def test_mergers_in_a_row_lead_to_the_last(world, office):
    first, second, third = (site(world) for _ in range(3))
    actions.merge(first, into=second, reason="同一家", by=office, expect=0)
    with pytest.raises(Refused):
        actions.merge(third, into=first, reason="同一家", by=office, expect=0)
    actions.merge(second, into=third, reason="同一家", by=office, expect=1)
    for one in (first, second):
        one.refresh_from_db()
        assert one.current == third
    assert Event.objects.filter(stream=first.stream, act="sites.follow").count() == 1


def test_two_codes_are_two_sites_and_no_site_is_merged_into_itself_or_out_of_reach(world, office):
    one, other = site(world, credit_code=credit_code()), site(world, credit_code=credit_code())
    for into in (other, one):
        with pytest.raises(Refused):
            actions.merge(one, into=into, reason="同一家", by=office, expect=0)
    above = desk(UnitFactory(jurisdiction=prefecture()), Function.CHIEF_OFFICE)
    far = JurisdictionFactory(level="county", code="513322000000", name="邻县", parent=prefecture())
    there = site(world, place=far, by=acting_for(above))
    with pytest.raises(Refused):
        actions.merge(site(world), into=there, reason="同一家", by=office, expect=0)
    with pytest.raises(NotPermitted):
        actions.merge(there, into=one, reason="同一家", by=office, expect=0)
    actions.merge(there, into=one, reason="跨县同一家", by=acting_for(above), expect=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=one.pk).update(merged_into=other)


def test_a_merger_sent_twice_happens_once(world, office):
    lost, kept, ref = site(world), site(world), uuid.uuid4()
    for _ in range(2):
        actions.merge(lost, into=kept, reason="同一家", by=office, expect=0, client_ref=ref)
    assert Event.objects.filter(stream=kept.stream, act="sites.take_up").count() == 1


def test_names_are_few_and_never_empty(world, office):
    made = site(world)
    with pytest.raises(Refused):
        actions.name_also(made, names=[" "], by=office, expect=0)
    with pytest.raises(Refused):
        actions.name_also(made, names=[f"别名{n}" for n in range(20)], by=office, expect=0)
    actions.name_also(made, names=["别名", "别 名"], by=office, expect=0)
    assert made.names.count() == 2


def test_a_site_goes_along_when_its_place_changes(world, office):
    made = site(world)
    territory.reorganise(
        kind="renamed", ending=[world.place], beginning=[Beginning("雅拉河村", code=world.place.code)], day=TODAY(), basis="试验", by=office
    )
    made.refresh_from_db()
    assert made.jurisdiction.name == "雅拉河村"
    assert Event.objects.filter(stream=made.stream, act="sites.move_site").count() == 1


def test_a_site_is_left_to_be_settled_when_its_village_is_split(world, office):
    made = site(world)
    act = territory.reorganise(
        kind="split",
        ending=[world.place],
        beginning=[Beginning("上村", code="513301201201"), Beginning("下村", code="513301201202")],
        day=TODAY(),
        basis="试验",
        by=office,
    )
    upper = village("513301201201")
    territory.settle(act, made, to=upper, by=office)
    made.refresh_from_db()
    assert (made.jurisdiction, made.path) == (upper, upper.path)


def test_who_finds_a_site_in_the_register(world):
    here, watched = site(world), site(world)
    elsewhere = JurisdictionFactory(level="county", code="513322000000", name="邻县", parent=prefecture())
    far = desk(UnitFactory(jurisdiction=elsewhere), Function.DEPARTMENT)
    Supervision.objects.create(site=watched, unit=far.unit, since=TODAY())
    seen = {
        name: set(Site.objects.visible_to(acting_for(getattr(world, name)))) for name in ("office", "village", "water", "intake", "bureau")
    }
    assert all(found == {here, watched} for found in seen.values())
    assert set(Site.objects.visible_to(acting_for(far))) == {watched}
    audit = desk(UnitFactory(jurisdiction=prefecture()), Function.AUDIT)
    assert not Site.objects.visible_to(acting_for(audit)).exists()
    assert not Site.objects.visible_to(None).exists()


def test_names_shared_in_one_county_are_proposed_but_not_across_codes_or_counties(world, office):
    same = [site(world, name="同名厂"), site(world, name="同 名厂", credit_code=credit_code())]
    for _ in range(2):
        site(world, name="异码厂", credit_code=credit_code())
    site(world, name="独名厂")
    rows = list(reports.same_names(office))
    assert [row["folded"] for row in rows] == ["同名厂"]
    assert reports.sharing(rows) == [("同名厂", same)]
    assert reports.known("513301").match(reports.rules.Entry.of(0, code="", county="513301", names=["独名厂"])).how == "name"
    actions.merge(same[0], into=same[1], reason="同一家", by=office, expect=0)
    assert not reports.same_names(office).exists()


# -- the site that a case or a complaint is about ---------------------------------------------------------------------------


def test_holder_assistant_intake_and_office_name_the_site_of_a_case(world, office):
    made, case = site(world), cases.case(world)
    for post in (world.village, world.intake, world.office):
        case_sites.name_site(case, site=made, by=acting_for(post), expect=case.version)
    assert case.site == made
    for post in (world.township, world.water):
        with pytest.raises(NotPermitted):
            case_sites.name_site(case, site=None, by=acting_for(post), expect=case.version)
    case_sites.name_site(case, site=None, by=acting_for(world.village), expect=case.version)
    facts = Event.objects.filter(stream=case.stream, act="cases.name_site").last().facts
    assert facts == {"site": None, "before": made.pk}


def test_a_site_of_another_county_or_one_merged_meanwhile(world, office):
    above = acting_for(desk(UnitFactory(jurisdiction=prefecture()), Function.CHIEF_OFFICE))
    far = JurisdictionFactory(level="county", code="513322000000", name="邻县", parent=prefecture())
    case, complaint = cases.case(world), complaints.registered(segment=world.segment)[0]
    there = site(world, place=far, by=above)
    for name, record, by in (
        (case_sites.name_site, case, acting_for(world.village)),
        (complaint_sites.name_site, complaint, acting_for(world.intake)),
    ):
        with pytest.raises(Refused):
            name(record, site=there, by=by, expect=record.version)
        lost, kept = site(world), site(world)
        actions.merge(lost, into=kept, reason="同一家", by=office, expect=0)
        name(record, site=lost, by=by, expect=record.version)
        assert record.site == kept
        with pytest.raises(Stale):
            name(record, site=kept, by=by, expect=99)
        ref = uuid.uuid4()
        assert len({name(record, site=None, by=by, expect=record.version, client_ref=ref).pk for _ in range(2)}) == 1
        with pytest.raises(Mismatch):
            name(record, site=kept, by=by, expect=record.version, client_ref=ref)


def test_whoever_is_complained_of_names_nothing(world):
    case = cases.case(world, subject_post=world.township)
    for post in (world.village, world.township):
        with pytest.raises(NotPermitted):
            case_sites.name_site(case, site=site(world), by=acting_for(post), expect=case.version)


def test_the_site_of_a_complaint_is_that_of_the_case_it_opens_and_only_its_intake_names_it(world):
    from accountability.complaints import actions as complaint_actions

    made = site(world)
    complaint, _code = complaints.registered(segment=world.segment)
    for post in (world.office, world.village, world.water):
        with pytest.raises(NotPermitted):
            complaint_sites.name_site(complaint, site=made, by=acting_for(post), expect=0)
    complaint_sites.name_site(complaint, site=made, by=acting_for(world.intake), expect=0)
    complaint_actions.accept(complaint, transfer_text=complaints.CLEARED, by=acting_for(world.intake), expect=0)
    assert complaint.case.site == made
    mentions = case_sites.about_site(site_id=made.pk, acting=acting_for(world.office))
    assert [m.number for m in mentions] == [complaint.case.number]
    assert case_sites.about_site(site_id=made.pk, acting=acting_for(world.water)) == []


def test_every_room_whose_records_point_at_a_site_follows_a_merger_and_is_told_on_its_page():
    """Draws, interviews and compensation come with their own rooms: this fails for a relation that was forgotten."""
    rooms = {
        relation.related_model._meta.app_label
        for relation in Site._meta.get_fields(include_hidden=True)
        if relation.auto_created and relation.related_model
    } - {"sites"}
    joined = registry.entries()
    assert rooms == {answer.split(".")[1] for answer in joined["after sites.merge"]}
    assert rooms == {answer.split(".")[1] for answer in joined["question about_site"]}
