"""What was observed, by whom, and what it says about a target."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accountability.kit import days
from accountability.ledger.errors import NotPermitted, Refused
from accountability.ledger.models import Event
from audits.indicators.actions import observe
from audits.indicators.models import Indicator, Observation, Target
from audits.indicators.reports import met, observations
from audits.indicators.rules import mostly_in
from chiefs.posts.functions import Function
from tests.factories import territory
from tests.factories.posts import UnitFactory, acting_for, desk

NUMBERS = st.decimals(-1000, 1000, places=2)


@given(NUMBERS, NUMBERS)
def test_a_value_meets_its_target_in_the_direction_of_the_plan(value, target):
    assert met(value, target, "up") is (value >= target)
    assert met(value, target, "down") is (value <= target)
    assert met(value, target, "text") is None


@given(NUMBERS)
def test_without_two_numbers_nobody_can_say_whether_it_is_met(value):
    for direction in ("up", "down", "text"):
        assert met(None, value, direction) is None
        assert met(value, None, direction) is None


@pytest.fixture
def place(db):
    return territory.county()


@pytest.fixture
def clerk(place):
    """Of the prefecture's bureau of statistics."""
    return acting_for(desk(UnitFactory(jurisdiction=territory.prefecture()), Function.STATISTICS))


@pytest.fixture
def water(place):
    return Indicator.objects.create(no=1, system="试验", name="水质优良比例", attribute="binding", direction="up")


def test_a_number_and_a_target_year_of_the_prefecture_stand_once_on_both_databases(water):
    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.create(no=1, system="试验", name="另一个", attribute="binding", direction="up")
    Target.objects.create(indicator=water, year=2030, text="95%", value=95)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(indicator=water, year=2030, text="96%", value=96)


def seen(indicator, place, by, value="91", **facts):
    given = {"since": date(2025, 1, 1), "until": date(2026, 1, 1), "source": "试验监测", "value": value and Decimal(value)}
    return observe(indicator, jurisdiction=place, by=by, **{**given, **facts})


def test_a_value_is_recorded_with_its_source_its_unit_and_an_event(water, place, clerk):
    row = seen(water, place, clerk)
    assert (row.value, row.source, row.unit_id_reporting_id) == (Decimal(91), "试验监测", clerk.unit_id)
    event = Event.objects.get(stream=f"indicators.observation:{row.pk}")
    assert (event.act, event.post_id, event.facts["value"]) == ("indicators.observe", clerk.post_id, "91")


@pytest.mark.parametrize("function", [f for f in Function if f not in (Function.STATISTICS, Function.SYSTEM)])
def test_only_statistics_records_a_value(water, place, function):
    by = acting_for(desk(UnitFactory(jurisdiction=place), function))
    with pytest.raises(NotPermitted):
        seen(water, place, by)
    assert not Observation.objects.exists()


def test_a_county_records_nothing_for_another_place(water, place):
    elsewhere = territory.JurisdictionFactory(level="county", code="513322000000", name="泸定县", parent=territory.prefecture())
    by = acting_for(desk(UnitFactory(jurisdiction=elsewhere), Function.STATISTICS))
    with pytest.raises(NotPermitted):
        seen(water, place, by)
    assert seen(water, elsewhere, by).jurisdiction == elsewhere


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": None, "text": " "},
        {"source": "  "},
        {"until": date(2025, 1, 1)},
        {"source": "长" * 201},
        {"text": "长" * 201},
        {"since": date(2026, 1, 1), "until": date(2025, 1, 1)},
    ],
)
def test_a_value_without_content_source_or_period_is_refused(water, place, clerk, wrong):
    with pytest.raises(Refused):
        seen(water, place, clerk, **wrong)
    assert not Observation.objects.exists()


def test_a_period_in_the_future_is_refused(water, place, clerk):
    tomorrow = days.today() + timedelta(days=1)
    with pytest.raises(Refused):
        seen(water, place, clerk, since=tomorrow, until=tomorrow + timedelta(days=1))


def test_a_period_that_is_not_over_has_no_value_yet(water, place, clerk):
    with pytest.raises(Refused):
        seen(water, place, clerk, since=days.today(), until=days.today() + timedelta(days=30))


def test_a_state_in_words_is_a_value(water, place, clerk):
    assert seen(water, place, clerk, value=None, text="制定实施").text == "制定实施"


def test_a_wrong_value_is_corrected_by_a_newer_row_and_stays(water, place, clerk):
    first = seen(water, place, clerk, value="19")
    second = seen(water, place, clerk, value="91", corrects=first)
    first.refresh_from_db()
    assert first.value == 19
    assert [o.value for o in observations(place, date(2025, 1, 1), date(2026, 6, 1))] == [Decimal(91)]
    third = seen(water, place, clerk, value="92", corrects=second)
    assert [o.stream for o in observations(place, date(2025, 1, 1), date(2026, 6, 1))] == [f"indicators.observation:{third.pk}"]


def test_a_value_is_corrected_once_only(water, place, clerk):
    first = seen(water, place, clerk)
    seen(water, place, clerk, corrects=first)
    with pytest.raises(Refused):
        seen(water, place, clerk, corrects=first)
    assert Observation.objects.count() == 2


def test_a_correction_is_about_the_same_indicator_and_place(water, place, clerk):
    first = seen(water, place, clerk)
    other = Indicator.objects.create(no=2, system="试验", name="森林覆盖率", attribute="binding", direction="up")
    with pytest.raises(Refused):
        seen(other, place, clerk, corrects=first)
    with pytest.raises(Refused):
        seen(water, territory.prefecture(), clerk, corrects=first)


def test_the_value_of_the_place_above_stands_where_a_place_has_none(water, place, clerk):
    above = seen(water, territory.prefecture(), clerk, value="80")
    (found,) = observations(place, date(2025, 1, 1), date(2026, 6, 1))
    assert found.stream == f"indicators.observation:{above.pk}"
    own = seen(water, place, clerk, value="91")
    (found,) = observations(place, date(2025, 1, 1), date(2026, 6, 1))
    assert found.stream == f"indicators.observation:{own.pk}"


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (date(2025, 1, 1), date(2026, 1, 1), True),
        (date(2025, 6, 1), date(2026, 1, 1), True),  # seven months of the year
        (date(2025, 11, 1), date(2026, 6, 27), False),  # two months of it: ten are the predecessor's
        (date(2024, 1, 1), date(2025, 11, 1), True),
        (date(2026, 1, 1), date(2026, 6, 1), False),
    ],
)
def test_a_value_belongs_to_the_term_that_holds_most_of_its_days(water, place, clerk, since, until, counts):
    seen(water, place, clerk)
    assert bool(observations(place, since, until)) is counts


def test_a_year_that_counts_leaves_out_its_own_quarters(water, place, clerk):
    for since, until in ((date(2025, 1, 1), date(2025, 4, 1)), (date(2025, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2026, 4, 1))):
        seen(water, place, clerk, since=since, until=until)
    whole = observations(place, date(2025, 1, 1), date(2026, 6, 1))
    assert [(o.since, o.until) for o in whole] == [(date(2025, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2026, 4, 1))]
    first_half = observations(place, date(2025, 1, 1), date(2025, 6, 1))
    assert [(o.since, o.until) for o in first_half] == [(date(2025, 1, 1), date(2025, 4, 1))]


DAYS = st.dates(date(2020, 1, 1), date(2027, 1, 1))


@given(begins=DAYS, length=st.integers(1, 400), cuts=st.lists(DAYS, max_size=4))
def test_no_two_terms_claim_the_same_value(begins, length, cuts):
    ends = begins + timedelta(days=length)
    edges = [date(2019, 1, 1), *sorted(set(cuts)), date(2029, 1, 1)]
    claims = [term for term in pairwise(edges) if mostly_in(begins, ends, *term)]
    assert len(claims) <= 1
    assert claims or cuts


def test_it_is_compared_with_the_latest_target_that_was_due(water, place, clerk):
    for year, value in ((2023, 90), (2030, 95)):
        Target.objects.create(indicator=water, year=year, text=f"{value}%", value=value)
    seen(water, place, clerk)
    (found,) = observations(place, date(2025, 1, 1), date(2026, 6, 1))
    assert (found.target, found.met, found.binding) == ("90%", True, True)


def test_before_any_target_is_due_it_is_compared_with_the_first_to_come(water, place, clerk):
    Target.objects.create(indicator=water, year=2030, text="95%", value=95)
    seen(water, place, clerk)
    (found,) = observations(place, date(2025, 1, 1), date(2026, 6, 1))
    assert (found.target, found.met) == ("95%", False)


def test_a_year_that_ends_with_december_is_compared_with_its_own_target_and_not_with_that_of_the_next(water, place, clerk):
    Target.objects.create(indicator=water, year=2025, text="80%", value=80)
    Target.objects.create(indicator=water, year=2026, text="95%", value=95)
    seen(water, place, clerk)
    (found,) = observations(place, date(2025, 1, 1), date(2026, 6, 1))
    assert (found.target, found.met) == ("80%", True)
