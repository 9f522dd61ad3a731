"""Forms name a unit, a segment, a cell, a post, a place or a person by name or code; what is named in part is chosen, never guessed."""

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accountability.kit import days
from chiefs.posts import picks, reports
from chiefs.posts.models import Charge, Deputation, Superior, Tenure, Unit, Watch
from chiefs.posts.picking import MOST, OFFERED
from chiefs.resources import names
from chiefs.resources.models import GridCell
from tests.factories.posts import PersonFactory, PostFactory, TenureFactory, UnitFactory, acting_for, watcher
from tests.factories.resources import SegmentFactory
from tests.factories.territory import LONG_AGO

pytestmark = pytest.mark.django_db
TODAY = days.today()
DAY = dt.timedelta(days=1)


@pytest.fixture
def clerk(world):
    client = Client()
    client.force_login(world.office.tenures.get().person.accounts.get(), backend="chiefs.posts.backends.AccountBackend")
    return client


def form(**given):
    told = {"expect": 0, "client_ref": uuid.uuid4(), "since": TODAY} | given
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in told.items()}


def offered(page, field):
    """What a page lets one choose after a field was filled in."""
    return set(re.findall(rf'<input type="radio" name="{field}_one" value="([^"]+)"', page))


def about(name, record):
    return reverse(f"terms:{name}", args=[record.code])


def test_a_segment_is_given_by_its_code_its_name_or_a_choice_of_what_its_water_is_called(world, clerk):
    water, called = world.segment.resource, ("上段", "木格措出水口段", "甲段", "乙段")
    by_code, by_name, one, two = (SegmentFactory(jurisdiction=world.place, resource=water, name=name) for name in called)
    names.spell([water])
    address = about("charge", world.village)
    assert clerk.post(address, form(segment=by_code.code.lower())).status_code == 302
    assert clerk.post(address, form(segment="木格措出水口段")).status_code == 302
    told = form(segment=world.segment.resource.name, basis="文件1号")
    asked = clerk.post(address, told)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert offered(page, "segment") >= {one.code, two.code}
    assert 'value="文件1号"' in page
    assert clerk.post(address, told | {"segment_one": two.code}).status_code == 302
    assert set(Charge.objects.filter(post=world.village, since=TODAY).values_list("segment", flat=True)) == {by_code.pk, by_name.pk, two.pk}


def test_a_part_of_a_name_is_asked_about_even_where_one_alone_is_meant(world, clerk):
    segment = SegmentFactory(jurisdiction=world.place, resource=world.segment.resource, name="木格措出水口段")
    asked = clerk.post(about("charge", world.village), form(segment="木格措"))
    assert asked.status_code == 422
    assert offered(asked.content.decode(), "segment") == {segment.code}
    assert not Charge.objects.filter(segment=segment).exists()


def test_a_choice_of_what_an_earlier_text_meant_counts_for_nothing(world, clerk):
    segment = SegmentFactory(jurisdiction=world.place, resource=world.segment.resource, name="木格措出水口段")
    answer = clerk.post(about("charge", world.village), form(segment="没有这一段", segment_one=segment.code))
    assert answer.status_code == 422
    assert "没有这一段" in answer.content.decode()
    assert not Charge.objects.filter(segment=segment).exists()


def test_who_leads_a_unit_is_named_by_name_part_or_the_first_letters_of_its_pinyin(world, clerk):
    unit = UnitFactory(name="康定市水文站", jurisdiction=world.county.unit.jurisdiction)
    address = about("superior", unit)
    assert clerk.post(address, form(superior="州生态环境局", kind="informed")).status_code == 302
    for words in ("sslj", "SSLJ", "水利"):
        page = clerk.post(address, form(superior=words, kind="lead")).content.decode()
        assert world.water.unit.code in offered(page, "superior")
    assert clerk.post(address, form(superior="sslj", superior_one=world.water.unit.code, kind="lead")).status_code == 302
    assert reports.superiors_of(unit.pk, TODAY) == [world.water.unit]
    assert reports.superiors_of(unit.pk, TODAY, Superior.Kind.INFORMED) == [world.bureau.unit]


def test_names_that_repeat_are_chosen_by_their_place(world, clerk):
    twins = [UnitFactory(name="水务站", jurisdiction=post.unit.jurisdiction) for post in (world.village, world.township)]
    told = form(superior="水务站", kind="lead")
    page = clerk.post(about("superior", world.water.unit), told).content.decode()
    assert offered(page, "superior") == {twin.code for twin in twins}
    assert clerk.post(about("superior", world.water.unit), told | {"superior_one": twins[1].code}).status_code == 302
    assert reports.superiors_of(world.water.unit_id, TODAY) == [twins[1]]


def test_a_unit_is_founded_at_a_place_named_by_its_name_under_a_unit_named_by_its_own(world, clerk):
    told = form(
        name="雅拉乡水务站", code="yl-water", kind="department", jurisdiction=world.place.parent.name, superior=world.water.unit.name
    )
    assert clerk.post(reverse("terms:found_unit"), told).status_code == 302
    unit = Unit.objects.get(code="yl-water")
    assert unit.jurisdiction == world.place.parent
    assert reports.superiors_of(unit.pk, TODAY) == [world.water.unit]


def test_a_cell_and_a_post_that_stands_in_are_named_too(world, clerk):
    ranger = watcher("ranger", world.village.unit)
    cell = GridCell.objects.create(code="LC-9", name="后山网格", jurisdiction=world.place, since=LONG_AGO)
    assert clerk.post(about("watch", ranger), form(cell="后山网格")).status_code == 302
    assert Watch.objects.filter(post=ranger, cell=cell).exists()
    away = form(post_code=world.township.title, until=TODAY + DAY, reason="培训")
    assert clerk.post(about("deputise", world.village), away).status_code == 302
    assert Deputation.objects.get().post == world.township


def test_a_known_person_is_found_by_the_first_letters_of_the_pinyin_and_somebody_new_is_still_somebody_new(world, clerk):
    known = TenureFactory(post=PostFactory(unit=world.village.unit), person=PersonFactory(name="泽仁拉姆")).person
    vacant = PostFactory(unit=world.village.unit, kind=world.village.kind)
    told = form(name="zrlm", basis="任字1号")
    page = clerk.post(about("appoint", vacant), told).content.decode()
    assert f'value="{known.ref}"' in page
    assert clerk.post(about("appoint", vacant), told | {"person": str(known.ref)}).status_code == 302
    assert Tenure.objects.get(post=vacant).person == known
    another = PostFactory(unit=world.village.unit, kind=world.village.kind)
    assert clerk.post(about("appoint", another), form(name="泽仁", basis="任字2号")).status_code == 302
    assert Tenure.objects.get(post=another).person.name == "泽仁"


def test_nobody_is_found_by_letters_outside_the_register_that_the_post_may_read(world, clerk):
    stranger = PersonFactory(name="泽仁拉姆")
    vacant = PostFactory(unit=world.village.unit, kind=world.village.kind)
    assert clerk.post(about("appoint", vacant), form(name="zrlm", basis="任字1号")).status_code == 302
    assert Tenure.objects.get(post=vacant).person != stranger


def test_a_field_proposes_what_lies_nearest_without_a_script_and_never_persons(world, clerk):
    page = clerk.get(about("charge", world.village)).content.decode()
    assert '<datalist id="id_segment-near">' in page
    assert f'<option value="{world.segment.code}">' in page
    page = clerk.get(about("appoint", PostFactory(unit=world.village.unit, kind=world.village.kind))).content.decode()
    assert "<datalist" not in page


def test_what_is_shown_and_what_it_costs_is_bounded(world, django_assert_max_num_queries):
    Unit.objects.bulk_create(
        Unit(code=f"many-{n}", name=f"多处单位{n}", kind="department", jurisdiction=world.place, since=LONG_AGO) for n in range(100)
    )
    pick = picks.units(acting_for(world.office))
    with django_assert_max_num_queries(5):
        found = pick.find("dc")
    assert (len(found.several), found.more) == (MOST, True)
    assert len(pick.find("多处").several) == MOST
    assert len(pick.offered()) == OFFERED


@pytest.mark.parametrize("words", ["", "   ", "\x00", "%", "_", "'", "字" * 300, "z" * 199])
def test_odd_words_are_no_fault(world, words):
    found = picks.units(acting_for(world.office)).find(words)
    assert found.one is None
