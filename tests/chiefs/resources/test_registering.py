"""A resource is entered, named, coded and joined to its river by whoever keeps it; the database keeps what must never be."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accountability.kit import days
from accountability.ledger.errors import Mismatch, NotPermitted, Refused, Stale
from accountability.ledger.models import Event
from chiefs.resources import actions, names, reports
from chiefs.resources.actions.writing import stream_of
from chiefs.resources.models import Alias, ManagementBoundary, Resource, Spelling
from tests.accountability.ledger.test_race import at_once
from tests.factories import territory
from tests.factories.resources import ResourceFactory, SchemeFactory, office
from tests.factories.territory import JurisdictionFactory
from tests.matrix.cast import far_village

pytestmark = pytest.mark.django_db


def kept(**given):
    """A river of Kangding."""
    river = ResourceFactory(**given)
    river.counties.add(territory.county())
    return river


def register(by, **given):
    SchemeFactory(code="river")
    facts = {"kind": "river", "name": "折多河", "counties": [territory.county()], "by": by}
    return actions.register(**(facts | given))


def test_a_river_is_registered_with_all_its_names_and_found_by_each():
    made = register(office(), name_bo="གཙང་པོ།", aliases=["康定河", "瓦斯沟", "康定河"], national_code="FFD00000000L")
    assert made.scheme.code == "river"
    assert [a.name for a in made.aliases.order_by("pk")] == ["康定河", "瓦斯沟"]
    for words in ("折多", "zdh", "ZD", "康定河", "kdh", "wsg", "གཙང་པོ", "FFD00000000L"):
        assert reports.search(words) == [made], words
    assert reports.search("xyz") == []
    event = Event.objects.get(stream=stream_of(made))
    assert event.act == "resources.register"
    assert "折多" not in event.payload


def test_the_kind_decides_the_scheme():
    for code in ("lake", "mountain", "forest_grass"):
        SchemeFactory(code=code)
    by = office()
    told = {kind: register(by, kind=kind, name=f"试验{kind}").scheme.code for kind in Resource.Kind.values}
    assert told == {
        "river": "river",
        "canal": "river",
        "lake": "lake",
        "wetland": "lake",
        "reservoir": "lake",
        "mountain": "mountain",
        "forest_grass": "forest_grass",
    }


def test_only_the_office_whose_reach_holds_all_counties_keeps_a_resource():
    neighbour = far_village("513322", "邻县", parent=territory.prefecture()).parent.parent
    shared = ResourceFactory(name="两县河")
    shared.counties.set([territory.county(), neighbour])
    own, alone = kept(name="本县河"), ResourceFactory(name="无县河")
    county, prefecture = office(), office(territory.prefecture())
    assert set(Resource.objects.kept_by(county)) == {own}
    assert set(Resource.objects.kept_by(prefecture)) == {own, shared, alone}
    assert set(Resource.objects.visible_to(None)) == {own, shared, alone}
    for river, by, may in ((shared, county, False), (alone, county, False), (own, county, True), (alone, prefecture, True)):
        assert reports.keeps_resource(by, river) is may
        if not may:
            with pytest.raises(NotPermitted):
                actions.rename(river, name="别名", name_bo="", aliases=[], by=by)
    with pytest.raises(NotPermitted):
        register(county, counties=[neighbour])


def test_two_rivers_of_one_county_do_not_bear_one_name():
    by = office(territory.prefecture())
    register(by)
    with pytest.raises(Refused):
        register(by)
    neighbour = far_village("513322", "邻县", parent=territory.prefecture()).parent.parent
    assert register(by, counties=[neighbour]).name == "折多河"


def test_a_form_that_is_sent_twice_registers_once():
    by, ref = office(), uuid.uuid4()
    first = register(by, client_ref=ref)
    assert register(by, client_ref=ref) == first
    with pytest.raises(Mismatch):
        actions.rename(first, name="别名", name_bo="", aliases=[], by=by, client_ref=ref)


def test_a_name_that_changes_is_searched_for_under_the_new_one_only():
    by = office()
    river = register(by, aliases=["康定河"])
    seen = reports.version_of(stream_of(river))
    actions.rename(river, name="雅拉河", name_bo="ཡ་ལ།", aliases=["康定河", "雅拉沟"], by=by, expect=seen)
    assert reports.search("折多") == []
    assert [r.pk for r in reports.search("ylg")] == [river.pk]
    assert set(Alias.objects.values_list("name", flat=True)) == {"康定河", "雅拉沟"}
    with pytest.raises(Stale):
        actions.rename(river, name="别名", name_bo="", aliases=[], by=by, expect=seen)


def test_a_national_code_is_had_once_and_may_be_taken_away():
    by = office()
    one, other = register(by, national_code="AB-01"), register(by, name="雅拉河")
    for wrong in ("AB-01", "甲乙丙丁", "A", "x" * 21):
        with pytest.raises(Refused):
            actions.code(other, national_code=wrong, by=by)
    actions.code(one, national_code="", by=by)
    actions.code(other, national_code="AB-01", by=by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.filter(pk=one.pk).update(national_code="AB-01")


def test_figures_and_counties_are_changed_within_the_reach():
    by, neighbour = office(), far_village("513322", "邻县", parent=territory.prefecture()).parent.parent
    river = register(by)
    actions.describe(river, length_m=66_000, area_m2=None, elevation_m=None, counties=[territory.county()], source="州志", by=by)
    river.refresh_from_db()
    assert (river.length_m, river.source) == (66_000, "州志")
    with pytest.raises(NotPermitted):
        actions.describe(river, counties=[territory.county(), neighbour], by=by)
    with pytest.raises(Refused):
        actions.describe(river, counties=[territory.township()], by=by)


def test_water_does_not_flow_in_a_circle():
    by = office()
    one, two, three = (register(by, name=f"试验河{n}") for n in "甲乙丙")
    actions.join_waters(two, flows_into=one, by=by)
    actions.join_waters(three, flows_into=two, by=by)
    assert (reports.order_of(three), list(reports.tributaries(one))) == (2, [two])
    for below in (one, two, three):
        with pytest.raises(Refused):
            actions.join_waters(one, flows_into=below, by=by)
    actions.join_waters(three, flows_into=None, by=by)
    assert reports.order_of(three) == 0


@pytest.mark.parametrize("closing", [0, 1, 2])
def test_the_database_itself_closes_no_circle(closing):
    rivers = [kept(name=f"试验河{n}") for n in "甲乙丙"]
    Resource.objects.filter(pk=rivers[1].pk).update(flows_into=rivers[0])
    Resource.objects.filter(pk=rivers[2].pk).update(flows_into=rivers[1])
    with pytest.raises(IntegrityError, match=r"no_cycle|resource_flows_elsewhere"), transaction.atomic():
        Resource.objects.filter(pk=rivers[0].pk).update(flows_into=rivers[closing])
    rivers[0].flows_into = rivers[2]
    with pytest.raises(IntegrityError, match="no_cycle"), transaction.atomic():
        rivers[0].save()


@pytest.mark.django_db(transaction=True)
def test_two_who_draw_a_circle_from_both_ends_at_once_do_not_close_it():
    by = office()
    one, two = kept(name="试验甲"), kept(name="试验乙")

    def draw(i):
        upper, lower = (one.pk, two.pk) if i % 2 else (two.pk, one.pk)
        actions.join_waters(Resource.objects.get(pk=upper), flows_into=Resource.objects.get(pk=lower), by=by)
        return "joined"

    answers = at_once(draw, threads=4)
    assert set(answers) == {"joined", "Refused"}
    flows = dict(Resource.objects.filter(pk__in=[one.pk, two.pk]).values_list("pk", "flows_into"))
    assert None in flows.values()


@pytest.mark.django_db(transaction=True)
def test_the_database_closes_no_circle_for_two_who_ask_nobody():
    one, two = kept(name="试验甲"), kept(name="试验乙")

    def draw(i):
        upper, lower = (one.pk, two.pk) if i % 2 else (two.pk, one.pk)
        try:
            with transaction.atomic():
                Resource.objects.filter(pk=upper).update(flows_into=lower)
        except IntegrityError:
            return "refused"
        return "joined"

    at_once(draw, threads=4)
    assert None in Resource.objects.filter(pk__in=[one.pk, two.pk]).values_list("flows_into", flat=True)


def test_a_newer_act_ends_the_management_boundary_before_it():
    by, place = office(), territory.county()
    river = register(by)
    first = actions.delimit(river, jurisdiction=place, act="康府发〔2019〕1号", approved_on=date(2019, 5, 1), level="county", by=by)
    second = actions.delimit(river, jurisdiction=place, act="康府发〔2022〕2号", approved_on=date(2022, 5, 1), level="county", by=by)
    first.refresh_from_db()
    assert (first.until, second.until) == (date(2022, 5, 1), None)
    with pytest.raises(Refused):
        actions.delimit(river, jurisdiction=place, act="旧文", approved_on=date(2022, 5, 1), level="county", by=by)
    with pytest.raises(IntegrityError, match=r"no_overlap|managementboundary"), transaction.atomic():
        ManagementBoundary.objects.create(
            resource=river, jurisdiction=place, act="另文", approved_on=date(2020, 1, 1), level="county", since=date(2020, 1, 1)
        )
    elsewhere = far_village("513322", "邻县", parent=territory.prefecture())
    with pytest.raises(NotPermitted):
        actions.delimit(river, jurisdiction=elsewhere, act="文", approved_on=date(2022, 5, 1), level="county", by=by)


def test_resources_older_than_the_search_are_spelt_after_the_next_migration():
    river = kept(name="雅砻江")
    assert reports.search("ylj") == []
    assert names.spell_missing() == 1
    assert reports.search("ylj") == [river]
    assert names.spell_missing() == 0


def test_spelling_many_costs_as_many_queries_as_spelling_two():
    rivers = [kept(name=f"试验河{n}") for n in range(30)]
    Alias.objects.bulk_create(Alias(resource=river, name=f"别名{river.pk}") for river in rivers)
    counts = []
    for some in (rivers[:2], rivers):
        with CaptureQueriesContext(connection) as queries:
            names.spell(some)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
    assert Spelling.objects.count() == 60


def test_searching_costs_two_queries_however_many_are_found(django_assert_num_queries):
    names.spell([kept(name=f"试验河{n}") for n in range(20)])
    with django_assert_num_queries(2):
        assert len(reports.search("syh")) == 20


def test_a_place_is_meant_by_code_by_name_and_by_the_name_above():
    by, on = office(), days.today()
    village = territory.village()
    other = JurisdictionFactory(code="513301202200", name=village.name, parent=territory.township("513301202000", "普沙绒乡"))
    assert reports.place_named(village.code, by, on) == village
    assert reports.place_named(village.name, by, on) is None
    assert reports.place_named(f"普沙绒 {village.name}", by, on) == other
    assert reports.place_named("雅拉", by, on) == territory.township()
    far = far_village("513322", "邻县", parent=territory.prefecture())
    assert reports.place_named(far.name, by, on) is None
    assert reports.place_named(far.name, office(territory.prefecture()), on) == far
    JurisdictionFactory(code="513301201299", name="旧村", parent=territory.township(), until=on - timedelta(days=1))
    assert reports.place_named("旧村", by, on) is None
