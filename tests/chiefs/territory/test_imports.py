"""A map file is read whole, or refused with a sentence."""

from __future__ import annotations

import json

import pytest

from accountability.kit.parsing import Unreadable
from chiefs.territory.imports import features

SQUARE = {"type": "Polygon", "coordinates": [[[101, 30], [102, 30], [102, 31], [101, 30]]]}


def feature(code="513301000000", geometry=SQUARE, **other):
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry} | other


def file(*found, **other):
    return json.dumps({"type": "FeatureCollection", "features": found} | other).encode()


def test_features_come_as_they_are():
    assert features(file(feature(), feature("513322000000")), "code") == [feature(), feature("513322000000")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[1]",
        file(feature())[:-20],
        json.dumps(feature()).encode(),
        file(features=None),
        file(1),
        file(feature(properties=None)),
        file(feature(code="")),
        file(feature(code=5)),
        file(feature(geometry=None)),
        file(feature(geometry={"type": "Point", "coordinates": [101, 30]})),
        file(feature(geometry=SQUARE | {"coordinates": []})),
        file(feature(geometry=SQUARE | {"coordinates": [["x"]]})),
        file(feature(geometry=SQUARE | {"coordinates": [[[101]]]})),
        file(feature(geometry=SQUARE | {"coordinates": [[[500, 30]]]})),
        file(feature(geometry=SQUARE | {"coordinates": [[[101, "30"]]]})),
        file(feature(), feature()),
        "{}中".encode("gb18030"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(data):
    with pytest.raises(Unreadable) as refused:
        features(data, "code")
    assert str(refused.value).endswith(("。", "."))


def test_every_property_that_is_needed_must_be_there():
    assert features(file(feature()), "code")
    with pytest.raises(Unreadable):
        features(file(feature()), "code", "source")
