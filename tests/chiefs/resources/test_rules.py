"""Lines, stretches and shifts, reckoned without a database."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from accountability.kit.geo import from_gcj, to_gcj
from chiefs.resources import rules
from chiefs.resources.rules import Flaw, Stretch

#: Points of a drawn river lie metres to kilometres apart.
PLACES = st.tuples(st.floats(100.0, 100.03), st.floats(30.0, 30.03)).map(lambda p: (round(p[0], 7), round(p[1], 7)))
LINES = st.lists(PLACES, min_size=2, max_size=12, unique=True)


def edges_of(whole: int, cuts: list[int]) -> list[int]:
    return [0, *sorted({cut for cut in cuts if 0 < cut < whole}), whole]


@given(LINES, st.lists(st.integers(1, 20_000), max_size=6))
def test_the_parts_of_a_line_are_the_whole_without_gap_and_without_overlap(line, cuts):
    whole = rules.length_m(line)
    assume(round(whole) >= 10)
    edges = edges_of(round(whole), cuts)
    parts = rules.parts(line, edges)
    assert len(parts) == len(edges) - 1
    assert (parts[0][0], parts[-1][-1]) == (line[0], line[-1])
    for one, other in itertools.pairwise(parts):
        assert one[-1] == other[0]
    assert sum(map(rules.length_m, parts)) == pytest.approx(whole, rel=1e-5, abs=0.2)
    inner = [point for part in parts for point in part]
    assert [point for point in rules.distinct(inner) if point in line] == line


@given(LINES, st.lists(st.integers(1, 20_000), min_size=1, max_size=6))
def test_each_part_is_as_long_as_its_chainage_says(line, cuts):
    whole = rules.length_m(line)
    assume(round(whole) >= 10)
    edges = edges_of(round(whole), cuts)
    for (low, high), part in zip(itertools.pairwise(edges), rules.parts(line, edges), strict=True):
        assert rules.length_m(part) == pytest.approx(high - low, rel=1e-4, abs=1.0)


@pytest.mark.parametrize("edges", [[0, 50, 50, 111], [0, 80, 60, 111], [0, 5000], [50, 20]])
def test_cuts_that_do_not_rise_or_lie_behind_the_end_are_no_cuts(edges):
    with pytest.raises(ValueError, match=r"edge|cuts"):
        rules.parts([(100.0, 30.0), (100.0, 30.001)], edges)


STRETCHES = st.lists(
    st.tuples(st.sampled_from(["left", "right", "both"]), st.integers(0, 19), st.integers(1, 8)).map(lambda t: (t[0], t[1], t[1] + t[2])),
    min_size=1,
    max_size=6,
)


@given(STRETCHES, st.integers(20, 30))
def test_gaps_and_overlaps_are_exactly_the_metres_that_nobody_or_several_have(rows, whole):
    stretches = [Stretch(n, bank, low, high) for n, (bank, low, high) in enumerate(rows)]
    found = rules.flaws(stretches, whole)
    reached = max(s.to_m for s in stretches)
    for bank in ("left", "right"):
        own = [s for s in stretches if s.bank in (bank, "both")]
        for metre in range(max(whole, reached)):
            held = sum(s.from_m <= metre < s.to_m for s in own)
            told = {f.kind for f in found if f.bank in (bank, "both") and f.from_m <= metre < f.to_m}
            last = max((s.to_m for s in own), default=0)
            if metre >= last and whole - last <= rules.ROUNDING_M and own:
                continue  # the last metre is a matter of rounding
            assert ("gap" in told) == (held == 0 and metre < whole)
            assert ("overlap" in told) == (held > 1)


def test_the_same_gap_on_both_banks_is_said_once():
    stretches = [Stretch(1, "both", 0, 100), Stretch(2, "both", 150, 200)]
    assert rules.flaws(stretches, 200) == [Flaw("gap", "both", 100, 150, (1, 2))]


def test_a_bank_without_any_segment_is_one_gap():
    assert rules.flaws([Stretch(1, "left", 0, 200)], 200) == [Flaw("gap", "right", 0, 200, ())]


def test_without_a_drawn_line_nobody_knows_what_lies_behind_the_last_segment():
    assert rules.flaws([Stretch(1, "both", 0, 100)], None) == []


@pytest.mark.parametrize(
    ("bank", "low", "high", "clashes"),
    [("left", 50, 60, True), ("right", 50, 60, True), ("both", 100, 120, False), ("left", 0, 1, True), ("both", 99, 101, True)],
)
def test_a_new_stretch_clashes_with_a_shared_metre_of_a_shared_bank(bank, low, high, clashes):
    assert (rules.clash(bank, low, high, [Stretch(1, "both", 0, 100)]) is not None) is clashes


def test_left_and_right_bank_do_not_clash():
    assert rules.clash("right", 0, 100, [Stretch(1, "left", 0, 100)]) is None


def shifted(line):
    return {"type": "LineString", "coordinates": [list(to_gcj(*point)) for point in line]}


def as_it_is(line):
    return {"type": "LineString", "coordinates": [list(point) for point in line]}


#: A river that bends: somewhere it always runs across the shift.
RIVER = [(101.95, 30.10), (101.96, 30.11), (101.95, 30.12), (101.96, 30.13), (101.95, 30.14)]


def test_a_drawing_in_gcj_is_recognised_beside_the_registered_line():
    compared = rules.compare(shifted(RIVER), [as_it_is(RIVER)])
    assert compared.proposed == rules.GCJ02
    assert compared.turned_m < 1 < 100 < compared.as_it_is_m


def test_a_drawing_in_wgs_is_recognised_too():
    assert rules.compare(as_it_is(RIVER), [as_it_is(RIVER)]).proposed == rules.WGS84


def test_a_line_along_the_shift_speaks_for_neither():
    lon, lat = 101.95, 30.10
    east, north = (b - a for a, b in zip((lon, lat), to_gcj(lon, lat), strict=True))
    straight = [(lon + east * n, lat + north * n) for n in range(40)]
    assert rules.compare(shifted(straight), [as_it_is(straight)]).proposed == ""


def test_without_anything_registered_nothing_is_proposed():
    assert rules.compare(as_it_is(RIVER), []) is None


def test_a_drawing_that_leaves_its_county_only_because_of_the_shift_was_shifted():
    county = {"type": "Polygon", "coordinates": [[[101.9, 30.0], [102.0, 30.0], [102.0, 30.2], [101.9, 30.2], [101.9, 30.0]]]}
    edge = [(101.9999, 30.05), (101.9998, 30.06), (101.9999, 30.07)]
    assert rules.inside(shifted(edge), [county]).proposed == rules.GCJ02
    assert rules.inside(as_it_is([(101.95, 30.05), (101.95, 30.06)]), [county]) is None


@given(LINES)
def test_turning_a_geometry_turns_every_place_and_keeps_its_shape(line):
    turned = rules.moved(as_it_is([to_gcj(*p) for p in line]), from_gcj)
    assert len(turned["coordinates"]) == len(line)
    for one, other in zip(turned["coordinates"], line, strict=True):
        assert one == [pytest.approx(other[0], abs=1e-6), pytest.approx(other[1], abs=1e-6)]


def test_an_area_is_that_of_the_ground_without_its_holes():
    square = [[100.0, 30.0], [100.01, 30.0], [100.01, 30.01], [100.0, 30.01], [100.0, 30.0]]
    hole = [[100.0, 30.0], [100.005, 30.0], [100.005, 30.005], [100.0, 30.005], [100.0, 30.0]]
    whole = rules.extent({"type": "Polygon", "coordinates": [square]}).area_m2
    assert whole == pytest.approx(1112 * 963, rel=0.005)
    assert rules.extent({"type": "Polygon", "coordinates": [square, hole]}).area_m2 == pytest.approx(whole * 0.75, rel=0.001)


def test_lines_that_go_on_where_the_last_one_ended_are_one_line():
    one, two, apart = [(100.0, 30.0), (100.0, 30.1)], [(100.0, 30.1), (100.0, 30.2)], [(101.0, 30.0), (101.0, 30.1)]
    assert rules.joined([one, two, apart]) == [[(100.0, 30.0), (100.0, 30.1), (100.0, 30.2)], apart]


def test_tributary_order_counts_the_waters_below():
    assert [rules.order_of(pk, {1: None, 2: 1, 3: 2}) for pk in (1, 2, 3)] == [0, 1, 2]


@given(st.dictionaries(st.integers(1, 8), st.one_of(st.none(), st.integers(1, 8)), max_size=8), st.integers(1, 8), st.integers(1, 8))
def test_reckoning_along_the_waters_always_ends(flows, pk, into):
    assert rules.order_of(pk, flows) < 9
    assert rules.closes(pk, into, flows) in (True, False)
