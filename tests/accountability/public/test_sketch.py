"""A drawing of registered geometry."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountability.public.sketch import MOST_POINTS, sketch, thinned

place = st.tuples(st.floats(97.0, 102.5), st.floats(27.5, 34.5))
lines = st.lists(place, min_size=2, max_size=40)


def numbers(path: str) -> list[float]:
    return [float(found) for found in re.findall(r"\d+\.\d", path)]


@given(st.lists(lines, min_size=1, max_size=5))
def test_everything_that_is_drawn_lies_inside_the_box(found):
    drawing = sketch([(str(n), {"type": "LineString", "coordinates": line}) for n, line in enumerate(found)])
    assert len(drawing.drawn) == len(found)
    for part in drawing.drawn:
        xs, ys = numbers(part.path)[::2], numbers(part.path)[1::2]
        assert all(0 <= x <= drawing.width for x in xs)
        assert all(0 <= y <= drawing.height for y in ys)


@given(lines)
def test_north_is_up_and_east_is_right(line):
    drawing = sketch([("a", {"type": "LineString", "coordinates": line})])
    points = list(zip(numbers(drawing.drawn[0].path)[::2], numbers(drawing.drawn[0].path)[1::2], strict=True))
    for (lon, lat), (x, y) in zip(line, points, strict=True):
        for (lon2, lat2), (x2, y2) in zip(line, points, strict=True):
            assert lon <= lon2 or x >= x2
            assert lat <= lat2 or y <= y2


@given(st.integers(1, 5000))
def test_a_long_line_is_thinned_and_keeps_its_ends(count):
    points = [(float(n), 0.0) for n in range(count)]
    kept = thinned(points)
    assert len(kept) == min(count, MOST_POINTS)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert kept == sorted(set(kept))


@pytest.mark.parametrize(
    ("geometry", "kinds"),
    [
        ({"type": "Point", "coordinates": [101.9, 30.1]}, ["point"]),
        ({"type": "MultiLineString", "coordinates": [[[101, 30], [101.1, 30]], [[101.2, 30], [101.3, 30.1]]]}, ["line", "line"]),
        ({"type": "Polygon", "coordinates": [[[101, 30], [101.1, 30], [101.1, 30.1], [101, 30]]]}, ["area"]),
        ({"type": "MultiPolygon", "coordinates": [[[[101, 30], [101.1, 30], [101.1, 30.1], [101, 30]]]]}, ["area"]),
    ],
)
def test_each_kind_of_geometry_has_its_way_to_be_drawn(geometry, kinds):
    assert [part.kind for part in sketch([("a", geometry)]).drawn] == kinds


@pytest.mark.parametrize("shapes", [[], [("a", None)], [("a", {"type": "LineString", "coordinates": []})]])
def test_what_has_no_point_has_no_drawing(shapes):
    assert sketch(shapes) is None
