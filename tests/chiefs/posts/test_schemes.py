"""A chief scheme is data: what is ticked in the rule tables is a level, and its posts and requirements follow at once."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accountability.kit import days
from accountability.ledger.acting import Acting
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from chiefs.posts import answering, coverage, deeds, defaults, reports
from chiefs.posts.functions import Function
from chiefs.posts.models import PostKind, Requirement
from chiefs.resources import actions, imports
from chiefs.resources import defaults as shipped
from chiefs.resources.models import Resource, Scheme, Segment
from tests.factories.posts import PostFactory, acting_for, desk
from tests.factories.resources import SegmentFactory

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)


@pytest.fixture
def clerk(world):
    """The administrator of the rule tables, signed in."""
    account = desk(world.prefecture.unit, Function.ADMINISTRATOR).tenures.get().person.accounts.get()
    account.is_staff = True
    account.save()
    account.user_permissions.set(Permission.objects.filter(content_type__app_label="resources").exclude(codename__startswith="delete_"))
    client = Client()
    client.force_login(account, backend="chiefs.posts.backends.AccountBackend")
    return client


@pytest.fixture
def admin(world) -> Acting:
    return acting_for(desk(world.prefecture.unit, Function.ADMINISTRATOR))


@pytest.fixture
def glacier(admin):
    scheme = Scheme(code="glacier", name="冰川长制", chief_title="冰川长", levels=["county", "township"])
    actions.keep_scheme(scheme, changed=["code"], by=admin)
    return scheme


def save(client, scheme, **given):
    told = {
        "name": scheme.name,
        "name_bo": scheme.name_bo,
        "chief_title": scheme.chief_title,
        "levels": scheme.levels,
        "resource_kinds": scheme.resource_kinds,
        "owner_department": scheme.owner_department,
    }
    return client.post(reverse("admin:resources_scheme_change", args=[scheme.pk]), told | given)


def wanted(scheme, on=TODAY):
    rows = Requirement.objects.in_force(on).filter(scheme=scheme, required=True).order_by("level")
    return [(row.role, row.level) for row in rows if row.level]


@pytest.mark.parametrize("levels", [["galaxy"], 5, {"county": 1}, None, "county", [], [["county"]]])
def test_a_start_and_a_chain_never_fall_over_a_row_that_says_nonsense(world, levels):
    Scheme.objects.filter(code="river").update(levels=levels if levels is not None else "null")
    Requirement.objects.filter(scheme__code="river").delete()
    shipped.insert_where_absent()
    defaults.insert_where_absent()
    segment = Segment.objects.select_related("resource__scheme", "jurisdiction").get(pk=world.segment.pk)
    assert answering.who_answered(segment, TODAY)


def test_the_form_has_boxes_and_takes_nothing_else(clerk):
    scheme = Scheme.objects.get(code="lake")
    page = clerk.get(reverse("admin:resources_scheme_change", args=[scheme.pk])).content.decode()
    assert page.count('type="checkbox" name="levels"') == 4
    for levels in (["galaxy"], []):
        assert save(clerk, scheme, levels=levels).status_code == 200
    assert save(clerk, scheme, resource_kinds=["comet"]).status_code == 200
    assert save(clerk, scheme, resource_kinds=["lake", "river"]).status_code == 200  # the river is another scheme's
    scheme.refresh_from_db()
    assert scheme.levels == ["prefecture", "county", "township", "village"]
    assert scheme.resource_kinds == ["lake", "wetland", "reservoir"]


def test_a_row_that_says_nonsense_is_mended_on_the_form(clerk):
    Scheme.objects.filter(code="lake").update(levels=5, resource_kinds=7)
    scheme = Scheme.objects.get(code="lake")
    assert save(clerk, scheme, levels=["village", "county"], resource_kinds=["lake"]).status_code == 302
    scheme.refresh_from_db()
    assert (scheme.levels, scheme.resource_kinds) == (["county", "village"], ["lake"])


def test_a_new_scheme_has_its_kinds_of_post_and_asks_for_them_from_today(glacier):
    kinds = PostKind.objects.filter(scheme=glacier, code__startswith="glacier-chief")
    assert sorted(kinds.values_list("level", "name")) == [("county", "县级冰川长"), ("township", "乡级冰川长")]
    assert wanted(glacier) == [("resource_chief", "county"), ("resource_chief", "township")]
    assert wanted(glacier, TODAY - DAY) == []
    assert Event.objects.filter(act="posts.rule").count() == 2


def test_saving_it_again_makes_nothing_twice_nor_does_a_start(glacier, admin):
    before = (PostKind.objects.count(), Requirement.objects.count())
    actions.keep_scheme(glacier, changed=["name"], by=admin)
    defaults.insert_where_absent()
    assert (PostKind.objects.count(), Requirement.objects.count()) == before


def test_a_level_taken_away_is_no_longer_asked_for_and_yesterday_stays(world, clerk):
    scheme = Scheme.objects.get(code="river")
    answer = save(clerk, scheme, levels=["county", "township"])
    assert answer.status_code == 302
    assert {level for _role, level in wanted(scheme)} == {"county", "township"}
    assert {level for _role, level in wanted(scheme, TODAY - DAY)} == {"county", "prefecture", "township", "village"}
    bare = SegmentFactory(jurisdiction=world.place, resource=world.segment.resource)
    reach = reports.reach_of(world.county.unit.jurisdiction)
    assert bare in coverage.segments_without(reach, TODAY, level="county")
    assert bare not in coverage.segments_without(reach, TODAY, level="village")
    assert PostKind.objects.filter(code="river-chief-village").exists()


def test_a_level_that_comes_back_is_asked_for_again(glacier, admin):
    for levels in (["county"], ["county", "township"], ["county"], ["county", "township"]):
        glacier.levels = levels
        actions.keep_scheme(glacier, changed=["levels"], by=admin)
    in_a_week = wanted(glacier, TODAY + 7 * DAY)
    assert in_a_week == [("resource_chief", "county"), ("resource_chief", "township")]


def test_only_the_administrator_changes_a_scheme(world):
    scheme = Scheme.objects.get(code="river")
    with pytest.raises(NotPermitted):
        actions.keep_scheme(scheme, changed=["name"], by=acting_for(world.office))


def test_which_scheme_takes_up_a_kind_is_said_by_the_schemes(world, admin):
    office = acting_for(world.office)
    river, mountain = Scheme.objects.get(code="river"), Scheme.objects.get(code="mountain")
    mountain.resource_kinds = ["mountain", "canal"]
    with pytest.raises(Refused, match=river.name):
        actions.keep_scheme(mountain, changed=["resource_kinds"], by=admin)
    river.resource_kinds = ["river"]
    actions.keep_scheme(river, changed=["resource_kinds"], by=admin)
    county = world.county.unit.jurisdiction
    with pytest.raises(Refused):
        actions.register(kind="canal", name="试验渠", counties=[county], by=office)
    actions.keep_scheme(mountain, changed=["resource_kinds"], by=admin)
    assert actions.register(kind="canal", name="试验渠", counties=[county], by=office).scheme == mountain
    assert imports.by_kind((row, row.resource_kinds) for row in Scheme.objects.all())["canal"] == mountain
    assert set(imports.by_kind((row, row.resource_kinds) for row in Scheme.objects.all())) == set(Resource.Kind.values)


def test_the_department_in_charge_stands_on_the_page_of_a_water(world, client):
    page = client.get(reverse("public:resource", args=[world.segment.resource.ref])).content.decode()
    assert Scheme.objects.get(code="river").owner_department in page


def test_general_chiefs_of_a_scheme_are_listed_under_it_and_stand_for_nobody_else(world, client):
    for code, level, name in (
        ("forest_grass-first-county", "county", "县级第一总林长"),
        ("lake-deputy-township", "township", "乡级副总湖长"),
    ):
        kind = PostKind.objects.get(code=code)
        assert (kind.name, kind.level, kind.functions) == (name, level, ["chief"])
        assert kind.name_bo
    head = PostFactory(kind=PostKind.objects.get(code="forest_grass-first-county"), unit=world.county.unit, title="康定市第一总林长")
    place = {"place": world.county.unit.jurisdiction.code}
    assert "第一总林长" in client.get(reverse("public:roster"), place | {"scheme": "forest_grass"}).content.decode()
    assert "第一总林长" not in client.get(reverse("public:roster"), place | {"scheme": "lake"}).content.decode()
    reach = reports.reach_of(world.county.unit.jurisdiction)
    assert world.county.unit.jurisdiction in coverage.places_without(reach, TODAY, head.kind.role)
    assert deeds.may_fill(acting_for(world.office), world.township)
    assert not deeds.may_fill(acting_for(world.office), head)


def test_every_code_of_a_kind_fits_also_for_a_scheme_with_a_long_one(admin):
    scheme = Scheme(code="x" * 20, name="试验制", chief_title="长", levels=["prefecture", "county", "township", "village"])
    actions.keep_scheme(scheme, changed=["code"], by=admin)
    assert max(len(code) for code in PostKind.objects.values_list("code", flat=True)) <= 40
