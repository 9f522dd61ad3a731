"""The shift of maps in China, and back: exact enough to tell one bank from the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.kit import geo

#: Ganzi with a margin, and the whole box
GANZI = st.tuples(st.floats(97.0, 102.8), st.floats(27.5, 34.5))
EVERYWHERE = st.tuples(st.floats(73.0, 136.0), st.floats(3.0, 54.0))


def test_the_shift_is_the_published_one():
    """The example of the widely used coordtransform library: Beijing."""
    lon, lat = geo.to_gcj(116.404, 39.915)
    assert (lon, lat) == (pytest.approx(116.41024449916938, abs=1e-9), pytest.approx(39.91640428150164, abs=1e-9))


def test_the_shift_at_kangding_is_as_large_as_was_measured():
    lon, lat = geo.to_gcj(101.962, 30.054)
    assert geo.haversine_m(30.054, 101.962, lat, lon) == pytest.approx(346, abs=5)


@given(GANZI)
def test_there_and_back_in_ganzi_misses_by_less_than_a_millimetre(place):
    lon, lat = geo.from_gcj(*geo.to_gcj(*place))
    assert geo.haversine_m(place[1], place[0], lat, lon) < 0.001


@given(EVERYWHERE)
def test_there_and_back_misses_by_less_than_half_a_metre_everywhere(place):
    lon, lat = geo.from_gcj(*geo.to_gcj(*place))
    assert geo.haversine_m(place[1], place[0], lat, lon) < 0.5


@given(GANZI)
def test_taking_the_shift_back_and_putting_it_on_again_is_where_one_was(place):
    lon, lat = geo.to_gcj(*geo.from_gcj(*place))
    assert geo.haversine_m(place[1], place[0], lat, lon) < 0.001
