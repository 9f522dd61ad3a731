"""The responsibility lists that ship: each scheme's own words, the rhythm of the rule table, and nothing over what an office wrote."""

from datetime import date

import pytest

from accountability.kit import days
from chiefs.duties.choices import Every
from chiefs.duties.defaults import items_for
from chiefs.duties.defaults_lists import OFTEN
from chiefs.duties.models import DutyList, ListItem, PatrolObligation
from chiefs.posts.functions import OUTSIDE
from chiefs.posts.models import PostKind
from tests.factories import posts
from tests.factories.duties import published
from tests.factories.posts import ChargeFactory, PostKindFactory, chief
from tests.factories.resources import ResourceFactory, SchemeFactory, SegmentFactory

pytestmark = pytest.mark.django_db
OF_RIVERS = ("河段", "采砂", "沙")


@pytest.fixture
def shipped():
    """The lines of every kind of post that ships, by the kind's code."""
    posts.chain()
    for kind in PostKind.objects.order_by("pk"):
        items_for(kind)
    found = {}
    for item in ListItem.objects.select_related("version__binding__post_kind").order_by("version", "order"):
        found.setdefault(item.version.binding.post_kind.code, []).append(item)
    return found


def test_every_kind_of_post_that_works_outside_has_a_list_and_no_desk_has_one(shipped):
    outside = {kind.code for kind in PostKind.objects.all() if any(kind.may(function) for function in OUTSIDE)}
    assert set(shipped) == outside
    assert {"ranger-village", "supervisor-village", "lake-chief-village", "general-chief-county"} <= outside


@pytest.mark.parametrize(
    ("scheme", "own"), [("river", "责任河段"), ("lake", "责任水域"), ("mountain", "责任山体"), ("forest_grass", "责任林地、草地")]
)
def test_each_scheme_speaks_of_what_it_answers_for(shipped, scheme, own):
    for level in ("village", "township", "county", "prefecture"):
        texts = [item.text for item in shipped[f"{scheme}-chief-{level}"]]
        assert own in texts[0]
        if scheme != "river":
            assert not [text for text in texts for word in OF_RIVERS if word in text]


def test_a_line_says_where_it_comes_from_in_both_languages(shipped):
    lines = [item for items in shipped.values() for item in items]
    assert all(item.text_bo and item.basis and item.level for item in lines)
    assert not [item for item in lines if "{" in item.text + item.text_bo]


def test_patrol_lines_carry_the_rhythm_of_the_rule_table_unconfirmed(shipped):
    rhythms = {"prefecture": "half_year", "county": "quarter", "township": "month", "village": "week"}
    walks = [item for items in shipped.values() for item in items if item.what == "patrol"]
    assert len(walks) == 16
    for item in walks:
        assert item.every == rhythms[item.level]
        assert OFTEN[Every(item.every)][0] in item.text
        assert OFTEN[Every(item.every)][1] in item.text_bo
        assert item.evidence
        assert "待州总河长确定" in item.basis


def test_heads_of_counties_and_townships_study_the_matter_each_quarter(shipped):
    asked = {code: [(i.what, i.every) for i in items if i.what not in ("", "patrol")] for code, items in shipped.items()}
    meeting, report = ("meeting", "quarter"), ("report", "year")
    assert {code: found for code, found in asked.items() if found} == {
        "first-general-chief-county": [meeting],
        "first-general-chief-township": [meeting],
        "general-chief-county": [meeting, report],
        "general-chief-township": [meeting],
    }


def test_a_list_is_made_by_the_rule_that_the_place_has_and_says_no_number_without_one():
    world = posts.chain()
    PatrolObligation.objects.filter(level="village").update(until=date(2020, 1, 1))
    own = PatrolObligation.objects.create(
        level="village", scheme=world.village.kind.scheme, every="tendays", times=2, basis="试验", since=date(2020, 1, 1)
    )
    items_for(world.village.kind)
    item = ListItem.objects.get(order=0)
    assert (item.what, item.every) == ("patrol", own.every)
    assert "每旬至少巡查2次" in item.text
    items_for(PostKind.objects.get(code="lake-chief-village"))
    item = ListItem.objects.exclude(version=item.version).get(order=0)
    assert (item.what, item.every) == ("", "")
    assert "按规定频次" in item.text


def test_a_kind_that_has_a_list_anywhere_and_one_of_a_places_own_making_get_nothing():
    world = posts.chain()
    published({"text": "本县（市）自己的条目"}, post_kind=world.village.kind, jurisdiction=world.place.parent.parent)
    own = PostKindFactory(code="canal-chief", level="village", functions=["chief"], scheme=SchemeFactory(code="canal"))
    for kind in (world.village.kind, own):
        items_for(kind)
    assert DutyList.objects.count() == 1
    items_for(world.township.kind)
    items_for(world.township.kind)
    assert DutyList.objects.count() == 2


def test_the_board_of_a_lake_speaks_of_the_lake(client):
    world = posts.chain()
    lake = SegmentFactory(resource=ResourceFactory(kind="lake", scheme=SchemeFactory(code="lake")), jurisdiction=world.place)
    post = chief("village", world.village.unit, "lake")
    ChargeFactory(post=post, segment=lake)
    items_for(post.kind)
    items_for(world.village.kind)
    page = client.get(f"/board/{lake.code}/").content.decode()
    assert "责任水域" in page
    assert "河段，" not in page
    assert days.today() >= ListItem.objects.earliest("pk").version.since


def test_the_head_of_one_scheme_reads_of_it_and_owes_no_second_meeting(shipped):
    for code in ("forest_grass-first-county", "forest_grass-general-county"):
        (line,) = shipped[code]
        assert "林（草）长制" in line.text or "林长制" in line.text, line.text
        assert line.what == ""
    (deputy,) = shipped["lake-deputy-county"]
    assert "总湖长" in deputy.text
