"""How often somebody patrols is said by the rule table: a list that says otherwise is not published."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from accountability.kit import days
from accountability.ledger.errors import Refused
from chiefs.duties.models import ListItem, PatrolObligation
from tests.factories import posts
from tests.factories.duties import followed, published
from tests.factories.posts import PostFactory, PostKindFactory

pytestmark = pytest.mark.django_db
BEGUN = date(2024, 3, 1)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def world():
    return posts.chain()


def walk(every, **said):
    return {"text": "巡查责任河段", "what": "patrol", "every": every, **said}


@pytest.mark.parametrize("about", ["post", "kind", "unit"])
def test_a_patrol_at_another_rhythm_than_the_rules_is_not_published(world, about):
    subject = {
        "post": {"post": world.township},
        "kind": {"post_kind": world.township.kind, "jurisdiction": world.place.parent.parent},
        "unit": {"unit": world.township.unit},
    }[about]
    with pytest.raises(Refused, match=r"ten-day period; .* at least 1 in every month\. .* rule table of patrol frequencies"):
        published(walk("tendays"), since=BEGUN, **subject)
    assert not ListItem.objects.exists()


def test_a_patrol_at_the_rhythm_of_the_rule_is_published(world):
    published(walk("month"), since=BEGUN, post=world.township)
    assert ListItem.objects.get().every == "month"


def test_the_rule_that_counts_is_that_of_the_place_and_the_scheme_on_the_day_from_which_the_line_holds(world):
    change, county = days.today() + timedelta(days=20), world.place.parent.parent
    scheme = world.segment.resource.scheme
    PatrolObligation.objects.create(level="township", scheme=scheme, jurisdiction=county, every="tendays", basis="试验", since=change)
    kind = {"post_kind": world.township.kind, "jurisdiction": county}
    about = published(walk("month"), since=BEGUN, **kind)
    with pytest.raises(Refused, match="ten-day period"):
        followed(about, since=change)  # carried on as it is
    with pytest.raises(Refused, match="every month; the rule"):
        published(walk("month"), since=change, post=world.township)
    published(walk("tendays", since=change), since=days.today(), kind="power", post=world.township)


def test_without_a_rule_a_patrol_does_not_recur(world):
    PatrolObligation.objects.filter(level="township").update(until=BEGUN)
    with pytest.raises(Refused, match="no rule of patrols is in force"):
        published(walk("month"), since=BEGUN, post=world.township)


def test_who_answers_for_several_schemes_may_have_the_rhythm_of_each(world):
    PatrolObligation.objects.create(level="county", scheme=world.segment.resource.scheme, every="month", basis="试验", since=BEGUN)
    head = PostFactory(unit=world.county.unit, kind=PostKindFactory(code="head", level="county", functions=["chief"]))
    published(walk("month"), walk("quarter"), since=BEGUN, post=head)
    with pytest.raises(Refused):
        published(walk("week"), since=BEGUN, kind="power", post=head)
