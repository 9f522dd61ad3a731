"""How grave, to whom next, in whose inbox: pure rules, for every arrangement of chiefs, desks and complaints."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.cases import rules
from accountability.cases.rules import UPWARDS, Barred, Seat, Watchers

IDS = st.integers(1, 12)
SEATS = st.builds(Seat, post_id=IDS, unit_id=IDS, held=st.booleans())
CHIEFS = st.dictionaries(st.sampled_from(UPWARDS), st.lists(SEATS, max_size=3))
RECEIVERS = st.dictionaries(st.sampled_from(UPWARDS), SEATS)
BARRED = st.builds(Barred, unit_ids=st.frozensets(IDS, max_size=4), below=st.sampled_from(("", *UPWARDS)))
LEVELS = st.sampled_from(UPWARDS)
UNITS = st.frozensets(IDS, max_size=4)
WATCHERS = st.builds(
    Watchers,
    holder_unit=IDS,
    assisting=UNITS,
    came_through=UNITS,
    offices=UNITS,
    verifier=st.none() | IDS,
    signer=UNITS,
    decider=UNITS,
    kept_out=UNITS,
)
OPEN = ("held", "in_work", "done", "verified")


@given(LEVELS, CHIEFS, RECEIVERS, BARRED, st.booleans(), st.booleans())
def test_a_case_never_goes_to_the_line_of_whoever_is_complained_of(start, chiefs, receivers, barred, upwards, include_start):
    found = rules.route(start, chiefs, receivers, barred, upwards=upwards, include_start=include_start)
    if found is not None:
        level, seat = found
        assert seat.unit_id not in barred.unit_ids
        assert not barred.below or UPWARDS.index(level) > UPWARDS.index(barred.below)


@given(LEVELS, CHIEFS, RECEIVERS, BARRED, st.booleans(), st.booleans())
def test_it_goes_to_the_first_level_on_the_way_where_somebody_in_office_may_receive(
    start, chiefs, receivers, barred, upwards, include_start
):
    at = UPWARDS.index(start)
    way = [level for step, level in enumerate(UPWARDS) if (step >= at if upwards else step <= at)]
    way = (way if upwards else way[::-1])[0 if include_start else 1 :]

    def free(level):
        seats = [*chiefs.get(level, ()), *([receivers[level]] if level in receivers else [])]
        return [seat for seat in seats if seat.held and not barred.keeps_out(seat, level)]

    first = next((level for level in way if free(level)), None)
    found = rules.route(start, chiefs, receivers, barred, upwards=upwards, include_start=include_start)
    if first is not None:
        assert found == (first, free(first)[0])
    elif found is not None:
        assert found[0] in way
        assert not found[1].held


@given(LEVELS, CHIEFS, RECEIVERS, BARRED)
def test_a_matter_is_nowhere_only_when_there_is_no_seat_beside_those_kept_out(start, chiefs, receivers, barred):
    if rules.route(start, chiefs, receivers, barred) is None:
        for level in UPWARDS[UPWARDS.index(start) :]:
            seats = [*chiefs.get(level, ()), *([receivers[level]] if level in receivers else [])]
            assert all(barred.keeps_out(seat, level) for seat in seats)


@given(LEVELS, CHIEFS, RECEIVERS, BARRED)
def test_reporting_up_never_stays_nor_goes_down(start, chiefs, receivers, barred):
    found = rules.route(start, chiefs, receivers, barred, include_start=False)
    assert found is None or UPWARDS.index(found[0]) > UPWARDS.index(start)


@given(LEVELS, CHIEFS, RECEIVERS, BARRED)
def test_the_government_desk_receives_only_where_no_chief_is_in_office(level, chiefs, receivers, barred):
    there = rules.seats_at(level, chiefs, receivers, barred)
    in_office = [s for s in chiefs.get(level, ()) if s.held and not barred.keeps_out(s, level)]
    assert there == in_office if in_office else len(there) <= 1
    assert all(seat.held for seat in there)


@given(st.sampled_from(OPEN), WATCHERS)
def test_no_inbox_of_whoever_is_complained_of_holds_the_case(state, who):
    assert not who.kept_out & rules.scopes(state, who).keys()


@given(st.sampled_from(OPEN), WATCHERS)
def test_an_open_case_lies_in_every_inbox_that_has_to_do_with_it(state, who):
    wanted = {who.holder_unit, *who.assisting, *who.came_through, *who.offices} - who.kept_out
    assert wanted <= rules.scopes(state, who).keys()


@given(st.sampled_from(OPEN), WATCHERS)
def test_who_must_act_is_who_the_state_asks_for_and_nobody_else(state, who):
    must = {
        "held": {who.holder_unit, *who.decider},
        "in_work": {who.holder_unit, *who.assisting, *who.decider},
        "done": {who.verifier} - {None},
        "verified": set(who.signer),
    }[state]
    assert {unit for unit, mine in rules.scopes(state, who).items() if mine} == must - who.kept_out


@given(WATCHERS)
def test_a_case_signed_off_lies_in_no_inbox(who):
    assert rules.scopes("signed_off", who) == {}


AMOUNTS = st.decimals(0, 100_000, places=2)
RANK = {"general": 0, "serious": 1, "major": 2}


@pytest.mark.parametrize(
    ("quantity", "found"),
    [("99.99", "general"), ("100", "serious"), ("100.01", "serious"), ("499.99", "serious"), ("500", "major"), (None, "general")],
)
def test_the_limit_itself_belongs_to_the_graver_class(quantity, found):
    assert rules.severity(quantity and Decimal(quantity), Decimal(100), Decimal(500)) == found


@given(AMOUNTS, AMOUNTS, st.none() | AMOUNTS, st.none() | AMOUNTS)
def test_more_is_never_less_grave(less, more, serious, major):
    less, more = sorted((less, more))
    assert RANK[rules.severity(less, serious, major)] <= RANK[rules.severity(more, serious, major)]


@given(AMOUNTS)
def test_without_a_limit_nothing_is_grave(quantity):
    assert rules.severity(quantity, None, None) == "general"
    assert rules.severity(quantity, quantity, None) == "serious"
    assert rules.severity(quantity, None, quantity) == "major"


@pytest.mark.parametrize(
    ("hows", "giver"),
    [
        ("open", None),
        ("open up", 0),
        ("open up up", 1),
        ("open up back", None),  # back with the village, which has it from nobody
        ("open up over back", 0),  # the department returned it: the township may return it on to the village
        ("open up over back over", 3),
        ("open up over return", 1),  # after a visit the department goes on; it still has it from the township
        ("open up over reopen back", 0),
    ],
)
def test_who_gave_it_is_found_through_every_detour(hows, giver):
    names = {"up": "report_up", "over": "hand_over", "back": "send_back", "return": "return_to_work"}
    assert rules.given_from([f"cases.{names.get(how, how)}" for how in hows.split()]) == giver


@given(st.floats(0, 2e9), st.floats(0, 2e9))
def test_days_held_are_never_negative(received, left):
    assert rules.days_between(received, left) == max(0, (left - received) / 86400)
