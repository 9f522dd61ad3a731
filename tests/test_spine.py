import pytest

from chiefs.posts import reports

from .factories.posts import acting_for, chain

pytestmark = pytest.mark.django_db


def test_every_level_answers_for_the_segment():
    world = chain()
    found = reports.answerers(world.segment, acting_day())
    assert {level: [p.pk for p in posts] for level, posts in found.items()} == {
        "village": [world.village.pk],
        "township": [world.township.pk],
        "county": [world.county.pk],
        "prefecture": [world.prefecture.pk],
    }
    assert acting_for(world.county).reach.paths == ("513301",)


def acting_day():
    from accountability.kit.days import today

    return today()
